"""Caps, floors and lots that share money: the corners of steps 3, 4, 6 and 7."""

from decimal import Decimal

from app.rules.allocation import allocate
from app.rules.allocation_checks import application_findings
from app.rules.allocation_model import Floor, Lot, Policy, UnresolvedTie
from app.rules.scheme_money import LotMode, Overflow
from tests.rules.allocation_cases import asks, ended, lot, reasons, run

REGION = (Floor("region", 1),)


def test_cap_counts_a_partial_award_and_is_told_below_a_stop() -> None:
    listed = [asks("a", "90", "4", lead="o"), asks("b", "80", "1"), asks("c", "70", "1", lead="o")]
    result = run(listed, [lot("3")], overflow=Overflow.PARTIAL_OFFER, awards_per_lead=1)
    assert ended(result) == {"a": "3.00", "b": "reserve 1", "c": "cap reached"}


def test_cap_counts_an_award_that_a_floor_placed_from_further_down() -> None:
    listed = [
        asks("a", "90", "1", lead="o"),
        asks("b", "80", "1", texts={"region": "x"}, lead="o"),
    ]
    result = run(listed, [lot("9")], awards_per_lead=1, floors=REGION)
    assert ended(result) == {"a": "cap reached", "b": "1.00"}
    assert reasons(result)["b"] == "AWARDED_FLOOR"
    assert result.lines[0].why.code == "allocation.cap_floor_applied"


def test_floor_choice_that_does_not_fit_is_not_replaced_but_the_next_group_is_tried() -> None:
    listed = [
        asks("a", "90", "9", texts={"region": "x"}),
        asks("b", "80", "1", texts={"region": "x"}),
        asks("c", "70", "3", texts={"region": "y"}),
        asks("d", "65", "1"),
    ]
    result = run(listed, [lot("4")], overflow=Overflow.SKIP_AND_FILL, floors=REGION)
    assert reasons(result) == {
        "a": "RESERVE",
        "b": "AWARDED_FULL",
        "c": "AWARDED_FULL",
        "d": "RESERVE",
    }


def test_floor_choice_of_a_capped_lead_is_not_placed() -> None:
    listed = [
        asks("a", "90", "1", texts={"region": "x"}, lead="o"),
        asks("b", "80", "1", texts={"region": "y"}, lead="o"),
    ]
    result = run(listed, [lot("9")], awards_per_lead=1, floors=REGION)
    assert ended(result) == {"a": "1.00", "b": "cap reached"}


def test_floor_can_turn_a_full_award_into_a_partial_one() -> None:
    listed = [asks("a", "90", "4"), asks("b", "80", "1", texts={"region": "x"})]
    result = run(listed, [lot("4")], overflow=Overflow.PARTIAL_OFFER, floors=REGION)
    assert ended(result) == {"a": "3.00", "b": "1.00"}
    assert [line.why.code for line in result.lines] == [
        "allocation.partial_floor_applied",
        "allocation.awarded_floor",
    ]


def test_floor_that_chooses_one_of_two_equals_waits_for_the_committee() -> None:
    x = {"texts": {"region": "x"}}
    listed = [asks("a", "80", "1", **x), asks("b", "80", "1", **x)]
    assert allocate(listed, [lot("9")], Policy(floors=REGION)) == UnresolvedTie(("a", "b"), 1, "L1")
    both = run(listed, [lot("9")], floors=(Floor("region", 2),))
    assert reasons(both) == {"a": "AWARDED_FULL", "b": "AWARDED_FULL"}
    apart = [asks("a", "80", "1", **x), asks("b", "80", "1", texts={"region": "y"})]
    assert run([*apart, asks("c", "80", "1")], [lot("9")], floors=REGION).awarded_cents == 3_00


def test_equals_that_only_a_floor_saves_wait_for_the_committee() -> None:
    listed = [
        asks("z", "90", "2"),
        asks("a", "80", "1", texts={"region": "x"}),
        asks("b", "80", "1", texts={"region": "y"}),
    ]
    tie = allocate(listed, [lot("3")], Policy(floors=REGION))
    assert tie == UnresolvedTie(("a", "b"), 2, "L1")


def test_money_goes_round_until_nothing_moves() -> None:
    lots = [lot("10", "L1"), lot("2", "L2"), lot("1", "L3")]
    listed = [
        asks("a", "90", "4", "L1"),
        asks("b", "90", "5", "L2"),
        asks("c", "90", "4", "L3"),
        asks("d", "80", "9", "L3"),
    ]
    result = run(listed, lots, lot_mode=LotMode.REALLOCATE_REMAINDER)
    assert ended(result) == {"a": "4.00", "b": "5.00", "c": "4.00", "d": "reserve 1"}
    assert [one.transferred_cents for one in result.lots] == [-6_00, 3_00, 3_00]


def test_money_that_no_lot_can_use_stays_where_it_is() -> None:
    lots = [lot("10", "L1"), lot("2", "L2")]
    listed = [asks("a", "90", "4", "L1"), asks("b", "90", "50", "L2")]
    result = run(listed, lots, lot_mode=LotMode.REALLOCATE_REMAINDER)
    assert [(one.transferred_cents, one.unallocated_cents) for one in result.lots] == [
        (0, 6_00),
        (0, 2_00),
    ]


def test_lot_without_candidates_passes_its_money_on() -> None:
    lots = [lot("10", "L1"), lot("2", "L2")]
    listed = [asks("b", "90", "12", "L2")]
    result = run(listed, lots, lot_mode=LotMode.REALLOCATE_REMAINDER, realloc_order=("L2", "L1"))
    assert ended(result) == {"b": "12.00"}


def test_equals_that_a_floor_passes_over_alike_need_no_decision() -> None:
    x = {"texts": {"region": "x"}}
    listed = [asks("a", "90", "1", **x), asks("b", "80", "1", **x), asks("c", "80", "1", **x)]
    result = run(listed, [lot("9")], floors=REGION)
    assert reasons(result) == dict.fromkeys("abc", "AWARDED_FULL")


def test_a_rank_is_shared_by_the_first_two_and_not_by_one_alone() -> None:
    alone = run([asks("a", "80", "1")], [lot("9")]).lines
    assert [(line.rank, line.shares_rank) for line in alone] == [(1, False)]
    two = run([asks("a", "80", "1"), asks("b", "80", "1")], [lot("9")]).lines
    assert [(line.rank, line.shares_rank) for line in two] == [(1, True), (1, True)]


def test_who_is_not_ranked_shares_no_rank_and_takes_no_money() -> None:
    (line,) = run([asks("a", "59", "1")], [lot("9")]).lines
    assert (line.rank, line.shares_rank, line.reserve_position) == (None, False, None)
    assert (line.awarded_cents, line.reason) == (0, "BELOW_THRESHOLD")


def test_the_order_of_the_committee_may_begin_with_nought() -> None:
    listed = [asks("a", "80", "1", committee_order=1), asks("b", "80", "1", committee_order=0)]
    assert ended(run(listed, [lot("1")])) == {"a": "reserve 1", "b": "1.00"}


def test_a_share_that_is_too_small_is_told_beside_the_least_one() -> None:
    listed = [asks("a", "90", "4")]
    (line,) = run(listed, [lot("2")], overflow=Overflow.PARTIAL_OFFER).lines
    assert line.why.values["share_percent"] == 50
    assert line.why.values["least_percent"] == 75


def test_each_line_of_a_pro_rata_cut_says_what_remained() -> None:
    listed = [asks("a", "90", "6"), asks("b", "80", "2")]
    lines = run(listed, [lot("4")], pro_rata=True).lines
    assert [(one.remaining_before_cents, one.remaining_after_cents) for one in lines] == [
        (4_00, 1_00),
        (1_00, 0),
    ]


def test_a_lot_that_says_nothing_takes_every_score_and_every_request() -> None:
    lots = [Lot("L1", 1_00)]
    listed = [asks("a", "0.5", "1"), asks("b", "0", "0")]

    assert list(application_findings(lots, listed)) == []
    assert ended(run(listed, lots)) == {"a": "1.00", "b": "awarded full"}


def test_a_number_that_nobody_gave_counts_nothing_in_a_tie() -> None:
    listed = [asks("a", "80", "1"), asks("b", "80", "1", numbers={"design": Decimal("0.5")})]
    result = run(listed, [lot("1")], tie_breakers=("design",))
    assert ended(result) == {"a": "reserve 1", "b": "1.00"}
