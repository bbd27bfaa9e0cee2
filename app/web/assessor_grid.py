"""The grid of a stage as a form: marks as buttons or numbers, comments, running totals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from app import i18n
from app.i18n import gettext, language, sentence
from app.i18n.marks import N_
from app.queries.assessments import OwnAssessment
from app.rules import marking
from app.rules.messages import Message
from app.rules.scheme_grid import Criterion, GridSection, Stage
from app.rules.scheme_text import said
from app.web import fields
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Bound, Form, Posted, filled, read_unjudged
from app.web.same import MOST, Same

MOST_BUTTONS = 11
_WORDS = (N_("very poor"), N_("poor"), N_("adequate"), N_("good"), N_("very good"))
_MISSING = N_("Give a mark")


@dataclass(frozen=True, slots=True)
class CriterionView:
    code: str
    text: str
    help: str
    top_mark_only_if: str
    lowest: Fraction
    highest: Fraction
    multiplier: Fraction
    comment_at: str
    mark: Bound
    comment: Bound
    given: Fraction | None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its points so far; `carried` is set where it is not marked again.

    `carried_from` is the title of the stage whose agreed points they are.
    """

    code: str
    title: str
    maximum: Fraction
    points: Fraction
    carried: Fraction | None
    is_carried: bool
    carried_from: str
    criteria: tuple[CriterionView, ...]
    comment: Bound | None


@dataclass(frozen=True, slots=True)
class GridView:
    """`points` of `maximum` with what is carried over; `own` are those of the marks alone."""

    sections: tuple[SectionView, ...]
    points: Fraction
    maximum: Fraction
    own_points: Fraction
    own_maximum: Fraction


def form_of(own: OwnAssessment) -> Form:
    """Return the grid with what is stored; a mark off the scale is shown with its message."""
    stored: dict[str, object] = {}
    for name, code in _mark_names(own.stage):
        stored[name] = own.marks.get(code, "")
    for name, code in _comment_names(own.stage):
        stored[name] = own.comments.get(code, "")
    # As texts: a mark that is none of the scale has no value, but was typed.
    form = filled(grid_fields(own.stage), {})
    form = replace(form, typed={name: (str(text),) for name, text in stored.items()})
    missing = marking.missing(own.stage, own.marks, own.comments) if own.is_open else ()
    off_scale = [each for each in missing if each.code == "marking.mark_off_scale"]
    return form.with_errors(named_errors(own.stage, off_scale))


def read_grid(own: OwnAssessment, posted: Posted) -> Form:
    """Return what was typed; what is missing is no mistake before handing in."""
    return read_unjudged(grid_fields(own.stage), posted)


def marks_from(stage: Stage, form: Form) -> dict[str, str]:
    return {code: form[name].value.strip() for name, code in _mark_names(stage)}


def comments_from(stage: Stage, form: Form) -> dict[str, str]:
    return {code: form[name].value for name, code in _comment_names(stage)}


def named_errors(stage: Stage, found: Iterable[Message]) -> Mapping[str, Message]:
    """Return messages of `rules.marking` by the field that they speak of."""
    marks = {code: name for name, code in _mark_names(stage)}
    comments = {code: name for name, code in _comment_names(stage)}
    return {
        (marks if each.code.startswith("marking.mark") else comments)[each.path]: each
        for each in found
    }


def grid_fields(stage: Stage) -> tuple[Field, ...]:
    """Return mark and comment of each criterion and a comment for each section, in their order."""
    return _grid_fields(Same(stage), language())


@lru_cache(maxsize=MOST)
def _grid_fields(stage: Same[Stage], _language: str) -> tuple[Field, ...]:
    """Made once for each language: a third of the time of saving went into it."""
    return tuple(_fields(stage.one))


def points_so_far(own: OwnAssessment, marks: Mapping[str, str]) -> Fraction:
    """Return the points of the marks with what is carried over, as `grid_view` adds them up."""
    sections = own.stage.grid.sections if own.stage.grid else ()
    carried = (own.carried.get(section.code) or Fraction(0) for section in sections)
    return marking.running_total(own.stage, marks) + sum(carried, Fraction(0))


def grid_view(own: OwnAssessment, form: Form) -> GridView:
    marks = marks_from(own.stage, form)
    totals = marking.section_totals(own.stage, marks)
    grid = own.stage.grid
    sections = tuple(
        _section(own, section, place, form, totals)
        for place, section in enumerate(grid.sections if grid else ())
    )
    carried = sum((each.carried or Fraction(0) for each in sections), Fraction(0))
    maximum = grid.maximum if grid else Fraction(0)
    own_points = sum(totals.values(), Fraction(0))
    not_ours = sum((each.maximum for each in sections if each.is_carried), Fraction(0))
    return GridView(sections, own_points + carried, maximum, own_points, maximum - not_ours)


def _places(stage: Stage) -> Iterator[tuple[str, GridSection, Criterion]]:
    for number, section in enumerate(stage.grid.sections if stage.grid else ()):
        for place, one in enumerate(section.criteria):
            yield f"{number}_{place}", section, one


def _mark_names(stage: Stage) -> Iterator[tuple[str, str]]:
    return ((f"mark_{place}", one.code) for place, _, one in _places(stage))


def _comment_names(stage: Stage) -> Iterator[tuple[str, str]]:
    yield from ((f"comment_{place}", one.code) for place, _, one in _places(stage))
    for number, section in enumerate(stage.grid.sections if stage.grid else ()):
        if section.criteria:
            yield f"comment_{number}", section.code


def _fields(stage: Stage) -> Iterator[Field]:
    for number, section in enumerate(stage.grid.sections if stage.grid else ()):
        for place, one in enumerate(section.criteria):
            yield _mark_field(f"mark_{number}_{place}", one)
            yield _comment_field(f"comment_{number}_{place}", one.code, needed=False)
        if section.criteria:
            needed = section.comment_required
            yield _comment_field(f"comment_{number}", section.code, needed=needed)


def _mark_field(name: str, one: Criterion) -> Field:
    label = Verbatim(f"{one.code} {said(one.text, language())}")
    help_ = Verbatim(said(one.help, language()))
    scale = marking.scale_of(one)
    if len(scale) > MOST_BUTTONS:
        bounds = {"lowest": one.min, "highest": one.max, "step": one.step}
        told = sentence(N_("From {lowest} to {highest}, in steps of {step}."), bounds)
        hint = Verbatim(f"{help_} {told}".strip())
        return fields.score(name, label, maximum=one.max, hint=hint, missing=_MISSING)
    words = _WORDS if marking.is_scale_of_five(one) else ("",) * len(scale)
    options = [
        Option(_plain(mark), Verbatim(f"{_plain(mark)} {gettext(word) if word else ''}".strip()))
        for mark, word in zip(scale, words, strict=True)
    ]
    return fields.one_of(name, label, options, hint=help_, missing=_MISSING)


@lru_cache(maxsize=1024)
def _plain(mark: Fraction) -> str:
    """Return a mark as its button sends it, in every language the same."""
    return i18n.format_score(mark, trim=True, locale="en")


def _comment_field(name: str, code: str, *, needed: bool) -> Field:
    label = sentence(
        N_("Comment on section {code}") if needed else N_("Comment on {code}"), {"code": code}
    )
    missing = N_("Write a comment") if needed else ""
    return fields.long_text(name, Verbatim(label), max_length=20_000, missing=missing)


def _section(
    own: OwnAssessment, section: GridSection, number: int, form: Form, totals: dict[str, Fraction]
) -> SectionView:
    return SectionView(
        code=section.code,
        title=said(section.title, language()),
        maximum=section.maximum,
        points=totals.get(section.code, Fraction(0)),
        carried=own.carried.get(section.code),
        is_carried=section.carry_over is not None,
        carried_from=_stage_title(own, section),
        criteria=tuple(
            _criterion(one, form[f"mark_{number}_{place}"], form[f"comment_{number}_{place}"])
            for place, one in enumerate(section.criteria)
        ),
        comment=form[f"comment_{number}"] if section.criteria else None,
    )


def _stage_title(own: OwnAssessment, section: GridSection) -> str:
    if section.carry_over is None:
        return ""
    return said(own.scheme.stage(section.carry_over.stage).title, language())


def _criterion(one: Criterion, mark: Bound, comment: Bound) -> CriterionView:
    return CriterionView(
        code=one.code,
        text=said(one.text, language()),
        help=said(one.help, language()),
        top_mark_only_if=said(one.top_mark_only_if, language()),
        lowest=one.min,
        highest=one.max,
        multiplier=one.multiplier,
        comment_at=i18n.format_list([_plain(each) for each in one.comment_at]),
        mark=mark,
        comment=comment,
        given=marking.mark_of(one, mark.value),
    )
