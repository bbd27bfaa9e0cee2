"""From a stored entry to the case that the rules look at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from app import registers
from app.queries.applications import Entry
from app.queries.applications_parts import Line, Source
from app.rules import merging
from app.rules.budget import Budget, BudgetLine
from app.rules.readiness import Case
from app.rules.scheme_money import BudgetRules

# Beside the answers: a budget in which something was not understood, word for word.
UNREAD_BUDGET = "#budget"


class BudgetText(Protocol):
    """A line of costs, typed or stored."""

    @property
    def heading(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def units(self) -> Decimal: ...
    @property
    def unit_value_cents(self) -> int: ...


class SourceText(Protocol):
    """Money of one source, typed or stored."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def amount_cents(self) -> int: ...


def case_of(entry: Entry, answers: Mapping[str, Any] | None = None) -> Case:  # Any: answers
    """Return the case; `answers` are newer ones than those that were read with the entry."""
    given = entry.answers if answers is None else answers
    rules = entry.scheme.budget
    return Case(
        scheme=entry.scheme,
        stage=entry.stage,
        lot=entry.lot,
        answers=given,
        attributes=entry.applicant.attributes,
        budget=budget_of(rules, entry.lines, entry.sources) if rules else Budget(),
        unread_budget=UNREAD_BUDGET in given,
        files=Counter(file.requirement for file in entry.files),
        earlier_requested_cents=entry.earlier.requested_cents if entry.earlier else None,
        places=registers.place_keys(),
        lead_numbers=frozenset(_split(number) for number in entry.lead_numbers),
    )


def _split(number: str) -> tuple[str, str]:
    scheme, _, digits = number.partition(":")
    return scheme, digits


def budget_mark_of(entry: Entry) -> str:
    """Return the mark of the stored budget, or of what was typed and not understood."""
    unread = entry.answers.get(UNREAD_BUDGET)
    return merging.mark(unread) if unread else budget_mark(entry.lines, entry.sources)


def budget_mark(lines: Iterable[BudgetText], sources: Iterable[SourceText]) -> str:
    """Return the mark of a budget, the same for one that is typed and one that is stored."""
    written = [
        [line.heading, line.description, line.unit, f"{line.units.normalize():f}",
         line.unit_value_cents]
        for line in lines
    ]  # fmt: skip
    paid = [[source.kind, source.name, source.amount_cents] for source in sources]
    return merging.mark([written, paid] if written or paid else None)


def budget_of(rules: BudgetRules, lines: Sequence[Line], sources: Sequence[Source]) -> Budget:
    """Return stored lines and sources as the rules take them.

    A stored line names the item (1.1), or the heading where it has no items; the line of a
    heading with a flat rate is its one sum.
    """
    flat = {heading.code for heading in rules.headings if heading.flat_rate}
    owner = {item.code: heading.code for heading in rules.headings for item in heading.items}
    flat_cents: Counter[str] = Counter()
    source_cents: Counter[str] = Counter()
    for line in lines:
        if line.heading in flat:
            flat_cents[line.heading] += line.total_cents
    for source in sources:
        source_cents[source.kind] += source.amount_cents
    costs = tuple(
        BudgetLine(
            heading=owner.get(line.heading, line.heading),
            item=line.heading if line.heading in owner else "",
            units=Fraction(line.units),
            unit_cents=line.unit_value_cents,
        )
        for line in lines
        if line.heading not in flat
    )
    return Budget(lines=costs, flat_cents=flat_cents, source_cents=source_cents)
