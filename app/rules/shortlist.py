"""A shortlist as JSON in and out, so that an outsider can compute it again.

    {"percent": "200", "boundary": "INCLUDE_CROSSING", "threshold": "30",
     "lots": [{"code": "A", "envelope": "3000000.00"}],
     "applications": [{"id": "A-01", "lot": "A", "score": "38.000000",
                       "requested": "700000.00", "status": "ELIGIBLE"}]}

Without `percent` the threshold alone decides; `boundary` is then left out too. Whoever failed
another cut of the scoring stands there as INELIGIBLE. The rule is `ranking.preselect`, lot by
lot (handbook 1.7, A5); amounts and numbers are written as in spec/allocation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.rules.allocation_model import Status
from app.rules.json_reader import (
    InvalidInput,
    Place,
    read_cents,
    read_choice,
    read_decimal,
    read_fields,
    read_list,
    read_text,
    required,
    where,
)
from app.rules.messages import Message
from app.rules.money import format_cents, format_exact
from app.rules.ranking import Scored, Shortlist, preselect
from app.rules.scheme_grid import Boundary, Preselection

_CASE_KEYS = frozenset({"percent", "boundary", "threshold", "lots", "applications"})
_LOT_KEYS = frozenset({"code", "envelope"})


@dataclass(frozen=True, slots=True)
class ShortlistCase:
    """Checked input; `entries` by lot, `out` are those who take no part, with the reason."""

    preselection: Preselection | None
    threshold: Fraction
    envelopes: Mapping[str, int]
    entries: Mapping[str, tuple[Scored, ...]]
    out: Mapping[str, Status]


def read_shortlist_case(document: object) -> ShortlistCase:
    """Turn parsed JSON into a checked case; InvalidInput names the first thing wrong."""
    fields = read_fields(document, (), _CASE_KEYS)
    envelopes = _envelopes(fields)
    entries: dict[str, list[Scored]] = {code: [] for code in envelopes}
    out: dict[str, Status] = {}
    seen: set[str] = set()
    rows = read_list(required(fields, "applications", ()), ("applications",))
    for number, value in enumerate(rows):
        place: Place = ("applications", number)
        row = read_fields(value, place)
        lot = read_text(required(row, "lot", place), (*place, "lot"))
        if lot not in envelopes:
            raise _wrong("unknown_lot", (*place, "lot"), lot=lot)
        entry = _entry(row, place)
        if entry.id in seen:
            raise _wrong("id_twice", (*place, "id"), application=entry.id)
        seen.add(entry.id)
        status = read_choice(row.get("status", Status.ELIGIBLE), Status, (*place, "status"))
        if status is Status.ELIGIBLE:
            entries[lot].append(entry)
        else:
            out[entry.id] = status
    threshold = Fraction(read_decimal(fields.get("threshold", "0"), ("threshold",)))
    listed = {code: tuple(each) for code, each in entries.items()}
    return ShortlistCase(_preselection(fields), threshold, envelopes, listed, out)


def _preselection(fields: Mapping[str, object]) -> Preselection | None:
    if "percent" not in fields:
        return None
    percent = Fraction(read_decimal(fields["percent"], ("percent",)))
    boundary = read_choice(required(fields, "boundary", ()), Boundary, ("boundary",))
    return Preselection(percent, boundary)


def _envelopes(fields: Mapping[str, object]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, value in enumerate(read_list(required(fields, "lots", ()), ("lots",))):
        place: Place = ("lots", number)
        lot = read_fields(value, place, _LOT_KEYS)
        code = read_text(required(lot, "code", place), (*place, "code"))
        if code in found:
            raise _wrong("lot_twice", (*place, "code"), lot=code)
        found[code] = read_cents(required(lot, "envelope", place), (*place, "envelope"))
    return found


def _entry(row: dict[str, object], place: Place) -> Scored:
    return Scored(
        id=read_text(required(row, "id", place), (*place, "id")),
        total=Fraction(read_decimal(required(row, "score", place), (*place, "score"))),
        requested_cents=read_cents(required(row, "requested", place), (*place, "requested")),
    )


def _wrong(code: str, place: Place, **values: object) -> InvalidInput:
    """Say it with the sentences of allocation: both inputs name lots and applications."""
    return InvalidInput(Message(f"allocation_input.{code}", values, where(place)))


def shortlists(case: ShortlistCase) -> dict[str, Shortlist]:
    """Cut the list of each lot."""
    return {
        code: preselect(
            case.entries[code],
            envelope_cents=envelope_cents,
            threshold=case.threshold,
            preselection=case.preselection,
        )
        for code, envelope_cents in case.envelopes.items()
    }


def write_shortlists(case: ShortlistCase, found: Mapping[str, Shortlist]) -> dict[str, object]:
    """Return what the command prints: lots with their line, and what became of each note."""
    lines = {line.scored.id: line.outcome.value for each in found.values() for line in each.lines}
    return {
        "lots": [_lot(code, each) for code, each in found.items()],
        "lines": lines | {key: status.value for key, status in case.out.items()},
    }


def _lot(code: str, each: Shortlist) -> dict[str, object]:
    return {
        "code": code,
        "limit": format_exact(each.limit_cents / 100),
        "passed": format_cents(each.passed_cents),
        "passed_percent": format_exact(each.passed_percent),
        "cut_off": None if each.cut_off is None else format_exact(each.cut_off, 6),
    }
