"""Spending one pot: caps, floors, the walk and pro rata (steps 3-5 and 8 of spec/allocation.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.rules.allocation_explain import Grounds, Rule
from app.rules.allocation_model import Application, Decision, Floor, Policy, Reason
from app.rules.allocation_order import Pot
from app.rules.money import share_percent, split_cents
from app.rules.scheme_money import Overflow

_FITS = Grounds(Rule.FITS)
_NOTHING_LEFT = Grounds(Rule.NOTHING_LEFT)
_DOES_NOT_FIT = Grounds(Rule.DOES_NOT_FIT)
_AFTER_STOP = Grounds(Rule.AFTER_STOP)
_STOPPING = frozenset({Overflow.STOP, Overflow.PARTIAL_OFFER})
_OFFERING = frozenset({Overflow.PARTIAL_OFFER, Overflow.PARTIAL_THEN_SKIP})
_AFTER_FLOOR = {
    Reason.RESERVE: Rule.RESERVE_AFTER_FLOOR,
    Reason.AWARDED_PARTIAL: Rule.PARTIAL_AFTER_FLOOR,
    Reason.CAP_REACHED: Rule.CAP_AFTER_FLOOR,
}


@dataclass(frozen=True, slots=True)
class Spent:
    """One pot computed with a sum of money; all lists go with `Pot.ranked`.

    `without_floors` is the same computation without floors (the same list where there
    are none), `chosen` the places that each floor chose, by value.
    """

    money_cents: int
    awarded_cents: int
    decisions: list[Decision]
    without_floors: list[Decision]
    chosen: tuple[Mapping[str, list[int]], ...] = ()


def spend(pot: Pot, money_cents: int, policy: Policy) -> Spent:
    """Compute one pot with this money."""
    if policy.pro_rata:
        decisions = _pro_rata(pot, money_cents)
        return _spent(money_cents, decisions, decisions)
    plain = _walk(pot, money_cents, policy, held={}, placed={})
    if not policy.floors:
        return _spent(money_cents, plain, plain)
    chosen = tuple(chosen_by(pot, floor) for floor in policy.floors)
    held: dict[str, int] = {}
    placed = _place(pot, money_cents, policy, chosen, plain, held)
    left_cents = money_cents - sum(decision.awarded_cents for decision in placed.values())
    walked = _walk(pot, left_cents, policy, held=held, placed=placed)
    return _spent(money_cents, list(map(_after_floor, walked, plain)), plain, chosen)


def _spent(
    money_cents: int,
    decisions: list[Decision],
    without_floors: list[Decision],
    chosen: tuple[Mapping[str, list[int]], ...] = (),
) -> Spent:
    awarded_cents = sum(decision.awarded_cents for decision in decisions)
    return Spent(money_cents, awarded_cents, decisions, without_floors, chosen)


def _capped(application: Application, policy: Policy, held: Mapping[str, int]) -> bool:
    """Step 3; an application without a lead is never capped."""
    cap = policy.awards_per_lead
    return cap is not None and application.lead is not None and held.get(application.lead, 0) >= cap


def _hold(application: Application, policy: Policy, held: dict[str, int]) -> None:
    if policy.awards_per_lead is not None and application.lead is not None:
        held[application.lead] = held.get(application.lead, 0) + 1


def chosen_by(pot: Pot, floor: Floor) -> dict[str, list[int]]:
    """The places of the best-ranked `min_awards` of each value of the floor's dimension."""
    groups: dict[str, list[int]] = {}
    for place, application in enumerate(pot.ranked):
        value = application.texts.get(floor.dimension)
        if value is not None and len(groups.setdefault(value, [])) < floor.min_awards:
            groups[value].append(place)
    return groups


def _place(
    pot: Pot,
    money_cents: int,
    policy: Policy,
    chosen: tuple[Mapping[str, list[int]], ...],
    plain: list[Decision],
    held: dict[str, int],
) -> dict[int, Decision]:
    """Step 4: place the chosen in rank order, each once and in full; updates `held`."""
    floors: dict[int, tuple[str, str]] = {}
    for floor, groups in zip(policy.floors, chosen, strict=True):
        for value, places in groups.items():
            floors |= {place: (floor.dimension, value) for place in places if place not in floors}
    placed: dict[int, Decision] = {}
    for place in sorted(floors):
        application = pot.ranked[place]
        if application.requested_cents > money_cents or _capped(application, policy, held):
            continue
        _hold(application, policy, held)
        full = plain[place].reason is Reason.AWARDED_FULL
        dimension, value = floors[place]
        placed[place] = _award(
            Reason.AWARDED_FULL if full else Reason.AWARDED_FLOOR,
            application.requested_cents,
            money_cents,
            _FITS
            if full
            else Grounds(Rule.PLACED_BY_FLOOR, {"dimension": dimension, "value": value}),
        )
        money_cents -= application.requested_cents
    return placed


def _award(reason: Reason, cents: int, before_cents: int, grounds: Grounds) -> Decision:
    return Decision(reason, cents, before_cents, before_cents - cents, grounds)


def _walk(
    pot: Pot,
    remaining_cents: int,
    policy: Policy,
    *,
    held: dict[str, int],
    placed: Mapping[int, Decision],
) -> list[Decision]:
    """Step 5, with what remains after the placed ones; updates `held`."""
    cap = Grounds(Rule.CAP, {"awards_per_lead": policy.awards_per_lead})
    least_percent = policy.partial_min_share * 100
    decisions: list[Decision] = []
    below_stop: Decision | None = None
    for place, application in enumerate(pot.ranked):
        cents = application.requested_cents
        if place in placed:
            decisions.append(placed[place])
            continue
        if _capped(application, policy, held):
            decision = _award(Reason.CAP_REACHED, 0, remaining_cents, cap)
        elif below_stop is not None:
            decision = below_stop
        elif cents <= remaining_cents:
            decision = _award(Reason.AWARDED_FULL, cents, remaining_cents, _FITS)
            remaining_cents -= cents
            _hold(application, policy, held)
        else:
            decision = _overflow(pot, application, remaining_cents, policy, least_percent)
            remaining_cents -= decision.awarded_cents
            if decision.reason is Reason.AWARDED_PARTIAL:
                _hold(application, policy, held)
            if policy.overflow in _STOPPING:
                below_stop = _award(Reason.RESERVE, 0, remaining_cents, _AFTER_STOP)
        decisions.append(decision)
    return decisions


def _overflow(
    pot: Pot,
    application: Application,
    remaining_cents: int,
    policy: Policy,
    least_percent: Fraction,
) -> Decision:
    """Decide a request above what remains: a partial award where the policy allows one.

    `least_percent` is the policy's share, computed once for all.
    """
    share, min_grant_cents = policy.partial_min_share, pot.lots[application.lot].min_grant_cents
    asked_cents = application.requested_cents
    if remaining_cents <= 0:
        grounds = _NOTHING_LEFT
    elif policy.overflow not in _OFFERING:
        grounds = _DOES_NOT_FIT
    elif remaining_cents < min_grant_cents:
        grounds = Grounds(Rule.BELOW_MIN_GRANT, {"min_grant_cents": min_grant_cents})
    elif remaining_cents * share.denominator < share.numerator * asked_cents:
        shares = {
            "share_percent": share_percent(remaining_cents, asked_cents),
            "least_percent": least_percent,
        }
        grounds = Grounds(Rule.BELOW_SHARE, shares)
    else:
        percent = share_percent(remaining_cents, asked_cents)
        grounds = Grounds(Rule.PARTIAL_OFFER, {"share_percent": percent})
        return _award(Reason.AWARDED_PARTIAL, remaining_cents, remaining_cents, grounds)
    return _award(Reason.RESERVE, 0, remaining_cents, grounds)


def _after_floor(decision: Decision, plain: Decision) -> Decision:
    """Name the floor as the ground where it cost this application money (handbook A3b)."""
    if decision.awarded_cents >= plain.awarded_cents:
        return decision
    values = dict(decision.grounds.values)
    return decision._replace(grounds=Grounds(_AFTER_FLOOR[decision.reason], values))


def _pro_rata(pot: Pot, money_cents: int) -> list[Decision]:
    """Step 8: all in full, or all cut alike, left-over cents to the largest remainders.

    `Pot.ranked` is in the order of rank and id, which `split_cents` keeps among equals.
    """
    requests = [application.requested_cents for application in pot.ranked]
    total_cents = sum(requests)
    cut = total_cents > money_cents
    awards = split_cents(money_cents, requests) if cut else requests
    reason = Reason.AWARDED_PRO_RATA if cut else Reason.AWARDED_FULL
    all_requests = {"all_requests_cents": total_cents, "envelope_cents": money_cents}
    grounds = Grounds(Rule.PRO_RATA, all_requests) if cut else _FITS
    decisions = []
    for cents in awards:
        decisions.append(_award(reason, cents, money_cents, grounds))
        money_cents -= cents
    return decisions
