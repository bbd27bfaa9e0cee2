"""How ready an application is: every section, the budget and the documents, with what is missing.

The task list shows it, and submission asks it again: one rule, so no application is refused
for something the list did not say.

Sources: handbook 1.8 (limits of the grant), 1.9 (budget), 1.10, S8 (amount between stages).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.rules import budget, forms, partners
from app.rules.budget import Budget, BudgetSums, GrantLimits
from app.rules.budget_changes import amount_change_finding
from app.rules.messages import Message
from app.rules.partners import Admitted, Partner, partners_of
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_form import DocumentOwner, DocumentRequirement, FormSection, Question
from app.rules.scheme_grid import Stage
from app.rules.scheme_money import (
    BudgetHeading,
    BudgetRules,
    BudgetTotal,
    FundingSource,
    Lot,
    SourceKind,
)
from app.rules.scheme_text import Text, no_text, said

Answers = Mapping[str, Any]  # Any: answers of every kind, see `rules.forms`


class PartKind(StrEnum):
    SECTION = "section"
    BUDGET = "budget"
    DOCUMENTS = "documents"


class PartState(StrEnum):
    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Money:
    """What is asked for and what it all costs; None while nobody has said it."""

    requested_cents: int | None = None
    total_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One application in one stage, as it stands.

    `files` counts the files by requirement. `attributes` are those of the lead, for
    exceptions of the rate. `unread_budget` says that something typed in the budget was not
    understood, so that its sums are not whole.
    """

    scheme: Scheme
    stage: Stage
    lot: Lot
    answers: Answers = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    unread_budget: bool = False
    files: Mapping[str, int] = field(default_factory=dict)
    earlier_requested_cents: int | None = None
    places: frozenset[str] | None = None
    lead_numbers: frozenset[tuple[str, str]] = frozenset()

    @property
    def limits(self) -> GrantLimits:
        return GrantLimits(
            min_grant_cents=self.lot.min_grant_cents,
            max_grant_cents=self.lot.max_grant_for(self.facts),
            min_rate_percent=self.lot.min_rate_percent,
            max_rate_percent=self.lot.max_rate_for(dict(self.attributes)),
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The answers of the stage by the facts that their questions carry."""
        questions = (each for each in questions_of(self.stage) if each.fact)
        return {each.fact: self.answers.get(each.key) for each in questions}

    @property
    def has_budget(self) -> bool:
        return self.stage.with_budget and self.scheme.budget is not None

    @property
    def documents(self) -> tuple[DocumentRequirement, ...]:
        """The requirements of the stage that hold for the lot."""
        return tuple(
            document
            for document in self.stage.documents
            if not document.only_lots or self.lot.code in document.only_lots
        )

    @property
    def sums(self) -> BudgetSums | None:
        rules = self.scheme.budget
        return budget.sums(rules, self.budget) if self.has_budget and rules else None

    def fact(self, name: str) -> object:
        """Return the answer to the question that carries the fact, None where there is none."""
        for question in questions_of(self.stage):
            if question.fact == name:
                return self.answers.get(question.key)
        return None

    @property
    def money(self) -> Money:
        """Return what the budget says, or in a stage without one what the form says."""
        added = self.sums
        if added is not None:
            return Money(added.grant_cents or None, added.total_cents or None)
        return Money(_cents(self.fact("requested")), _cents(self.fact("total_costs")))

    @property
    def co_applicants(self) -> int:
        rows = self.fact("co_applicants")
        return len(rows) if isinstance(rows, Sequence) and not isinstance(rows, str) else 0

    @property
    def partners(self) -> tuple[Partner, ...]:
        asked = (each for each in questions_of(self.stage) if each.fact == "co_applicants")
        return partners_of(next(asked, None), self.fact("co_applicants"))


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the task list; `key` names the section, and is empty for the others."""

    kind: PartKind
    key: str
    title: Text
    begun: bool
    messages: tuple[Message, ...]

    @property
    def state(self) -> PartState:
        if not self.messages:
            return PartState.COMPLETE
        return PartState.INCOMPLETE if self.begun else PartState.NOT_STARTED


def readiness(case: Case) -> tuple[Part, ...]:
    """Return every part in the order of the form; ready is what has no message left."""
    parts = [
        Part(
            PartKind.SECTION,
            section.key,
            section.title,
            _begun(section, case.answers),
            section_findings(case, section, complete=True),
        )
        for section in case.stage.form
    ]
    if case.has_budget:
        begun = bool(case.budget.lines or any(case.budget.source_cents.values()))
        parts.append(
            Part(PartKind.BUDGET, "", no_text(), begun or case.unread_budget, budget_findings(case))
        )
    if case.documents:
        begun = any(case.files.values())
        parts.append(Part(PartKind.DOCUMENTS, "", no_text(), begun, tuple(document_findings(case))))
    return tuple(parts)


def section_findings(case: Case, section: FormSection, *, complete: bool) -> tuple[Message, ...]:
    """Check one section; `complete=False` forgives what is still empty."""
    known = {question.key for question in section.questions}
    theirs = {key: value for key, value in case.answers.items() if key in known}
    typed = forms.check((section,), theirs, complete=complete, places=case.places)
    return (*typed, *_money_findings(case, section), *_partner_findings(case, section, complete))


def budget_findings(case: Case) -> tuple[Message, ...]:
    """Check the budget against the scheme, the lot and the stage before."""
    rules = case.scheme.budget
    if rules is None or not case.has_budget:
        return ()
    if case.unread_budget:
        return (Message("readiness.budget_unread"),)
    if not case.budget.lines and not any(case.budget.source_cents.values()):
        return (Message("readiness.budget_empty"),)
    found = budget.findings(rules, case.budget, case.limits)
    currency = case.scheme.currency
    return tuple(each.in_currency(currency) for each in (*found, *_change_findings(case)))


def document_findings(case: Case) -> Iterator[Message]:
    language = case.scheme.languages[0]
    for document in case.documents:
        wanted, there = files_wanted(case, document), case.files.get(document.key, 0)
        if not document.required or there >= wanted:
            continue
        values: dict[str, object] = {"title": said(document.title, language)}
        if wanted == 1:
            yield Message("readiness.document_missing", values, document.key)
        else:
            values |= {"wanted": wanted, "there": there}
            yield Message("readiness.documents_missing", values, document.key)


def files_wanted(case: Case, document: DocumentRequirement) -> int:
    """Return how many applicants have to hand the document in: one file each at least."""
    return {
        DocumentOwner.LEAD: 1,
        DocumentOwner.EACH_CO_APPLICANT: case.co_applicants,
        DocumentOwner.EACH_APPLICANT: 1 + case.co_applicants,
    }[document.who]


def files_allowed(case: Case, document: DocumentRequirement) -> int:
    """Return how many files may stand there; a paper of each applicant is counted for each."""
    return document.max_files * max(1, files_wanted(case, document))


def _begun(section: FormSection, answers: Answers) -> bool:
    return any(
        answers.get(question.key) not in (None, "", [], {}) for question in section.questions
    )


def _money_findings(case: Case, section: FormSection) -> Iterator[Message]:
    """Hold the sums of a form without a budget against the limits of the lot."""
    asked = _question(section, "requested")
    if asked is None or case.has_budget:
        return
    money = case.money
    if money.requested_cents is None:
        return
    found = [*_change_findings(case)]
    if money.total_cents:
        found += stated_findings(money.requested_cents, money.total_cents, case.limits)
    for message in found:
        yield replace(message, path=asked.key).in_currency(case.scheme.currency)


def stated_findings(
    requested_cents: int, total_cents: int, limits: GrantLimits
) -> tuple[Message, ...]:
    """Check a grant and a total that are only stated, as `budget.findings` checks a budget."""
    stated = Budget(
        flat_cents={"costs": total_cents},
        source_cents={"grant": requested_cents, "own": max(0, total_cents - requested_cents)},
    )
    if requested_cents > total_cents:
        values: dict[str, object] = {"grant_cents": requested_cents, "total_cents": total_cents}
        return (Message("readiness.grant_above_total", values),)
    return budget.findings(_STATED, stated, limits)


_STATED = BudgetRules(
    headings=(BudgetHeading("costs", no_text(), flat_rate=True),),
    totals=(BudgetTotal("total", no_text(), ("costs",)),),
    sources=(
        FundingSource("grant", no_text(), SourceKind.GRANT),
        FundingSource("own", no_text(), SourceKind.OWN),
    ),
    total="total",
)


def _change_findings(case: Case) -> Iterator[Message]:
    """The request may move only so far from the one of the stage before (handbook S8)."""
    limit, before = case.stage.amount_change_max_percent, case.earlier_requested_cents
    asked = case.money.requested_cents
    if limit is None or before is None or asked is None:
        return
    wrong = amount_change_finding(before, asked, limit)
    if wrong is not None:
        yield wrong


def _partner_findings(case: Case, section: FormSection, complete: bool) -> Iterator[Message]:  # noqa: FBT001 - said by section_findings
    asked = _question(section, "co_applicants")
    if asked is None:
        return
    rule = case.scheme.call.co_applicants
    admitted = Admitted(rule.max, rule.types, case.lead_numbers, case.money.total_cents)
    yield from partners.findings(asked, case.answers.get(asked.key), admitted)
    least = case.lot.co_applicants_min
    least = rule.min if least is None else least
    # The form says it by itself, but of a table that may be left out only once it has a row.
    said_by_form = asked.min_rows >= least and (asked.required or case.co_applicants)
    if complete and case.co_applicants < least and not said_by_form:
        yield Message("readiness.co_applicants_few", {"least": least}, asked.key)


def _question(section: FormSection, fact: str) -> Question | None:
    return next((question for question in section.questions if question.fact == fact), None)


def _cents(answer: object) -> int | None:
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None
