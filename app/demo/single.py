"""The story of a call with one stage, as far as it has come on the base day."""

from collections.abc import Sequence
from fractions import Fraction

from app.actions import reserve
from app.demo import applying, awarding, judging, starting
from app.demo.applying import Begun
from app.demo.marks import sheet_of, two_sheets
from app.demo.starting import Playing

CHECK_DAYS, ASSESS_DAYS, AGREE_DAYS, DECIDE_DAYS = 3, 10, 18, 20


def tell(play: Playing) -> None:
    begun = applying.apply(play)
    starting.notify(play)
    starting.settle_later(play)
    if play.planned.until in ("open", "cancelled"):
        return
    _check(play, begun)
    if play.planned.until == "checking":
        return
    _mark(play, begun)
    if play.planned.until == "marked":
        return
    closes = play.planned.closes
    awarding.rank(play, closes + AGREE_DAYS)
    if play.planned.until == "ranked":
        return
    awarding.allocate(play, closes + AGREE_DAYS)
    if play.planned.until == "allocated":
        return
    awarding.decide(play, closes + DECIDE_DAYS)
    if play.planned.until == "decided":
        awarding.write_with_failure(play, begun, closes + DECIDE_DAYS + 1)
        return
    awarding.announce(play, begun)
    if play.planned.reserve_called is not None:
        with play.world.acting("manager", play.world.at(play.planned.reserve_called)) as act:
            reserve.propose(act, play.call_id)


def _check(play: Playing, begun: Sequence[Begun]) -> None:
    world, closes = play.world, play.planned.closes
    judging.close(world, play.call_id, world.at(closes, 18))
    judging.check_each(play, begun, world.at(closes + CHECK_DAYS))


def _mark(play: Playing, begun: Sequence[Begun]) -> None:
    """Assigned, declared, and marked: two sheets whose mean is the score of the story."""
    world, closes, stage = play.world, play.planned.closes, play.scheme.stages[0]
    judging.assign_each(play, begun, stage, world.at(closes + CHECK_DAYS, 15))
    judging.declare_all(play, stage, world.at(closes + CHECK_DAYS + 1))
    judging.give_back(play, begun, stage, world.at(closes + CHECK_DAYS + 2))
    assert stage.grid is not None
    relevance = stage.grid.sections[0].code
    sheets = {}
    for each in begun:
        planned = each.planned
        if planned.totals:
            sheets[each.application_id] = [sheet_of(stage, Fraction(one)) for one in planned.totals]
        else:
            fixed = {relevance: Fraction(planned.relevance)} if planned.relevance else {}
            found = two_sheets(stage, Fraction(planned.score), fixed)
            sheets[each.application_id] = list(found)
    judging.mark_each(play, begun, stage, sheets, world.at(closes + ASSESS_DAYS, 19))
