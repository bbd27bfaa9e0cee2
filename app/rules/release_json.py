"""Money given out again, as JSON in and out, so that an outsider can compute it again.

    {"today": "2026-05-02", "valid_until": "2026-06-30", "policy": {...},
     "lots": [{"code": "A", "free": "90000.00", "held": {"LEAD-1": 1},
               "waiting": [{"id": "A-07", "rank": 4, "requested": "45000.00",
                            "awarded": "0.00", "min_grant": "5000.00", "lead": "LEAD-1"}]}]}

`policy` is that of spec/allocation.md. `waiting` are partial offers, which have `awarded`, and
those on the reserve list; `held` are the awards of leads who have several applications in the
call. The rule is `allocation_release.release` (handbook 1.7, A4).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.rules.allocation_checks import lot_findings
from app.rules.allocation_input import read_policy
from app.rules.allocation_model import Lot, Policy
from app.rules.allocation_release import FreeLot, Release, release
from app.rules.allocation_reserve import Waiting
from app.rules.json_reader import (
    InvalidInput,
    Place,
    read_cents,
    read_fields,
    read_list,
    read_text,
    read_whole,
    refuse,
    required,
    where,
)
from app.rules.messages import Message
from app.rules.money import format_cents

_CASE_KEYS = frozenset({"today", "valid_until", "policy", "lots"})
_LOT_KEYS = frozenset({"code", "free", "held", "waiting"})
_WAITING_KEYS = frozenset({"id", "rank", "requested", "awarded", "min_grant", "lead"})


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    """Checked input of `allocation_release.release`."""

    today: date
    valid_until: date | None
    policy: Policy
    lots: tuple[FreeLot, ...]


def write_release_case(
    lots: Sequence[FreeLot], policy: Mapping[str, object], *, today: date, valid_until: date | None
) -> dict[str, object]:
    """Return the input as it is kept; `policy` is already written."""
    return {
        "today": today.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "policy": policy,
        "lots": [
            {
                "code": lot.code,
                "free": format_cents(lot.free_cents),
                "held": dict(lot.held),
                "waiting": [_written(one) for one in lot.waiting],
            }
            for lot in lots
        ],
    }


def _written(one: Waiting) -> dict[str, object]:
    return {
        "id": one.id,
        "rank": one.rank,
        "requested": format_cents(one.requested_cents),
        "awarded": format_cents(one.awarded_cents),
        "min_grant": format_cents(one.min_grant_cents),
        "lead": one.lead or None,
    }


def read_release_case(document: object) -> ReleaseCase:
    """Turn parsed JSON into a checked case; InvalidInput names the first thing wrong."""
    fields = read_fields(document, (), _CASE_KEYS)
    last_day = fields.get("valid_until")
    rows = enumerate(read_list(required(fields, "lots", ()), ("lots",)))
    case = ReleaseCase(
        today=_date(required(fields, "today", ()), ("today",)),
        valid_until=None if last_day is None else _date(last_day, ("valid_until",)),
        policy=read_policy(required(fields, "policy", ()), ("policy",)),
        lots=tuple(_lot(value, ("lots", number)) for number, value in rows),
    )
    wrong = next(_findings(case), None)
    if wrong is not None:
        raise InvalidInput(wrong)
    return case


def _findings(case: ReleaseCase) -> Iterator[Message]:
    """The order of lots names each of them once, and nobody waits twice."""
    yield from lot_findings(case.policy, [Lot(lot.code, lot.free_cents) for lot in case.lots])
    seen: set[str] = set()
    for lot_number, lot in enumerate(case.lots):
        for number, one in enumerate(lot.waiting):
            if one.id in seen:
                path = where(("lots", lot_number, "waiting", number, "id"))
                yield Message("allocation_input.id_twice", {"application": one.id}, path)
            seen.add(one.id)


def _date(value: object, place: Place) -> date:
    try:
        return date.fromisoformat(read_text(value, place))
    except ValueError:
        refuse("not_a_date", place)


def _lot(value: object, place: Place) -> FreeLot:
    fields = read_fields(value, place, _LOT_KEYS)
    rows = enumerate(read_list(fields.get("waiting", []), (*place, "waiting")))
    held = read_fields(fields.get("held", {}), (*place, "held"))
    return FreeLot(
        code=read_text(required(fields, "code", place), (*place, "code")),
        free_cents=read_cents(required(fields, "free", place), (*place, "free")),
        waiting=tuple(_waiting(row, (*place, "waiting", number)) for number, row in rows),
        held={lead: read_whole(count, (*place, "held", lead)) for lead, count in held.items()},
    )


def _waiting(value: object, place: Place) -> Waiting:
    fields = read_fields(value, place, _WAITING_KEYS)
    lead = fields.get("lead")
    return Waiting(
        id=read_text(required(fields, "id", place), (*place, "id")),
        rank=read_whole(required(fields, "rank", place), (*place, "rank")),
        requested_cents=read_cents(required(fields, "requested", place), (*place, "requested")),
        awarded_cents=read_cents(fields.get("awarded", "0"), (*place, "awarded")),
        min_grant_cents=read_cents(fields.get("min_grant", "0"), (*place, "min_grant")),
        lead="" if lead is None else read_text(lead, (*place, "lead")),
    )


def released(case: ReleaseCase) -> Release:
    return release(case.lots, case.policy, today=case.today, valid_until=case.valid_until)


def write_release(case: ReleaseCase, result: Release) -> dict[str, object]:
    """Return what the command prints: who gets how much more, and what moved between lots."""
    held_cents = {one.id: one.awarded_cents for lot in case.lots for one in lot.waiting}
    return {
        "lines": [
            {
                "id": each.id,
                "added": format_cents(each.added_cents),
                "awarded": format_cents(held_cents[each.id] + each.added_cents),
                "reason": each.reason.value,
            }
            for each in result.activations
        ],
        "transfers": {code: format_cents(cents) for code, cents in result.transfers.items()},
    }
