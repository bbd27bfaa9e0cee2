"""What a request or its check may not say, all at once; the shapes that both come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.errors import Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import ExpenditureLine, Payment
from app.queries.schemes import scheme_of
from app.rules.instalments import needs_costs
from app.rules.scheme_money import InstalmentKind


@dataclass(frozen=True, slots=True)
class NewExpenditure:
    """A cost that the beneficiary reports; `heading` is a code of the call's budget."""

    heading: str
    description: str
    amount_cents: int
    supplier: str = ""
    invoice_number: str = ""
    invoice_on: date | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What finance accepts of one cost; a smaller amount needs its reason."""

    accepted_cents: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the beneficiary asks: the report in words, the costs, the forecast of the next ones."""

    report: str = ""
    forecast_cents: int | None = None
    lines: Sequence[NewExpenditure] = ()


def refuse_request(act: Act, payment: Payment, asked: Request) -> None:
    """Raise Invalid for a request that cannot be checked: no report, no or impossible costs."""
    wrong: dict[str, str | Said] = {}
    if needs_costs(InstalmentKind(payment.kind), payment.position):
        if not asked.lines:
            wrong["lines"] = N_("List the costs since the last request.")
        if not asked.report.strip():
            wrong["report"] = N_("Say in a few sentences what was done.")
    budget = scheme_of(act.session, payment.call_id).budget
    headings = {heading.code for heading in budget.headings} if budget else None
    today = act.now.astimezone(ZONE).date()
    for line in asked.lines:
        if said := _wrong_cost(line, headings, today):
            wrong["lines"] = said
    if asked.forecast_cents is not None and asked.forecast_cents < 0:
        wrong["forecast_cents"] = N_("A forecast cannot be below zero.")
    if wrong:
        raise Invalid(wrong)


def _wrong_cost(line: NewExpenditure, headings: set[str] | None, today: date) -> str:
    if line.amount_cents <= 0:
        return N_("Each cost needs an amount above zero.")
    if not line.description.strip():
        return N_("Say of each cost what it was for.")
    if headings is not None and line.heading not in headings:
        return N_("Choose a heading of the budget for each cost.")
    if line.invoice_on is not None and line.invoice_on > today:
        return N_("The date of an invoice lies ahead. Look at the dates again.")
    return ""


def refuse_wrong(
    lines: Sequence[ExpenditureLine], accepted: Mapping[int, Accepted], revenue_cents: int
) -> None:
    wrong: dict[str, str | Said] = {}
    if revenue_cents < 0:
        wrong["revenue_cents"] = N_("Revenue cannot be below zero.")
    for line in lines:
        given = accepted.get(line.id)
        if given is None:
            wrong[f"accepted_{line.id}"] = N_("Say what is accepted of this cost.")
        elif not 0 <= given.accepted_cents <= line.amount_cents:
            wrong[f"accepted_{line.id}"] = N_("Accept no more than was reported.")
        elif given.accepted_cents < line.amount_cents and not given.reason.strip():
            wrong[f"reason_{line.id}"] = N_("Write why not all of this cost is accepted.")
    if wrong:
        raise Invalid(wrong)
