"""What an allocation changes: money between lots, proposed awards, reasons on every entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app import registers
from app.actions.act import Act
from app.actions.entries import opened
from app.models import AllocationRun, Application, Award, Call, Lot, Stage, StageEntry
from app.queries.ranking import Candidate
from app.queries.scores import newest_agreed
from app.rules.allocation_model import Allocation, Line
from app.rules.first_come import is_first_come, said_by_arrival
from app.rules.messages import Message
from app.rules.money import format_exact
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_rules import selected_stage_keys

_EVENTS = {"RESERVE": ("reserve", "reserve")}


def told(
    scheme: Scheme, inputs: Mapping[str, Any], result: Allocation
) -> dict[str, Message]:  # Any: JSON
    """Return why each line ended so, in words of time where that orders the list."""
    if not is_first_come(scheme.allocation):
        return {line.id: line.why for line in result.lines}
    rows = {row["id"]: row for row in inputs["applications"]}
    return {
        line.id: said_by_arrival(
            line.why,
            total=Decimal(rows[line.id]["agreed_score"]),
            received_at=datetime.fromisoformat(rows[line.id]["received_at"]),
        )
        for line in result.lines
    }


def explained(line: Line, why: Message, currency: str) -> dict[str, object]:
    """Return why a line ended so, with what was left before and after it in its pot."""
    return said(why, currency) | {
        "before_cents": line.remaining_before_cents,
        "after_cents": line.remaining_after_cents,
        "shares_rank": line.shares_rank,
    }


def said(message: Message, currency: str) -> dict[str, object]:
    """Return a message as it is kept on a row: exact numbers as text with two decimals.

    The currency goes with it, so that letter and page print the amounts alike; a region that
    a rule counts by is named as people know it, not by its code.
    """
    values: dict[str, object] = {"currency": currency} | {
        name: format_exact(value) if isinstance(value, Fraction) else value
        for name, value in message.values.items()
    }
    if "value" in values:
        values["value"] = _group_name(str(values["value"]))
    return {"code": message.code, "values": values}


def _group_name(value: str) -> str:
    """Name a region, a local government or a country; a district is known by its name."""
    regions = {each.code: each.name_en for each in registers.nuts_regions()}
    place, country = registers.local_government(value), registers.country(value)
    if value in regions:
        return regions[value]
    if place is not None:
        return place.name_latn
    return country.name_en if country is not None else value


def transfer(act: Act, lots: Sequence[Lot], result: Allocation) -> None:
    """Write what moves between lots before any award counts on them."""
    moved = {each.code: each.transferred_cents for each in result.lots}
    move_money(act, lots, moved if result.lots else _share_the_pot(lots, result))


def move_money(act: Act, lots: Sequence[Lot], moved: Mapping[str, int]) -> None:
    """Let each lot have received so much, none where it is not named; the trail tells both sums."""
    for lot in lots:
        was, now = lot.transferred_cents, moved.get(lot.code, 0)
        if was == now:
            continue
        lot.transferred_cents = now
        act.record(lot, "transfer", was={"transferred_cents": was}, now={"transferred_cents": now})


def _share_the_pot(lots: Sequence[Lot], result: Allocation) -> dict[str, int]:
    """In a common pot a lot has what it was awarded; the first one also keeps the rest."""
    spent = {lot.code: 0 for lot in lots}
    for line in result.lines:
        spent[line.lot] += line.awarded_cents
    moved = {lot.code: spent[lot.code] - lot.envelope_cents for lot in lots}
    moved[lots[0].code] += result.unallocated_cents
    return moved


def propose(
    act: Act,
    call: Call,
    run: AllocationRun,
    result: Allocation,
    listed: Sequence[Candidate],
) -> None:
    by_reference = {each.reference: each for each in listed}
    act.create_many(
        Award,
        (
            {
                "application_id": by_reference[line.id].application_id,
                "call_id": call.id,
                "lot_id": by_reference[line.id].lot_id,
                "run_id": run.id,
                "reason": line.reason.value,
                "requested_cents": line.application.requested_cents,
                "awarded_cents": line.awarded_cents,
                "state": "proposed",
                "version": 1,
            }
            for line in result.lines
            if line.awarded_cents > 0
        ),
        to=Permission.ALLOCATE,
        within=call,
    )


def mark(
    act: Act,
    call: Call,
    stage: Stage,
    result: Allocation,
    listed: Sequence[Candidate],
    told: Mapping[str, Message],
) -> None:
    """Write rank, outcome and reason on every entry that was in the running, and move both rows."""
    running = {
        each.reference: each
        for each in listed
        if each.application_state == "assessed" and each.entry_state == "assessed"
    }
    lines = {line.id: line for line in result.lines if line.id in running}
    by_event: dict[tuple[str, str], list[tuple[Candidate, Line]]] = {}
    for reference, line in lines.items():
        by_event.setdefault(_events_of(line), []).append((running[reference], line))
    applications = _applications(act, call, [e.application_id for e in running.values()])
    entries = _entries(act, call, [each.entry_id for each in running.values()])
    agreed = newest_agreed(act.session, stage.id)
    # Each kind of row is written at once with its move, before the next kind is touched.
    for (entry_event, application_event), several in by_event.items():
        for each, line in several:
            entry, cut = entries[each.entry_id], agreed[each.entry_id].outcome
            entry.rank, entry.reserve_position = line.rank, line.reserve_position
            # A cut of scoring is its own reason; the allocation knows only the threshold.
            by_rule = cut in ("PASSED", "BELOW_THRESHOLD")
            entry.outcome = line.reason.value if by_rule else cut
            entry.outcome_detail = said(told[line.id], call.currency)
        act.move_many([entries[each.entry_id] for each, _ in several], entry_event)
        for each, _ in several:
            application, entry = applications[each.application_id], entries[each.entry_id]
            application.outcome, application.outcome_detail = entry.outcome, entry.outcome_detail
        moved = [applications[each.application_id] for each, _ in several]
        act.move_many(moved, application_event)


def _events_of(line: Line) -> tuple[str, str]:
    if line.awarded_cents > 0:
        return "pass", "propose"
    return _EVENTS.get(line.reason.value, ("fail", "refuse"))


def open_eligibility(
    act: Act, call: Call, scheme: Scheme, result: Allocation, listed: Sequence[Candidate]
) -> None:
    """Open the check of those provisionally selected, where the scheme has such a stage.

    An entry that was opened by an earlier run keeps what the officers found.
    """
    keys = selected_stage_keys(scheme)
    if not keys:
        return
    stage_id = act.session.execute(
        select(Stage.id).where(Stage.call_id == call.id, Stage.key == keys[0])
    ).scalar_one()
    there = set(
        act.session.execute(
            select(StageEntry.application_id).where(StageEntry.stage_id == stage_id)
        ).scalars()
    )
    awarded = {line.id for line in result.lines if line.awarded_cents > 0}
    act.create_many(
        StageEntry,
        (
            opened(
                each.application_id,
                stage_id,
                "submitted",
                requested_cents=each.requested_cents,
                received_at=act.now,
            )
            for each in listed
            if each.reference in awarded and each.application_id not in there
        ),
        to=Permission.ALLOCATE,
        within=call,
    )


def _entries(act: Act, call: Call, keys: Sequence[int]) -> dict[int, StageEntry]:
    rows = act.load_many(
        StageEntry,
        StageEntry.id.in_(keys),
        to=Permission.ALLOCATE,
        within=call,
        without=(StageEntry.answers, StageEntry.sections),
    )
    return {row.id: row for row in rows}


def _applications(act: Act, call: Call, keys: Sequence[int]) -> dict[int, Application]:
    rows = act.load_many(Application, Application.id.in_(keys), to=Permission.ALLOCATE, within=call)
    return {row.id: row for row in rows}
