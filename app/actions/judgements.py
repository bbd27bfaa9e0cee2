"""Eligibility as an officer finds it: criteria judged at the check, and a refusal after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.actions import checks
from app.actions.act import Act
from app.actions.checks import MET, NOT_MET, TO_CLARIFY, Answer, Checked
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Assessment, Judgement
from app.queries.judgements import lot_code_of
from app.queries.schemes import scheme_of
from app.rules.deadlines import ZONE
from app.rules.eligibility import officer_criteria
from app.rules.permissions import Permission
from app.rules.scheme_letters import Outcome

TO = Permission.CHECK_APPLICATION
# Files on assessors' desks; what is submitted stays as it is.
_ON_DESK = ("assigned", "in_progress", "reopened")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody who was admitted is not eligible.

    `key` is a criterion of the guidelines or an item of the checklist; `document` names what
    shows it, `finding` says what was found, `reason` what the applicant reads about the whole.
    `heard_by` is the last day for observations, where exclusion is meant.
    """

    key: str
    document: str
    finding: str
    reason: str = ""
    heard_by: date | None = None


def judge(act: Act, entry_id: int, answers: Mapping[str, Answer]) -> None:
    """Keep what an officer found on criteria that rules cannot decide; others keep theirs."""
    checked = checks.loaded(act, entry_id)
    checks.refuse_closed(checked)
    _refuse_wrong(act, checked, answers)
    rows = act.load_many(
        Judgement,
        Judgement.application_id == checked.application.id,
        to=TO,
        within=checked.application,
    )
    there = {row.key: row for row in rows}
    changed: dict[str, str] = {}
    for key, given in answers.items():
        reason = given.reason.strip()
        row = there.get(key)
        if row is not None and (row.result, row.reason) == (given.result, reason):
            continue
        changed[key] = f"{given.result}: {reason}"
        is_new = row is None
        row = row or Judgement(application_id=checked.application.id, key=key)
        row.result, row.reason = given.result, reason
        row.judged_by, row.judged_at = act.actor.user_id, act.now
        if is_new:
            act.create(row, to=TO, within=checked.application)
    act.session.flush()
    if changed:
        act.record(checked.application, "judge", answers=changed)


def find_ineligible_later(act: Act, entry_id: int, found: Refusal) -> None:
    """Refuse somebody who had passed the check, before a score is agreed.

    Assessors lose the file; the letter names the criterion and the document (L9).
    """
    checked = checks.loaded(act, entry_id)
    if checked.entry.state != "admitted":
        raise Conflict(
            N_(
                "Only an admitted application without an agreed score is refused here. Look at it "
                "again."
            )
        )
    _refuse_incomplete(act, checked, found)
    item = {"key": found.key, "reason": found.finding.strip(), "document": found.document.strip()}
    if found.heard_by is not None:
        item["heard_by"] = found.heard_by.isoformat()
    detail = {"items": [item], "reason": found.reason.strip()}
    reason = f"{found.key}: {found.finding.strip()}"
    for row in (checked.entry, checked.application):
        row.outcome, row.outcome_detail = Outcome.INELIGIBLE.value, detail
    _take_from_assessors(act, checked, reason)
    act.move(checked.entry, "find_ineligible", reason=reason, document=found.document)
    if checked.application.state in ("submitted", "admitted"):
        act.move(checked.application, "find_ineligible", reason=reason)


def _take_from_assessors(act: Act, checked: Checked, reason: str) -> None:
    desks = act.load_many(
        Assessment,
        Assessment.entry_id == checked.entry.id,
        Assessment.state.in_(_ON_DESK),
        to=TO,
        within=checked.entry,
    )
    if desks:
        act.move_many(desks, "remove", reason=reason)


def _refuse_wrong(act: Act, checked: Checked, answers: Mapping[str, Answer]) -> None:
    scheme = scheme_of(act.session, checked.application.call_id)
    lot = lot_code_of(act.session, checked.application.id)
    known = {each.key for each in officer_criteria(scheme.eligibility, lot)}
    wrong: dict[str, str] = {}
    for key, given in answers.items():
        if key not in known or given.result not in (MET, NOT_MET, TO_CLARIFY):
            wrong[key] = N_("This is not a criterion that an officer judges.")
        elif given.result != MET and not given.reason.strip():
            wrong[key] = N_("Write the reason; the applicant has a right to it.")
    if wrong:
        raise Invalid(wrong)


def _refuse_incomplete(act: Act, checked: Checked, found: Refusal) -> None:
    scheme = scheme_of(act.session, checked.application.call_id)
    known = {each.key for each in scheme.eligibility}
    known |= {item.key for stage in scheme.stages for item in stage.checklist}
    wrong: dict[str, str] = {}
    if found.key not in known:
        wrong["key"] = N_("Choose the condition that is not met.")
    if not found.document.strip():
        wrong["document"] = N_("Name the document that shows it.")
    if not found.finding.strip():
        wrong["finding"] = N_("Write what was found, as the applicant will read it.")
    if found.heard_by is not None and found.heard_by <= act.now.astimezone(ZONE).date():
        wrong["heard_by"] = N_("The last day for observations has to lie in the future.")
    if wrong:
        raise Invalid(wrong)
