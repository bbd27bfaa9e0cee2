"""Which of the accepted costs count: those that the agreed budget covers, heading by heading.

counted = accepted costs within what is agreed for the heading,
          and beyond it what may move there without a decision

A heading may receive, and another give, up to the scheme's per cent of its *original*
amount; what is received has to be given by others, out of what they did not spend. Flat
rates keep to their share of the costs that count, and nothing is paid out of the reserve
until it is moved to a heading. What does not count is not lost: costs are added up from
the first request on, so it counts with the next one after the budget is changed.
Sources: handbook 1.9, 1.12 and S8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.rules.budget_changes import allowed_share_cents
from app.rules.messages import Message
from app.rules.money import floor_cents, percent_of
from app.rules.scheme_money import BudgetHeading, BudgetRules, HeadingKind


@dataclass(frozen=True, slots=True)
class HeadingCosts:
    """One heading of an agreement and its costs from the first request on; all in cents.

    `original` is the agreement's budget, `agreed` the one after changes that are in force;
    `before` belongs to earlier requests that were paid, `now` to the one that is checked.
    """

    code: str
    original_cents: int
    agreed_cents: int
    claimed_before_cents: int = 0
    claimed_now_cents: int = 0
    accepted_before_cents: int = 0
    accepted_now_cents: int = 0

    @property
    def accepted_cents(self) -> int:
        return self.accepted_before_cents + self.accepted_now_cents


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a heading's accepted costs counts; `why` says what was moved or held back.

    Nothing of a reserve is left to be spent: it is moved to a heading first.
    """

    costs: HeadingCosts
    counted_cents: int
    why: Message | None = None
    is_reserve: bool = False

    @property
    def held_cents(self) -> int:
        """Accepted costs that are not paid for until the budget is changed."""
        return self.costs.accepted_cents - self.counted_cents

    @property
    def left_cents(self) -> int:
        left_cents = max(0, self.costs.agreed_cents - self.counted_cents)
        return 0 if self.is_reserve else left_cents


def within_budget(
    costs: Iterable[HeadingCosts], rules: BudgetRules, max_percent: Fraction
) -> tuple[Counted, ...]:
    """Return for each heading, in the same order, what of its accepted costs counts.

    `max_percent` of a heading's original amount may move without a decision. Where the
    headings that spend less cannot give all that others need, the first in order get it.
    """
    lines = tuple(costs)
    special = {each.code: each for each in rules.headings if each.kind is not HeadingKind.DIRECT}
    counted = _direct([each for each in lines if each.code not in special], max_percent)
    sums = _sums(rules, counted)
    for each in lines:
        heading = special.get(each.code)
        if heading is None:
            continue
        if heading.kind is HeadingKind.INDIRECT:
            counted[each.code] = _flat(each, heading, sums)
        else:
            counted[each.code] = _reserve(each)
    return tuple(counted[each.code] for each in lines)


def counted_cents(found: Iterable[Counted]) -> int:
    return sum(each.counted_cents for each in found)


def _direct(costs: Sequence[HeadingCosts], max_percent: Fraction) -> dict[str, Counted]:
    limits = {
        each.code: floor_cents(percent_of(each.original_cents, max_percent)) for each in costs
    }
    pool_cents = sum(_can_give(each, limits[each.code]) for each in costs)
    found = {}
    for each in costs:
        most_cents = max(each.agreed_cents, each.original_cents + limits[each.code])
        over_cents = max(0, each.accepted_cents - each.agreed_cents)
        moved_cents = min(over_cents, most_cents - each.agreed_cents, pool_cents)
        pool_cents -= moved_cents
        counted = each.accepted_cents - over_cents + moved_cents
        code: str | None = None
        if each.accepted_cents > most_cents:
            code = "payments.heading_above"
        elif moved_cents < over_cents:
            code = "payments.heading_uncovered"
        elif moved_cents:
            code = "payments.heading_moved"
        values: dict[str, object] = {
            "most_cents": most_cents,
            "moved_cents": moved_cents,
            "percent": max_percent,
        }
        found[each.code] = _line(each, counted, code, values)
    return found


def _can_give(costs: HeadingCosts, limit_cents: int) -> int:
    """Return what a heading did not spend and may lose without a decision."""
    unspent_cents = costs.agreed_cents - costs.accepted_cents
    least_cents = costs.original_cents - limit_cents
    return max(0, min(unspent_cents, costs.agreed_cents - least_cents))


def _sums(rules: BudgetRules, counted: dict[str, Counted]) -> dict[str, int]:
    """Return what counts of each heading and each total of direct costs, by code."""
    sums = {code: each.counted_cents for code, each in counted.items()}
    for total in rules.totals:
        sums[total.code] = sum(sums.get(code, 0) for code in total.adds)
    return sums


def _flat(costs: HeadingCosts, heading: BudgetHeading, sums: dict[str, int]) -> Counted:
    """Let a flat rate count up to what is agreed and up to its share of the base, floored."""
    agreed = min(costs.accepted_cents, costs.agreed_cents)
    if heading.max_percent is not None:
        base_cents = sums.get(heading.base, 0)
        counted = allowed_share_cents(base_cents, heading.max_percent, agreed)
        if counted < agreed:
            values = {"base_cents": base_cents, "percent": heading.max_percent}
            return _line(costs, counted, "payments.heading_share", values)
    code = "payments.heading_agreed" if agreed < costs.accepted_cents else None
    return _line(costs, agreed, code, {})


def _reserve(costs: HeadingCosts) -> Counted:
    code = "payments.heading_reserve" if costs.accepted_cents else None
    return replace(_line(costs, 0, code, {}), is_reserve=True)


def _line(
    costs: HeadingCosts, counted: int, code: str | None, values: dict[str, object]
) -> Counted:
    if code is None:
        return Counted(costs, counted)
    values |= {
        "heading": costs.code,
        "agreed_cents": costs.agreed_cents,
        "accepted_cents": costs.accepted_cents,
        "counted_cents": counted,
        "held_cents": costs.accepted_cents - counted,
    }
    return Counted(costs, counted, Message(code, values))
