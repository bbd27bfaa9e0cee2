"""Tests of app/rules/rounds.py: what a round may leave, and that no cent is made or lost."""

from hypothesis import given
from hypothesis import strategies as st

from app.rules.messages import Message
from app.rules.rounds import LotAfter, Movable, RoundLot, after_giving, movable, refusals
from app.rules.scheme_money import LotMode

POT, SEPARATE = LotMode.COMMON_POT, LotMode.SEPARATE


def test_free_money_less_what_the_list_may_call_on_moves_lot_by_lot() -> None:
    lots = (RoundLot("A", 100, 0, 60, waiting_cents=30), RoundLot("B", 50, 0, 40, waiting_cents=20))

    assert movable(lots, SEPARATE) == Movable({"A": 10, "B": 0}, 10, 40)


def test_lots_that_share_their_money_keep_for_the_lists_of_all() -> None:
    """70 are free, 50 may be called for: 20 move, out of any lot that has them."""
    lots = (RoundLot("A", 100, 20, 60, waiting_cents=50), RoundLot("B", 50, -20, 20))

    assert movable(lots, POT) == Movable({"A": 20, "B": 10}, 20, 50)
    assert movable(lots, LotMode.REALLOCATE_REMAINDER) == movable(lots, POT)


def test_list_that_could_take_more_than_is_free_keeps_all_of_it() -> None:
    lots = (RoundLot("A", 100, 0, 60, waiting_cents=500),)

    assert movable(lots, SEPARATE) == Movable({"A": 0}, 0, 40)
    assert movable(lots, POT) == Movable({"A": 0}, 0, 40)


def test_each_amount_that_is_not_free_is_named() -> None:
    found = Movable({"A": 10, "B": 5}, 12, 0)

    assert refusals({"A": 10, "B": 2}, found) == {}
    assert refusals({"A": 11, "B": -1, "C": 1}, found) == {
        "A": Message("round_moves.more_than_free", {"most_cents": 10}),
        "B": Message("round_moves.more_than_free", {"most_cents": 5}),
        "C": Message("round_moves.more_than_free", {"most_cents": 0}),
    }
    assert refusals({"A": 0}, found) == {"": Message("round_moves.nothing_moves")}
    assert refusals({"A": 10, "B": 5}, found) == {
        "": Message("round_moves.more_than_free_in_all", {"most_cents": 12})
    }


def test_lot_gives_out_of_its_own_envelope() -> None:
    lots = (RoundLot("A", 100, 0, 60), RoundLot("B", 50, 0, 40))

    assert after_giving(lots, {"A": 40}) == (LotAfter("A", 60, 0), LotAfter("B", 50, 0))


def test_lot_that_received_money_gives_back_what_it_had_from_others() -> None:
    """A has 30 of its own and 50 of B: when it gives 70, B's envelope pays 40 of them."""
    lots = (RoundLot("A", 30, 50, 10), RoundLot("B", 90, -50, 20), RoundLot("C", 5, 0, 5))

    assert after_giving(lots, {"A": 70}) == (
        LotAfter("A", 0, 10),
        LotAfter("B", 50, -10),
        LotAfter("C", 5, 0),
    )


cents = st.integers(min_value=0, max_value=10**9)


@st.composite
def rounds(draw) -> tuple[RoundLot, ...]:
    """Lots whose transfers cancel out and that have awarded no more than they have."""
    envelopes = draw(st.lists(cents, min_size=1, max_size=4))
    moved = [0] * len(envelopes)
    for place in range(1, len(envelopes)):
        given = draw(st.integers(min_value=0, max_value=envelopes[place]))
        moved[place] -= given
        moved[0] += given
    return tuple(
        RoundLot(
            f"L{place}",
            own,
            shift,
            draw(st.integers(min_value=0, max_value=own + shift)),
            draw(cents),
        )
        for place, (own, shift) in enumerate(zip(envelopes, moved, strict=True))
    )


@given(rounds(), st.sampled_from(LotMode), st.data())
def test_no_cent_is_made_or_lost_when_money_moves(lots, mode, data) -> None:
    found = movable(lots, mode)
    wanted = {
        code: data.draw(st.integers(min_value=0, max_value=most))
        for code, most in found.by_lot.items()
    }
    total = sum(wanted.values())
    if refusals(wanted, found):
        assert total == 0 or total > found.total_cents
        return

    after = after_giving(lots, wanted)

    for lot, then in zip(lots, after, strict=True):
        was = lot.envelope_cents + lot.transferred_cents
        now = then.envelope_cents + then.transferred_cents
        assert now == was - wanted[lot.code] >= lot.awarded_cents
        assert then.envelope_cents >= 0
    assert sum(each.envelope_cents for each in after) == sum(e.envelope_cents for e in lots) - total
    assert sum(each.transferred_cents for each in after) == 0


@given(rounds(), st.sampled_from(LotMode))
def test_what_may_move_and_what_is_kept_are_what_is_free(lots, mode) -> None:
    found = movable(lots, mode)

    assert found.total_cents + found.kept_cents == sum(lot.free_cents for lot in lots)
    assert 0 <= found.total_cents <= sum(found.by_lot.values())
    assert all(0 <= found.by_lot[lot.code] <= lot.free_cents for lot in lots)
    waiting = sum(lot.waiting_cents for lot in lots)
    assert found.kept_cents <= waiting


@given(st.lists(st.tuples(st.integers(0, 2), cents), max_size=12))
def test_one_envelope_stays_one_over_many_rounds(deeds) -> None:
    """Awards and moves in any order: what all rounds have and have awarded adds up as before."""
    envelopes, awarded = [10**9, 0, 0], [0, 0, 0]
    for place, wanted in deeds:
        free = envelopes[place] - awarded[place]
        if wanted % 2 or place == 2:
            awarded[place] += min(wanted, free)
            continue
        lot = RoundLot("A", envelopes[place], 0, awarded[place])
        amount = min(wanted, movable((lot,), SEPARATE).total_cents)
        envelopes[place] = after_giving((lot,), {"A": amount})[0].envelope_cents
        envelopes[place + 1] += amount

    assert sum(envelopes) == 10**9
    assert all(given <= had for given, had in zip(awarded, envelopes, strict=True))
