"""Why an application ended as it did, as a code with its values.

The walk stores only the short `Grounds`; the full message is built when somebody
reads it, so that a run over 100,000 applications does not pay for unread sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.rules.messages import Message


class Rule(StrEnum):
    """Which rule of spec/allocation.md decided; each is a sentence `allocation.<rule>`."""

    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    BELOW_THRESHOLD = "below_threshold"
    FITS = "awarded_full"
    PLACED_BY_FLOOR = "awarded_floor"
    PARTIAL_OFFER = "awarded_partial"
    PARTIAL_AFTER_FLOOR = "partial_floor_applied"
    PRO_RATA = "awarded_pro_rata"
    CAP = "cap_reached"
    CAP_AFTER_FLOOR = "cap_floor_applied"
    NOTHING_LEFT = "reserve_nothing_left"
    DOES_NOT_FIT = "reserve_does_not_fit"
    BELOW_MIN_GRANT = "reserve_below_min_grant"
    BELOW_SHARE = "reserve_below_share"
    AFTER_STOP = "reserve_after_stop"
    RESERVE_AFTER_FLOOR = "reserve_floor_applied"


@dataclass(frozen=True, slots=True)
class Grounds:
    """The rule that decided, with the values that only this rule knows."""

    rule: Rule
    values: Mapping[str, object] = field(default_factory=dict)


def explain(
    grounds: Grounds,
    *,
    rank: int | None,
    score: Decimal,
    requested_cents: int,
    awarded_cents: int,
    remaining_cents: int | None,
    reserve_position: int | None,
) -> Message:
    """Build the message of one line; values that do not apply to it are left out."""
    values: dict[str, object] = {
        "rank": rank,
        "score": Fraction(score),
        "requested_cents": requested_cents,
        "awarded_cents": awarded_cents,
        "remaining_cents": remaining_cents,
        "reserve_position": reserve_position,
    }
    present = {name: value for name, value in values.items() if value is not None}
    return Message(f"allocation.{grounds.rule.value}", present | dict(grounds.values))
