"""Schemes for tests of rules: the small one of the tests and the real one of the library."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from app.actions.templates import library_scheme, read_template
from app.i18n import text
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_consistency import consistency

ONE_STAGE = Path(__file__).parent.parent / "library" / "one_stage.toml"


@cache
def one_stage() -> Scheme:
    return read_template(ONE_STAGE.read_bytes(), ONE_STAGE.name)


def two_lots() -> Scheme:
    return library_scheme("eu_integra_sctm")


REAL = two_lots()


def found_in(scheme: Scheme, dates: CallDates | None = None) -> set[tuple[str, str]]:
    """Place and code of every finding; each must have a sentence."""
    found = consistency(scheme, dates)
    assert all(text(finding.message) for finding in found)
    return {(f.message.path, f.message.code.removeprefix("scheme.")) for f in found}


def lot(**changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        return replace(scheme, lots=(replace(scheme.lots[0], **changes), *scheme.lots[1:]))

    return change


def stage(place: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        stages = list(scheme.stages)
        stages[place] = replace(stages[place], **changes)
        return replace(scheme, stages=tuple(stages))

    return change


def grid(place: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        return stage(place, grid=replace(scheme.stages[place].grid, **changes))(scheme)

    return change


def section(place: int, number: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        sections = list(scheme.stages[place].grid.sections)  # type: ignore[union-attr]
        sections[number] = replace(sections[number], **changes)
        return grid(place, sections=tuple(sections))(scheme)

    return change


def part(name: str, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        return replace(scheme, **{name: replace(getattr(scheme, name), **changes)})

    return change


def item(name: str, place: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    """Change one element of a tuple of the scheme, dotted names for a tuple of a part."""

    def change(scheme: Scheme) -> Scheme:
        owner, _, inner = name.rpartition(".")
        holder = getattr(scheme, owner) if owner else scheme
        items = list(getattr(holder, inner))
        items[place] = replace(items[place], **changes)
        changed = replace(holder, **{inner: tuple(items)})
        return replace(scheme, **{owner: changed}) if owner else changed

    return change


def question(place: int, at: int, number: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        form = list(scheme.stages[place].form)
        questions = list(form[at].questions)
        questions[number] = replace(questions[number], **changes)
        form[at] = replace(form[at], questions=tuple(questions))
        return stage(place, form=tuple(form))(scheme)

    return change


def document(place: int, number: int, **changes: Any) -> Callable[[Scheme], Scheme]:
    def change(scheme: Scheme) -> Scheme:
        documents = list(scheme.stages[place].documents)
        documents[number] = replace(documents[number], **changes)
        return stage(place, documents=tuple(documents))(scheme)

    return change
