"""Everything a fund manager must be told of before a call is published."""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_check_dates import date_findings
from app.rules.scheme_check_direct import direct_findings
from app.rules.scheme_check_form import form_findings
from app.rules.scheme_check_frame import frame_findings
from app.rules.scheme_check_grid import stage_findings
from app.rules.scheme_check_in_kind import in_kind_findings
from app.rules.scheme_check_letters import letter_findings
from app.rules.scheme_check_money import (
    budget_findings,
    call_findings,
    lot_findings,
    payment_findings,
)
from app.rules.scheme_check_rounds import round_findings
from app.rules.scheme_findings import Finding, Severity, error, warning
from app.rules.scheme_json import hints_of
from app.rules.scheme_policy import policy_findings
from app.rules.scheme_text import Text

BELGRADE = ZoneInfo("Europe/Belgrade")


@dataclass(frozen=True, slots=True)
class Known:
    """What lies outside the rules: codes of regions, names of documents (empty is not checked),
    and the public holidays of the authority. `follows` is True for a round after the first: its
    money may still be with the round before.
    """

    regions: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    holidays: frozenset[date] = frozenset()
    follows: bool = False


def consistency(
    scheme: Scheme, dates: CallDates | None = None, *, known: Known | None = None
) -> tuple[Finding, ...]:
    """Every inconsistency of a template or, with dates, of a call: errors first, then warnings."""
    known = known or Known()
    found = [
        *_head(scheme, known),
        *_texts(scheme),
        *call_findings(scheme),
        *direct_findings(scheme),
        *lot_findings(scheme, known.regions, follows=known.follows),
        *form_findings(scheme),
        *stage_findings(scheme),
        *budget_findings(scheme),
        *policy_findings(scheme),
        *payment_findings(scheme),
        *in_kind_findings(scheme),
        *frame_findings(scheme),
        *round_findings(scheme, dates, BELGRADE, follows=known.follows),
        *letter_findings(scheme, known.documents),
        *(date_findings(scheme, dates, BELGRADE, known.holidays) if dates else ()),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is Severity.WARNING))


def publishable(findings: tuple[Finding, ...]) -> bool:
    """Warnings do not forbid publishing."""
    return all(finding.severity is Severity.WARNING for finding in findings)


def _head(scheme: Scheme, known: Known) -> Iterator[Finding]:
    if scheme.period.starts_on > scheme.period.ends_on:
        yield error("period_order", "period.ends_on")
    if len(scheme.currency) != 3 or not (scheme.currency.isascii() and scheme.currency.isupper()):
        yield error("currency_form", "currency", currency=scheme.currency)
    if scheme.envelope_cents < 0 or (scheme.envelope_cents == 0 and not known.follows):
        yield error("not_positive", "envelope")
    if not scheme.languages:
        yield error("no_language", "languages")


def _texts(scheme: Scheme) -> Iterator[Finding]:
    """A text must exist in the first language; what other languages lack is one warning each."""
    if not scheme.languages:
        return
    first, *others = scheme.languages
    places = list(_places(scheme, ""))
    for path, text in places:
        if not text.get(first, "").strip():
            yield error("text_missing", path, language=first)
    for language in others:
        lacking = [path for path, text in places if not text.get(language, "").strip()]
        if lacking:
            yield warning("not_translated", lacking[0], language=language, number=len(lacking))


def _places(value: object, path: str) -> Iterator[tuple[str, Text]]:
    """Every text that is required or that somebody began to write, with its place."""
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _places(item, f"{path}[{number}]")
    if not is_dataclass(value) or isinstance(value, type):
        return
    hints: dict[str, Any] = hints_of(type(value))  # Any: a type hint has no common type
    for field in fields(value):
        where = f"{path}.{field.name}" if path else field.name
        inner = getattr(value, field.name)
        if hints[field.name] is Text:
            if inner or field.default_factory is MISSING:
                yield where, inner
        elif hints[field.name] == tuple[Text, ...]:
            yield from ((f"{where}[{number}]", text) for number, text in enumerate(inner))
        else:
            yield from _places(inner, where)
