"""Changes of a budget: corrections before award, between stages, transfers in an agreement.

Sources: handbook 1.12, A4 and S8. A grant is floored to the cent and never goes up.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from app.rules.budget import GrantLimits
from app.rules.messages import Message
from app.rules.money import floor_cents, percent_of


@dataclass(frozen=True, slots=True)
class Correction:
    """Costs and grant after ineligible amounts were removed; the percentage is the same."""

    eligible_cents: int
    grant_cents: int
    removed_cents: int
    rate_percent: Fraction


def correct(eligible_cents: int, grant_cents: int, removed_cents: int) -> Correction:
    """Remove ineligible costs and keep the percentage of the request, floored to the cent.

    A negative `removed_cents` (an error in the applicant's favour) does not raise the
    grant. ValueError when more is removed than there is.
    """
    if removed_cents > eligible_cents or not eligible_cents:
        raise ValueError("more is removed than the eligible costs")
    rate = Fraction(grant_cents, eligible_cents)
    corrected_cents = eligible_cents - removed_cents
    return Correction(
        eligible_cents=corrected_cents,
        grant_cents=min(grant_cents, floor_cents(corrected_cents * rate)),
        removed_cents=removed_cents,
        rate_percent=rate * 100,
    )


def highest_grant_cents(eligible_cents: int, limits: GrantLimits) -> int:
    """Return the most that may be asked: the highest rate, floored, and the lot's maximum."""
    by_rate = floor_cents(percent_of(eligible_cents, limits.max_rate_percent))
    most = limits.max_grant_cents
    return by_rate if most is None else min(by_rate, most)


def allowed_share_cents(base_cents: int, percent: Fraction, claimed_cents: int) -> int:
    """Return what is accepted of a flat rate or a capped heading: at most the share, floored."""
    return min(claimed_cents, floor_cents(percent_of(base_cents, percent)))


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Least and most that may be asked, both allowed."""

    least_cents: int
    most_cents: int


def amount_range(previous_cents: int, max_change_percent: Fraction) -> AmountRange:
    """Return how far a request may move from the one of the stage before, either way."""
    change = percent_of(previous_cents, max_change_percent)
    return AmountRange(
        least_cents=-floor_cents(change - previous_cents),
        most_cents=floor_cents(previous_cents + change),
    )


def amount_change_finding(
    previous_cents: int, requested_cents: int, max_change_percent: Fraction
) -> Message | None:
    """Check a request against the one of the stage before (handbook S8, 20 % rule)."""
    allowed = amount_range(previous_cents, max_change_percent)
    if allowed.least_cents <= requested_cents <= allowed.most_cents:
        return None
    values: dict[str, object] = {
        "previous_cents": previous_cents,
        "requested_cents": requested_cents,
        "least_cents": allowed.least_cents,
        "most_cents": allowed.most_cents,
        "limit_percent": max_change_percent,
    }
    return Message("budget.amount_changed_too_much", values, "grant")


def transfer_findings(
    original_cents: Mapping[str, int],
    new_cents: Mapping[str, int],
    *,
    max_percent: Fraction,
    untouchable: AbstractSet[str] = frozenset(),
) -> Sequence[Message]:
    """Say what in a changed budget needs an amendment; nothing means a notification is enough.

    Every heading that gives or receives may move by `max_percent` of its original amount;
    `untouchable` headings (flat rates, the reserve) may not move at all. Both budgets are by
    the code of the heading, and their sums must be equal.
    """
    found = []
    for code in dict.fromkeys([*original_cents, *new_cents]):
        before_cents, after_cents = original_cents.get(code, 0), new_cents.get(code, 0)
        moved_cents = abs(after_cents - before_cents)
        values: dict[str, object] = {"heading": code, "moved_cents": moved_cents}
        if moved_cents and code in untouchable:
            found.append(Message("budget.transfer_untouchable", values, f"headings[{code}]"))
        elif moved_cents * 100 > before_cents * max_percent:
            values["limit_cents"] = floor_cents(percent_of(before_cents, max_percent))
            values["limit_percent"] = max_percent
            found.append(Message("budget.transfer_too_large", values, f"headings[{code}]"))
    before_sum, after_sum = sum(original_cents.values()), sum(new_cents.values())
    if before_sum != after_sum:
        sums: dict[str, object] = {"before_cents": before_sum, "after_cents": after_sum}
        found.append(Message("budget.transfer_changes_total", sums))
    return found
