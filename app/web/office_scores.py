"""One entry's marks side by side; the committee's own score with its reason."""

from dataclasses import dataclass, replace
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import scores
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries.scores_page import EntryScores, entry_scores
from app.rules.comments import of_sections
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_grid import Criterion, GridSection
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim, long_text, one_of, score
from app.web.forms import Form, Posted, blank, filled, read
from app.web.ranking_deeds import REASON

router = APIRouter(prefix="/office/entries/{entry_id:int}/scores")

FLAG = (
    one_of(
        "decision",
        N_("What does the committee decide?"),
        (
            Option("keep", N_("The agreed mark counts: the application stays in")),
            Option("reject", N_("The low mark counts: the application is out")),
        ),
        missing=N_("Choose what the committee decides"),
    ),
    replace(REASON, name="flag_reason"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A section or a criterion of the grid with everybody's points, in the order of assessors."""

    code: str
    text: str
    maximum: Fraction
    points: tuple[Fraction | None, ...]
    agreed: Fraction | None
    is_section: bool = False
    carried_from: str = ""


@dataclass(frozen=True, slots=True)
class ScoresPage:
    entry: EntryScores
    rows: tuple[Row, ...]
    form: Form
    flag_form: Form
    may_agree: bool


@router.get("")
def office_scores(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    found = entry_scores(reader.session, reader.actor, entry_id)
    return _show(request, found, reader.actor)


@router.post("")
def office_scores_change(request: Request, act: InAct, entry_id: int, posted: Posted) -> Response:
    found = entry_scores(act.session, act.actor, entry_id)
    form = read(_mark_fields(found), posted)
    if not form.errors:
        marks = {
            one.code: Fraction(str(form.values[_name(one)]))
            for one in _criteria(found)
            if form.values[_name(one)] is not None
        }
        try:
            scores.change(
                act,
                entry_id,
                marks=marks,
                reason=str(form.values["reason"]),
                comments={
                    section.code: str(form.values[_comment_name(section)])
                    for section in _commented(found)
                },
            )
        except Invalid as problem:
            named = {_field_of(found, place): said_ for place, said_ in problem.fields.items()}
            form = form.with_errors(named)
    if form.errors:
        return _show(request, found, act.actor, form=form, status=422)
    return pages.redirect(
        request, "office_scores", entry_id=entry_id, notice=N_("The committee's score is kept.")
    )


@router.post("/flag")
def office_scores_flag(request: Request, act: InAct, entry_id: int, posted: Posted) -> Response:
    form = read(FLAG, posted)
    if form.errors:
        found = entry_scores(act.session, act.actor, entry_id)
        return _show(request, found, act.actor, flag_form=form, status=422)
    reject = form.values["decision"] == "reject"
    scores.settle_flag(act, entry_id, reject=reject, reason=str(form.values["flag_reason"]))
    return pages.redirect(
        request, "office_scores", entry_id=entry_id, notice=N_("The committee's decision is kept.")
    )


def _show(
    request: Request,
    found: EntryScores,
    actor: Actor,
    *,
    form: Form | None = None,
    flag_form: Form | None = None,
    status: int = 200,
) -> HTMLResponse:
    page = ScoresPage(
        entry=found,
        rows=tuple(_rows(found)),
        form=form or filled(_mark_fields(found), _present(found)),
        flag_form=flag_form or blank(FLAG),
        may_agree=may(actor, Permission.AGREE_SCORES, found.facts) is None,
    )
    return pages.render(request, "office/scores.html", page=page, status=status)


def _rows(found: EntryScores) -> list[Row]:
    rows: list[Row] = []
    for section in found.grid.sections:
        rows.append(_section_row(found, section))
        rows += [_criterion_row(found, one) for one in section.criteria]
    return rows


def _section_row(found: EntryScores, section: GridSection) -> Row:
    points: list[Fraction | None] = []
    for each in found.marked:
        if not each.marks or section.carry_over is not None:
            points.append(found.carried.get(section.code) if each.marks else None)
            continue
        points.append(
            sum(
                (Fraction(each.marks[o.code]) * o.multiplier for o in section.criteria), Fraction(0)
            )
        )
    agreed = found.agreed.sections.get(section.code) if found.agreed else None
    title = said(section.title, found.language)
    return Row(
        section.code,
        title,
        section.maximum,
        tuple(points),
        _fraction(agreed),
        is_section=True,
        carried_from=found.carried_from.get(section.code, ""),
    )


def _criterion_row(found: EntryScores, one: Criterion) -> Row:
    agreed = found.agreed.marks.get(one.code) if found.agreed else None
    points = tuple(_fraction(each.marks.get(one.code)) for each in found.marked)
    return Row(one.code, said(one.text, found.language), one.max, points, _fraction(agreed))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _criteria(found: EntryScores) -> list[Criterion]:
    return [one for section in found.grid.sections for one in section.criteria]


def _name(one: Criterion) -> str:
    return "mark_" + one.code.replace(".", "_")


def _commented(found: EntryScores) -> list[GridSection]:
    return [section for section in found.grid.sections if section.carry_over is None]


def _comment_name(section: GridSection) -> str:
    return "comment_" + section.code.replace(".", "_")


def _field_of(found: EntryScores, place: str) -> str:
    return next((_name(one) for one in _criteria(found) if one.code == place), place)


def _mark_fields(found: EntryScores) -> tuple[Field, ...]:
    marks = tuple(
        score(
            _name(one),
            Verbatim(f"{one.code} {said(one.text, found.language)}"),
            maximum=one.max,
            missing=N_("Give a mark"),
        )
        for one in _criteria(found)
    )
    said_of = tuple(
        long_text(
            _comment_name(section),
            Verbatim(f"{section.code} {said(section.title, found.language)}"),
            hint=N_("What the applicant reads beside the score of this section. Name nobody."),
            max_words=400,
        )
        for section in _commented(found)
    )
    return (*marks, *said_of, REASON)


def _present(found: EntryScores) -> dict[str, object]:
    """Return the agreed marks and comments, or before that what the assessors wrote."""
    agreed = found.agreed
    sheets = tuple(each.comments for each in found.marked)
    texts = agreed.comments if agreed and agreed.comments else of_sections(found.grid, sheets)
    marks = agreed.marks if agreed else {}
    return {
        _name(one): Fraction(marks[one.code]) for one in _criteria(found) if one.code in marks
    } | {_comment_name(section): texts.get(section.code, "") for section in _commented(found)}
