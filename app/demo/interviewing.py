"""The shortlist comes to interviews: the panel, hours by mail, marks of those who were heard."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from app.actions import interview_hours
from app.actions.interview_hours import NewHour
from app.demo import applying, judging, story
from app.demo.applying import Begun
from app.demo.marks import sheet_of
from app.demo.starting import Playing
from app.queries.interviews import invited_to

MINUTES = 45


def tell(play: Playing) -> None:
    begun = applying.apply(play)
    story.assess_first(play, begun)
    story.shortlist(play)
    story.invite(play)
    _interview(play, _invited(play, begun))


def _invited(play: Playing, begun: Sequence[Begun]) -> list[Begun]:
    stage_id = play.stage_ids[play.scheme.stages[1].key]
    with play.world.acting(None, play.world.at(0)) as act:
        invited = invited_to(act.session, stage_id)
    return [each for each in begun if each.application_id in invited]


def _interview(play: Playing, invited: Sequence[Begun]) -> None:
    """The panel is named and declares before the hours are told; some have been heard since."""
    world, stage, letters_left = play.world, play.scheme.stages[1], play.planned.invited
    assert letters_left is not None
    judging.assign_each(play, invited, stage, world.at(letters_left, 12))
    judging.declare_all(play, stage, world.at(letters_left + 1))
    ids = judging.entries(play, invited, stage)
    for each in invited:
        if not each.planned.hour:
            continue
        starts_at = world.at(*each.planned.hour)
        with world.acting("officer", world.at(letters_left + 2)) as act:
            hour = NewHour(starts_at, MINUTES, play.planned.place)
            interview_hours.change(act, ids[each.application_id], hour)
        sheets = [sheet_of(stage, Fraction(one)) for one in each.planned.totals]
        judging.mark(world, ids[each.application_id], sheets, starts_at + timedelta(hours=1))
