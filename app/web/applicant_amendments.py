"""The beneficiary changes the budget of an agreement: told only, or asked for."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import amendments as deeds
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import agreements, amendments
from app.queries.agreements import AgreementPage
from app.queries.amendments import AmendmentLine, HeadingBudget
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import rate_text
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Verbatim
from app.web.forms import Form, Posted, filled, read

router = APIRouter(prefix="/agreements")


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`limit_percent` may move without a decision; empty where every change is decided on."""

    form: Form
    agreement: AgreementPage
    budget: tuple[HeadingBudget, ...]
    changes: tuple[AmendmentLine, ...]
    limit_percent: str

    @property
    def open_change(self) -> AmendmentLine | None:
        return next((each for each in self.changes if each.state == "asked"), None)


def budget_fields(budget: tuple[HeadingBudget, ...]) -> tuple[Field, ...]:
    """One amount for each heading, then the reason."""
    amounts = (
        fields.amount(
            f"h_{each.code}",
            Verbatim(each.title),
            missing=N_("Enter an amount for every heading; 0 is allowed."),
            minimum_cents=0,
        )
        for each in budget
    )
    why = fields.long_text(
        "reason",
        N_("Why does the budget have to change?"),
        missing=N_("Write why the budget has to change."),
        max_words=300,
    )
    return (*amounts, why)


@router.get("/{agreement_id:int}/budget")
def applicant_budget_change(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    return _show(request, reader, agreement_id, None)


@router.post("/{agreement_id:int}/budget")
def applicant_budget_changed(
    request: Request, posted: Posted, act: InAct, agreement_id: int
) -> Response:
    agreements.own_agreement(act.session, act.actor, agreement_id)
    budget = amendments.budget_of(act.session, agreement_id)
    form = read(budget_fields(budget), posted)
    if not form.errors:
        new = {each.code: _cents(form.values[f"h_{each.code}"]) for each in budget}
        try:
            found = deeds.ask(act, agreement_id, new, reason=str(form.values["reason"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Asked for. The authority decides and writes to you.")
            if found.state == "noted":
                notice = N_("Noted. The new budget holds from now on; a letter says so.")
            return pages.redirect(
                request, "applicant_budget_change", agreement_id=agreement_id, notice=notice
            )
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, form)


@router.post("/amendments/{amendment_id:int}/take-back")
def applicant_amendment_take_back(request: Request, act: InAct, amendment_id: int) -> Response:
    agreement_id = amendments.agreement_of_amendment(act.session, amendment_id)
    agreements.own_agreement(act.session, act.actor, agreement_id)
    deeds.take_back(act, amendment_id)
    notice = N_("Taken back. The budget stays as it is.")
    return pages.redirect(
        request, "applicant_budget_change", agreement_id=agreement_id, notice=notice
    )


def _cents(value: object) -> int:
    return value if isinstance(value, int) else -1


def _show(request: Request, reader: Read, agreement_id: int, wrong: Form | None) -> HTMLResponse:
    agreement = agreements.own_agreement(reader.session, reader.actor, agreement_id)
    budget = amendments.budget_of(reader.session, agreement_id)
    given: dict[str, object] = {f"h_{each.code}": each.current_cents for each in budget}
    limit = deeds.limit_percent(scheme_of(reader.session, agreement.call_id))
    page = ChangePage(
        form=wrong or filled(budget_fields(budget), given),
        agreement=agreement,
        budget=budget,
        changes=amendments.amendments(reader.session, agreement_id),
        limit_percent=rate_text(limit / 100) if limit else "",
    )
    status = 422 if wrong else 200
    return pages.render(request, "applicant/budget_change.html", page=page, status=status)
