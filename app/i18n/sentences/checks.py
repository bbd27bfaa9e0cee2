"""What the system sees by itself when an officer checks, and why somebody is not assigned."""

from app.i18n.marks import N_

SENTENCES = {
    "check.stage_open": N_(
        "Until the deadline, {closes}, the applicant may take it back, change it and send it in "
        "again. The check begins after that."
    ),
    "check.call_suspended": N_(
        "The call is suspended before its deadline. The check begins when the call goes on and its "
        "deadline has passed."
    ),
    "check.in_time": N_("Received {received}. The deadline was {closes}, so it is in time."),
    "check.late": N_("Received {received}. The deadline was {closes}, so it is late."),
    "check.no_deadline": N_("Received {received}. No deadline is set for this stage."),
    "check.complete": N_("Every required answer and document is there."),
    "check.part_incomplete": N_("{part}: {first}"),
    "check.part_section": N_("Form"),
    "check.part_documents": N_("Documents"),
    "check.amount": N_("Requested {requested} of a total of {total}."),
    "check.amount_within": N_(
        "Requested {requested} of a total of {total}: within the limits of the lot."
    ),
    "check.in_register": N_("{name} stands in the register of local governments ({code})."),
    "check.not_in_register": N_(
        "{name} is not linked to an entry of the register of local governments."
    ),
    "interview.passed": N_("This moment has passed. Enter one that lies ahead."),
    "interview.too_early": N_(
        "The interviews begin at {begin}, as the invitations say. Enter this moment or a later one."
    ),
    "interview.too_late": N_(
        "The last one would end at {last}, but the interviews end at {end}, as the invitations "
        "say. Before that end {fit} have room: give hours to fewer, make them shorter or begin "
        "earlier."
    ),
    "interview.next_day": N_(
        "They would go on after midnight: {fit} begin on this day. Enter how many come, and give "
        "the others hours on another day."
    ),
    "interview.place_taken": N_(
        "Somebody else is interviewed there from {from} to {until} ({place}). Enter another hour "
        "or another place."
    ),
    "interview.held_at_once": N_(
        "Somebody who holds it holds another interview from {from} to {until} ({place}). Enter "
        "another hour, or let somebody else hold one of them."
    ),
    "assigning.enough": N_("It has enough assessors."),
    "assigning.barred": N_("May not assess it: {names}."),
    "assigning.busy": N_("Holds another interview at that hour: {names}."),
    "assigning.held_at_once": N_(
        "{name} holds another interview from {from} to {until} ({place}). Choose somebody else, or "
        "change one of the hours first."
    ),
    "assigning.too_few": N_("Not enough of the chosen assessors may assess it."),
}
