"""Freed money across lots: the published lot mode holds after the announcement as before it."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.allocation_model import Policy
from app.rules.allocation_release import FreeLot, Release, release, without
from app.rules.allocation_reserve import Waiting
from app.rules.scheme_money import LotMode, Overflow

TODAY = date(2026, 6, 1)
MOVING = Policy(overflow=Overflow.PARTIAL_OFFER, lot_mode=LotMode.REALLOCATE_REMAINDER)
PARTIAL = Policy(overflow=Overflow.PARTIAL_OFFER)
COMMON = Policy(overflow=Overflow.PARTIAL_OFFER, lot_mode=LotMode.COMMON_POT)


def run(lots: list[FreeLot], policy: Policy = PARTIAL, until: date | None = None) -> Release:
    return release(lots, policy, today=TODAY, valid_until=until)


def added(result: Release) -> dict[str, int]:
    return {each.id: each.added_cents for each in result.activations}


def test_a4_gives_the_sums_of_the_handbook() -> None:
    waiting = (Waiting("T2", 3, 300_000_00, 259_876_54), Waiting("T4", 4, 250_000_00))
    result = run([FreeLot("L", 350_000_00, waiting)])
    assert added(result) == {"T2": 40_123_46, "T4": 250_000_00}
    assert 290_123_46 + 259_876_54 + result.added_cents == 840_123_46
    assert 350_000_00 - result.added_cents == 59_876_54


def test_a4_nothing_is_given_out_after_the_last_day() -> None:
    waiting = (Waiting("T4", 4, 250_000_00),)
    assert run([FreeLot("L", 350_000_00, waiting)], until=date(2026, 5, 31)) == Release((), {})
    assert added(run([FreeLot("L", 350_000_00, waiting)], until=TODAY)) == {"T4": 250_000_00}


def test_who_is_passed_over_does_not_wait_and_all_else_of_the_lot_stays() -> None:
    first, second = Waiting("a", 1, 100_00, lead="x"), Waiting("b", 2, 100_00)
    lot = FreeLot("L", 150_00, (first, second), {"x": 1})

    assert without(lot, ["a", "of another lot"]) == FreeLot("L", 150_00, (second,), {"x": 1})


def test_a2_money_of_a_lot_where_nobody_waits_goes_to_the_other() -> None:
    """Lot 1 has nobody left; L2-07 is made whole, then L2-08 takes what is left (88.58 %)."""
    lots = [
        FreeLot("L1", 498_750_00),
        FreeLot(
            "L2",
            0,
            (Waiting("L2-07", 7, 650_000_00, 505_562_96), Waiting("L2-08", 8, 400_000_00)),
        ),
    ]
    result = run(lots, MOVING)
    assert added(result) == {"L2-07": 144_437_04, "L2-08": 354_312_96}
    assert result.transfers == {"L1": -498_750_00, "L2": 498_750_00}
    assert run(lots, PARTIAL) == Release((), {})


def test_money_does_not_move_to_a_lot_that_can_do_nothing_with_it() -> None:
    lots = [FreeLot("L1", 10_00), FreeLot("L2", 0, (Waiting("a", 1, 400_00),))]
    assert run(lots, MOVING) == Release((), {})


def test_a_lot_serves_its_own_list_first_and_passes_on_the_rest() -> None:
    lots = [
        FreeLot("L1", 100_00, (Waiting("a", 1, 60_00),)),
        FreeLot("L2", 0, (Waiting("b", 1, 40_00),)),
    ]
    result = run(lots, MOVING)
    assert added(result) == {"a": 60_00, "b": 40_00}
    assert result.transfers == {"L1": -40_00, "L2": 40_00}


def test_a_common_pot_has_one_list_and_its_lots_only_keep_books() -> None:
    lots = [
        FreeLot("L1", 30_00, (Waiting("b", 2, 40_00),)),
        FreeLot("L2", 50_00, (Waiting("a", 1, 45_00),)),
        FreeLot("L3", 10_00),
    ]
    result = run(lots, COMMON)
    assert added(result) == {"a": 45_00, "b": 40_00}
    assert result.transfers == {"L1": 10_00, "L2": -5_00, "L3": -5_00}


def test_who_holds_as_many_awards_as_allowed_is_passed_over_and_stops_nobody() -> None:
    policy = Policy(overflow=Overflow.STOP, awards_per_lead=1)
    waiting = (
        Waiting("a", 1, 10_00, lead="ORG-1"),
        Waiting("b", 2, 10_00, lead="ORG-2"),
        Waiting("c", 3, 10_00, lead="ORG-2"),
        Waiting("d", 4, 10_00),
    )
    result = run([FreeLot("L", 100_00, waiting, {"ORG-1": 1})], policy)
    assert added(result) == {"b": 10_00, "d": 10_00}


def test_a_lead_at_its_limit_does_not_keep_money_from_another_lot() -> None:
    policy = Policy(lot_mode=LotMode.REALLOCATE_REMAINDER, awards_per_lead=1)
    lots = [
        FreeLot("L1", 50_00, (Waiting("a", 1, 10_00, lead="ORG-1"),), {"ORG-1": 1}),
        FreeLot("L2", 0, (Waiting("b", 1, 50_00),)),
    ]
    assert added(run(lots, policy)) == {"b": 50_00}


def test_pro_rata_has_no_list() -> None:
    waiting = (Waiting("a", 1, 10_00, 5_00),)
    assert run([FreeLot("L", 100_00, waiting)], Policy(pro_rata=True)) == Release((), {})


@st.composite
def situations(draw: st.DrawFn) -> list[FreeLot]:
    lots = []
    for code in ("L1", "L2", "L3"):
        asked = draw(st.lists(st.integers(1, 50), max_size=4))
        waiting = tuple(
            Waiting(f"{code}-{place}", place, cents, draw(st.integers(0, cents - 1)))
            for place, cents in enumerate(asked, start=1)
        )
        lots.append(FreeLot(code, draw(st.integers(0, 80)), waiting))
    return lots


@settings(max_examples=40)
@given(
    situations(),
    st.sampled_from(list(Overflow)),
    st.sampled_from(list(LotMode)),
)
def test_never_more_than_is_free_and_never_above_a_request(
    lots: list[FreeLot], overflow: Overflow, mode: LotMode
) -> None:
    result = run(lots, Policy(overflow=overflow, lot_mode=mode))
    got = added(result)
    assert sum(result.transfers.values()) == 0
    for lot in lots:
        own_cents = sum(got.get(one.id, 0) for one in lot.waiting)
        assert own_cents <= lot.free_cents + result.transfers.get(lot.code, 0)
        for one in lot.waiting:
            assert 0 <= got.get(one.id, 0) <= one.requested_cents - one.awarded_cents


def test_awards_of_a_lead_in_all_lots_of_a_common_pot_count_together() -> None:
    policy = Policy(lot_mode=LotMode.COMMON_POT, awards_per_lead=2)
    waiting = (Waiting("a", 1, 1_00, lead="ORG-1"), Waiting("b", 2, 1_00, lead="ORG-2"))
    lots = [
        FreeLot("L1", 5_00, waiting, {"ORG-1": 1, "ORG-2": 1}),
        FreeLot("L2", 0, (), {"ORG-1": 1}),
    ]
    assert added(run(lots, policy)) == {"b": 1_00}


def test_a_lot_of_a_common_pot_that_has_just_what_it_needs_is_in_no_transfer() -> None:
    lots = [
        FreeLot("L1", 10_00, (Waiting("a", 1, 10_00),)),
        FreeLot("L2", 9_99, (Waiting("b", 2, 10_00),)),
        FreeLot("L3", 1),
    ]
    assert run(lots, COMMON).transfers == {"L2": 1, "L3": -1}


def test_money_goes_on_from_lot_to_lot_until_nobody_can_use_it() -> None:
    lots = [
        FreeLot("L1", 10_00),
        FreeLot("L2", 0, (Waiting("a", 1, 3_00),)),
        FreeLot("L3", 0, (Waiting("b", 1, 7_00),)),
    ]
    result = run(lots, MOVING)
    assert added(result) == {"a": 3_00, "b": 7_00}
    assert result.transfers == {"L1": -10_00, "L2": 3_00, "L3": 7_00}
