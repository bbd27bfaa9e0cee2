"""Money that one round leaves goes to the next: one proposes it, another agrees."""

from app.actions import round_moves
from app.demo.starting import Playing
from app.demo.world import PlannedMove
from app.rules.money import parse_cents


def receive(play: Playing) -> None:
    """Tell what moves to this round from the one before, in its one lot."""
    for each in play.planned.moves:
        _move(play, each)


def _move(play: Playing, planned: PlannedMove) -> None:
    world, giver_id = play.world, play.world.calls[play.planned.follows]
    lot = next(iter(play.lot_ids))
    with world.acting("manager", world.at(planned.on)) as act:
        amounts = {lot: parse_cents(planned.amount)}
        move_id = round_moves.propose(act, giver_id, amounts=amounts, reason=planned.reason)
    if planned.agreed is not None:
        with world.acting("manager2", world.at(planned.agreed)) as act:
            round_moves.agree(act, move_id)
