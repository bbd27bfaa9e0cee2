"""What changed from one version of a call to the next, in words; for the office and everybody."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.i18n import format_datetime, gettext
from app.i18n.marks import N_
from app.queries.calls_versions import rules_changes
from app.queries.scheme_words import place_words, value_words
from app.queries.schemes import scheme_from
from app.rules.corrigendum import Change
from app.rules.scheme import Scheme
from app.rules.scheme_json import JsonObject


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One place before and after; `effect` only where the office judges it."""

    place: str
    before: str
    after: str
    effect: str = ""

    def judged(self, effect: str) -> "ChangeLine":
        return replace(self, effect=effect)


def change_lines(
    before: Scheme,
    after: Scheme,
    found: Iterable[Change],
    title: tuple[str, str],
    summary: tuple[str, str],
) -> tuple[ChangeLine, ...]:
    """Return title and summary, then the rules, as far as they differ."""
    words = (
        (gettext(N_("Title of the call")), title),
        (gettext(N_("Summary")), summary),
    )
    told = [ChangeLine(place, old or "–", new or "–") for place, (old, new) in words if old != new]
    return (
        *told,
        *(
            ChangeLine(
                place_words(before if each.after is None else after, each.path),
                value_words(before, each.path, each.before),
                value_words(after, each.path, each.after),
            )
            for each in found
        ),
    )


def version_changes(before: JsonObject, after: JsonObject) -> tuple[ChangeLine, ...]:
    """Return what changed between two published versions: dates, words, rules."""
    old, new = scheme_from(before["rules"]), scheme_from(after["rules"])
    rest = change_lines(
        old,
        new,
        rules_changes(before, after),
        (before["title"], after["title"]),
        (before["summary"], after["summary"]),
    )
    return (*_dates(before, after, new), *rest)


def _dates(before: JsonObject, after: JsonObject, scheme: Scheme) -> Iterable[ChangeLine]:
    for stage in scheme.stages:
        place = f"{place_words(scheme, f'stages[{scheme.stages.index(stage)}]')} › "
        for name, title in (("opens_at", N_("Opens")), ("closes_at", N_("Deadline"))):
            old = before["stages"].get(stage.key, {}).get(name)
            new = after["stages"].get(stage.key, {}).get(name)
            if old != new:
                yield ChangeLine(place + gettext(title), _when(old), _when(new))


def _when(iso: str | None) -> str:
    return format_datetime(datetime.fromisoformat(iso)) if iso else "–"
