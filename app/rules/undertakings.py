"""Single undertakings and the aid that counts for them (handbook 3.1, 3.3 and S4).

Enterprises are one undertaking where one controls the other: by more than half of the votes, by
the right to appoint most of the board, or by dominant influence by contract, statutes or an
agreement on votes. Chains count, both ways. A holding of half or less links nobody.

counted = aid granted to anybody of the undertaking in [day - years, day]
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.rules.in_kind import aid_since


class LinkKind(StrEnum):
    """How one enterprise has a hand in another; all but a holding of half or less control it."""

    HOLDING = "holding"
    BOARD = "board"
    INFLUENCE = "influence"
    VOTES = "votes"


class Boundary(StrEnum):
    """Whether aid of the very day so many years ago still counts; the cautious answer is yes."""

    INCLUSIVE = "INCLUSIVE"
    EXCLUSIVE = "EXCLUSIVE"


@dataclass(frozen=True, slots=True)
class Link:
    """`owner` has a hand in `owned` from a day, to a day where it is over; both are counted in.

    `percent` is the share of the votes that a holding gives.
    """

    owner: str
    owned: str
    kind: LinkKind
    percent: Fraction | None
    valid_from: date
    valid_to: date | None = None

    def controls(self, on: date) -> bool:
        """Return whether it makes the two one undertaking on a day."""
        if on < self.valid_from or (self.valid_to is not None and on > self.valid_to):
            return False
        if self.kind is not LinkKind.HOLDING:
            return True
        return self.percent is not None and self.percent > 50


@dataclass(frozen=True, slots=True)
class Aid:
    """Aid of one enterprise, granted on a day, gross, in cents of the ceiling's currency."""

    enterprise: str
    granted_on: date
    cents: int


def undertaking(enterprise: str, links: Iterable[Link], on: date) -> frozenset[str]:
    """Return the enterprises that are one undertaking with this one on a day, itself with them."""
    ends = [{link.owner, link.owned} for link in links if link.controls(on)]
    found, grown = set[str](), {enterprise}
    while grown != found:
        found = grown
        grown = found.union(*(pair for pair in ends if pair & found))
    return frozenset(found)


def counted(
    aid: Iterable[Aid],
    undertaking: Iterable[str],
    on: date,
    years: int | None,
    boundary: Boundary = Boundary.INCLUSIVE,
) -> tuple[Aid, ...]:
    """Return what counts against the ceiling on a day; without years all of it."""
    since, those = aid_since(on, years), frozenset(undertaking)
    return tuple(
        each
        for each in aid
        if each.enterprise in those
        and since <= each.granted_on <= on
        and (boundary is Boundary.INCLUSIVE or each.granted_on > since)
    )


def headroom_cents(ceiling_cents: int, aid: Iterable[Aid]) -> int:
    """Return what may still be granted; never below zero."""
    return max(0, ceiling_cents - sum(each.cents for each in aid))
