"""Things instead of money: shares of the price, the chosen offer, own share, retention.

    support   = min(grant, floor(rate x price)) over all things together
    own share = price - support
    retention = handover + months, the same day of the month or the last of a shorter one

When a price changes afterwards, the same holds for all things together; the support of a part
that was approved never falls (`shares_again`).
The rate is the one that was agreed, so the own share is never below the published one; what
lies above the grant is the beneficiary's as well. Nothing here reads a clock.
Sources: handbook 2.1.3, SP-3, S8 (in-kind line) and S7 c.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.rules.agreement_terms import same_day
from app.rules.messages import Message
from app.rules.money import floor_cents

_EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays what of one thing, in cents; the two add up to its price."""

    price_cents: int
    support_cents: int

    @property
    def own_cents(self) -> int:
        return self.price_cents - self.support_cents


def shares(prices_cents: Sequence[int], rate: Fraction, grant_cents: int) -> tuple[Share, ...]:
    """Divide each price between grant and own share, in the order given.

    The sum is what the rule says of all prices together: each thing gets what it adds to that,
    so that no cent is lost and the support is never above the grant. `rate` is a part of one
    (17/20 for 85 %). ValueError for a price below zero or a rate outside 0 to 1.
    """
    if not 0 <= rate <= 1 or any(price < 0 for price in prices_cents):
        raise ValueError("a rate lies between 0 and 1, and a price is not negative")
    found: list[Share] = []
    price_cents = given_cents = 0
    for price in prices_cents:
        price_cents += price
        supported_cents = min(grant_cents, floor_cents(price_cents * rate))
        # Never more than its own price: a rate of at most one sees to it.
        found.append(Share(price, supported_cents - given_cents))
        given_cents = supported_cents
    return tuple(found)


def shares_again(
    parts: Sequence[Share], fixed: Sequence[bool], rate: Fraction, grant_cents: int
) -> tuple[Share, ...]:
    """Divide prices anew after one has changed; what is `fixed` was approved and never falls.

    All things together are supported as `shares` says. The rest of that, less what is fixed, goes
    to the open things in proportion to their prices, each to the cent and never above its
    price. What they cannot take raises the fixed ones, in order: the own share then falls with
    the price, also where most of the grant lay on the open ones. Where the fixed parts alone
    are more than the rule gives, the open ones get nothing.
    ValueError as in `shares`, and unless there is one word about each part.
    """
    by_rule = shares([part.price_cents for part in parts], rate, grant_cents)
    open_cents = sum(p.price_cents for p, kept in zip(parts, fixed, strict=True) if not kept)
    kept_cents = sum(p.support_cents for p, kept in zip(parts, fixed, strict=True) if kept)
    if not any(fixed):
        return by_rule
    left_cents = max(0, sum(part.support_cents for part in by_rule) - kept_cents)
    to_open_cents = min(left_cents, open_cents)
    above_cents = left_cents - to_open_cents
    found: list[Share] = []
    price_cents = given_cents = 0
    for part, kept in zip(parts, fixed, strict=True):
        if kept:
            more_cents = min(above_cents, part.own_cents)
            above_cents -= more_cents
            found.append(Share(part.price_cents, part.support_cents + more_cents))
            continue
        price_cents += part.price_cents
        supported_cents = to_open_cents * price_cents // open_cents if open_cents else 0
        found.append(Share(part.price_cents, supported_cents - given_cents))
        given_cents = supported_cents
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's offer; one that does not meet the specification cannot be chosen."""

    key: int
    price_cents: int
    complies: bool = True


def cheapest(offers: Sequence[Offer]) -> Offer | None:
    """Return the lowest offer that complies, the first of equals; None where none does."""
    fitting = [offer for offer in offers if offer.complies]
    return min(fitting, key=lambda offer: offer.price_cents, default=None)


def choice_findings(
    offers: Sequence[Offer], chosen: int, *, least: int, reason: str
) -> tuple[Message, ...]:
    """Say what forbids choosing an offer: it does not comply, or it lacks a written reason.

    Too few offers and a dearer one than the cheapest may both be right (one maker, a longer
    guarantee), but never without a reason.
    """
    offer = next((each for each in offers if each.key == chosen), None)
    if offer is None:
        return (Message("given.no_offer", {}, "offer"),)
    if not offer.complies:
        return (Message("given.does_not_comply", {}, "offer"),)
    found: list[Message] = []
    best = cheapest(offers)
    if not reason.strip():
        if len(offers) < least:
            values: dict[str, object] = {"there": len(offers), "least": least}
            found.append(Message("given.too_few_offers", values, "reason"))
        if best is not None and offer.price_cents > best.price_cents:
            higher: dict[str, object] = {"difference_cents": offer.price_cents - best.price_cents}
            found.append(Message("given.not_the_cheapest", higher, "reason"))
    return tuple(found)


def own_share_left(
    expected_cents: int, confirmed_cents: Sequence[int], returned_cents: Sequence[int] = ()
) -> int:
    """Return what is still to be paid in, never below zero; `returned` is or will be paid back."""
    return max(0, expected_cents - sum(confirmed_cents) + sum(returned_cents))


def own_share_over(
    expected_cents: int, confirmed_cents: Sequence[int], returned_cents: Sequence[int] = ()
) -> int:
    """Return what was paid in too much and is not on its way back yet; never below zero."""
    return max(0, sum(confirmed_cents) - sum(returned_cents) - expected_cents)


def retained_until(handed_over_on: date, months: int) -> date:
    """Return the first day on which the title may pass: 2026-04-15 and 24 → 2028-04-15."""
    return same_day(handed_over_on, months)


def visits_due(handed_over_on: date, months: Sequence[int]) -> tuple[date, ...]:
    """Return the days of the planned visits after the handover, in order."""
    return tuple(same_day(handed_over_on, each) for each in sorted(months))


def transfer_finding(
    today: date, until: date, *, needs_condition: bool, condition_met: bool
) -> Message | None:
    """Say why the title cannot pass yet, None if it can."""
    if today < until:
        return Message("given.retention_runs", {"until_on": until})
    if needs_condition and not condition_met:
        return Message("given.condition_open", {}, "condition")
    return None


def aid_finding(
    known_cents: int, value_cents: int, ceiling_cents: int | None, years: int | None
) -> Message | None:
    """Say why a thing cannot be given: its value and the aid known already pass the ceiling.

    None of an aid that breaks the ceiling counts as de minimis, so it is refused whole
    (handbook 3.1). No ceiling, no finding.
    """
    if ceiling_cents is None or known_cents + value_cents <= ceiling_cents:
        return None
    values: dict[str, object] = {
        "known_cents": known_cents,
        "ceiling_cents": ceiling_cents,
        "years": years or 0,
    }
    return Message("given.above_the_ceiling", values, "value_cents")


def aid_since(today: date, years: int | None) -> date:
    """Return the first day whose aid still counts: the same day so many years ago counts too.

    Of 29 February it is the 28th (handbook S4). Without years all that is known counts.
    """
    return same_day(today, -12 * years) if years else _EVER
