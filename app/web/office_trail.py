"""The trail of one application in words: what happened, to which stage, when and by whom."""

from app.i18n import gettext, language, sentence
from app.i18n.marks import N_
from app.queries.office_applications_one import OfficeApplication, TrailLine
from app.rules.scheme_text import said
from app.web.parts import Event
from app.web.trail_words import event_name

# Events of the application itself repeat those of its stages; the stage says more.
_REPEATED = frozenset({"submit", "submit_next_stage", "admit", "find_ineligible", "assess"})

_SAID = {
    ("application", "begin"): N_("Application begun"),
    ("application", "receipt_printed"): N_("Receipt printed"),
    ("application", "receipt_failed"): N_("Receipt could not be printed"),
    ("application", "receipt_again"): N_("Receipt asked for again"),
    ("application", "withdraw"): N_("Application withdrawn"),
    ("application", "invite"): N_("Invited to the next stage"),
    ("application", "miss_next_stage"): N_("The next stage was not sent in"),
    ("application", "propose"): N_("Proposed for a grant"),
    ("application", "reserve"): N_("Placed on the reserve list"),
    ("application", "refuse"): N_("Not selected"),
    ("application", "discard_proposal"): N_("Proposal taken back"),
    ("application", "reopen"): N_("Assessment opened again"),
    ("application", "award"): N_("Awarded"),
    ("application", "reject"): N_("Rejected"),
    ("application", "decline"): N_("Offer declined"),
    ("stage_entry", "submit"): N_("Received"),
    ("stage_entry", "attach"): N_("File added"),
    ("stage_entry", "detach"): N_("File removed"),
    ("stage_entry", "check"): N_("Check answered"),
    ("stage_entry", "admit"): N_("Admitted"),
    ("stage_entry", "find_ineligible"): N_("Found ineligible"),
    ("stage_entry", "assign"): N_("Assessors assigned"),
    ("stage_entry", "agree"): N_("Score agreed"),
    ("stage_entry", "settle_flag"): N_("Low mark of one assessor settled"),
    ("stage_entry", "pass"): N_("Passed"),
    ("stage_entry", "fail"): N_("Not passed"),
    ("stage_entry", "reserve"): N_("On the reserve list of the stage"),
    ("stage_entry", "reopen"): N_("Opened again"),
    ("stage_entry", "undo_ranking"): N_("Ranking taken back"),
    ("stage_entry", "lapse"): N_("Draft lapsed at the deadline"),
    ("stage_entry", "withdraw"): N_("Withdrawn"),
    ("award", "decide"): N_("Award decided"),
    ("award", "announce"): N_("Award announced"),
    ("award", "accept"): N_("Offer accepted"),
    ("award", "decline"): N_("Offer declined"),
    ("award", "lapse"): N_("Offer not answered in time"),
    ("award", "agree"): N_("Agreement concluded"),
    ("award", "revoke"): N_("Award revoked"),
    ("award", "discard"): N_("Proposal taken back"),
    ("award", "complete"): N_("Completed"),
}


def trail_items(found: OfficeApplication) -> tuple[Event, ...]:
    titles = {stage.key: said(stage.title, language()) for stage in found.scheme.stages}
    return tuple(
        Event(_title(line, titles), line.at, line.by, line.reason)
        for line in found.trail
        if line.object_type != "application" or line.event not in _REPEATED
    )


def _title(line: TrailLine, titles: dict[str, str]) -> str:
    # What has no words for this list is said as in the whole trail: nothing is hidden.
    special = _SAID.get((line.object_type, line.event))
    words = gettext(special) if special else event_name(line.object_type, line.event)
    if not line.stage_key:
        return words
    return sentence("{stage}: {words}", {"stage": titles[line.stage_key], "words": words})
