"""Who is ranked, and in what order (steps 1 and 2 of spec/allocation.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.rules.allocation_model import REQUESTED_ASC, Application, Lot, Status

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Pot:
    """The candidates that draw on one sum of money, best first.

    `ranks` and `shared` go with `ranked`; `lot` is None where all lots are one pot.
    """

    lot: str | None
    envelope_cents: int
    lots: Mapping[str, Lot]
    ranked: list[Application]
    ranks: list[int]
    shared: list[bool]


def is_candidate(application: Application, threshold: Decimal) -> bool:
    """Step 1: at the threshold passes."""
    return application.status is Status.ELIGIBLE and application.score >= threshold


def make_pot(
    lots: Sequence[Lot],
    applications: Sequence[Application],
    tie_breakers: tuple[str, ...],
    *,
    code: str | None,
) -> Pot:
    """Rank the candidates among `applications`; equals share a rank and are kept by id."""
    by_code = {lot.code: lot for lot in lots}
    candidates = [
        application
        for application in applications
        if is_candidate(application, by_code[application.lot].threshold)
    ]
    keys = _order_keys(candidates, tie_breakers)
    order = sorted(range(len(candidates)), key=keys.__getitem__)
    ranks, shared = _ranks([keys[place] for place in order])
    return Pot(
        lot=code,
        envelope_cents=sum(lot.envelope_cents for lot in lots),
        lots=by_code,
        ranked=[candidates[place] for place in order],
        ranks=ranks,
        shared=shared,
    )


def _order_keys(
    candidates: Sequence[Application], tie_breakers: tuple[str, ...]
) -> list[tuple[Any, ...]]:  # Any: a sort key mixes numbers and text
    """Return one sort key per candidate, the id last.

    `copy_negate` is exact, unlike a minus sign, which rounds to the decimal context.
    """
    columns: list[list[Any]] = [[one.score.copy_negate() for one in candidates]]  # Any: as above
    for name in tie_breakers:
        if name == REQUESTED_ASC:
            columns.append([one.requested_cents for one in candidates])
        else:
            columns.append([one.numbers.get(name, _ZERO).copy_negate() for one in candidates])
    if any(one.committee_order is not None for one in candidates):
        columns.append([_committee_key(one.committee_order) for one in candidates])
    columns.append([one.id for one in candidates])
    return list(zip(*columns, strict=True))


def _committee_key(committee_order: int | None) -> tuple[bool, int]:
    """Lowest first, those without one last."""
    return (committee_order is None, committee_order or 0)


def _ranks(keys: Sequence[tuple[Any, ...]]) -> tuple[list[int], list[bool]]:  # Any: sort keys
    """Number keys in order as 1, 2, 3, 3, 5 and say which numbers are shared.

    The last part of a key, the id, tells nobody from an equal.
    """
    ranks: list[int] = []
    shared: list[bool] = []
    before: tuple[Any, ...] | None = None  # Any: a sort key
    for place, key in enumerate(keys):
        equal = before is not None and before[0] == key[0] and before[:-1] == key[:-1]
        if equal:
            shared[-1] = True
        ranks.append(ranks[-1] if equal else place + 1)
        shared.append(equal)
        before = key
    return ranks, shared
