"""Money that becomes free after the decision: who gets it (handbook 1.7 and A4).

First partial offers are made whole in rank order, then the reserve list is served in its
order. Money that does not reach for the next one is not taken further down, unless the
published overflow rule passes over requests that do not fit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.rules.allocation_model import Policy, Reason
from app.rules.messages import Message
from app.rules.scheme_money import Overflow

_OFFERING = frozenset({Overflow.PARTIAL_OFFER, Overflow.PARTIAL_THEN_SKIP})
_SKIPPING = frozenset({Overflow.SKIP_AND_FILL, Overflow.PARTIAL_THEN_SKIP})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A partial award that could be made whole (`awarded_cents` above 0) or a reserve.

    Those that declined, withdrew or hit a cap are left out by the caller.
    """

    id: str
    rank: int
    requested_cents: int
    awarded_cents: int = 0
    min_grant_cents: int = 0
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Activation:
    """An award that is new or higher: `added_cents` more, AWARDED_FULL or AWARDED_PARTIAL."""

    id: str
    added_cents: int
    reason: Reason
    why: Message


def activate_reserve(
    waiting: Sequence[Waiting],
    free_cents: int,
    policy: Policy,
    *,
    today: date,
    valid_until: date | None,
    held: Mapping[str, int] | None = None,
) -> tuple[Activation, ...]:
    """Give freed money out again; nothing after the last day on which the list is valid.

    `held` are the awards of each lead in this pot: who holds as many as the policy allows is
    passed over and does not stop the list (spec, step 3). The caller has settled ties: ranks
    differ wherever it matters (spec, step 7).
    """
    if has_lapsed(today, valid_until):
        return ()
    in_order = sorted(waiting, key=lambda one: (one.awarded_cents == 0, one.rank, one.id))
    activations: list[Activation] = []
    holds = Counter(held or {})
    for one in in_order:
        if _is_capped(one, holds, policy):
            continue
        added_cents = _added_cents(one, free_cents, policy)
        if added_cents:
            activations.append(_activation(one, added_cents))
            free_cents -= added_cents
            holds[one.lead] += one.awarded_cents == 0
        if added_cents < one.requested_cents - one.awarded_cents and (
            one.awarded_cents or policy.overflow not in _SKIPPING
        ):
            break
    return tuple(activations)


def has_lapsed(today: date, valid_until: date | None) -> bool:
    """The last day of the list is part of it; a list without a date stays valid."""
    return valid_until is not None and today > valid_until


def _is_capped(one: Waiting, holds: Mapping[str, int], policy: Policy) -> bool:
    """A partial offer is made whole whatever its lead holds: it is no further award."""
    cap = policy.awards_per_lead
    return cap is not None and one.awarded_cents == 0 and bool(one.lead) and holds[one.lead] >= cap


def _added_cents(one: Waiting, free_cents: int, policy: Policy) -> int:
    """What this one gets of the free money: the rest of a partial offer, or a new award."""
    missing_cents = one.requested_cents - one.awarded_cents
    if missing_cents <= free_cents:
        return missing_cents
    if one.awarded_cents:
        return free_cents
    share = policy.partial_min_share
    offered = (
        policy.overflow in _OFFERING
        and free_cents >= one.min_grant_cents
        and free_cents * share.denominator >= share.numerator * one.requested_cents
    )
    return free_cents if offered else 0


def _activation(one: Waiting, added_cents: int) -> Activation:
    awarded_cents = one.awarded_cents + added_cents
    full = awarded_cents == one.requested_cents
    code = "allocation.offer_raised" if one.awarded_cents else "allocation.reserve_activated"
    values: dict[str, object] = {
        "rank": one.rank,
        "added_cents": added_cents,
        "awarded_cents": awarded_cents,
        "requested_cents": one.requested_cents,
    }
    reason = Reason.AWARDED_FULL if full else Reason.AWARDED_PARTIAL
    return Activation(one.id, added_cents, reason, Message(code, values))
