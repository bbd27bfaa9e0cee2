"""Who may stand in for whom: a role held for a period, so that an office of two goes on.

A stand-in adds a role to a person and takes no rule away: whoever prepared something still
may not decide on it, whatever roles they hold. So two people who stand in for each other
can walk every road, each step by turns.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from app.rules.messages import Message
from app.rules.permissions import Role

# Committees and assessors are named in person (handbook 1.5): who is away is replaced. An
# auditor who acts would audit themselves.
ROLES = frozenset(
    {Role.OFFICER, Role.FUND_MANAGER, Role.SECRETARY, Role.FINANCE, Role.APPROVER, Role.MONITOR}
)
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Proposal:
    """`absent_roles` and `stand_in_roles` are what both hold by themselves there."""

    role: Role
    absent_id: int
    stand_in_id: int
    given_by: int | None
    absent_roles: Collection[Role]
    stand_in_roles: Collection[Role]
    starts_on: date
    ends_on: date
    today: date


def wrong(asked: Proposal) -> Iterator[Message]:
    """What is wrong with a stand-in; `path` is the field."""
    if asked.role not in ROLES:
        yield Message("stand_in.role", {}, "role")
    elif asked.role not in asked.absent_roles:
        yield Message("stand_in.not_held", {}, "role")
    if asked.stand_in_id == asked.absent_id:
        yield Message("stand_in.same_person", {}, "stand_in")
    elif asked.stand_in_id == asked.given_by:
        yield Message("stand_in.own", {}, "stand_in")
    elif Role.AUDITOR in asked.stand_in_roles:
        yield Message("stand_in.auditor", {}, "stand_in")
    elif not asked.stand_in_roles:
        yield Message("stand_in.stranger", {}, "stand_in")
    if asked.ends_on < asked.starts_on:
        yield Message("stand_in.period", {}, "ends_on")
    elif asked.ends_on < asked.today:
        yield Message("stand_in.over", {}, "ends_on")
    elif (asked.ends_on - asked.starts_on).days >= MOST_DAYS:
        yield Message("stand_in.too_long", {"days": MOST_DAYS}, "ends_on")
