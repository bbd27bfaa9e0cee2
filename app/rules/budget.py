"""Budgets: line totals, headings, totals, sources, and what a call demands of them.

    line        = units x unit value, half up to the cent
    heading     = its lines, or its one flat sum
    total       = the headings and totals that the scheme adds up
    sources     = uses; grant / total within the lot's rates

Limits are compared exactly: 14,000.01 is more than 7 % of 200,000.00.
Sources: handbook 1.8, 1.9 and S8; headings and limits are data of the scheme.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import half_up, share_percent
from app.rules.scheme_money import BudgetRules, SourceKind


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One row; `heading` and `item` are codes of the scheme, `item` empty where it has none."""

    heading: str
    item: str
    units: Fraction
    unit_cents: int

    @property
    def total_cents(self) -> int:
        return line_total_cents(self.units, self.unit_cents)


@dataclass(frozen=True, slots=True)
class Budget:
    """Lines, the sums of flat-rate headings by code, and the money of each source by code."""

    lines: tuple[BudgetLine, ...] = ()
    flat_cents: Mapping[str, int] = field(default_factory=dict)
    source_cents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantLimits:
    """What the lot allows; rates are the grant in per cent of the total eligible costs.

    The caller picks the highest rate for this lead, see `Lot.max_rate_for`.
    """

    min_grant_cents: int = 0
    max_grant_cents: int | None = None
    min_rate_percent: Fraction = Fraction(0)
    max_rate_percent: Fraction = Fraction(100)


@dataclass(frozen=True, slots=True)
class BudgetSums:
    """Everything that is added up; codes as in the scheme."""

    lines_cents: tuple[int, ...]
    headings_cents: Mapping[str, int]
    totals_cents: Mapping[str, int]
    total_cents: int
    """The total that sources must equal and to which the rate refers."""
    grant_cents: int
    sources_cents: int
    rate_percent: Fraction

    @property
    def own_share_cents(self) -> int:
        """What does not come from the grant."""
        return self.total_cents - self.grant_cents

    @property
    def own_share_percent(self) -> Fraction:
        return share_percent(self.own_share_cents, self.total_cents)


def line_total_cents(units: Fraction, unit_cents: int) -> int:
    """Multiply and round half up to the cent."""
    return half_up(units * unit_cents)


def sums(rules: BudgetRules, budget: Budget) -> BudgetSums:
    """Add up a budget as it stands; codes that the scheme does not know count nothing."""
    lines_cents = tuple(line.total_cents for line in budget.lines)
    by_heading: Counter[str] = Counter()
    for line, cents in zip(budget.lines, lines_cents, strict=True):
        by_heading[line.heading] += cents
    headings = {
        heading.code: (budget.flat_cents if heading.flat_rate else by_heading).get(heading.code, 0)
        for heading in rules.headings
    }
    totals: dict[str, int] = {}
    for total in rules.totals:
        totals[total.code] = sum((headings | totals).get(code, 0) for code in total.adds)
    kinds = {source.code: source.kind for source in rules.sources}
    grant_cents = sum(
        cents for code, cents in budget.source_cents.items() if kinds.get(code) is SourceKind.GRANT
    )
    return BudgetSums(
        lines_cents=lines_cents,
        headings_cents=headings,
        totals_cents=totals,
        total_cents=totals[rules.total],
        grant_cents=grant_cents,
        sources_cents=sum(budget.source_cents.values()),
        rate_percent=share_percent(grant_cents, totals[rules.total]),
    )


def findings(rules: BudgetRules, budget: Budget, limits: GrantLimits) -> tuple[Message, ...]:
    """Check a whole budget, in the order in which a person meets it."""
    added = sums(rules, budget)
    return (
        *_line_findings(rules, budget),
        *_heading_findings(rules, added),
        *_source_findings(rules, budget, added),
        *_grant_findings(added, limits),
    )


def _line_findings(rules: BudgetRules, budget: Budget) -> Iterator[Message]:
    headings = {heading.code: heading for heading in rules.headings}
    for place, line in enumerate(budget.lines):
        path, heading = f"lines[{place}]", headings.get(line.heading)
        if heading is None or heading.flat_rate:
            yield Message("budget.unknown_heading", {"heading": line.heading}, f"{path}.heading")
        elif line.item not in ({item.code for item in heading.items} or {""}):
            values: dict[str, object] = {"heading": line.heading, "item": line.item}
            yield Message("budget.unknown_item", values, f"{path}.item")
        if line.units < 0 or line.unit_cents < 0:
            yield Message("budget.negative_line", {}, path)
    for code, cents in budget.flat_cents.items():
        if code not in headings or not headings[code].flat_rate:
            yield Message("budget.unknown_heading", {"heading": code}, f"flat[{code}]")
        if cents < 0:
            yield Message("budget.negative_line", {}, f"flat[{code}]")


def _heading_findings(rules: BudgetRules, added: BudgetSums) -> Iterator[Message]:
    known = {**added.headings_cents, **added.totals_cents}
    for heading in rules.headings:
        share = ShareLimit(heading.min_percent, heading.max_percent)
        # A share of less than nothing means nothing; the negative line is named already.
        base_cents = max(0, known.get(heading.base, 0))
        values: dict[str, object] = {"heading": heading.code, "base": heading.base}
        wrong = share_finding(max(0, added.headings_cents[heading.code]), base_cents, share)
        if wrong is not None:
            yield Message(wrong.code, values | wrong.values, f"headings[{heading.code}]")


def _source_findings(rules: BudgetRules, budget: Budget, added: BudgetSums) -> Iterator[Message]:
    known = {source.code for source in rules.sources}
    for code, cents in budget.source_cents.items():
        if code not in known:
            yield Message("budget.unknown_source", {"source": code}, f"sources[{code}]")
        if cents < 0:
            yield Message("budget.negative_source", {}, f"sources[{code}]")
    if added.sources_cents != added.total_cents:
        values: dict[str, object] = {
            "sources_cents": added.sources_cents,
            "uses_cents": added.total_cents,
            "difference_cents": abs(added.sources_cents - added.total_cents),
        }
        less = added.sources_cents < added.total_cents
        yield Message(
            "budget.sources_below_uses" if less else "budget.sources_above_uses", values, "sources"
        )


def _grant_findings(added: BudgetSums, limits: GrantLimits) -> Iterator[Message]:
    cents, most = added.grant_cents, limits.max_grant_cents
    values: dict[str, object] = {"grant_cents": cents, "rate_percent": added.rate_percent}
    if cents < limits.min_grant_cents:
        least: dict[str, object] = {"limit_cents": limits.min_grant_cents}
        yield Message("budget.grant_below_minimum", values | least, "grant")
    if most is not None and cents > most:
        yield Message("budget.grant_above_maximum", values | {"limit_cents": most}, "grant")
    if added.rate_percent < limits.min_rate_percent:
        rate = {"limit_percent": limits.min_rate_percent}
        yield Message("budget.rate_below_minimum", values | rate, "grant")
    if added.rate_percent > limits.max_rate_percent:
        rate = {"limit_percent": limits.max_rate_percent}
        yield Message("budget.rate_above_maximum", values | rate, "grant")


@dataclass(frozen=True, slots=True)
class ShareLimit:
    """Least and most per cent of something; None is no limit."""

    min_percent: Fraction | None = None
    max_percent: Fraction | None = None


def share_finding(part_cents: int, whole_cents: int, limit: ShareLimit) -> Message | None:
    """Compare a part with its least and most share of a whole, exactly.

    34,999.99 of 50,000.00 is under 70 %, 35,000.00 is not (handbook S8).
    """
    values: dict[str, object] = {
        "part_cents": part_cents,
        "whole_cents": whole_cents,
        "share_percent": share_percent(part_cents, whole_cents),
    }
    least, most = limit.min_percent, limit.max_percent
    if least is not None and part_cents * 100 < least * whole_cents:
        return Message("budget.share_below_minimum", values | {"limit_percent": least})
    if most is not None and part_cents * 100 > most * whole_cents:
        return Message("budget.share_above_maximum", values | {"limit_percent": most})
    return None
