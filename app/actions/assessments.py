"""Assigning, declaring impartiality, marking blind, submitting."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from app.actions import interview_mail, notices
from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid
from app.i18n.marks import N_
from app.models import Application, Assessment, Declaration, Interview, Lot, Stage, StageEntry
from app.queries import assessing, assessing_people, interviews_held
from app.queries.schemes import scheme_named, scheme_of
from app.rules import marking
from app.rules.assigning import Plan
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scoring import score_text

_LIVE = ("assigned", "in_progress", "submitted", "reopened")
# Who was taken off a file or gave it back may get it again, with what they had typed.
_PUT_BACK = ("removed", "declined")


def assign(
    act: Act, entry_id: int, assessor_ids: Sequence[int], *, tells_hours: bool = True
) -> None:
    """Add assessors to an admitted entry; refused for people with an interest in it.

    Somebody who was taken off the file gets it back with what they had typed. Whoever assigns
    many entries `tells_hours` of interviews afterwards, all in one message.
    """
    place = assessing.place_of(act.session, entry_id)
    entry = act.load(StageEntry, entry_id, to=Permission.ASSIGN_ASSESSORS)
    if entry.state != "admitted":
        raise Conflict(N_("Assessors are assigned to admitted applications without a score."))
    if scheme_of(act.session, place.call_id).stage(place.stage_key).grid is None:
        raise Conflict(N_("This stage is checked, not assessed."))
    present = act.load_many(
        Assessment,
        Assessment.entry_id == entry_id,
        to=Permission.ASSIGN_ASSESSORS,
        within=entry,
    )
    live = [each for each in present if each.state in _LIVE]
    removed = {each.assessor_id: each for each in present if each.state in _PUT_BACK}
    held = {each.assessor_id for each in present} - removed.keys()
    _refuse_assessors(act, place, assessor_ids, held)
    _refuse_busy(act, entry_id, assessor_ids)
    if len(live) + len(assessor_ids) > assessing.MOST:
        raise Invalid({"assessors": N_("No more than three people assess one application.")})
    _put_back(act, entry, [removed[each] for each in assessor_ids if each in removed])
    start = max((each.position for each in present), default=0)
    new = [each for each in assessor_ids if each not in removed]
    for number, assessor_id in enumerate(new, start=start + 1):
        row = Assessment(
            entry_id=entry_id,
            assessor_id=assessor_id,
            position=number,
            assigned_at=act.now,
            assigned_by=act.actor.user_id,
        )
        act.create(row, to=Permission.ASSIGN_ASSESSORS, within=entry)
    act.record(entry, "assign", assessors=list(assessor_ids))
    notices.tell_assessors(act, place.call_id, assessor_ids)
    if tells_hours:
        interview_mail.tell_who_joined(act, place.call_id, {entry_id: assessor_ids})


def assign_many(
    act: Act, stage_id: int, lot_id: int, assessor_ids: Sequence[int], *, turn_by_turn: bool
) -> Plan:
    """Give the admitted entries of a lot the assessors they lack; return what was done.

    What cannot be assigned is skipped with its reason, not refused: the plan says so, and
    `planned` shows the same plan before.
    """
    stage = act.load(Stage, stage_id, to=Permission.ASSIGN_ASSESSORS)
    # Locked before the plan is made, so that two officers never fill one place twice.
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.id.in_(assessing.unscored_entries_of_lot(stage.call_id, lot_id)),
        to=Permission.ASSIGN_ASSESSORS,
        within=stage,
    )
    interviews_held.in_turn(act.session, assessor_ids)
    made = assessing_people.planned(
        act.session, stage_id, lot_id, assessor_ids, turn_by_turn=turn_by_turn
    )
    by_id = {entry.id: entry for entry in entries}
    positions = assessing.last_positions(act.session, stage.id)
    rows = (
        _new(act, entry_id, assessor_id) | {"position": positions.get(entry_id, 0) + number}
        for entry_id, people in made.assigned
        for number, assessor_id in enumerate(people, start=1)
    )
    act.create_many(Assessment, rows, to=Permission.ASSIGN_ASSESSORS, within=stage)
    for entry_id, people in made.assigned:
        act.record(by_id[entry_id], "assign", assessors=list(people))
    notices.tell_assessors(
        act, stage.call_id, {key for _, people in made.assigned for key in people}
    )
    if interviews_held.have_hours(act.session, stage.id):
        interview_mail.tell_who_joined(act, stage.call_id, dict(made.assigned))
    return made


def remove(act: Act, assessment_id: int, *, reason: str) -> None:
    """Take a file from an assessor who has not submitted; what was typed stays on file."""
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSIGN_ASSESSORS)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the file is taken from this assessor.")})
    if assessment.state == "submitted":
        raise Conflict(N_("This assessment is submitted. It can be given back, not removed."))
    act.move(assessment, "remove", reason=reason.strip())
    place = assessing.place_of(act.session, assessment.entry_id)
    _off_panel(act, place.call_id, [assessment], to=Permission.ASSIGN_ASSESSORS)


def decline(act: Act, assessment_id: int, *, reason: str) -> None:
    """Give a file back unmarked, for another reason than a conflict of interest.

    The secretary is told and finds somebody else; what was typed stays on file.
    """
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSESS)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why you give it back. Only the authority reads it.")})
    if assessment.state == "submitted":
        raise Conflict(N_("You have submitted this assessment, so it stays yours."))
    assessment.decline_reason = reason.strip()
    act.move(assessment, "decline", reason=reason.strip())
    place = assessing.place_of(act.session, assessment.entry_id)
    notices.tell_secretaries(act, place)
    _off_panel(act, place.call_id, [assessment], to=Permission.ASSESS)


def declare(
    act: Act,
    *,
    stage_id: int,
    lot_id: int,
    has_conflict: bool,
    reason: str = "",
    names_sha256: str = "",
) -> None:
    """Declare impartiality for one lot, having seen its list of names; a conflict takes it away.

    `names_sha256` is the fingerprint of the list that was seen. A conflict also takes away
    what was submitted already, where no score is agreed yet.
    """
    stage, lot = _stage_and_lot(act, stage_id, lot_id)
    if has_conflict and not reason.strip():
        raise Invalid({"reason": N_("Say what the conflict is. Only the authority reads it.")})
    earlier = act.load_many(
        Declaration,
        Declaration.user_id == _me(act),
        Declaration.lot_id == lot.id,
        Declaration.stage_id == stage.id,
        to=Permission.ASSESS,
        within=stage,
    )
    if earlier and (earlier[0].has_conflict or not has_conflict):
        raise Conflict(N_("You have declared for this lot already."))
    # A conflict may come to light later; then the earlier declaration becomes one.
    row = earlier[0] if earlier else Declaration(user_id=_me(act), call_id=stage.call_id)
    row.lot_id, row.stage_id = lot.id, stage.id
    row.has_conflict, row.reason = has_conflict, reason.strip()
    row.names_sha256, row.declared_at = names_sha256, act.now
    # Locked as `scores.agree_all` locks them: a score is agreed before or after, never meanwhile.
    mine = _touched(act, stage, lot.id) if has_conflict else []
    act.create(row, to=Permission.ASSESS, within=stage)
    act.record(lot, "declare", has_conflict=has_conflict, stage=stage.key)
    if mine:
        act.move_many(mine, "declare_conflict", reason=reason.strip())
        _off_panel(act, stage.call_id, mine, to=Permission.ASSESS)


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
    if assessment.state == "submitted":
        raise Conflict(N_("You have submitted this assessment; it can no longer be changed."))
    if assessment.state not in ("in_progress", "reopened"):
        raise Conflict(N_("This application is no longer yours to assess."))
    known, sections = marking.known_codes(stage), marking.section_codes(stage)
    assessment.marks = {code: text for code, text in marks.items() if code in known and text}
    assessment.comments = {
        code: text for code, text in comments.items() if code in known | sections and text.strip()
    }
    assessment.saved_at = act.now
    assessment.total = Decimal(score_text(marking.running_total(stage, assessment.marks)))
    return assessment.total


def submit(act: Act, assessment_id: int, *, seen: str = "") -> None:
    """Hand the assessment in; refused with every place where a mark or comment is missing.

    `seen` is the fingerprint of what the assessor looked at: another one is refused, so that
    nothing leaves that was changed in a second window.
    """
    assessment, stage, _ = _mine(act, assessment_id)
    is_open = assessment.state in ("in_progress", "reopened")
    if is_open and seen and seen != marking.fingerprint(assessment.marks, assessment.comments):
        raise Conflict(
            N_("It was changed since you looked at it, perhaps in another window. Look again.")
        )
    wrong = marking.missing(stage, assessment.marks, assessment.comments)
    if wrong:
        raise Invalid({each.path: each for each in wrong})
    # From here on others compute with the marks: "3,5" becomes 3.5.
    assessment.marks = marking.exact_marks(stage, assessment.marks)
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


def _put_back(act: Act, entry: StageEntry, lost: Sequence[Assessment]) -> None:
    """Give files back; an hour counts as changed then, for their calendars were told it is off."""
    for assessment in lost:
        assessment.decline_reason = ""
        act.move(assessment, "put_back")
    if lost:
        hours = act.load_many(
            Interview, Interview.entry_id == entry.id, to=Permission.ASSIGN_ASSESSORS, within=entry
        )
        for each in hours:
            each.changes += 1


def _off_panel(act: Act, call_id: int, lost: Sequence[Assessment], *, to: Permission) -> None:
    """Tell one assessor which interviews went with the files; the calendar forgets them."""
    keys = [each.entry_id for each in lost]
    interview_mail.tell_of_leaving(act, call_id, lost[0].assessor_id, keys, to=to)


def _new(act: Act, entry_id: int, assessor_id: int) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "assessor_id": assessor_id,
        "state": "assigned",
        "marks": {},
        "comments": {},
        "assigned_at": act.now,
        "assigned_by": act.actor.user_id,
        "version": 1,
    }


def _me(act: Act) -> int:
    if act.actor.user_id is None:
        raise Forbidden
    return act.actor.user_id


def _stage_and_lot(act: Act, stage_id: int, lot_id: int) -> tuple[Stage, Lot]:
    stage = act.load(Stage, stage_id, to=Permission.ASSESS)
    lot = act.load(Lot, lot_id, to=Permission.ASSESS)
    if lot.call_id != stage.call_id:
        raise Invalid({"lot": N_("This lot is not part of the call.")})
    return stage, lot


def _mine(act: Act, assessment_id: int) -> tuple[Assessment, SchemeStage, assessing.EntryPlace]:
    """Load one's own assessment; a conflict or a missing declaration closes it."""
    assessment = act.load(Assessment, assessment_id, to=Permission.ASSESS)
    place, declared = assessing.place_and_declared(act.session, assessment.entry_id, _me(act))
    if not declared:
        raise Forbidden(N_("Declare your impartiality for this lot first."))
    if place.entry_state == "withdrawn":
        raise Conflict(N_("The applicant has withdrawn this application."))
    scheme = scheme_named(act.session, place.call_id, place.digest)
    return assessment, scheme.stage(place.stage_key), place


def _touched(act: Act, stage: Stage, lot_id: int) -> Sequence[Assessment]:
    """Return the actor's assessments in the lot that a conflict takes away.

    Applications, then entries, then assessments: the order in which everybody locks.
    """
    entries = assessing.unscored_entries_of_lot(stage.call_id, lot_id)
    act.load_many(
        Application,
        Application.id.in_(assessing.applications_of(entries)),
        to=Permission.ASSESS,
        within=stage,
    )
    act.load_many(StageEntry, StageEntry.id.in_(entries), to=Permission.ASSESS, within=stage)
    # Asked anew: an entry whose score was agreed while we waited is no longer among them.
    return act.load_many(
        Assessment,
        Assessment.assessor_id == _me(act),
        Assessment.state.in_(_LIVE),
        Assessment.entry_id.in_(assessing.unscored_entries_of_lot(stage.call_id, lot_id)),
        to=Permission.ASSESS,
        within=stage,
    )


def _refuse_busy(act: Act, entry_id: int, chosen: Sequence[int]) -> None:
    """Raise Invalid for somebody who holds another interview at the hour of this one."""
    interviews_held.in_turn(act.session, chosen)
    for name, hour in interviews_held.at_once(act.session, entry_id, chosen).values():
        values = {"name": name, "from_at": hour.starts_at, "until_at": hour.ends_at}
        said = Message("assigning.held_at_once", {**values, "place": hour.place})
        raise Invalid({"assessors": said})


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
