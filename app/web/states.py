"""How states are shown: a word and a colour, the same on every page.

A state means one thing wherever it stands; where two lifecycles differ, the entry
is `kind:state` and wins over the plain one.
"""

from app.i18n.marks import N_

GREY, BLUE, TEAL, GREEN, YELLOW, ORANGE, RED, PURPLE = (
    "grey", "blue", "teal", "green", "yellow", "orange", "red", "purple",
)  # fmt: skip

STATES: dict[str, tuple[str, str]] = {
    # Calls and their stages. Open is never stored: it is a question of the clock.
    "draft": (N_("Draft"), GREY),
    "published": (N_("Published"), BLUE),
    "upcoming": (N_("Opens soon"), BLUE),
    "waiting": (N_("Waiting"), GREY),
    "open": (N_("Open"), GREEN),
    "closed": (N_("Closed"), GREY),
    "assessed": (N_("Assessed"), TEAL),
    "ranked": (N_("Ranked"), TEAL),
    "allocated": (N_("Allocated"), PURPLE),
    "decided": (N_("Decided"), PURPLE),
    "announced": (N_("Announced"), GREEN),
    "archived": (N_("Archived"), GREY),
    "cancelled": (N_("Cancelled"), RED),
    # Applications
    "submitted": (N_("Submitted"), BLUE),
    "admitted": (N_("Admitted"), TEAL),
    "ineligible": (N_("Ineligible"), RED),
    "under_assessment": (N_("Under assessment"), BLUE),
    "invited": (N_("Invited to the next stage"), GREEN),
    "proposed": (N_("Proposed"), PURPLE),
    "reserve": (N_("Reserve list"), YELLOW),
    "unsuccessful": (N_("Unsuccessful"), ORANGE),
    "awarded": (N_("Awarded"), GREEN),
    "rejected": (N_("Rejected"), RED),
    "declined": (N_("Declined"), ORANGE),
    "withdrawn": (N_("Withdrawn"), GREY),
    "lapsed": (N_("Lapsed"), GREY),
    "passed": (N_("Passed"), GREEN),
    "failed": (N_("Failed"), RED),
    "stage_entry:failed": (N_("Not passed"), RED),
    # Cuts of scoring and of the ranking, as the rules name them
    "PASSED": (N_("Passed"), GREEN),
    "SECTION_BELOW_MINIMUM": (N_("A section is below its minimum"), ORANGE),
    "SUB_SCORE_FLOOR": (N_("A mark is at the floor"), ORANGE),
    "BELOW_THRESHOLD": (N_("Below the threshold"), ORANGE),
    "PRESELECTED": (N_("On the shortlist"), GREEN),
    "NOT_PRESELECTED": (N_("Outside the limit"), ORANGE),
    # Assessments
    "assigned": (N_("Assigned"), GREY),
    "in_progress": (N_("In progress"), BLUE),
    "conflict": (N_("Conflict declared"), ORANGE),
    "removed": (N_("Removed"), GREY),
    "reopened": (N_("Reopened"), YELLOW),
    "assessment:declined": (N_("Given back"), ORANGE),
    # Questions to applicants
    "clarification:asked": (N_("Waits for the answer"), YELLOW),
    "answered": (N_("Answered"), GREEN),
    "unanswered": (N_("Not answered in time"), ORANGE),
    "taken_back": (N_("Taken back"), GREY),
    # Awards, agreements, payments
    "discarded": (N_("Discarded"), GREY),
    "accepted": (N_("Accepted"), GREEN),
    "agreed": (N_("Agreed"), GREEN),
    "completed": (N_("Completed"), GREEN),
    "revoked": (N_("Revoked"), RED),
    "sent": (N_("Sent"), BLUE),
    "signed": (N_("Signed"), TEAL),
    "active": (N_("Active"), GREEN),
    "suspended": (N_("Suspended"), ORANGE),
    "terminated": (N_("Terminated"), RED),
    "planned": (N_("Planned"), GREY),
    "requested": (N_("Requested"), BLUE),
    "returned": (N_("Returned for correction"), ORANGE),
    "checked": (N_("Checked"), TEAL),
    "approved": (N_("Approved"), PURPLE),
    "paid": (N_("Paid"), GREEN),
    "reconciled": (N_("Reconciled"), GREEN),
    "dropped": (N_("Dropped"), GREY),
    # What is given in kind
    "choosing": (N_("Quotes are asked for"), GREY),
    "priced": (N_("Waits for the own share"), YELLOW),
    "funded": (N_("Is being bought"), BLUE),
    "retained": (N_("In retention"), PURPLE),
    "given_up": (N_("Given up"), GREY),
    "ordered": (N_("Ordered"), BLUE),
    "received": (N_("Received"), TEAL),
    "handed_over": (N_("Handed over"), TEAL),
    "in_retention": (N_("In retention"), PURPLE),
    "transferred": (N_("Title passed on"), GREEN),
    "repossessed": (N_("Taken back"), ORANGE),
    "reallocated": (N_("Given to another"), GREY),
    "written_off": (N_("Written off"), GREY),
    "own_share:recorded": (N_("Waits for a second person"), YELLOW),
    "own_share:confirmed": (N_("Confirmed"), GREEN),
    "own_share:struck": (N_("Struck out"), GREY),
    "own_share_return:proposed": (N_("Waits for a second person"), YELLOW),
    "own_share_return:approved": (N_("Waits for the bank"), YELLOW),
    "own_share_return:paid": (N_("Paid back"), GREEN),
    "own_share_return:dropped": (N_("Dropped"), GREY),
    "in_kind_paper:prepared": (N_("To be signed"), YELLOW),
    "in_kind_paper:signed": (N_("Signed"), GREEN),
    "in_kind_paper:dropped": (N_("Taken back"), GREY),
    "site_visit:confirmed": (N_("Confirmed"), GREEN),
    "site_visit:not_confirmed": (N_("Not confirmed"), RED),
    # Recovery orders and what came back
    "prepared": (N_("Prepared"), GREY),
    "issued": (N_("Issued"), ORANGE),
    "settled": (N_("Settled"), GREEN),
    "recorded": (N_("Waits for a second person"), YELLOW),
    "confirmed": (N_("Confirmed"), GREEN),
    "stand_in:current": (N_("Now"), GREEN),
    "over": (N_("Over"), GREY),
    "by_law": (N_("By law"), GREY),
    "to_confirm": (N_("To be confirmed"), YELLOW),
    "day_off": (N_("Nobody works"), GREEN),
    "working_day": (N_("People work"), ORANGE),
    # Letters
    "queued": (N_("Queued"), GREY),
    "rendered": (N_("Ready"), TEAL),
    "superseded": (N_("Superseded"), GREY),
    # Findings and tasks
    "met": (N_("Met"), GREEN),
    "not_met": (N_("Not met"), RED),
    "to_clarify": (N_("To clarify"), YELLOW),
    "not_checked": (N_("Not checked"), GREY),
    "done": (N_("Completed"), GREEN),
    "incomplete": (N_("Incomplete"), YELLOW),
    "not_started": (N_("Not yet started"), GREY),
    "cannot_start": (N_("Cannot start yet"), GREY),
    "optional": (N_("Optional"), GREY),
    "error": (N_("There is a problem"), RED),
    "current": (N_("Now"), BLUE),
    "todo": (N_("To do"), GREY),
    # People
    "asked": (N_("Asked to join"), YELLOW),
    "end_request:asked": (N_("Waits for an answer"), YELLOW),
    "end_request:accepted": (N_("Agreed to"), GREEN),
    "end_request:refused": (N_("Not agreed to"), RED),
    "end_request:taken_back": (N_("Taken back"), GREY),
    "amendment:asked": (N_("Waits for a decision"), YELLOW),
    "amendment:noted": (N_("Noted"), GREEN),
    "amendment:taken_back": (N_("Taken back"), GREY),
    "account_change:proposed": (N_("Waits for a second person"), YELLOW),
    "account_change:confirmed": (N_("Confirmed"), GREEN),
    "account_change:taken_back": (N_("Taken back"), GREY),
    "refused": (N_("Refused"), RED),
    "invited_person": (N_("Invited"), YELLOW),
    "disabled": (N_("Disabled"), GREY),
}


def shown_state(state: str, kind: str = "") -> tuple[str, str]:
    """Return the N_ text and the colour; an unknown state is a bug and raises."""
    found = STATES.get(f"{kind}:{state}") or STATES.get(state)
    if found is None:
        raise LookupError(f"State {state!r} has no text in app/web/states.py.")
    return found
