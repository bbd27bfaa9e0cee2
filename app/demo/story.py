"""Each call's story, as far as it has come on the base day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from app.actions import (
    allocation,
    calls,
    decisions,
    letters,
    preselection,
    ranking,
    scores,
    stages,
)
from app.demo import applying, judging, paying
from app.demo.applying import Begun, Papers
from app.demo.cast import Stage as World
from app.demo.marks import sheet_of, two_sheets
from app.demo.world import PlannedCall
from app.queries import demo as rows
from app.queries import letters as letters_waiting
from app.queries.schemes import scheme_of
from app.rules.deadlines import ZONE
from app.rules.money import parse_cents
from app.rules.scheme import Scheme
from app.rules.scheme_rules import selected_stage_keys
from app.rules.scheme_text import said

CHECK_DAYS, ASSESS_DAYS, AGREE_DAYS, DECIDE_DAYS = 3, 12, 20, 22


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


def publish(world: World, planned: PlannedCall, papers: Papers) -> Playing:
    """The manager starts the call from its template, sets dates and money, and publishes."""
    at = world.at(planned.published)
    with world.acting("manager", at - timedelta(days=7)) as act:
        call_id = calls.start(
            act,
            authority_id=world.authority_id,
            template_key=planned.template,
            code=planned.code,
            title=planned.title,
        )
        calls.change_basics(
            act, call_id, code=planned.code, title=planned.title, summary=planned.summary
        )
        scheme = scheme_of(act.session, call_id)
        if planned.lots:
            lots = _lots(scheme, planned)
            envelope_cents = sum(each.envelope_cents for each in lots)
            calls.change_lots(act, call_id, envelope_cents=envelope_cents, lots=lots)
        valid = None if planned.reserve_valid is None else world.at(planned.reserve_valid).date()
        calls.change_dates(
            act,
            call_id,
            opens_at=world.at(planned.opens, 8),
            closes_at=world.at(planned.closes, 17),
            reserve_valid_until=valid or world.at(planned.closes + 400).date(),
        )
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


def _lots(scheme: Scheme, planned: PlannedCall) -> list[calls.LotChange]:
    return [
        calls.LotChange(
            code=lot.code,
            title=said(lot.title, scheme.languages[0]),
            envelope_cents=parse_cents(planned.lots[lot.code]),
            min_grant_cents=lot.min_grant_cents,
            max_grant_cents=lot.max_grant_cents,
        )
        for lot in scheme.lots
    ]


def apply(play: Playing) -> list[Begun]:
    """Town halls begin during the first days and send in towards the end, as they do."""
    planned, world = play.planned, play.world
    begun = [
        applying.begin(world, play.call_id, each, world.at(planned.opens + 2, 9, number), number)
        for number, each in enumerate(planned.applications)
    ]
    last = min(planned.closes, 0) - 1
    for number, each in enumerate(begun):
        _send_in(play, each, 0, world.at(last - number % 3, 11 + number % 5, number))
    return begun


def _send_in(play: Playing, begun: Begun, stage_number: int, at: datetime) -> None:
    stage = play.scheme.stages[stage_number]
    with play.world.acting(None, play.world.at(0)) as act:
        entry_id = rows.entry_id(act.session, begun.application_id, play.stage_ids[stage.key])
    applying.send_in(play.world, play.scheme, stage, begun, entry_id, play.papers, at)


def entries(play: Playing, begun: list[Begun], stage_number: int) -> dict[int, int]:
    """Return entry ids at a stage by application."""
    stage_id = play.stage_ids[play.scheme.stages[stage_number].key]
    with play.world.acting(None, play.world.at(0)) as act:
        return {
            each.application_id: rows.entry_id(act.session, each.application_id, stage_id)
            for each in begun
        }


def assess_first(play: Playing, begun: list[Begun]) -> None:
    """The first stage is checked, assigned, declared; marks as far as the story has them."""
    world, closes = play.world, play.planned.closes
    stage = play.scheme.stages[0]
    judging.close(world, play.call_id, world.at(closes, 18))
    ids = entries(play, begun, 0)
    judging.check_all(world, stage, list(ids.values()), world.at(closes + CHECK_DAYS))
    judging.assign_all(world, list(ids.values()), world.at(closes + CHECK_DAYS, 15))
    judging.declare_all(
        world,
        play.stage_ids[stage.key],
        list(play.lot_ids.values()),
        world.at(closes + CHECK_DAYS + 1),
    )
    for number, each in enumerate(begun):
        at = world.at(closes + min(ASSESS_DAYS, 6), 19, number)
        if each.planned.relevance:
            total, sections = judging.concept_sheets(stage, Fraction(each.planned.relevance))
            sheets = list(two_sheets(stage, total, sections))
        else:
            sheets = [sheet_of(stage, Fraction(one)) for one in each.planned.totals]
        judging.mark(world, ids[each.application_id], sheets, at)


def shortlist(play: Playing) -> None:
    """Scores are agreed, the list is cut to the limit, a second manager decides."""
    world, closes = play.world, play.planned.closes
    stage_id = play.stage_ids[play.scheme.stages[0].key]
    with world.acting("chair", world.at(closes + AGREE_DAYS)) as act:
        scores.agree_all(act, stage_id)
    with world.acting("manager", world.at(closes + AGREE_DAYS, 14)) as act:
        ranking.rank(act, stage_id)
        preselection.preselect(act, stage_id)
    with world.acting("manager2", world.at(closes + DECIDE_DAYS)) as act:
        decisions.decide_preselection(act, stage_id, reason="As ranked by the committee.")


def invite(play: Playing) -> None:
    """The next stage gets its dates, the letters are printed and looked at, then announced."""
    world, planned = play.world, play.planned
    first, following = play.scheme.stages[0], play.scheme.stages[1]
    opens_at, closes_at = world.at(planned.next_opens, 8), world.at(planned.next_closes, 17)
    with world.acting("manager", world.at(planned.closes + DECIDE_DAYS, 15)) as act:
        stages.set_dates(act, play.stage_ids[following.key], opens_at=opens_at, closes_at=closes_at)
    announced = world.at(planned.next_opens, 7)
    print_letters(play, first.key, world.at(planned.closes + DECIDE_DAYS, 16), announced)
    with world.acting("manager", announced) as act:
        decisions.announce_preselection(
            act, play.stage_ids[first.key], opens_at=opens_at, closes_at=closes_at
        )


def print_letters(play: Playing, stage_key: str, at: datetime, announced: datetime) -> None:
    """Prepare every letter of a decided stage and print it, as the worker would."""
    stage_id = play.stage_ids[stage_key]
    with play.world.acting("manager", at) as act:
        letters.prepare(act, stage_id, announce_on=announced.astimezone(ZONE).date())
    with play.world.acting(None, at) as act:
        waiting = letters_waiting.pending(act.session, stage_id)
    for letter_id in waiting:
        with play.world.acting(None, at + timedelta(minutes=5)) as act:
            letters.render(act, letter_id, renderer=play.papers.renderer, store=play.papers.store)


def announce(play: Playing, begun: list[Begun]) -> None:
    """The letters of the decision are printed and released; money begins to move."""
    world, planned = play.world, play.planned
    last = play.scheme.last_scored_stage()
    assert last is not None
    announced = world.at(planned.announced, 9)
    print_letters(play, last.key, announced - timedelta(days=2), announced)
    with world.acting("manager", announced) as act:
        decisions.announce(act, play.call_id)
    paying.play(world, begun, announced)


def second_stage(play: Playing, begun: list[Begun]) -> None:
    """Everybody invited sends in the full application; it is checked and marked."""
    world, planned = play.world, play.planned
    stage = play.scheme.stages[1]
    for number, each in enumerate(begun):
        at = world.at(planned.next_closes - 1 - number % 3, 11 + number % 5, number)
        _send_in(play, each, 1, at)
    closes = planned.next_closes
    judging.close(world, play.call_id, world.at(closes, 18))
    ids = entries(play, begun, 1)
    judging.check_all(world, stage, list(ids.values()), world.at(closes + CHECK_DAYS))
    judging.assign_all(world, list(ids.values()), world.at(closes + CHECK_DAYS, 15))
    judging.declare_all(
        world,
        play.stage_ids[stage.key],
        list(play.lot_ids.values()),
        world.at(closes + CHECK_DAYS + 1),
    )
    for number, each in enumerate(begun):
        rest = Fraction(each.planned.score) - Fraction(each.planned.relevance)
        at = world.at(closes + ASSESS_DAYS, 19, number)
        judging.mark(world, ids[each.application_id], two_sheets(stage, rest), at)


def award(play: Playing) -> None:
    """Scores, ranking, allocation, the check of those proposed, and the decision."""
    world, closes = play.world, play.planned.next_closes
    stage_id = play.stage_ids[play.scheme.stages[1].key]
    with world.acting("chair", world.at(closes + AGREE_DAYS)) as act:
        scores.agree_all(act, stage_id)
    with world.acting("manager", world.at(closes + AGREE_DAYS, 14)) as act:
        ranking.rank(act, stage_id)
        allocation.allocate(act, play.call_id)
    for key in selected_stage_keys(play.scheme):
        with world.acting(None, world.at(closes + AGREE_DAYS, 15)) as act:
            ids = rows.proposed_entries(act.session, play.call_id, play.stage_ids[key])
        judging.check_all(world, play.scheme.stage(key), ids, world.at(closes + DECIDE_DAYS))
    with world.acting("manager2", world.at(closes + DECIDE_DAYS + 2)) as act:
        decisions.decide(act, play.call_id, reason="As ranked by the committee.")
