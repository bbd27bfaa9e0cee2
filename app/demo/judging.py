"""The authority at work: checks, two assessors, the committee, ranking and decisions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from app.actions import assessments, checks, judgements, stages
from app.demo.cast import Stage as World
from app.demo.marks import Sheet
from app.queries import demo as rows
from app.queries.checks import entry_check
from app.rules.scheme_grid import Stage

ASSESSORS = ("assessor1", "assessor2")


def close(world: World, call_id: int, at: datetime) -> None:
    with world.acting(None, at) as act:
        stages.by_clock(act, call_id)


def check_all(world: World, stage: Stage, entry_ids: Sequence[int], at: datetime) -> None:
    """The officer finds every item met, in the last check every criterion too, and admits."""
    met = {item.key: checks.Answer("met") for item in stage.checklist}
    for entry_id in entry_ids:
        with world.acting("officer", at) as act:
            checks.answer(act, entry_id, met)
            seen = entry_check(act.session, act.actor, entry_id)
            if seen.judges_all:
                judged = {each.criterion.key: checks.Answer("met") for each in seen.criteria}
                judgements.judge(act, entry_id, judged)
            checks.admit(act, entry_id)


def assign_all(world: World, entry_ids: Sequence[int], at: datetime) -> None:
    with world.acting("officer", at) as act:
        for entry_id in entry_ids:
            assessments.assign(act, entry_id, [world.users[who] for who in ASSESSORS])


def declare_all(world: World, stage_id: int, lot_ids: Sequence[int], at: datetime) -> None:
    for who in ASSESSORS:
        with world.acting(who, at) as act:
            for lot_id in lot_ids:
                assessments.declare(act, stage_id=stage_id, lot_id=lot_id, has_conflict=False)


def mark(world: World, entry_id: int, sheets: Sequence[Sheet], at: datetime) -> None:
    """Each assessor saves and submits a sheet; fewer sheets leave the others at work."""
    for place, (who, sheet) in enumerate(zip(ASSESSORS, sheets, strict=False)):
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
