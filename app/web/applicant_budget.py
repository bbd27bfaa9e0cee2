"""The budget of an application: lines under the headings of the scheme, and who pays for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import applications as deeds
from app.actions.act import Act
from app.actions.applications_draft import EditedMeanwhile
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import applications_case
from app.queries.applications import Entry, entry_of, with_budget
from app.queries.applications_parts import Line, Source
from app.rules import merging
from app.rules.budget import BudgetSums, line_total_cents
from app.rules.budget_changes import highest_grant_cents
from app.rules.messages import Message
from app.rules.readiness import Case, budget_findings
from app.rules.scheme_money import BudgetRules
from app.rules.scheme_text import said
from app.web import applicant_clash, pages
from app.web.applicant_budget_form import (
    Heading,
    budget_fields,
    headings,
    lines_from,
    sources_from,
    stored_form,
    typed_texts,
    unread_form,
    with_findings,
)
from app.web.applicant_form import AUTOSAVE, SEEN_HEADER
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, read, with_room

router = APIRouter(prefix="/applications/{application_id:int}/{stage_key}/budget")


@dataclass(frozen=True, slots=True)
class SumLine:
    """One row of the sums: a heading or a computed total, with its limit in words."""

    code: str
    title: str
    cents: int
    limit: str
    is_total: bool


@dataclass(frozen=True, slots=True)
class SumsPage:
    """Everything that is added up, from what was understood so far."""

    currency: str
    lines: tuple[SumLine, ...]
    sums: BudgetSums
    max_rate_percent: Fraction
    min_rate_percent: Fraction
    highest_cents: int
    row_cents: Mapping[str, int]
    findings: tuple[Message, ...]
    live: bool = False


@dataclass(frozen=True, slots=True)
class BudgetPage:
    form: Form
    application_id: int
    stage_key: str
    reference: str
    currency: str
    closes_at: datetime | None
    headings: tuple[Heading, ...]
    sources: tuple[str, ...]
    total_title: str
    earlier_cents: int | None
    change_percent: Fraction | None
    next_href: str
    sums: SumsPage
    seen: str
    saved: bool = False


@router.get("")
def applicant_budget(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key, whole=False)
    rules = _rules(entry)
    if not entry.is_draft:
        return pages.redirect(
            request, "applicant_answers", application_id=application_id, stage_key=stage_key
        )
    entry = with_budget(reader.session, entry)
    unread = entry.answers.get(deeds.UNREAD_BUDGET)
    if unread:
        form = unread_form(rules, unread, i18n.language())
    else:
        form = stored_form(rules, entry.lines, entry.sources, i18n.language())
    return _show(request, entry, form, seen=applications_case.budget_mark_of(entry))


@router.post("")
def applicant_budget_save(
    request: Request, posted: Posted, act: InAct, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    rules = _rules(entry)
    form = read(budget_fields(rules, i18n.language()), posted)
    seen = str(posted.get("seen", ""))
    if form.rows_changed:
        return _show(request, entry, form, seen=seen)
    back = posted.get("action") == "return"
    if applicant_clash.pick_of(posted, "budget") == applicant_clash.THEIRS:
        return _go_on(request, entry, back=back)
    try:
        seen = _save(act, entry, form, applicant_clash.read_budget(posted))
    except EditedMeanwhile as problem:
        asked = applicant_clash.of_budget(entry, problem, typed_entry(entry, form))
        return applicant_clash.show(request, entry, asked, posted, problem)
    if AUTOSAVE in request.headers:
        return Response(status_code=204, headers={SEEN_HEADER: seen})
    if not form.errors:
        form = with_findings(rules, form, budget_findings(typed_case(entry, form)))
    if form.errors:
        return _show(request, entry, form, seen=seen, saved=True)
    return _go_on(request, entry, back=back)


def _save(act: Act, entry: Entry, form: Form, read_mark: str) -> str:
    """Keep the budget, or what could not be understood of it; return the mark of what stands."""
    act.keep()
    if form.errors:
        typed = typed_texts(form)
        deeds.keep_unread_budget(act, entry.entry_id, typed, read=read_mark)
        return merging.mark({name: list(texts) for name, texts in typed.items()})
    rules = _rules(entry)
    lines, sources = lines_from(rules, form), sources_from(rules, form)
    deeds.save_budget(act, entry.entry_id, lines, sources, read=read_mark)
    return applications_case.budget_mark(lines, sources)


def _go_on(request: Request, entry: Entry, *, back: bool) -> Response:
    said_so = N_("Your budget is saved. Sources and costs are equal.")
    key = entry.application_id
    if back:
        return pages.redirect(request, "applicant_application", application_id=key, notice=said_so)
    return pages.redirect(
        request, _next_route(entry), application_id=key, stage_key=entry.stage_key, notice=said_so
    )


@router.post("/sums")
def applicant_budget_sums(
    request: Request, posted: Posted, reader: Reader, application_id: int, stage_key: str
) -> HTMLResponse:
    """Answer the sums of what is typed, for the page that shows them while one types."""
    entry = entry_of(reader.session, reader.actor, application_id, stage_key, whole=False)
    form = read(budget_fields(_rules(entry), i18n.language()), posted)
    page = replace(sums_of(entry, form), live=True)
    return pages.render(request, "applicant/budget_sums.html", page=page)


def _rules(entry: Entry) -> BudgetRules:
    if entry.scheme.budget is None or not entry.stage.with_budget:
        raise NotFound
    return entry.scheme.budget


def _next_route(entry: Entry) -> str:
    return "applicant_documents" if entry.stage.documents else "applicant_check"


def _show(
    request: Request, entry: Entry, form: Form, *, seen: str, saved: bool = False
) -> HTMLResponse:
    rules, language = _rules(entry), i18n.language()
    totals = {total.code: said(total.title, language) for total in rules.totals}
    page = BudgetPage(
        form=with_room(form),
        application_id=entry.application_id,
        stage_key=entry.stage_key,
        reference=entry.reference,
        currency=entry.currency,
        closes_at=entry.closes_at,
        headings=headings(rules, language),
        sources=tuple(field.name for field in form.fields if field.name.startswith("source")),
        total_title=totals[rules.total],
        earlier_cents=entry.earlier.requested_cents if entry.earlier else None,
        change_percent=entry.stage.amount_change_max_percent,
        next_href=pages.url(
            request,
            _next_route(entry),
            application_id=entry.application_id,
            stage_key=entry.stage_key,
        ),
        sums=sums_of(entry, form),
        seen=seen,
        saved=saved,
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/budget.html", page=page, status=status)


def typed_case(entry: Entry, form: Form) -> Case:
    """Return the case with the budget of the form: the rows that were understood."""
    answers = {k: v for k, v in entry.answers.items() if k != deeds.UNREAD_BUDGET}
    return applications_case.case_of(typed_entry(entry, form), answers)


def typed_entry(entry: Entry, form: Form) -> Entry:
    rules = _rules(entry)
    whole = _understood(form)
    lines = tuple(
        Line(each.heading, each.description, each.unit, each.units, each.unit_value_cents,
             line_total_cents(Fraction(each.units), each.unit_value_cents))
        for each in lines_from(rules, whole)
    )  # fmt: skip
    sources = tuple(
        Source(each.kind, each.amount_cents, each.name) for each in sources_from(rules, whole)
    )
    return replace(entry, lines=lines, sources=sources)


def _understood(form: Form) -> Form:
    """Leave out rows in which a number is missing or wrong: what is left can be added up."""
    values = dict(form.values)
    for name, lines in form.rows.items():
        values[name] = tuple(
            dict(line.values)
            for line in lines
            if line.values.get("units") is not None and line.values.get("value") is not None
        )
    return replace(form, values=values)


def sums_of(entry: Entry, form: Form) -> SumsPage:
    rules, language = _rules(entry), i18n.language()
    case = typed_case(entry, form)
    sums = case.sums
    assert sums is not None
    cents = {**sums.headings_cents, **sums.totals_cents}
    return SumsPage(
        currency=entry.currency,
        lines=_sum_lines(rules, cents, language),
        sums=sums,
        max_rate_percent=case.limits.max_rate_percent,
        min_rate_percent=case.limits.min_rate_percent,
        highest_cents=highest_grant_cents(sums.total_cents, case.limits),
        row_cents=_row_cents(form),
        findings=budget_findings(case) if case.budget.lines else (),
    )


def _row_cents(form: Form) -> dict[str, int]:
    """Return the total of each row that can be computed, by the row's prefix."""
    return {
        line.prefix: line_total_cents(Fraction(str(units)), int(str(value)))
        for lines in form.rows.values()
        for line in lines
        if (units := line.values.get("units")) is not None
        and (value := line.values.get("value")) is not None
    }


def _limit(percent: Fraction | None, base: str) -> str:
    if percent is None:
        return ""
    return i18n.sentence(N_("at most {percent} % of {base}"), {"percent": percent, "base": base})


def _sum_lines(rules: BudgetRules, cents: Mapping[str, int], language: str) -> tuple[SumLine, ...]:
    """Return headings and totals as a budget prints them: a total after the last it adds."""
    lines = [
        SumLine(
            heading.code,
            said(heading.title, language),
            cents[heading.code],
            _limit(heading.max_percent, heading.base),
            is_total=False,
        )
        for heading in rules.headings
    ]
    for total in rules.totals:
        codes = [line.code for line in lines]
        place = max(codes.index(code) for code in total.adds) + 1
        title = said(total.title, language)
        lines.insert(place, SumLine(total.code, title, cents[total.code], "", is_total=True))
    return tuple(lines)
