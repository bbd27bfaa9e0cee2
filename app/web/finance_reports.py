"""Reports of agreements: which are late, and that one without an instalment came on paper."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import paper_reports
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import agreements, reporting
from app.queries.agreements import AgreementPage
from app.queries.reporting import Overdue, ReportLine
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.finance import holds
from app.web.forms import Form, Posted, blank, read
from app.web.step_forms import tried

router = APIRouter(prefix="/finance")

CAME = (
    fields.date_of(
        "came_on", N_("On which day did it come?"), missing=N_("Enter the day on which it came")
    ),
)
GONE = (
    fields.text(
        "reason",
        N_("Why is the note taken back?"),
        missing=N_("Write why the note is taken back."),
        max_length=300,
    ),
)


@dataclass(frozen=True, slots=True)
class ReportsPage:
    lines: tuple[Overdue, ...]
    may_note: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`form` notes that it came or, where that is noted, takes the note back."""

    form: Form
    agreement: AgreementPage
    report: ReportLine


@router.get("/reports")
def finance_reports(request: Request, reader: Reader) -> HTMLResponse:
    lines = reporting.overdue(reader.session, reader.actor, reader.now)
    page = ReportsPage(lines, may_note=holds(reader.actor, paper_reports.TO))
    return pages.render(request, "finance/reports.html", page=page)


@router.get("/agreements/{agreement_id:int}/reports/{about}")
def finance_report(request: Request, reader: Reader, agreement_id: int, about: str) -> HTMLResponse:
    return _show(request, reader, agreement_id, about, None)


@router.post("/agreements/{agreement_id:int}/reports/{about}")
def finance_report_came(
    request: Request, posted: Posted, act: InAct, agreement_id: int, about: str
) -> Response:
    form = read(CAME, posted)
    came_on = form.values.get("came_on")

    def note() -> None:
        assert isinstance(came_on, date)
        paper_reports.note(act, agreement_id, about, came_on=came_on)

    wrong = tried(form, note)
    if wrong is None:
        return _back(request, agreement_id, N_("Noted. The report is no longer told as late."))
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, about, wrong)


@router.post("/agreements/{agreement_id:int}/reports/{about}/take-back")
def finance_report_gone(
    request: Request, posted: Posted, act: InAct, agreement_id: int, about: str
) -> Response:
    form = read(GONE, posted)
    reason = str(form.values.get("reason") or "")
    wrong = tried(form, lambda: paper_reports.drop(act, agreement_id, about, reason=reason))
    if wrong is None:
        return _back(request, agreement_id, N_("Taken back. The report is awaited again."))
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, about, wrong)


def _show(
    request: Request, reader: Read, agreement_id: int, about: str, wrong: Form | None
) -> HTMLResponse:
    agreement = agreements.staff_agreement(
        reader.session, reader.actor, agreement_id, to=paper_reports.TO
    )
    for line in reporting.lines(reader.session, agreement_id, reader.now):
        if line.about == about and not line.is_known:
            asked = GONE if line.is_in else CAME
            # Somebody may have noted it since the page was opened: then it asks something else.
            form = wrong if wrong and wrong.fields == asked else blank(asked)
            page = ReportPage(form=form, agreement=agreement, report=line)
            status = 422 if form is wrong else 200
            return pages.render(request, "finance/report.html", page=page, status=status)
    raise NotFound


def _back(request: Request, agreement_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_agreement", agreement_id=agreement_id, notice=notice)
