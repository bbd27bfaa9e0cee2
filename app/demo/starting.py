"""A call from its template to publication, and what the authority says of it afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from app.actions import calls, calls_correct, calls_edit, calls_stop, rounds
from app.actions.act import Act
from app.actions.calls_correct import Correction
from app.actions.calls_edit import Edit
from app.demo.cast import Stage as World
from app.demo.cast import settle_towns, tax_number
from app.demo.papers import Papers
from app.demo.world import PlannedCall, PlannedDirect
from app.queries import demo as rows
from app.queries.schemes import scheme_of
from app.rules.money import parse_cents
from app.rules.scheme import Scheme
from app.rules.scheme_direct import DirectAward, DirectGround
from app.rules.scheme_edit import kind_at
from app.rules.scheme_money import AwardFloor
from app.rules.scheme_rounds import Rounds
from app.rules.scheme_text import Text, said


@dataclass(frozen=True, slots=True)
class Playing:
    """One call while its story is told."""

    world: World
    planned: PlannedCall
    papers: Papers
    call_id: int
    scheme: Scheme
    stage_ids: dict[str, int]
    lot_ids: dict[str, int]


def draft(world: World, planned: PlannedCall) -> int:
    """The manager starts the call from its template and sets its money and rules."""
    with world.acting("manager", world.at(planned.published) - timedelta(days=7)) as act:
        call_id = _begun(act, world, planned)
        calls.change_basics(
            act, call_id, code=planned.code, title=planned.title, summary=planned.summary
        )
        if planned.lots:
            lots = _lots(scheme_of(act.session, call_id), planned)
            envelope_cents = sum(each.envelope_cents for each in lots)
            calls.change_lots(act, call_id, envelope_cents=envelope_cents, lots=lots)
        _change_rules(act, world, call_id, planned)
    world.calls[planned.key] = call_id
    return call_id


def _begun(act: Act, world: World, planned: PlannedCall) -> int:
    """Start from the template, or as the next round of a call, which has its dates already."""
    if planned.follows:
        giver_id = world.calls[planned.follows]
        return rounds.begin_next(act, giver_id, code=planned.code, title=planned.title)
    return calls.start(
        act,
        authority_id=world.authority_id,
        template_key=planned.template,
        code=planned.code,
        title=planned.title,
    )


def publish(world: World, planned: PlannedCall, papers: Papers) -> Playing:
    """The call gets its dates and is published."""
    call_id = draft(world, planned)
    at = world.at(planned.published)
    if not planned.follows:
        _set_dates(world, planned, call_id, at - timedelta(days=7))
    with world.acting("manager", at) as act:
        calls.publish(act, call_id)
        return Playing(
            world=world,
            planned=planned,
            papers=papers,
            call_id=call_id,
            scheme=scheme_of(act.session, call_id),
            stage_ids=rows.stage_ids(act.session, call_id),
            lot_ids=rows.lot_ids(act.session, call_id),
        )


def _set_dates(world: World, planned: PlannedCall, call_id: int, at: datetime) -> None:
    valid = planned.closes + 400 if planned.reserve_valid is None else planned.reserve_valid
    with world.acting("manager", at) as act:
        calls.change_dates(
            act,
            call_id,
            opens_at=world.at(planned.opens, 8),
            closes_at=world.at(planned.closes, 17),
            reserve_valid_until=world.at(valid).date(),
        )


def notify(play: Playing) -> None:
    """A later deadline by a corrigendum, a stop for a while, or the end, where the story has it."""
    world, planned = play.world, play.planned
    if planned.corrected is not None:
        corrected = planned.corrected
        with world.acting("manager", world.at(corrected.on)) as act:
            calls_correct.prepare(act, play.call_id)
            later = Correction(corrected.reason, world.at(corrected.closes, 17))
            calls_correct.correct(act, play.call_id, later)
    if planned.stopped is not None:
        deed = calls.cancel if planned.until == "cancelled" else calls_stop.suspend
        with world.acting("manager", world.at(planned.stopped.on)) as act:
            deed(act, play.call_id, reason=planned.stopped.reason)


def _lots(scheme: Scheme, planned: PlannedCall) -> list[calls.LotChange]:
    least_cents = parse_cents(planned.min_grant) if planned.min_grant else None
    return [
        calls.LotChange(
            code=lot.code,
            title=said(lot.title, scheme.languages[0]),
            envelope_cents=parse_cents(planned.lots[lot.code]),
            min_grant_cents=lot.min_grant_cents if least_cents is None else least_cents,
            max_grant_cents=lot.max_grant_cents,
        )
        for lot in scheme.lots
    ]


def _change_rules(act: Act, world: World, call_id: int, planned: PlannedCall) -> None:
    scheme = scheme_of(act.session, call_id)
    values = {path: _typed(kind_at(scheme, path), told) for path, told in planned.rules.items()}
    if planned.cut_offs:
        values["rounds"] = Rounds(tuple(world.at(day).date() for day in planned.cut_offs))
    if planned.direct is not None:
        values["call.direct"] = _direct(world, planned.direct, scheme.languages[0])
    if values:
        calls_edit.change_rules(act, call_id, Edit(values=values))
    for dimension in planned.floors:
        floor = AwardFloor(dimension)
        calls_edit.change_rules(act, call_id, Edit(add=("allocation.floors", floor)))


def _direct(world: World, planned: PlannedDirect, language: str) -> DirectAward:
    places = (*planned.invited, *(place for place, _ in planned.later), *planned.absent)
    return DirectAward(
        ground=DirectGround(planned.ground),
        justification=Text({language: planned.justification}),
        named=tuple(f"RS:PIB:{tax_number(world, place)}" for place in places),
    )


def settle_later(play: Playing) -> None:
    """Town halls that are named get their account after the call was published."""
    direct = play.planned.direct
    for place, day in direct.later if direct else ():
        settle_towns(play.world, [place], play.world.at(day, 9))


def _typed(kind: object, told: str) -> object:
    """Return a rule as its type: the story writes names and numbers as text."""
    if kind is int or (isinstance(kind, type) and issubclass(kind, StrEnum | Fraction)):
        return kind(told)
    return told
