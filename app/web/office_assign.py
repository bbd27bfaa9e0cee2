"""Who assesses what: the board of a stage, assigning one or many, taking back, reopening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import assessments
from app.errors import Forbidden, Invalid, NotFound
from app.i18n import format_datetime, format_time, gettext, language, ngettext
from app.i18n.marks import N_
from app.queries import assessing, assessing_board, assessing_people, interviews_held
from app.queries.assessing_board import BoardEntry, BoardLot, StageBoard
from app.queries.assessing_people import Assessor, Task
from app.rules.assigning import Plan
from app.rules.call_clock import holds_interviews
from app.rules.interviews import Hour
from app.rules.messages import Message
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.ranking_deeds import REASON

router = APIRouter(prefix="/office")

Busy = Mapping[int, tuple[str, Hour]]

_WAYS = (
    Option("same", N_("The same people for all applications of the lot")),
    Option("turns", N_("Turn by turn, so that everybody gets the same number")),
)
_DEEDS = {
    "remove": (
        N_("Take the file from this assessor"),
        N_("What was typed stays on file. The assessor no longer sees the application."),
        N_("The file is taken from the assessor."),
        assessments.remove,
    ),
    "reopen": (
        N_("Give the assessment back"),
        N_("The assessor can change the marks and has to submit again."),
        N_("The assessment is given back."),
        assessments.reopen,
    ),
}


@dataclass(frozen=True, slots=True)
class BoardPage:
    board: StageBoard
    stage_title: str
    other_stages: tuple[tuple[int, str], ...]
    may_assign: bool
    people: tuple[Assessor, ...]

    @property
    def is_interview(self) -> bool:
        return holds_interviews(self.board.stage)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`barred` are names with the reason why they may not have this application."""

    board: StageBoard
    stage_title: str
    entry: BoardEntry
    form: Form
    free: int
    barred: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LotPage:
    """`plan` is what would be done: references with names, and references with the reason."""

    board: StageBoard
    stage_title: str
    lot: BoardLot
    form: Form
    planned: bool
    assigned: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, Message], ...]


@dataclass(frozen=True, slots=True)
class DeedPage:
    board: StageBoard
    entry: BoardEntry
    task: Task
    title: str
    explains: str
    form: Form


@router.get("/calls/{call_id:int}/assessments")
def office_call_assessments(request: Request, reader: Reader, call_id: int) -> Response:
    """Go to the stage that is in assessment now, else to the first."""
    stages = assessing_board.scored_stages(reader.session, reader.actor, call_id)
    if not stages:
        raise NotFound
    begun = [stage_id for stage_id, state in stages if state != "waiting"]
    return pages.redirect(request, "office_assign", stage_id=(begun or [stages[0][0]])[-1])


@router.get("/stages/{stage_id:int}/assessments")
def office_assign(request: Request, reader: Reader, stage_id: int) -> HTMLResponse:
    board = assessing_board.stage_board(reader.session, reader.actor, stage_id)
    page = BoardPage(
        board=board,
        stage_title=said(board.stage.title, language()),
        other_stages=tuple(
            (each, said(board.scheme.stage(key).title, language()))
            for each, key in board.scored
            if each != stage_id
        ),
        may_assign=may(reader.actor, Permission.ASSIGN_ASSESSORS, board.facts) is None,
        people=assessing_people.assessors_of(reader.session, board.call_id),
    )
    return pages.render(request, "office/assign.html", page=page)


@router.get("/entries/{entry_id:int}/assessors")
def office_assign_entry(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    return _show_entry(request, reader, entry_id, None)


@router.post("/entries/{entry_id:int}/assessors")
def office_assign_entry_do(request: Request, act: InAct, entry_id: int, posted: Posted) -> Response:
    board = _board_of(act, entry_id)
    people = assessing_people.assessors_of(act.session, board.call_id)
    form = read((_people_field(people),), posted)
    if not form.errors:
        try:
            assessments.assign(act, entry_id, _chosen(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    if form.errors:
        return _show_entry(request, act, entry_id, form, status=422)
    notice = N_("The assessors are assigned.")
    return pages.redirect(request, "office_assign", stage_id=board.stage_id, notice=notice)


@router.get("/stages/{stage_id:int}/lots/{lot_id:int}/assessors")
def office_assign_lot(request: Request, reader: Reader, stage_id: int, lot_id: int) -> HTMLResponse:
    return _show_lot(request, reader, stage_id, lot_id)


@router.post("/stages/{stage_id:int}/lots/{lot_id:int}/assessors")
def office_assign_lot_do(
    request: Request, act: InAct, stage_id: int, lot_id: int, posted: Posted
) -> Response:
    """Show the plan first; do it when the plan was seen."""
    board = _allowed(assessing_board.stage_board(act.session, act.actor, stage_id), act.actor)
    form = read(_lot_fields(assessing_people.assessors_of(act.session, board.call_id)), posted)
    turns = form.values.get("way") == "turns"
    made = None
    if not form.errors:
        try:
            if posted.get("action") == "assign":
                done = assessments.assign_many(
                    act, stage_id, lot_id, _chosen(form), turn_by_turn=turns
                )
                return _assigned(request, stage_id, done)
            made = assessing_people.planned(
                act.session, stage_id, lot_id, _chosen(form), turn_by_turn=turns
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    status = 422 if form.errors else 200
    return _show_lot(request, act, stage_id, lot_id, form=form, made=made, status=status)


@router.get("/assessments/{assessment_id:int}/{deed}")
def office_assessment_deed(
    request: Request, reader: Reader, assessment_id: int, deed: str
) -> HTMLResponse:
    page = _deed_page(reader, assessment_id, deed, blank((REASON,)))
    return pages.render(request, "office/assign_deed.html", page=page)


@router.post("/assessments/{assessment_id:int}/{deed}")
def office_assessment_do(
    request: Request, act: InAct, assessment_id: int, deed: str, posted: Posted
) -> Response:
    form = read((REASON,), posted)
    page = _deed_page(act, assessment_id, deed, form)
    if form.errors:
        return pages.render(request, "office/assign_deed.html", page=page, status=422)
    _, _, notice, run = _DEEDS[deed]
    run(act, assessment_id, reason=str(form.values["reason"]))
    return pages.redirect(request, "office_assign", stage_id=page.board.stage_id, notice=notice)


def _assigned(request: Request, stage_id: int, done: Plan) -> Response:
    return pages.redirect(
        request,
        "office_assign",
        stage_id=stage_id,
        notice=N_("Applications assigned: {assigned}. Left as they are: {skipped}."),
        notice_values={"assigned": len(done.assigned), "skipped": len(done.skipped)},
    )


def _show_entry(
    request: Request, reader: Reader | InAct, entry_id: int, form: Form | None, *, status: int = 200
) -> HTMLResponse:
    board = _board_of(reader, entry_id)
    entry = board.entry(entry_id)
    people = assessing_people.assessors_of(reader.session, board.call_id)
    organisation = assessing_people.organisation_of(reader.session, entry_id)
    busy = interviews_held.at_once(reader.session, entry_id, [each.user_id for each in people])
    barred = {each.user_id: _bar(each, entry, organisation, busy) for each in people}
    free = [each for each in people if not barred[each.user_id]]
    page = EntryPage(
        board=board,
        stage_title=said(board.stage.title, language()),
        entry=entry,
        form=form or blank((_people_field(free),)),
        free=len(free),
        barred=tuple((p.name, barred[p.user_id]) for p in people if barred[p.user_id]),
    )
    return pages.render(request, "office/assign_entry.html", page=page, status=status)


def _bar(person: Assessor, entry: BoardEntry, organisation_id: int, busy: Busy) -> str:
    """Return why somebody may not be chosen for an application, "" if they may."""
    if any(task.assessor_id == person.user_id and task.is_live for task in entry.tasks):
        return gettext(N_("has this application already"))
    if entry.lot_id in person.conflict_lots:
        return gettext(N_("declared a conflict of interest in this lot"))
    if organisation_id in person.organisation_ids:
        return gettext(N_("belongs to the organisation that applies"))
    if person.user_id in busy:
        _, hour = busy[person.user_id]
        times = {"start": format_datetime(hour.starts_at), "end": format_time(hour.ends_at)}
        return gettext(N_("holds another interview from %(start)s to %(end)s")) % times
    return ""


def _show_lot(
    request: Request,
    reader: Reader | InAct,
    stage_id: int,
    lot_id: int,
    *,
    form: Form | None = None,
    made: Plan | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = assessing_board.stage_board(reader.session, reader.actor, stage_id)
    board = _allowed(found, reader.actor)
    people = assessing_people.assessors_of(reader.session, board.call_id)
    names = {each.user_id: each.name for each in people}
    references = {each.entry_id: each.reference for each in board.entries}
    page = LotPage(
        board=board,
        stage_title=said(board.stage.title, language()),
        lot=board.lot(lot_id),
        form=form or blank(_lot_fields(people)),
        planned=made is not None,
        assigned=tuple(
            (references[key], ", ".join(names[each] for each in chosen))
            for key, chosen in (made.assigned if made else ())
        ),
        skipped=tuple((references[key], why) for key, why in (made.skipped if made else ())),
    )
    return pages.render(request, "office/assign_lot.html", page=page, status=status)


def _deed_page(reader: Reader | InAct, assessment_id: int, deed: str, form: Form) -> DeedPage:
    if deed not in _DEEDS:
        raise NotFound
    entry_id = assessing.entry_of_assessment(reader.session, assessment_id)
    board = _board_of(reader, entry_id)
    entry = board.entry(entry_id)
    task = next(each for each in entry.tasks if each.assessment_id == assessment_id)
    title, explains, _, _ = _DEEDS[deed]
    return DeedPage(board, entry, task, title, explains, form)


def _board_of(reader: Reader | InAct, entry_id: int) -> StageBoard:
    stage_id = assessing_board.stage_of_entry(reader.session, entry_id)
    found = assessing_board.stage_board(reader.session, reader.actor, stage_id)
    return _allowed(found, reader.actor)


def _allowed(board: StageBoard, actor: Actor) -> StageBoard:
    if may(actor, Permission.ASSIGN_ASSESSORS, board.facts) is not None:
        raise Forbidden(N_("Your role does not allow you to assign assessors."))
    return board


def _chosen(form: Form) -> list[int]:
    chosen = form.values["assessors"]
    return [int(each) for each in chosen] if isinstance(chosen, tuple) else []


def _people_field(people: Iterable[Assessor]) -> Field:
    options = [
        Option(
            str(each.user_id),
            Verbatim(each.name),
            Verbatim(
                ngettext("%(num)s open file", "%(num)s open files", each.open_count)
                % {"num": each.open_count}
            ),
        )
        for each in people
    ]
    missing = N_("Choose at least one assessor")
    return fields.several("assessors", N_("Assessors"), options, missing=missing)


def _lot_fields(people: Iterable[Assessor]) -> tuple[Field, ...]:
    way = fields.one_of("way", N_("How"), _WAYS, missing=N_("Choose how they are assigned"))
    return (_people_field(people), way)
