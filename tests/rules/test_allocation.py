"""The lists of the handbook (6.3), each with its exact result."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from app.i18n import text
from app.i18n.said import all_sentences
from app.rules.allocation import allocate
from app.rules.allocation_explain import Rule
from app.rules.allocation_model import (
    Application,
    Floor,
    Lot,
    LotResult,
    Policy,
    Status,
    UnresolvedTie,
)
from app.rules.scheme_money import LotMode, Overflow
from tests.rules.allocation_cases import asks, ended, lot, reasons, run

A1 = [
    asks("A", "92.50", "400000.00"),
    asks("B", "88.00", "350000.00"),
    asks("C", "84.50", "300000.00"),
    asks("D", "80.00", "200000.00"),
    asks("E", "75.00", "50000.00"),
    asks("F", "58.00", "100000.00"),
]
A1_LOTS = [lot("1000000.00", least="50000.00")]
A2_LOTS = [
    Lot("L1", 4_140_000_00, 100_000_00, 500_000_00, Decimal(60)),
    Lot("L2", 6_000_000_00, 200_000_00, 1_000_000_00, Decimal(60)),
]
A2 = [
    asks("L1-01", "91.00", "498750.00"),
    asks("L1-02", "89.50", "500000.00"),
    asks("L1-03", "87.00", "475320.45"),
    asks("L1-04", "85.50", "499999.99"),
    asks("L1-05", "84.00", "312400.10"),
    asks("L1-06", "82.50", "450000.00"),
    asks("L1-07", "80.00", "288115.75"),
    asks("L1-08", "78.50", "500000.00"),
    asks("L1-09", "74.00", "365000.00"),
    asks("L1-10", "61.00", "220000.00"),
    asks("L1-11", "59.50", "400000.00"),
    asks("L2-01", "93.00", "1000000.00", "L2"),
    asks("L2-02", "90.00", "985600.00", "L2"),
    asks("L2-03", "88.50", "1000000.00", "L2"),
    asks("L2-04", "86.00", "764250.50", "L2"),
    asks("L2-05", "83.00", "900000.00", "L2"),
    asks("L2-06", "79.50", "875000.25", "L2"),
    asks("L2-07", "77.00", "650000.00", "L2"),
    asks("L2-08", "70.00", "400000.00", "L2"),
]


def a3(lead: str | None = None) -> list[Application]:
    rows = [
        ("R1", "90.00", "600000", "Šumadija-West"),
        ("R2", "88.00", "500000", "Šumadija-West"),
        ("R3", "86.00", "500000", "South-East"),
        ("R4", "84.00", "400000", "Šumadija-West"),
        ("R5", "80.00", "300000", "South-East"),
        ("R6", "66.00", "350000", "Vojvodina"),
        ("R7", "64.00", "200000", "Vojvodina"),
    ]
    return [
        asks(name, score, amount, texts={"region": region}, lead=lead if name in "R1 R2" else None)
        for name, score, amount, region in rows
    ]


A3_LOTS = [lot("2000000.00", least="100000.00")]
REGION = (Floor("region", 1),)


@pytest.mark.parametrize(
    ("overflow", "expected", "awarded"),
    [
        (
            Overflow.STOP,
            ["400,000.00", "350,000.00", "reserve 1", "reserve 2", "reserve 3"],
            750_000_00,
        ),
        (
            Overflow.PARTIAL_OFFER,
            ["400,000.00", "350,000.00", "250,000.00", "reserve 1", "reserve 2"],
            1_000_000_00,
        ),
        (
            Overflow.SKIP_AND_FILL,
            ["400,000.00", "350,000.00", "reserve 1", "200,000.00", "50,000.00"],
            1_000_000_00,
        ),
        (
            Overflow.PARTIAL_THEN_SKIP,
            ["400,000.00", "350,000.00", "250,000.00", "reserve 1", "reserve 2"],
            1_000_000_00,
        ),
    ],
)
def test_a1_four_policies_on_one_list(overflow, expected, awarded) -> None:
    result = run(A1, A1_LOTS, overflow=overflow)
    assert list(ended(result).values()) == [*expected, "below threshold"]
    assert result.awarded_cents == awarded
    assert result.unallocated_cents == 1_000_000_00 - awarded


def test_a1_the_last_line_says_what_remained_and_which_share_was_offered() -> None:
    line = run(A1, A1_LOTS, overflow=Overflow.PARTIAL_OFFER).lines[2]
    assert (line.rank, line.remaining_before_cents, line.remaining_after_cents) == (
        3,
        250_000_00,
        0,
    )
    assert line.why.values["share_percent"] == Fraction(250, 3)
    assert text(line.why, "en") == (
        "The application has rank 3 with 84.5 points. When its turn came, 250,000.00 remained."
        " This is 83.33 % of the request of 300,000.00, enough for a partial offer of 250,000.00."
    )


def test_a2_spends_the_whole_envelope_to_the_cent() -> None:
    result = run(
        A2,
        A2_LOTS,
        overflow=Overflow.PARTIAL_OFFER,
        lot_mode=LotMode.REALLOCATE_REMAINDER,
        realloc_order=("L1", "L2"),
    )
    expected = {one.id: f"{one.requested_cents / 100:,.2f}" for one in A2}
    expected |= {"L1-11": "below threshold", "L2-07": "505,562.96", "L2-08": "reserve 1"}
    assert ended(result) == expected
    assert result.lots == (
        LotResult("L1", 4_140_000_00, -30_413_71, 4_109_586_29, 0),
        LotResult("L2", 6_000_000_00, 30_413_71, 6_030_413_71, 0),
    )
    assert (result.awarded_cents, result.unallocated_cents) == (10_140_000_00, 0)


def test_a2_separate_lots_leave_the_seventh_without_an_offer() -> None:
    result = run(A2, A2_LOTS, overflow=Overflow.PARTIAL_OFFER)
    assert ended(result)["L2-07"] == "reserve 1"
    assert (result.awarded_cents, result.unallocated_cents) == (9_634_437_04, 505_562_96)
    assert result.lines[17].why.values["share_percent"] == Fraction(47514925, 650000)


def test_a2_common_pot_reports_no_money_per_lot() -> None:
    result = run(A2, A2_LOTS, overflow=Overflow.PARTIAL_OFFER, lot_mode=LotMode.COMMON_POT)
    assert result.lots == ()
    assert result.awarded_cents + result.unallocated_cents == 10_140_000_00
    assert {line.id: line.rank for line in result.lines}["L2-02"] == 3


def test_a3a_without_a_floor_one_region_gets_nothing() -> None:
    result = run(a3(), A3_LOTS)
    assert list(ended(result).values()) == [
        "600,000.00",
        "500,000.00",
        "500,000.00",
        "400,000.00",
        "reserve 1",
        "reserve 2",
        "reserve 3",
    ]


def test_a3b_a_floor_places_the_best_of_each_region_first() -> None:
    result = run(a3(), A3_LOTS, overflow=Overflow.PARTIAL_OFFER, floors=REGION)
    assert list(ended(result).values()) == [
        "600,000.00",
        "500,000.00",
        "500,000.00",
        "reserve 1",
        "reserve 2",
        "350,000.00",
        "reserve 3",
    ]
    assert result.unallocated_cents == 50_000_00
    assert {one.id: one.reason.value for one in result.lines if one.awarded_cents} == {
        "R1": "AWARDED_FULL",
        "R2": "AWARDED_FULL",
        "R3": "AWARDED_FULL",
        "R6": "AWARDED_FLOOR",
    }


def test_a3b_the_letter_says_that_the_regional_rule_applied() -> None:
    lines = run(a3(), A3_LOTS, floors=REGION).lines
    assert [line.why.code for line in lines] == [
        "allocation.awarded_full",
        "allocation.awarded_full",
        "allocation.awarded_full",
        "allocation.reserve_floor_applied",
        "allocation.reserve_after_stop",
        "allocation.awarded_floor",
        "allocation.reserve_after_stop",
    ]
    assert lines[3].why.values["remaining_cents"] == 50_000_00
    assert lines[5].why.values["value"] == "Vojvodina"


@pytest.mark.parametrize(
    ("overflow", "last", "unallocated"),
    [
        (Overflow.STOP, ["reserve 1", "reserve 2"], 200_000_00),
        (Overflow.PARTIAL_OFFER, ["reserve 1", "reserve 2"], 200_000_00),
        (Overflow.SKIP_AND_FILL, ["reserve 1", "200,000.00"], 0),
    ],
)
def test_a3c_a_second_award_of_one_lead_is_capped(overflow, last, unallocated) -> None:
    result = run(a3(lead="ORG"), A3_LOTS, overflow=overflow, awards_per_lead=1)
    assert list(ended(result).values()) == [
        "600,000.00",
        "cap reached",
        "500,000.00",
        "400,000.00",
        "300,000.00",
        *last,
    ]
    assert result.unallocated_cents == unallocated


def test_a4_relevance_settles_the_tie_before_the_last_offer() -> None:
    t2 = asks("T2", "80.00", "300000.00", numbers={"relevance": Decimal("17.00")})
    t3 = asks("T3", "80.00", "350000.00", numbers={"relevance": Decimal("18.00")})
    listed = [asks("T1", "85", "290123.46"), t2, t3, asks("T4", "78", "250000.00")]
    result = run(
        listed, [lot("900000")], overflow=Overflow.PARTIAL_OFFER, tie_breakers=("relevance",)
    )
    assert list(ended(result).values()) == ["290,123.46", "259,876.54", "350,000.00", "reserve 1"]
    assert result.unallocated_cents == 0


def test_a6_pro_rata_gives_the_missing_cent_to_the_largest_remainder() -> None:
    listed = [
        asks("1", "70", "40000.00"),
        asks("2", "69", "35000.00"),
        asks("3", "68", "27000.01"),
    ]
    result = run(listed, [lot("85000.00")], pro_rata=True)
    assert list(ended(result).values()) == ["33,333.33", "29,166.66", "22,500.01"]
    assert set(reasons(result).values()) == {"AWARDED_PRO_RATA"}
    assert run(listed, [lot("102000.01")], pro_rata=True).awarded_cents == 102_000_01


def test_a7_the_best_proposal_is_not_passed_over_for_two_smaller_ones() -> None:
    listed = [asks("X", "95", "500000"), asks("Y", "70", "250000"), asks("Z", "68", "250000")]
    assert ended(run(listed, [lot("500000")])) == {
        "X": "500,000.00",
        "Y": "reserve 1",
        "Z": "reserve 2",
    }


def test_status_is_looked_at_before_the_score() -> None:
    listed = [
        asks("a", "59.99", "1", status=Status.WITHDRAWN),
        asks("b", "99", "1", status=Status.INELIGIBLE),
        asks("c", "60", "1"),
    ]
    result = run(listed, [lot("1")])
    assert ended(result) == {"a": "withdrawn", "b": "ineligible", "c": "1.00"}
    assert [line.rank for line in result.lines] == [None, None, 1]
    assert [line.why.code for line in result.lines[:2]] == [
        "allocation.withdrawn",
        "allocation.ineligible",
    ]


def test_scores_are_compared_with_all_their_decimals() -> None:
    tail = "0" * 50
    listed = [asks("a", f"80.{tail}1", "1"), asks("b", f"80.{tail}2", "1"), asks("c", "80", "1")]
    result = run(listed, [lot("1")])
    assert ended(result) == {"a": "reserve 1", "b": "1.00", "c": "reserve 2"}


def test_equals_that_all_get_their_money_share_a_rank() -> None:
    listed = [
        asks("a", "90", "1"),
        asks("b", "80", "1"),
        asks("c", "80.0", "1"),
        asks("d", "7e1", "1"),
    ]
    result = run(listed, [lot("4")])
    assert [(line.rank, line.shares_rank) for line in result.lines] == [
        (1, False),
        (2, True),
        (2, True),
        (4, False),
    ]


def test_equals_that_end_differently_wait_for_the_committee() -> None:
    listed = [asks("b", "80", "1"), asks("a", "80", "1"), asks("c", "90", "1")]
    tie = allocate(listed, [lot("2")], Policy())
    assert tie == UnresolvedTie(("a", "b"), 2, "L1")
    settled = [
        asks("b", "80", "1", committee_order=1),
        asks("a", "80", "1", committee_order=2),
        asks("c", "90", "1"),
    ]
    assert ended(run(settled, [lot("2")])) == {"b": "1.00", "a": "reserve 1", "c": "1.00"}


def test_equals_on_the_reserve_list_wait_too_because_their_place_matters() -> None:
    listed = [asks("b", "80", "1"), asks("a", "80", "1")]
    assert isinstance(allocate(listed, [lot("0")], Policy()), UnresolvedTie)


def test_one_with_a_committee_order_goes_before_one_without() -> None:
    listed = [asks("a", "80", "1"), asks("b", "80", "1", committee_order=-3)]
    assert ended(run(listed, [lot("1")])) == {"a": "reserve 1", "b": "1.00"}


def test_smaller_request_can_settle_a_tie() -> None:
    listed = [asks("a", "80", "2"), asks("b", "80", "1")]
    result = run(listed, [lot("2")], tie_breakers=("requested_asc",))
    assert ended(result) == {"a": "reserve 1", "b": "1.00"}


def test_equals_that_are_all_capped_need_no_decision() -> None:
    listed = [asks("z", "90", "1", lead="o"), asks("a", "80", "1", lead="o")]
    listed += [asks("b", "80", "1", lead="o")]
    result = run(listed, [lot("9")], awards_per_lead=1)
    assert ended(result) == {"z": "1.00", "a": "cap reached", "b": "cap reached"}


def test_partial_award_keeps_to_the_share_and_the_smallest_grant() -> None:
    exact = run([asks("a", "90", "4")], [lot("3")], overflow=Overflow.PARTIAL_OFFER)
    assert ended(exact) == {"a": "3.00"}
    under = run([asks("a", "90", "4")], [lot("2.99")], overflow=Overflow.PARTIAL_OFFER)
    assert under.lines[0].why.code == "allocation.reserve_below_share"
    small = run(
        [asks("a", "90", "4")], [lot("3", least="3.01")], overflow=Overflow.PARTIAL_THEN_SKIP
    )
    assert small.lines[0].why.code == "allocation.reserve_below_min_grant"
    empty = run(
        [asks("a", "90", "4")],
        [lot("0")],
        overflow=Overflow.PARTIAL_OFFER,
        partial_min_share=Fraction(0),
    )
    assert empty.lines[0].why.code == "allocation.reserve_nothing_left"


def test_every_rule_has_a_sentence_that_its_values_fill() -> None:
    results = [run(A1, A1_LOTS, overflow=overflow) for overflow in Overflow]
    results += [run(a3(), A3_LOTS, floors=REGION), run(A1, A1_LOTS, pro_rata=True)]
    results.append(run(a3(lead="ORG"), A3_LOTS, awards_per_lead=1))
    lines = [line for result in results for line in result.lines]
    assert not [line.why for line in lines if "{" in text(line.why, "en")]
    assert {f"allocation.{rule.value}" for rule in Rule} <= set(all_sentences())


def test_cost_grows_like_sorting_and_not_like_a_square() -> None:
    # Sorting makes 8 times as many about 10 times as dear, a square 64 times; a laden machine
    # is nearly twice as slow with what does not fit its caches.
    small, large = seconds_for(1_000), seconds_for(8_000)
    assert large / small < 40


def seconds_for(count: int) -> float:
    """The best of three runs over so many applications, in seconds of this process."""
    applications = [
        asks(f"A{n:06}", f"{60 + n * 7919 % 100_000 / 2500:.4f}", "100.00", lead=f"O{n % 90}")
        for n in range(count)
    ]
    policy = Policy(overflow=Overflow.SKIP_AND_FILL, awards_per_lead=2)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        allocate(applications, [lot("900000")], policy)
        seconds.append(time.process_time() - started)
    return min(seconds)
