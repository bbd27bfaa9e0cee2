"""The authority at work: checks, assessors, the committee, ranking and decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from app.actions import assessments, checks, clarifications, judgements, stages
from app.actions.act import Act
from app.actions.checks import Answer
from app.actions.clarifications import Question
from app.demo.applying import Begun, subject_of
from app.demo.cast import Stage as World
from app.demo.marks import Sheet
from app.demo.starting import Playing
from app.queries import demo as rows
from app.rules.deadlines import ZONE
from app.rules.eligibility import officer_criteria
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage

ASSESSORS = ("assessor1", "assessor2")
# More than the working days of any scheme of the library, public holidays included.
REPLY_DAYS = 14


def close(world: World, call_id: int, at: datetime) -> None:
    with world.acting(None, at) as act:
        stages.by_clock(act, call_id)


def entries(play: Playing, begun: Sequence[Begun], stage: Stage) -> dict[int, int]:
    """Return entry ids at a stage by application."""
    stage_id = play.stage_ids[stage.key]
    with play.world.acting(None, play.world.at(0)) as act:
        return {
            each.application_id: rows.entry_id(act.session, each.application_id, stage_id)
            for each in begun
        }


def check_all(play: Playing, stage: Stage, entry_ids: Sequence[int], at: datetime) -> None:
    """The officer finds every item met, in the last check every criterion too, and admits."""
    for entry_id in entry_ids:
        with play.world.acting("officer", at) as act:
            _find_all_met(act, play.scheme, stage, entry_id)
            checks.admit(act, entry_id)


def _find_all_met(act: Act, scheme: Scheme, stage: Stage, entry_id: int) -> None:
    checks.answer(act, entry_id, {item.key: Answer("met") for item in stage.checklist})
    if [each.key for each in scheme.stages if each.checklist][-1] == stage.key:
        lot = rows.lot_of(act.session, entry_id)
        criteria = officer_criteria(scheme.eligibility, lot)
        if criteria:
            judgements.judge(act, entry_id, {each.key: Answer("met") for each in criteria})


def check_each(play: Playing, begun: Sequence[Begun], at: datetime) -> None:
    """Check what was sent in: admit, ask, refuse, or leave it for tomorrow, as the story says."""
    stage = play.scheme.stages[0]
    ids = entries(play, begun, stage)
    for each in begun:
        entry_id = ids[each.application_id]
        far = each.planned.far
        if far in ("asked", "answered"):
            _ask(play, stage, each, entry_id, at)
        elif far == "refused":
            _refuse(play, stage, each, entry_id, at)
        elif far != "unchecked":
            check_all(play, stage, [entry_id], at)


def _ask(play: Playing, stage: Stage, begun: Begun, entry_id: int, at: datetime) -> None:
    world, planned = play.world, begun.planned
    reply_on = (at + timedelta(days=REPLY_DAYS)).astimezone(ZONE).date()
    with world.acting("officer", at) as act:
        question = Question((_clarifiable(stage),), planned.text, reply_on)
        question_id = clarifications.ask(act, entry_id, question)
    if planned.far == "answered":
        replied_at = at + timedelta(days=1, hours=3)
        proof = play.papers.file("Extract of the adopted budget", subject_of(planned, at))
        with world.acting(world.clerks[planned.place], replied_at) as act:
            clarifications.answer(
                act, question_id, text=planned.reply, files=[proof], received_at=replied_at
            )


def _refuse(play: Playing, stage: Stage, begun: Begun, entry_id: int, at: datetime) -> None:
    with play.world.acting("officer", at) as act:
        _find_all_met(act, play.scheme, stage, entry_id)
        reason = begun.planned.text
        checks.answer(act, entry_id, {_clarifiable(stage): Answer("not_met", reason)})
        checks.find_ineligible(act, entry_id, reason=reason)


def _clarifiable(stage: Stage) -> str:
    """Return the last item of the checklist that may be asked about."""
    return next(each.key for each in reversed(stage.checklist) if each.clarifiable)


def assign_each(play: Playing, begun: Sequence[Begun], stage: Stage, at: datetime) -> None:
    """Give each application its assessors; with a conflict the last of them comes afterwards."""
    ids = entries(play, begun, stage)
    with play.world.acting("officer", at) as act:
        for each in begun:
            people = _assessors(each)
            first = people[:2] if each.planned.far == "conflict" else people
            ids_of_people = [play.world.users[who] for who in first]
            assessments.assign(act, ids[each.application_id], ids_of_people)


def _assessors(begun: Begun) -> Sequence[str]:
    return begun.planned.assessors or ASSESSORS


def declare_all(play: Playing, stage: Stage, at: datetime) -> None:
    """The usual two declare that they are impartial, for every lot."""
    for who in ASSESSORS:
        with play.world.acting(who, at) as act:
            for lot_id in play.lot_ids.values():
                assessments.declare(
                    act, stage_id=play.stage_ids[stage.key], lot_id=lot_id, has_conflict=False
                )


def give_back(play: Playing, begun: Sequence[Begun], stage: Stage, at: datetime) -> None:
    """Somebody declares a conflict and is replaced; somebody gives a file back unmarked."""
    world, ids = play.world, entries(play, begun, stage)
    for each in begun:
        entry_id, people = ids[each.application_id], _assessors(each)
        if each.planned.far == "conflict":
            with world.acting(people[1], at) as act:
                assessments.declare(
                    act,
                    stage_id=play.stage_ids[stage.key],
                    lot_id=play.lot_ids[each.planned.lot],
                    has_conflict=True,
                    reason=each.planned.text,
                )
            with world.acting("officer", at + timedelta(hours=1)) as act:
                assessments.assign(act, entry_id, [world.users[people[2]]])
        elif each.planned.far == "declined":
            with world.acting(people[-1], at) as act:
                held = rows.assessment_of(act.session, entry_id, world.users[people[-1]])
                assessments.decline(act, held, reason=each.planned.text)


def mark_each(
    play: Playing,
    begun: Sequence[Begun],
    stage: Stage,
    sheets: Mapping[int, Sequence[Sheet]],
    at: datetime,
) -> None:
    """Each assessor saves and submits a sheet; fewer sheets leave the others at work."""
    ids = entries(play, begun, stage)
    for number, each in enumerate(begun):
        people = list(_assessors(each))
        if each.planned.far == "conflict":
            del people[1]
        given = sheets[each.application_id]
        moment = at + timedelta(minutes=number)
        mark(play.world, ids[each.application_id], given, moment, people)


def mark(
    world: World,
    entry_id: int,
    sheets: Sequence[Sheet],
    at: datetime,
    people: Sequence[str] = ASSESSORS,
) -> None:
    for place, (who, sheet) in enumerate(zip(people, sheets, strict=False)):
        with world.acting(who, at + timedelta(hours=place)) as act:
            assessment_id = rows.assessment_of(act.session, entry_id, world.users[who])
            assessments.save(act, assessment_id, marks=sheet.marks, comments=sheet.comments)
            assessments.submit(act, assessment_id)


def concept_sheets(stage: Stage, relevance: Fraction) -> tuple[Fraction, dict[str, Fraction]]:
    """Return total and fixed first section of a concept note with this relevance."""
    sections = [each for each in (stage.grid.sections if stage.grid else ()) if each.criteria]
    first, rest = sections[0], sections[1:]
    share = relevance / first.maximum
    others = sum((each.maximum for each in rest), Fraction(0)) * share
    return relevance + Fraction(int(others)), {first.code: relevance}
