"""The allocation of many applications, against sorting them by the same key."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from app.rules.allocation import allocate
from app.rules.allocation_model import REQUESTED_ASC, Application, Lot, Policy
from app.rules.scheme_money import LotMode, Overflow

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Divided:
    what: str
    applications: int
    seconds: float


def measure(count: int) -> tuple[Divided, Divided]:
    """Return the best of some rounds for sorting and for the whole rule."""
    applications = [_application(number) for number in range(count)]
    share = sum(one.requested_cents for one in applications) // 6
    lots = [Lot("A", share), Lot("B", share, threshold=Decimal(60)), Lot("C", share)]
    policy = Policy(
        overflow=Overflow.PARTIAL_THEN_SKIP,
        lot_mode=LotMode.REALLOCATE_REMAINDER,
        tie_breakers=("relevance", REQUESTED_ASC),
        awards_per_lead=3,
    )
    return (
        Divided("sorting", count, _best(lambda: sorted(applications, key=_key))),
        Divided("allocation", count, _best(lambda: allocate(applications, lots, policy))),
    )


def _application(number: int) -> Application:
    return Application(
        id=f"APP-{number:06d}",
        lot="ABC"[number % 3],
        score=Decimal(number * 7919 % 6001) / 100 + 40,
        requested_cents=10_000_00 + number * 104729 % 50_000_00,
        lead=f"TOWN-{number % 30_000}",
        numbers={"relevance": Decimal(number * 31 % 2001) / 100},
    )


def _key(one: Application) -> tuple[Decimal, Decimal, int, str]:
    return (-one.score, -one.numbers["relevance"], one.requested_cents, one.id)


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)
