"""The budget of an award that is smaller than what was asked for, heading by heading.

reduced = applied x (agreed total / applied total), to the cent

The handbook keeps the percentage of the grant when it is cut (1.12, A4) and is silent on the
headings. The rule here: each heading falls in the same proportion, so that nobody chooses for the
applicant what is left out; another division is asked for as a change of the budget. Cents are
floored, and those left over go to the direct costs with the largest remainders, so flat rates
and the reserve keep to their share of what they are counted from.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from app.rules.budget_changes import allowed_share_cents
from app.rules.money import floor_cents
from app.rules.scheme_money import BudgetRules, HeadingKind


def reduced(
    applied_cents: Mapping[str, int], total_cents: int, rules: BudgetRules
) -> dict[str, int]:
    """Return the cents of each heading, in the same order; together they are `total_cents`.

    No heading rises, so a total that is not below the applied one changes nothing. ValueError for
    a negative total.
    """
    if total_cents < 0:
        raise ValueError("a budget is not negative")
    whole_cents = sum(applied_cents.values())
    if total_cents >= whole_cents:
        return dict(applied_cents)
    rate = Fraction(total_cents, whole_cents)
    exact = {code: cents * rate for code, cents in applied_cents.items()}
    found = {code: floor_cents(cents) for code, cents in exact.items()}
    special = {each.code for each in rules.headings if each.kind is not HeadingKind.DIRECT}
    by_remainder = sorted(found, key=lambda code: (code in special, found[code] - exact[code]))
    _give(found, applied_cents, by_remainder, total_cents - sum(found.values()))
    _within_shares(found, applied_cents, rules, special)
    return found


def _give(
    found: dict[str, int], applied_cents: Mapping[str, int], order: Iterable[str], left_cents: int
) -> int:
    """Hand out cents one by one in this order, never above what was applied for."""
    for code in order:
        if left_cents and found[code] < applied_cents[code]:
            found[code] += 1
            left_cents -= 1
    return left_cents


def _within_shares(
    found: dict[str, int], applied_cents: Mapping[str, int], rules: BudgetRules, special: set[str]
) -> None:
    """Take from a flat rate the cent by which its floored base lets it pass its share.

    Where what was applied for passed it already, that is not for this rule to mend.
    """
    direct = [code for code in found if code not in special]
    for heading in rules.headings:
        percent, code = heading.max_percent, heading.code
        if percent is None or code not in special or code not in found:
            continue
        applied = applied_cents[code]
        if (
            allowed_share_cents(_base(applied_cents, rules, heading.base), percent, applied)
            < applied
        ):
            continue
        allowed = allowed_share_cents(_base(found, rules, heading.base), percent, found[code])
        taken = found[code] - allowed
        found[code] = allowed + _give(found, applied_cents, direct, taken)


def _base(cents: Mapping[str, int], rules: BudgetRules, code: str) -> int:
    """Return what a heading or a total has, in cents; totals may add totals before them."""
    sums = dict(cents)
    for total in rules.totals:
        sums[total.code] = sum(sums.get(each, 0) for each in total.adds)
    return sums.get(code, 0)
