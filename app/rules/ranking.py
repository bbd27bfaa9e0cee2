"""Totals become an ordered list; concept notes become a shortlist.

Order: total, highest first; then each tie-breaker in turn (a section, highest first, or
the smaller request); then the committee's own order. Equals share a rank, shown as "3=".
Sources: handbook 1.6.3, 1.7 and A5; spec/allocation.md, step 2.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.rules.allocation_model import REQUESTED_ASC
from app.rules.first_come import ARRIVAL
from app.rules.messages import Message
from app.rules.money import share_percent
from app.rules.scheme_grid import Boundary, Preselection

_COMMITTEE = "committee_order"
_Standing = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One application with its agreed total; `numbers` are its sections by name."""

    id: str
    total: Fraction
    requested_cents: int
    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    committee_order: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the list; `why` says what put it below the one above with the same total."""

    scored: Scored
    rank: int
    shares_rank: bool
    why: Message | None

    @property
    def label(self) -> str:
        """The rank as shown: "3=" where it is shared."""
        return f"{self.rank}=" if self.shares_rank else str(self.rank)


def ranked(entries: Sequence[Scored], tie_breakers: Sequence[str] = ()) -> tuple[Ranked, ...]:
    """Order entries, best first; equals by id, which decides nothing."""
    standings = {entry.id: _standing(entry, tie_breakers) for entry in entries}
    order = sorted(entries, key=lambda entry: (*(-v for _, v in standings[entry.id]), entry.id))
    ranks: list[int] = []
    for place, entry in enumerate(order):
        same = place > 0 and standings[order[place - 1].id] == standings[entry.id]
        ranks.append(ranks[-1] if same else place + 1)
    lines, holders = [], Counter(ranks)
    for place, entry in enumerate(order):
        above = standings[order[place - 1].id] if place else ()
        why = _settled_by(above, standings[entry.id])
        lines.append(Ranked(entry, ranks[place], holders[ranks[place]] > 1, why))
    return tuple(lines)


def _standing(entry: Scored, tie_breakers: Sequence[str]) -> _Standing:
    """All numbers that count, the highest first in each; None stands behind every number."""
    numbers = [("total", entry.total)]
    for name in tie_breakers:
        requested = Fraction(-entry.requested_cents)
        value = requested if name == REQUESTED_ASC else entry.numbers.get(name, Fraction(0))
        numbers.append((name, value))
    order = entry.committee_order
    numbers.append((f"{_COMMITTEE}_set", Fraction(order is not None)))
    numbers.append((_COMMITTEE, Fraction(-order if order is not None else 0)))
    return tuple(numbers)


def _settled_by(above: _Standing, below: _Standing) -> Message | None:
    """Name the first number that differs, where the totals do not."""
    if not above or above[0] != below[0]:
        return None
    for (name, higher), (_, lower) in zip(above, below, strict=True):
        if higher == lower:
            continue
        if name.startswith(_COMMITTEE):
            return Message("ranking.settled_by_committee")
        if name == REQUESTED_ASC:
            values = {"higher_cents": -int(lower), "lower_cents": -int(higher)}
            return Message("ranking.settled_by_request", dict(values))
        if name == ARRIVAL:
            return Message("ranking.settled_by_arrival")
        return Message(
            "ranking.settled_by_section", {"section": name, "above": higher, "below": lower}
        )
    return Message("ranking.shared")


class ShortlistOutcome(StrEnum):
    """What became of a concept note."""

    PASSED = "PASSED"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    OUTSIDE_LIMIT = "OUTSIDE_LIMIT"


@dataclass(frozen=True, slots=True)
class ShortlistLine:
    """One concept note; `running_cents` adds up the requests in the list down to here."""

    scored: Scored
    outcome: ShortlistOutcome
    running_cents: int | None
    why: Message


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Lines best first. `cut_off` is the lowest total that passed, None where nobody did."""

    lines: tuple[ShortlistLine, ...]
    limit_cents: Fraction
    passed_cents: int
    cut_off: Fraction | None
    passed_percent: Fraction
    """Requests that passed, in per cent of the envelope."""


def preselect(
    entries: Sequence[Scored],
    *,
    envelope_cents: int,
    threshold: Fraction,
    preselection: Preselection | None,
) -> Shortlist:
    """Cut the list of concept notes to a percentage of the envelope.

    Notes with the same total are always treated alike: with INCLUDE_CROSSING all at the
    line pass, with EXCLUDE_CROSSING all at the line pass or none. No preselection means
    that the threshold alone decides. Source: handbook 1.7, A5.
    """
    order = sorted(entries, key=lambda entry: (-entry.total, entry.id))
    able = [entry for entry in order if entry.total >= threshold]
    percent = preselection.percent if preselection else None
    limit_cents = Fraction(0) if percent is None else envelope_cents * percent / 100
    cut_off = able[-1].total if able else None
    if preselection is not None:
        cut_off = _cut_off(able, limit_cents, preselection.boundary)
    lines, running_cents, passed_cents = [], 0, 0
    for entry in order:
        values: dict[str, object] = {"total": entry.total, "threshold": threshold}
        outcome = ShortlistOutcome.BELOW_THRESHOLD
        if entry.total >= threshold:
            running_cents += entry.requested_cents
            passed = cut_off is not None and entry.total >= cut_off
            outcome = ShortlistOutcome.PASSED if passed else ShortlistOutcome.OUTSIDE_LIMIT
            passed_cents += entry.requested_cents if passed else 0
            values |= {"cut_off": cut_off, "limit_percent": percent}
        message = Message(f"ranking.preselection_{outcome.value.lower()}", values)
        running = running_cents if entry.total >= threshold else None
        lines.append(ShortlistLine(entry, outcome, running, message))
    percent_passed = share_percent(passed_cents, envelope_cents)
    return Shortlist(tuple(lines), limit_cents, passed_cents, cut_off, percent_passed)


def _cut_off(able: Sequence[Scored], limit_cents: Fraction, boundary: Boundary) -> Fraction | None:
    """Return the lowest total that passes; notes of one total go in or stay out together."""
    groups: dict[Fraction, int] = {}
    for entry in able:
        groups[entry.total] = groups.get(entry.total, 0) + entry.requested_cents
    cut_off, running_cents = None, 0
    for total, cents in groups.items():
        crosses = running_cents + cents > limit_cents
        if running_cents >= limit_cents or (crosses and boundary is Boundary.EXCLUDE_CROSSING):
            break
        cut_off = total
        running_cents += cents
    return cut_off
