"""The words of an allocation: what goes in and what comes out.

Source: spec/allocation.md. Amounts are cents, scores and tie-breaker numbers are
`Decimal` (compared exactly, never computed with), shares are `Fraction`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from app.rules.allocation_explain import Grounds, explain
from app.rules.messages import Message
from app.rules.scheme_money import LotMode, Overflow

REQUESTED_ASC = "requested_asc"
"""The one tie-breaker that is no number of its own: the smaller request goes first."""


class Status(StrEnum):
    """Whether an application may take part at all."""

    ELIGIBLE = "ELIGIBLE"
    INELIGIBLE = "INELIGIBLE"
    WITHDRAWN = "WITHDRAWN"


class Order(StrEnum):
    """How the list is ordered."""

    MERIT = "MERIT"


class Reason(StrEnum):
    """How an application ended."""

    AWARDED_FULL = "AWARDED_FULL"
    AWARDED_PARTIAL = "AWARDED_PARTIAL"
    AWARDED_FLOOR = "AWARDED_FLOOR"
    AWARDED_PRO_RATA = "AWARDED_PRO_RATA"
    RESERVE = "RESERVE"
    CAP_REACHED = "CAP_REACHED"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    INELIGIBLE = "INELIGIBLE"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Floor:
    """At least `min_awards` of each value of `dimension` are tried first (step 4)."""

    dimension: str
    min_awards: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The published rule of a call; the defaults are those of the specification."""

    order: Order = Order.MERIT
    overflow: Overflow = Overflow.STOP
    partial_min_share: Fraction = Fraction(3, 4)
    lot_mode: LotMode = LotMode.SEPARATE
    realloc_order: tuple[str, ...] = ()
    """Codes of lots; empty means the order of the lots."""
    tie_breakers: tuple[str, ...] = ()
    awards_per_lead: int | None = None
    floors: tuple[Floor, ...] = ()
    pro_rata: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """A share of the money with its own list."""

    code: str
    envelope_cents: int
    min_grant_cents: int = 0
    max_grant_cents: int | None = None
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Application:
    """One request; `numbers` feed tie-breakers and `texts` feed floors, by name."""

    id: str
    lot: str
    score: Decimal
    requested_cents: int
    status: Status = Status.ELIGIBLE
    lead: str | None = None
    committee_order: int | None = None
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Decision(NamedTuple):
    """What an application gets, what its pot held before and after, and why.

    A bare tuple because there may be 100,000 of them. Both sums are None for those that
    were not ranked. What a floor places comes before the walk, so its sums are those of
    the placing.
    """

    reason: Reason
    awarded_cents: int
    remaining_before_cents: int | None
    remaining_after_cents: int | None
    grounds: Grounds


class Line(NamedTuple):
    """How one application ended; `rank` is None for those that were not ranked.

    A bare tuple for the same reason.
    """

    application: Application
    rank: int | None
    shares_rank: bool
    reserve_position: int | None
    decision: Decision

    @property
    def id(self) -> str:
        return self.application.id

    @property
    def lot(self) -> str:
        return self.application.lot

    @property
    def awarded_cents(self) -> int:
        return self.decision.awarded_cents

    @property
    def reason(self) -> Reason:
        return self.decision.reason

    @property
    def remaining_before_cents(self) -> int | None:
        return self.decision.remaining_before_cents

    @property
    def remaining_after_cents(self) -> int | None:
        return self.decision.remaining_after_cents

    @property
    def why(self) -> Message:
        """The sentence for page, letter and auditor, made when it is asked for."""
        return explain(
            self.decision.grounds,
            rank=self.rank,
            score=self.application.score,
            requested_cents=self.application.requested_cents,
            awarded_cents=self.decision.awarded_cents,
            remaining_cents=self.decision.remaining_before_cents,
            reserve_position=self.reserve_position,
        )


@dataclass(frozen=True, slots=True)
class LotResult:
    """The money of a lot: envelope + transferred = awarded + unallocated."""

    code: str
    envelope_cents: int
    transferred_cents: int
    awarded_cents: int
    unallocated_cents: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Lines in the order of the applications, lots in the order of the lots.

    `lots` is empty where all lots are one pot.
    """

    lines: tuple[Line, ...]
    lots: tuple[LotResult, ...]
    envelope_cents: int
    awarded_cents: int

    @property
    def unallocated_cents(self) -> int:
        return self.envelope_cents - self.awarded_cents


@dataclass(frozen=True, slots=True)
class UnresolvedTie:
    """Equals that the rule would treat differently: the committee has to set their order.

    `lot` is None in a common pot. `ids` are sorted by code point.
    """

    ids: tuple[str, ...]
    rank: int
    lot: str | None

    @property
    def message(self) -> Message:
        return Message(
            "allocation.unresolved_tie", {"rank": self.rank, "applications": ", ".join(self.ids)}
        )
