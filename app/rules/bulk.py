"""What an officer may do to many applications at once: which rows, which not, and why.

The page shows the plan first; the deed makes it anew and leaves alone, by name, whatever has
changed since it was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.rules.messages import Message


class Deed(StrEnum):
    ADMIT = "admit"
    ASK = "ask"
    REMIND = "remind"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class Row:
    """One application at its last stage, with what the deeds ask for.

    `version` changes with the entry; `unmet` are items of its checklist that are not met,
    `open_question` the question that waits for its answer. `check_is_over` is true once the
    awards of the call are decided; `unjudged` counts criteria that the last check leaves open;
    `not_yet` says why it cannot be checked yet.
    """

    entry_id: int
    reference: str
    stage_key: str
    version: int
    state: str
    application_state: str
    unmet: int
    judged_against: bool
    open_question: int | None
    has_checklist: bool
    has_grid: bool
    assessors: int
    wanted: int
    check_is_over: bool = False
    unjudged: int = 0
    not_yet: Message | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows that the deed touches, and those it leaves alone with the reason."""

    touched: tuple[Row, ...]
    left: tuple[tuple[Row, Message], ...]


def plan(deed: Deed, rows: Sequence[Row], seen: Mapping[int, int] | None = None) -> Plan:
    """Sort the rows; `seen` are the versions that the officer saw, by entry, when it is done.

    A row that was not shown as touched, or has changed since, is left alone.
    """
    touched: list[Row] = []
    left: list[tuple[Row, Message]] = []
    for row in rows:
        why = _changed(row, seen) or _WHY[deed](row)
        if why is None:
            touched.append(row)
        else:
            left.append((row, why))
    return Plan(tuple(touched), tuple(left))


def _changed(row: Row, seen: Mapping[int, int] | None) -> Message | None:
    if seen is None or seen.get(row.entry_id) == row.version:
        return None
    return Message("bulk.changed")


def _not_open(row: Row) -> Message | None:
    if row.application_state == "withdrawn":
        return Message("bulk.withdrawn")
    if row.check_is_over:
        return Message("bulk.check_over")
    if row.not_yet is not None:
        return row.not_yet
    if not row.has_checklist:
        return Message("bulk.no_checklist")
    return Message("bulk.check_closed") if row.state != "submitted" else None


def _admit(row: Row) -> Message | None:
    if found := _not_open(row):
        return found
    if row.open_question is not None:
        return Message("bulk.question_waits")
    if row.judged_against:
        return Message("bulk.judged_against")
    if row.unmet:
        return Message("bulk.items_unmet", {"number": row.unmet})
    return Message("bulk.unjudged", {"number": row.unjudged}) if row.unjudged else None


def _ask(row: Row) -> Message | None:
    if found := _not_open(row):
        return found
    return Message("bulk.question_waits") if row.open_question is not None else None


def _remind(row: Row) -> Message | None:
    return Message("bulk.no_question") if row.open_question is None else None


def _assign(row: Row) -> Message | None:
    if row.state != "admitted" or row.application_state == "withdrawn":
        return Message("bulk.not_admitted")
    if not row.has_grid:
        return Message("bulk.not_assessed")
    return Message("bulk.enough_assessors") if row.assessors >= row.wanted else None


_WHY = {Deed.ADMIT: _admit, Deed.ASK: _ask, Deed.REMIND: _remind, Deed.ASSIGN: _assign}
