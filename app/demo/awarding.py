"""From agreed scores to the announcement: the same for every call of money."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.actions import allocation, decisions, letters, ranking, scores
from app.demo import judging, paying
from app.demo.applying import Begun
from app.demo.starting import Playing
from app.documents.store import Store
from app.errors import Problem
from app.queries import demo as rows
from app.queries import letters as letters_waiting
from app.rules.deadlines import ZONE
from app.rules.scheme_grid import Stage
from app.rules.scheme_rules import selected_stage_keys


def scored_stage(play: Playing) -> Stage:
    last = play.scheme.last_scored_stage()
    assert last is not None
    return last


def rank(play: Playing, day: int) -> None:
    """The chair agrees the scores, the manager ranks."""
    stage_id = play.stage_ids[scored_stage(play).key]
    with play.world.acting("chair", play.world.at(day)) as act:
        scores.agree_all(act, stage_id)
    with play.world.acting("manager", play.world.at(day, 14)) as act:
        ranking.rank(act, stage_id)


def allocate(play: Playing, day: int) -> None:
    """The awards are computed; those proposed are checked where the scheme has that check."""
    world = play.world
    with world.acting("manager", world.at(day, 15)) as act:
        allocation.allocate(act, play.call_id)
    for key in selected_stage_keys(play.scheme):
        with world.acting(None, world.at(day, 16)) as act:
            ids = rows.proposed_entries(act.session, play.call_id, play.stage_ids[key])
        judging.check_all(play, play.scheme.stage(key), ids, world.at(day + 2))


def decide(play: Playing, day: int) -> None:
    """Who computed the awards may not decide them."""
    with play.world.acting("manager2", play.world.at(day, 16)) as act:
        decisions.decide(act, play.call_id, reason="As ranked by the committee.")


def announce(play: Playing, begun: Sequence[Begun]) -> None:
    """The letters of the decision are printed and released; money begins to move."""
    world, announced = play.world, play.world.at(play.planned.announced, 9)
    print_letters(play, scored_stage(play), announced - timedelta(days=2), announced)
    with world.acting("manager", announced) as act:
        decisions.announce(act, play.call_id)
    paying.play(play, begun, announced)


def write_letters(play: Playing, stage: Stage, at: datetime, announced: datetime) -> list[int]:
    """Prepare every letter of a decided stage; return those that wait to be printed."""
    stage_id = play.stage_ids[stage.key]
    with play.world.acting("manager", at) as act:
        letters.prepare(act, stage_id, announce_on=announced.astimezone(ZONE).date())
        return list(letters_waiting.pending(act.session, stage_id))


def print_letters(play: Playing, stage: Stage, at: datetime, announced: datetime) -> None:
    """Prepare every letter of a decided stage and print it, as the worker would."""
    for letter_id in write_letters(play, stage, at, announced):
        _print(play, letter_id, play.papers.store, at)


def _print(play: Playing, letter_id: int, store: Store, at: datetime) -> None:
    with play.world.acting(None, at + timedelta(minutes=5)) as act:
        letters.render(act, letter_id, renderer=play.papers.renderer, store=store)


def write_with_failure(play: Playing, begun: Sequence[Begun], day: int) -> None:
    """Prepare the letters and leave them to the worker, but for one that could not be printed.

    That one was begun while the disk with the files was away: the picture of the letterhead was
    not found. The disk is back, so trying it again succeeds.
    """
    world, at, stage = play.world, play.world.at(day, 17), scored_stage(play)
    write_letters(play, stage, at, world.at(max(day + 3, 1), 9))
    chosen = next(each for each in begun if each.planned.far == "unprinted")
    with world.acting(None, at) as act:
        letter_id = rows.letter_of(act.session, chosen.application_id, play.stage_ids[stage.key])
    try:
        with _away() as store:
            _print(play, letter_id, store, at)
    except Problem as problem:
        with world.acting(None, at + timedelta(minutes=9)) as act:
            letters.fail(act, letter_id, problem)


@contextmanager
def _away() -> Iterator[Store]:
    """Yield a store as it looks while its disk is not mounted: an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield Store(Path(folder))
