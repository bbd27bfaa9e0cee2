"""First come, first served, said with what the specification of the allocation knows."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from app.rules.allocation import allocate
from app.rules.allocation_input import read_case
from app.rules.first_come import (
    ARRIVAL,
    arrival,
    arrival_text,
    is_first_come,
    said_by_arrival,
    score_that_counts,
    tie_breakers,
)
from app.rules.messages import Message
from app.rules.scheme_money import AllocationPolicy, AwardOrder

MORNING = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
FIRST_COME = AllocationPolicy(order=AwardOrder.FIRST_COME, tie_breakers=("case",))


def test_time_is_exact_to_the_microsecond_and_the_same_in_every_zone() -> None:
    late = MORNING + timedelta(microseconds=1)

    assert arrival_text(MORNING) == "-1773826200.000000"
    assert arrival_text(late) == "-1773826200.000001"
    assert arrival(late) == Fraction(arrival_text(late)) < arrival(MORNING)
    assert arrival(MORNING.astimezone(timezone(timedelta(hours=2)))) == arrival(MORNING)


@pytest.mark.parametrize(
    ("total", "threshold", "counts"),
    [
        ("95", Fraction(60), "60"),
        ("60.000000", Fraction(60), "60"),
        ("59.999999", Fraction(60), "59.999999"),
        ("18", Fraction(35, 2), "17.5"),
        ("12", None, "0"),
    ],
)
def test_who_reaches_the_threshold_is_equal_in_score(total, threshold, counts) -> None:
    assert score_that_counts(Decimal(total), threshold) == Decimal(counts)


def test_time_comes_before_what_tells_equals_apart_and_only_where_it_orders() -> None:
    merit = AllocationPolicy(tie_breakers=("case",))

    assert (is_first_come(FIRST_COME), is_first_come(merit)) == (True, False)
    assert tie_breakers(FIRST_COME) == (ARRIVAL, "case")
    assert tie_breakers(merit) == ("case",)


def test_a_reason_says_time_and_true_points_and_stays_where_nobody_was_ranked() -> None:
    ranked = Message("allocation.awarded_full", {"rank": 1, "score": Fraction(60)})
    below = Message("allocation.below_threshold", {"score": Fraction(50)})

    told = said_by_arrival(ranked, total=Decimal("72.5"), received_at=MORNING)

    assert told == Message(
        "arrival.awarded_full",
        {"rank": 1, "score": Fraction(145, 2), "received_at": "2026-03-18T09:30:00+00:00"},
    )
    assert said_by_arrival(below, total=Decimal(50), received_at=MORNING) == below


def test_the_earlier_gets_the_money_whatever_the_points_above_the_threshold() -> None:
    rows = [("late", "99", 2), ("first", "61", 0), ("second", "60", 1), ("weak", "59", -1)]
    given = {
        "policy": {"tie_breakers": [ARRIVAL]},
        "lots": [{"code": "S", "envelope": "20000.00", "threshold": "60"}],
        "applications": [
            {
                "id": key,
                "lot": "S",
                "score": f"{score_that_counts(Decimal(score), Fraction(60)):f}",
                "requested": "10000.00",
                ARRIVAL: arrival_text(MORNING + timedelta(hours=hours)),
            }
            for key, score, hours in rows
        ],
    }
    case = read_case(given)

    result = allocate(case.applications, case.lots, case.policy)

    assert [(line.id, line.rank, line.reason.value) for line in result.lines] == [
        ("late", 3, "RESERVE"),
        ("first", 1, "AWARDED_FULL"),
        ("second", 2, "AWARDED_FULL"),
        ("weak", None, "BELOW_THRESHOLD"),
    ]
