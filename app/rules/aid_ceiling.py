"""Who of several that get aid at once would pass the ceiling of their undertaking (3.1, 3.3, S4).

None of an aid that breaks the ceiling counts as de minimis, so it is refused whole. Several of
one undertaking are looked at in their order: who fits counts for the next, who passes does not.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.rules.messages import Message

ABOVE = "aid.above_the_ceiling"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an undertaking has towards the ceiling, in cents; `group` is the same for all of it.

    `granted_cents` counts on that day, `offered_cents` is decided or offered and not yet signed.
    """

    group: str
    names: tuple[str, ...]
    granted_cents: int
    offered_cents: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one application would get now, on top of what its undertaking has."""

    id: str
    cents: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Above:
    """Aid that would pass the ceiling; `beside_cents` goes to others of it by the same deed."""

    id: str
    cents: int
    standing: Standing
    beside_cents: int
    ceiling_cents: int

    @property
    def known_cents(self) -> int:
        return self.standing.granted_cents + self.standing.offered_cents + self.beside_cents

    @property
    def left_cents(self) -> int:
        """What could have been offered before the award; never below zero."""
        return max(0, self.ceiling_cents - self.known_cents)

    @property
    def why(self) -> Message:
        """Say it to the applicant: its own undertaking's sums, no name of anybody."""
        return Message(
            ABOVE,
            {
                "known_cents": self.known_cents,
                "award_cents": self.cents,
                "ceiling_cents": self.ceiling_cents,
                "left_cents": self.left_cents,
            },
        )


def above(wanted: Iterable[Wanted], ceiling_cents: int) -> tuple[Above, ...]:
    """Return who passes the ceiling, in the order given; who exactly reaches it does not."""
    placed: Counter[str] = Counter()
    found: list[Above] = []
    for each in wanted:
        group = each.standing.group
        one = Above(each.id, each.cents, each.standing, placed[group], ceiling_cents)
        if one.known_cents + each.cents > ceiling_cents:
            found.append(one)
        else:
            placed[group] += each.cents
    return tuple(found)
