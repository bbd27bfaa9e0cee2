"""The input of `spec/allocation.md`, written from a stage's agreed scores."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.queries.allocation_facts import Standing, leads, standings
from app.queries.ranking import Candidate, failed_checks
from app.queries.scores import newest_agreed
from app.rules.first_come import ARRIVAL, arrival_text, is_first_come, score_that_counts
from app.rules.money import format_cents
from app.rules.public_places import counts_by_place, without_places
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import (
    lots_json,
    policy_json,
    selected_stage_keys,
    tie_numbers,
)


def inputs_json(
    session: Session,
    scheme: Scheme,
    scheme_stage: SchemeStage,
    call_id: int,
    stage_id: int,
    listed: Sequence[Candidate],
) -> dict[str, object]:
    """Return what `envelope rules allocate` reads; ids are the applications' references.

    It is published with the decision: nothing in it names anybody (`leads`).
    """
    agreed = newest_agreed(session, stage_id)
    failed = failed_checks(session, call_id, selected_stage_keys(scheme))
    standing = standings(session, call_id) if _asks_more(scheme) else {}
    lead = leads(session, call_id, scheme)
    rows = []
    for each in listed:
        score = agreed.get(each.entry_id)
        row: dict[str, object] = {
            "id": each.reference,
            "lot": each.lot,
            "score": "0" if score is None else f"{score.total:f}",
            "requested": format_cents(each.requested_cents),
            "status": _status(each, score.outcome if score else None, failed),
            "lead": lead.get(each.organisation_id),
            "region": each.region or None,
            "committee_order": each.committee_order,
        }
        if score is not None:
            row |= tie_numbers(scheme_stage, score.sections) | {"cut": score.outcome}
        if each.application_id in standing:
            row |= _groups(scheme, standing[each.application_id])
        if is_first_come(scheme.allocation):
            total = score.total if score else Decimal(0)
            row |= _by_arrival(scheme_stage, total, standing[each.application_id].received_at)
        rows.append(row)
    return {
        "currency": scheme.currency,
        "policy": policy_json(scheme),
        "lots": lots_json(scheme),
        "applications": rows,
    }


def without_aid(inputs: Mapping[str, Any], above: Collection[str]) -> dict[str, object]:
    """Return the input with those as not eligible whose award would pass the ceiling of aid."""
    rows = inputs["applications"]
    barred = [row | {"status": "INELIGIBLE"} if row["id"] in above else row for row in rows]
    return {**inputs, "applications": barred}


def public_inputs(inputs: dict[str, object]) -> dict[str, object] | None:
    """Return what everybody may read instead of `inputs`; None where that is the same.

    A place can name who applied, of a town hall it does; what is told instead gives the same
    result.
    """
    return without_places(inputs) if counts_by_place(inputs) else None


def _asks_more(scheme: Scheme) -> bool:
    """Time and place are written only where the policy counts by them."""
    by_place = any(floor.dimension != "region" for floor in scheme.allocation.floors)
    return by_place or is_first_come(scheme.allocation)


def _groups(scheme: Scheme, standing: Standing) -> dict[str, object]:
    named = (floor.dimension for floor in scheme.allocation.floors)
    return {name: standing.group(name) for name in named if name != "region"}


def _by_arrival(stage: SchemeStage, total: Decimal, received_at: datetime) -> dict[str, object]:
    """What the rule reads, and beside it what an outsider makes it from."""
    counts = score_that_counts(total, stage.grid.threshold if stage.grid else None)
    return {
        "score": f"{counts:f}",
        ARRIVAL: arrival_text(received_at),
        "agreed_score": f"{total:f}",
        "received_at": received_at.astimezone(UTC).isoformat(),
    }


def _status(each: Candidate, outcome: str | None, failed: frozenset[int]) -> str:
    """A cut of scoring other than the threshold keeps an application out of the ranking too."""
    if each.application_state == "withdrawn" or each.entry_state == "withdrawn":
        return "WITHDRAWN"
    if each.application_id in failed:
        return "INELIGIBLE"
    in_order = each.application_state == "assessed" and outcome in ("PASSED", "BELOW_THRESHOLD")
    return "ELIGIBLE" if in_order else "INELIGIBLE"
