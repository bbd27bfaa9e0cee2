"""Change the rules of a draft place by place: `stages[0].grid.threshold`, as findings name them.

A path is written as in a template: list places in brackets, money without its unit. Because a
finding names its place in the same way, it can be told at the field that mends it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar, cast, get_args

from app.rules.scheme import Scheme
from app.rules.scheme_grid import Grid, GridSection, Stage
from app.rules.scheme_json import hints_of, without_none

Steps = tuple[str | int, ...]
Thing = TypeVar("Thing")
_STEP = re.compile(r"\[(\d+)\]|([a-z_]+)")


def steps(path: str) -> Steps:
    """Return a path as names and list places; ValueError for what is none."""
    found = tuple(
        int(place) if place else name for place, name in _STEP.findall(path.replace(".", " "))
    )
    if path_of(found) != path:
        raise ValueError(f"{path!r} is no place of a scheme")
    return found


def path_of(taken: Steps) -> str:
    """Write names and list places like `lots[0].envelope`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in taken)
    return text.removeprefix(".")


def value_at(scheme: Scheme, path: str) -> Any:  # Any: a scheme holds values of every kind
    """Return what stands at a place; KeyError where the scheme has no such place."""
    value: object = scheme
    for step in steps(path):
        value = _inside(value, step)
    return value


def kind_at(scheme: Scheme, path: str) -> Any:  # Any: a type hint has no common type
    """Return the type of a field at a place, without None; KeyError as `value_at`."""
    *before, last = steps(path)
    if isinstance(last, int):
        # An item of a list that is no dataclass, like a paragraph: the list says what it holds.
        value_at(scheme, path)
        return get_args(kind_at(scheme, path_of(tuple(before))))[0]
    owner = value_at(scheme, path_of(tuple(before))) if before else scheme
    if not is_dataclass(owner):
        raise KeyError(path)
    kind: type = type(owner)
    return without_none(hints_of(kind)[_field(owner, last)])


def put(scheme: Scheme, path: str, value: object) -> Scheme:
    """Return the scheme with another value at a place."""
    return cast("Scheme", _put(scheme, steps(path), value))


def put_all(scheme: Scheme, values: Mapping[str, object]) -> Scheme:
    """Return the scheme with several values; the sums of its grids follow the marks."""
    for path, value in values.items():
        scheme = put(scheme, path, value)
    return summed(scheme)


def added(scheme: Scheme, path: str, item: object) -> Scheme:
    """Return the scheme with an item at the end of the list at `path`."""
    return summed(put(scheme, path, (*value_at(scheme, path), item)))


def removed(scheme: Scheme, path: str) -> Scheme:
    """Return the scheme without the list item at `path`; KeyError where there is none."""
    where, place, items = _listed(scheme, path)
    return summed(put(scheme, where, (*items[:place], *items[place + 1 :])))


def raised(scheme: Scheme, path: str) -> Scheme:
    """Return the scheme with the list item at `path` one place further up; KeyError as above."""
    where, place, items = _listed(scheme, path)
    if place == 0:
        return scheme
    above, item = items[place - 1 : place + 1]
    return put(scheme, where, (*items[: place - 1], item, above, *items[place + 1 :]))


def _listed(scheme: Scheme, path: str) -> tuple[str, int, tuple[object, ...]]:
    """Return the list in which an item stands, its place there, and all items."""
    value_at(scheme, path)
    *before, place = steps(path)
    if not isinstance(place, int):
        raise KeyError(path)
    where = path_of(tuple(before))
    return where, place, value_at(scheme, where)


def new_key(words: str, taken: Iterable[str], otherwise: str) -> str:
    """Return a key made of the words of a title, unlike those that are taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:40].strip("_")
    base = plain if plain[:1].isalpha() else otherwise
    known = set(taken)
    return next(key for key in _numbered(base) if key not in known)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1


def summed(scheme: Scheme) -> Scheme:
    """Return the scheme with section maxima that are the sums of their marks.

    A section that is carried over has the maximum of the one it copies. The maximum of a whole
    grid is what the authority announces; it is compared, not computed.
    """
    done: dict[tuple[str, str], Fraction] = {}
    return replace(scheme, stages=tuple(_summed_stage(stage, done) for stage in scheme.stages))


def _summed_stage(stage: Stage, done: dict[tuple[str, str], Fraction]) -> Stage:
    if stage.grid is None:
        return stage
    sections = tuple(_summed_section(section, done) for section in stage.grid.sections)
    done |= {(stage.key, section.code): section.maximum for section in sections}
    grid: Grid = replace(stage.grid, sections=sections)
    return replace(stage, grid=grid)


def _summed_section(section: GridSection, done: dict[tuple[str, str], Fraction]) -> GridSection:
    source = section.carry_over
    if source is not None:
        maximum = done.get((source.stage, source.section), section.maximum)
    elif section.criteria:
        maximum = sum((one.max * one.multiplier for one in section.criteria), Fraction(0))
    else:
        maximum = section.maximum
    return replace(section, maximum=maximum)


def _inside(value: object, step: str | int) -> object:
    if isinstance(step, int):
        if not isinstance(value, tuple) or step >= len(value):
            raise KeyError(step)
        return value[step]
    if not is_dataclass(value):
        raise KeyError(step)
    return getattr(value, _field(value, step))


def _field(owner: object, step: str) -> str:
    names = {field.name for field in fields(cast("Any", owner))}  # Any: any dataclass
    for name in (step, f"{step}_cents"):
        if name in names:
            return name
    raise KeyError(step)


def _put(owner: Any, path: Steps, value: object) -> object:  # Any: any dataclass or tuple
    if not path:
        return value
    step, *rest = path
    inner = _put(_inside(owner, step), tuple(rest), value)
    if isinstance(step, int):
        return (*owner[:step], inner, *owner[step + 1 :])
    return replace(owner, **{_field(owner, step): inner})
