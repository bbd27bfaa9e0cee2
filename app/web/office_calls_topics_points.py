"""Topics about the points of a stage: what is needed, sections, questions and marks."""

from fractions import Fraction
from functools import partial

from app.i18n import format_score, ngettext
from app.i18n.marks import N_
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Criterion, FloorOn, Grid, GridSection, SubScoreFloor
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import Adding, Group, Line, Switch, Topic, topic

_MOST_MARKS = 25


@topic("stages/#/points")
def points(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at = numbers[0]
    grid, path = _grid(scheme, at), f"stages[{at}].grid"
    main = [
        ask.number(
            scheme,
            f"{path}.maximum",
            required=True,
            hint=N_("What you announce. The sections have to add up to it."),
        ),
        ask.number(scheme, f"{path}.threshold", hint=N_("Who has exactly so many has passed.")),
    ]
    floor = _floor(scheme, grid, path)
    lines = tuple(
        Line(
            titled(each),
            _section_hint(each),
            f"stages/{at}/points/{place}",
            f"{path}.sections[{place}]",
            can_rise=place > 0,
        )
        for place, each in enumerate(grid.sections)
    )
    new = partial(_new_section, scheme, grid)
    return Topic(
        key="",
        title=N_("Points"),
        asked=(*main, *floor),
        groups=tuple(
            Group(legend, tuple(each.field.name for each in asked))
            for legend, asked in (("", main), (N_("A mark that rejects"), floor))
            if asked
        ),
        lines=lines,
        adding=(Adding(N_("Save and add a section"), f"{path}.sections", new),),
        switches=_floor_switch(grid, path),
        parent=f"stages/{at}",
    )


def _grid(scheme: Scheme, at: int) -> Grid:
    grid = scheme.stages[at].grid
    if grid is None:
        raise KeyError(at)
    return grid


def _section_hint(each: GridSection) -> str:
    """Say how much a section counts; the most points follow from its marks."""
    number = len(each.criteria)
    most = format_score(each.maximum, trim=True)
    return Verbatim(
        ngettext("%(most)s points, %(num)s question", "%(most)s points, %(num)s questions", number)
        % {"most": most, "num": number}
    )


def _floor(scheme: Scheme, grid: Grid, path: str) -> list[Asked]:
    if grid.sub_score_floor is None:
        return []
    marked = [section for section in grid.sections if section.criteria]
    return [
        ask.choose(scheme, f"{path}.sub_score_floor.section", marked, by="code"),
        ask.number(scheme, f"{path}.sub_score_floor.value", required=True),
        ask.pick(scheme, f"{path}.sub_score_floor.on", tuple(FloorOn)),
    ]


def _floor_switch(grid: Grid, path: str) -> tuple[Switch, ...]:
    where = f"{path}.sub_score_floor"
    if grid.sub_score_floor:
        return (Switch(N_("Let no single mark reject"), where, None),)
    marked = next((section for section in grid.sections if section.criteria), None)
    if marked is None:
        return ()
    lowest = min(criterion.min for criterion in marked.criteria)
    return (Switch(N_("Let a low mark reject"), where, SubScoreFloor(marked.code, lowest)),)


def _new_section(scheme: Scheme, grid: Grid) -> GridSection:
    code = ask.next_code((section.code for section in grid.sections), "")
    first = Criterion(f"{code}.1", ask.empty_text(scheme))
    return GridSection(code, ask.empty_text(scheme), Fraction(0), (first,))


@topic("stages/#/points/#")
def section(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at, place = numbers
    each = _grid(scheme, at).sections[place]
    path = f"stages[{at}].grid.sections[{place}]"
    head = [
        ask.words(scheme, f"{path}.title"),
        ask.number(scheme, f"{path}.minimum"),
        ask.words(scheme, f"{path}.name", required=False),
        ask.flag(scheme, f"{path}.comment_required"),
    ]
    asked, groups = [*head], [Group("", tuple(one.field.name for one in head))]
    for number, criterion in enumerate(each.criteria):
        item = f"{path}.criteria[{number}]"
        mine = _criterion(scheme, criterion, item)
        names = tuple(one.field.name for one in mine)
        groups.append(Group(titled(criterion), names, "", item, number > 0))
        asked += mine
    adding = Adding(
        N_("Save and add a question"), f"{path}.criteria", partial(_new_criterion, scheme, each)
    )
    return Topic(
        key="",
        title=titled(each),
        hint=N_(
            "The most points of the section are the sum of its highest marks, each times what "
            "it counts."
        )
        if each.criteria
        else N_("The score is kept from an earlier stage; it is not marked again."),
        asked=tuple(asked),
        groups=tuple(groups),
        adding=() if each.carry_over else (adding,),
        parent=f"stages/{at}/points",
    )


def _criterion(scheme: Scheme, criterion: Criterion, path: str) -> list[Asked]:
    return [
        ask.prose(scheme, f"{path}.text", required=True),
        ask.prose(scheme, f"{path}.help"),
        *(
            ask.number(scheme, f"{path}.{name}", required=True)
            for name in ("min", "max", "step", "multiplier")
        ),
        ask.several(scheme, f"{path}.comment_at", _marks(criterion)),
        ask.words(scheme, f"{path}.top_mark_only_if", required=False),
    ]


def _marks(criterion: Criterion) -> list[Option]:
    """Every mark that can be given, and those that only the rule for comments still names."""
    low, high, step = criterion.min, criterion.max, criterion.step
    steps = int((high - low) / step) + 1 if step > 0 and high > low else 0
    marks = {low + place * step for place in range(min(steps, _MOST_MARKS))}
    marks |= set(criterion.comment_at)
    return [Option(str(mark), Verbatim(format_score(mark, trim=True))) for mark in sorted(marks)]


def _new_criterion(scheme: Scheme, each: GridSection) -> Criterion:
    code = ask.next_code((criterion.code for criterion in each.criteria), f"{each.code}.")
    return Criterion(code, ask.empty_text(scheme))
