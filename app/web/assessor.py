"""An assessor's desk: declare on the list of names, read blind, mark, hand in."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import assessments
from app.i18n import language
from app.i18n.marks import N_
from app.queries import assessments as reading
from app.queries import assessments_names, blind
from app.queries.assessments import MyAssessment, MyLot, OwnAssessment
from app.queries.assessments_names import LotNames
from app.rules import marking
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.assessor_grid import (
    GridView,
    comments_from,
    form_of,
    grid_view,
    marks_from,
    named_errors,
    points_so_far,
    read_grid,
)
from app.web.deps import InAct, Reader
from app.web.downloads import download
from app.web.fields import Option
from app.web.forms import Form, Posted, blank, read
from app.web.parts import StoredFile
from app.web.read_answers import ReadBudget, ReadSection, read_answer, read_budget

router = APIRouter(prefix="/assessor")

ONE = "/assessments/{assessment_id:int}"
LOT = "/stages/{stage_id:int}/lots/{lot_id:int}/declaration"

_REASON = fields.long_text(
    "reason",
    N_("What is the conflict?"),
    hint=N_("Only the authority reads it: one sentence is enough."),
    max_words=200,
    missing=N_("Say what the conflict is"),
)
_DECLARATION = (
    fields.one_of(
        "declaration",
        N_("What do you declare?"),
        (
            Option(
                "impartial",
                N_("I am impartial"),
                N_(
                    "I have no family, emotional, political, national, economic or other shared "
                    "interest with anybody on this list, and I keep what I read confidential."
                ),
            ),
            Option(
                "conflict",
                N_("I have a conflict of interest"),
                N_("You will not see any application of this lot."),
            ),
        ),
        missing=N_("Choose what you declare"),
    ),
)


@dataclass(frozen=True, slots=True)
class StartPage:
    to_declare: tuple[MyLot, ...]
    lots: tuple[MyLot, ...]
    open: tuple[MyAssessment, ...]
    done: tuple[MyAssessment, ...]
    titles: dict[int, str]


@dataclass(frozen=True, slots=True)
class DeclarationPage:
    """`form` asks for a declaration, or for the reason of a conflict that came to light later."""

    lot: LotNames
    stage_title: str
    form: Form


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """The application without a name, and one's own grid."""

    own: OwnAssessment
    stage_title: str
    form: Form
    grid: GridView
    sections: tuple[ReadSection, ...]
    budget: ReadBudget | None
    requested_cents: int | None
    total_cents: int | None
    currency: str
    files: tuple[StoredFile, ...]


@router.get("")
def assessor_start(request: Request, reader: Reader) -> HTMLResponse:
    lots = reading.my_lots(reader.session, reader.actor)
    mine = reading.my_assessments(reader.session, reader.actor)
    page = StartPage(
        to_declare=tuple(lot for lot in lots if not lot.declared),
        lots=tuple(lot for lot in lots if lot.declared),
        open=tuple(each for each in mine if each.state in reading.OPEN),
        done=tuple(each for each in mine if each.state not in reading.OPEN),
        titles={each.assessment_id: said(each.stage_title, language()) for each in mine},
    )
    return pages.render(request, "assessor/start.html", page=page)


@router.get(LOT)
def assessor_declaration(
    request: Request, reader: Reader, stage_id: int, lot_id: int
) -> HTMLResponse:
    lot = assessments_names.lot_names(reader.session, reader.actor, stage_id, lot_id)
    return _show_declaration(request, lot, blank(_asked(lot)))


@router.post(LOT)
def assessor_declare(
    request: Request, act: InAct, stage_id: int, lot_id: int, posted: Posted
) -> Response:
    lot = assessments_names.lot_names(act.session, act.actor, stage_id, lot_id)
    form = read(_asked(lot), posted)
    conflict = lot.declared == "impartial" or form.values.get("declaration") == "conflict"
    if not conflict and form.errors.keys() == {"reason"}:
        # The reason is asked of those who have a conflict.
        form = Form(form.fields, form.typed, form.values)
    if not form.errors and posted.get("names") != lot.names_sha256:
        form = form.with_errors({"": N_("The list of names has changed. Look at it again.")})
    if form.errors:
        return _show_declaration(request, lot, form, status=422)
    assessments.declare(
        act,
        stage_id=stage_id,
        lot_id=lot_id,
        has_conflict=conflict,
        reason=str(form.values["reason"] or "") if conflict else "",
        names_sha256=lot.names_sha256,
    )
    notice = (
        N_("Your conflict of interest is noted. The applications of the lot are taken from you.")
        if conflict
        else N_("Your declaration is kept. You can assess the applications of this lot.")
    )
    return pages.redirect(request, "assessor_start", notice=notice)


@router.get(ONE)
def assessor_assessment(request: Request, reader: Reader, assessment_id: int) -> Response:
    own = reading.own_assessment(reader.session, reader.actor, assessment_id)
    if not own.is_declared:
        return _to_declaration(request, own)
    return _show(request, reader, own, form_of(own))


@router.post(ONE)
def assessor_save(request: Request, act: InAct, assessment_id: int, posted: Posted) -> Response:
    """Keep what stands in the grid, whatever it is; then show it whole if that was asked for."""
    own = reading.own_assessment(act.session, act.actor, assessment_id)
    if not own.is_declared:
        return _to_declaration(request, own)
    form = read_grid(own, posted)
    marks, comments = marks_from(own.stage, form), comments_from(own.stage, form)
    assessments.save(act, assessment_id, marks=marks, comments=comments)
    act.keep()
    if posted.get("action") != "submit":
        return pages.redirect(
            request,
            "assessor_assessment",
            assessment_id=assessment_id,
            notice=N_("Saved. Points so far: {total}."),
            notice_values={"total": points_so_far(own, marks)},
        )
    found = marking.missing(own.stage, marks, comments)
    if not found:
        return pages.redirect(request, "assessor_check", assessment_id=assessment_id)
    form = form.with_errors(named_errors(own.stage, found))
    own = reading.own_assessment(act.session, act.actor, assessment_id)
    return _show(request, act, own, form, status=422)


@router.post(ONE + "/autosave")
def assessor_autosave(act: InAct, assessment_id: int, posted: Posted) -> Response:
    """Keep what is being typed, so that a session that ends takes nothing with it."""
    own = reading.own_assessment(act.session, act.actor, assessment_id)
    form = read_grid(own, posted)
    marks, comments = marks_from(own.stage, form), comments_from(own.stage, form)
    assessments.save(act, assessment_id, marks=marks, comments=comments)
    return Response(status_code=204)


@router.get(ONE + "/files/{number:int}")
def assessor_file(
    request: Request, reader: Reader, assessment_id: int, number: int
) -> StreamingResponse:
    """Send a document that assessors may see, under a name that tells nothing."""
    file = blind.blind_file(reader.session, reader.actor, assessment_id, number)
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


def _asked(lot: LotNames) -> tuple[fields.Field, ...]:
    return (_REASON,) if lot.declared == "impartial" else (*_DECLARATION, _REASON)


def _show_declaration(
    request: Request, lot: LotNames, form: Form, *, status: int = 200
) -> HTMLResponse:
    page = DeclarationPage(lot, said(lot.stage_title, language()), form)
    return pages.render(request, "assessor/declaration.html", page=page, status=status)


def _to_declaration(request: Request, own: OwnAssessment) -> Response:
    return pages.redirect(
        request,
        "assessor_declaration",
        stage_id=own.stage_id,
        lot_id=own.lot_id,
        notice=N_("Before you read an application of this lot, look at the list of names."),
    )


def _show(
    request: Request, reader: Reader | InAct, own: OwnAssessment, form: Form, *, status: int = 200
) -> HTMLResponse:
    found = blind.blind_application(reader.session, reader.actor, own.assessment_id)
    lines = [
        {
            "heading": line.heading,
            "description": line.description,
            "unit": line.unit,
            "units": line.units,
            "unit_value_cents": line.unit_value_cents,
            "total_cents": line.total_cents,
        }
        for line in found.lines
    ]
    page = AssessmentPage(
        own=own,
        stage_title=said(own.stage.title, language()),
        form=form,
        grid=grid_view(own, form),
        sections=tuple(
            ReadSection(
                said(section.title, language()),
                tuple(read_answer(each.question, each.value) for each in section.answers),
            )
            for section in found.sections
        ),
        budget=read_budget(own.scheme.budget, lines, found.sources),
        requested_cents=found.requested_cents,
        total_cents=found.total_cents,
        currency=found.currency,
        files=tuple(_file(request, own, file) for file in found.files),
    )
    return pages.render(request, "assessor/assessment.html", page=page, status=status)


def _file(request: Request, own: OwnAssessment, file: blind.BlindFile) -> StoredFile:
    address = pages.url(
        request, "assessor_file", assessment_id=own.assessment_id, number=file.attachment_id
    )
    name = f"{said(file.title, language())} {file.number}{file.ending}"
    return StoredFile(name, address, file.size_bytes)
