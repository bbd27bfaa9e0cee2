"""The story of a call with two stages: concept notes, a shortlist, full applications."""

from collections.abc import Sequence
from fractions import Fraction

from app.actions import decisions, preselection, ranking, scores, stages
from app.demo import applying, awarding, judging
from app.demo.applying import Begun
from app.demo.marks import sheet_of, two_sheets
from app.demo.starting import Playing

CHECK_DAYS, ASSESS_DAYS, AGREE_DAYS, DECIDE_DAYS = 3, 12, 20, 22


def tell(play: Playing) -> None:
    begun = applying.apply(play)
    if play.planned.until == "open":
        return
    assess_first(play, begun)
    if play.planned.until == "assessment":
        return
    shortlist(play)
    invite(play)
    second_stage(play, begun)
    closes = play.planned.next_closes
    awarding.rank(play, closes + AGREE_DAYS)
    awarding.allocate(play, closes + AGREE_DAYS)
    awarding.decide(play, closes + DECIDE_DAYS)
    awarding.announce(play, begun)


def assess_first(play: Playing, begun: Sequence[Begun]) -> None:
    """The first stage is checked, assigned, declared; marks as far as the story has them."""
    world, closes = play.world, play.planned.closes
    stage = play.scheme.stages[0]
    judging.close(world, play.call_id, world.at(closes, 18))
    judging.check_each(play, begun, world.at(closes + CHECK_DAYS))
    judging.assign_each(play, begun, stage, world.at(closes + CHECK_DAYS, 15))
    judging.declare_all(play, stage, world.at(closes + CHECK_DAYS + 1))
    judging.give_back(play, begun, stage, world.at(closes + CHECK_DAYS + 2))
    sheets = {}
    for each in begun:
        if each.planned.relevance:
            total, sections = judging.concept_sheets(stage, Fraction(each.planned.relevance))
            sheets[each.application_id] = list(two_sheets(stage, total, sections))
        else:
            totals = each.planned.totals
            sheets[each.application_id] = [sheet_of(stage, Fraction(one)) for one in totals]
    judging.mark_each(play, begun, stage, sheets, world.at(closes + min(ASSESS_DAYS, 6), 19))


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
    announced = world.at(planned.next_opens if planned.invited is None else planned.invited, 7)
    at = world.at(planned.closes + DECIDE_DAYS, 16)
    awarding.print_letters(play, first, at, announced)
    with world.acting("manager", announced) as act:
        decisions.announce_preselection(
            act, play.stage_ids[first.key], opens_at=opens_at, closes_at=closes_at
        )


def second_stage(play: Playing, begun: Sequence[Begun]) -> None:
    """Everybody invited sends in the full application; it is checked and marked."""
    world, closes = play.world, play.planned.next_closes
    stage = play.scheme.stages[1]
    for number, each in enumerate(begun):
        at = world.at(closes - 1 - number % 3, 11 + number % 5, number)
        applying.send_in(play, stage, each, at)
    judging.close(world, play.call_id, world.at(closes, 18))
    ids = judging.entries(play, begun, stage)
    judging.check_all(play, stage, list(ids.values()), world.at(closes + CHECK_DAYS))
    judging.assign_each(play, begun, stage, world.at(closes + CHECK_DAYS, 15))
    judging.declare_all(play, stage, world.at(closes + CHECK_DAYS + 1))
    sheets = {
        each.application_id: two_sheets(
            stage, Fraction(each.planned.score) - Fraction(each.planned.relevance)
        )
        for each in begun
    }
    judging.mark_each(play, begun, stage, sheets, world.at(closes + ASSESS_DAYS, 19))
