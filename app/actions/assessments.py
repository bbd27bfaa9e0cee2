"""Assigning, declaring impartiality, marking blind, submitting."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid
from app.i18n.marks import N_
from app.models import Assessment, Declaration, Lot, Stage, StageEntry
from app.queries import assessing
from app.queries.schemes import scheme_of
from app.rules import marking
from app.rules.permissions import Permission
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scoring import score_text

HIGHEST = 3
_LIVE = ("assigned", "in_progress", "submitted", "reopened")


def assign(act: Act, entry_id: int, assessor_ids: Sequence[int]) -> None:
    """Add assessors to an admitted entry; refused for people with an interest in it."""
    place = assessing.place_of(act.session, entry_id)
    entry = act.load(StageEntry, entry_id, to=Permission.ASSIGN_ASSESSORS)
    if entry.state != "admitted":
        raise Conflict(N_("Assessors are assigned to admitted applications without a score."))
    present = act.load_many(
        Assessment,
        Assessment.entry_id == entry_id,
        to=Permission.ASSIGN_ASSESSORS,
        within=entry,
    )
    live = [each for each in present if each.state in _LIVE]
    _refuse_assessors(act, place, assessor_ids, {each.assessor_id for each in present})
    if len(live) + len(assessor_ids) > HIGHEST:
        raise Invalid({"assessors": N_("No more than three people assess one application.")})
    start = max((each.position for each in present), default=0)
    for number, assessor_id in enumerate(assessor_ids, start=start + 1):
        row = Assessment(
            entry_id=entry_id,
            assessor_id=assessor_id,
            position=number,
            assigned_at=act.now,
            assigned_by=act.actor.user_id,
        )
        act.create(row, to=Permission.ASSIGN_ASSESSORS, within=entry)
    act.record(entry, "assign", assessors=list(assessor_ids))


def remove(act: Act, assessment_id: int, *, reason: str) -> None:
    """Take a file from an assessor who has not submitted; what was typed stays on file."""
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSIGN_ASSESSORS)
    act.move(assessment, "remove", reason=reason)


def declare(
    act: Act,
    *,
    stage_id: int,
    lot_id: int,
    has_conflict: bool,
    reason: str = "",
    names_sha256: str = "",
) -> None:
    """Declare impartiality for one lot, having seen its list of names; a conflict takes it away."""
    stage, lot = _stage_and_lot(act, stage_id, lot_id)
    if has_conflict and not reason.strip():
        raise Invalid({"reason": N_("Say what the conflict is. Only the authority reads it.")})
    if assessing.has_declared(act.session, _me(act), lot.id, stage.id):
        raise Conflict(N_("You have declared for this lot already."))
    row = Declaration(
        user_id=_me(act),
        call_id=stage.call_id,
        lot_id=lot.id,
        stage_id=stage.id,
        has_conflict=has_conflict,
        reason=reason.strip(),
        names_sha256=names_sha256,
        declared_at=act.now,
    )
    mine = act.load_many(
        Assessment,
        Assessment.assessor_id == _me(act),
        Assessment.state.in_(("assigned", "in_progress")),
        Assessment.entry_id.in_(assessing.entries_of_lot(stage.call_id, lot.id)),
        to=Permission.ASSESS,
        within=stage,
    )
    act.create(row, to=Permission.ASSESS, within=stage)
    act.record(lot, "declare", has_conflict=has_conflict, stage=stage.key)
    if has_conflict:
        act.move_many(mine, "declare_conflict", reason=reason.strip())


def start(act: Act, assessment_id: int) -> None:
    """Open an assigned file for marking; impartiality has to be declared first."""
    assessment, _, _ = _mine(act, assessment_id)
    if assessment.state == "assigned":
        act.move(assessment, "start")


def save(
    act: Act,
    assessment_id: int,
    *,
    marks: Mapping[str, str],
    comments: Mapping[str, str],
) -> Decimal:
    """Keep marks and comments as they are, complete or not; return the running total."""
    assessment, stage, _ = _mine(act, assessment_id)
    if assessment.state == "assigned":
        act.move(assessment, "start")
    if assessment.state not in ("in_progress", "reopened"):
        raise Conflict(N_("You have submitted this assessment; it can no longer be changed."))
    known = marking.known_codes(stage)
    assessment.marks = {code: text for code, text in marks.items() if code in known and text}
    assessment.comments = {code: text for code, text in comments.items() if text.strip()}
    assessment.saved_at = act.now
    assessment.total = Decimal(score_text(marking.running_total(stage, assessment.marks)))
    return assessment.total


def submit(act: Act, assessment_id: int) -> None:
    """Hand the assessment in; refused with every place where a mark or comment is missing."""
    assessment, stage, _ = _mine(act, assessment_id)
    wrong = marking.missing(stage, assessment.marks, assessment.comments)
    if wrong:
        raise Invalid({each.path: each for each in wrong})
    total = marking.running_total(stage, assessment.marks)
    assessment.total = Decimal(score_text(total))
    assessment.submitted_at = act.now
    act.move(assessment, "submit", total=Fraction(total))


def reopen(act: Act, assessment_id: int, *, reason: str) -> None:
    """Give a submitted assessment back for correction, as long as no score is agreed."""
    entry_id = assessing.entry_of_assessment(act.session, assessment_id)
    entry = act.load(StageEntry, entry_id, to=Permission.ASSIGN_ASSESSORS)
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSIGN_ASSESSORS)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the assessment is given back.")})
    if entry.state != "admitted":
        raise Conflict(N_("The score is agreed. The committee changes it with a reason."))
    act.move(assessment, "reopen", reason=reason.strip())


def _me(act: Act) -> int:
    if act.actor.user_id is None:
        raise Forbidden
    return act.actor.user_id


def _stage_and_lot(act: Act, stage_id: int, lot_id: int) -> tuple[Stage, Lot]:
    lot = act.load(Lot, lot_id, to=Permission.ASSESS)
    stage = act.load(Stage, stage_id, to=Permission.ASSESS)
    if lot.call_id != stage.call_id:
        raise Invalid({"lot": N_("This lot is not part of the call.")})
    return stage, lot


def _mine(act: Act, assessment_id: int) -> tuple[Assessment, SchemeStage, assessing.EntryPlace]:
    """Load one's own assessment; a conflict or a missing declaration closes it."""
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSESS)
    place = assessing.place_of(act.session, assessment.entry_id)
    if not assessing.has_declared(act.session, _me(act), place.lot_id, place.stage_id):
        raise Forbidden(N_("Declare your impartiality for this lot first."))
    return assessment, scheme_of(act.session, place.call_id).stage(place.stage_key), place


def _refuse_assessors(
    act: Act, place: assessing.EntryPlace, chosen: Sequence[int], present: set[int]
) -> None:
    call_assessors = assessing.assessor_ids(act.session, place.call_id)
    barred = assessing.conflicted(act.session, place.lot_id)
    inside = assessing.insiders(act.session, place.application_id)
    wrong = ""
    if not chosen or len(set(chosen)) != len(chosen):
        wrong = N_("Choose different assessors.")
    elif present & set(chosen):
        wrong = N_("One of them has this application already.")
    elif not set(chosen) <= call_assessors:
        wrong = N_("One of them is not an assessor of this call.")
    elif barred & set(chosen):
        wrong = N_("One of them declared a conflict of interest in this lot.")
    elif inside & set(chosen):
        wrong = N_("One of them belongs to the organisation that applies.")
    if wrong:
        raise Invalid({"assessors": wrong})
