"""What a policy, its lots and its applications must not say (spec/allocation.md, "Refused").

Each finding names its place as in the JSON of the specification. The product uses the
same findings before a call is published and before a run.
"""

from collections.abc import Iterator, Sequence

from app.rules.allocation_model import Application, Lot, Policy, Status
from app.rules.messages import Message
from app.rules.scheme_money import LotMode

FIXED_KEYS = frozenset({"id", "lot", "score", "requested", "status", "lead", "committee_order"})
"""Keys of an application that have a meaning of their own."""


def findings(
    policy: Policy, lots: Sequence[Lot], applications: Sequence[Application]
) -> Iterator[Message]:
    """Yield everything that is wrong, in the order in which it is written down."""
    yield from policy_findings(policy)
    yield from lot_findings(policy, lots)
    yield from application_findings(lots, applications)


def policy_findings(policy: Policy) -> Iterator[Message]:
    """Check what can be said of a policy alone."""
    if not 0 <= policy.partial_min_share <= 1:
        yield _finding("share_outside", "policy.partial_min_share")
    for place, name in enumerate(policy.tie_breakers):
        if name in FIXED_KEYS:
            yield _finding("fixed_key", f"policy.tie_breakers[{place}]", key=name)
    if policy.awards_per_lead is not None and policy.awards_per_lead < 1:
        yield _finding("under_one", "policy.caps.awards_per_lead")
    if policy.awards_per_lead is not None and policy.pro_rata:
        yield _finding("caps_with_pro_rata", "policy.caps")
    yield from _floor_findings(policy)


def _floor_findings(policy: Policy) -> Iterator[Message]:
    for place, floor in enumerate(policy.floors):
        if floor.dimension in FIXED_KEYS:
            path = f"policy.floors[{place}].dimension"
            yield _finding("fixed_key", path, key=floor.dimension)
        if floor.min_awards < 1:
            yield _finding("under_one", f"policy.floors[{place}].min_awards")
    if policy.floors and policy.lot_mode is LotMode.COMMON_POT:
        yield _finding("floors_in_common_pot", "policy.floors")
    if policy.floors and policy.pro_rata:
        yield _finding("floors_with_pro_rata", "policy.floors")


def lot_findings(policy: Policy, lots: Sequence[Lot]) -> Iterator[Message]:
    """Check the lots and the order in which money moves between them."""
    if not lots:
        yield _finding("no_lots", "lots")
    codes: set[str] = set()
    for place, lot in enumerate(lots):
        if lot.code in codes:
            yield _finding("lot_twice", f"lots[{place}].code", lot=lot.code)
        codes.add(lot.code)
        if lot.max_grant_cents is not None and lot.min_grant_cents > lot.max_grant_cents:
            yield _finding("min_above_max", f"lots[{place}].min_grant", lot=lot.code)
    named: set[str] = set()
    for place, code in enumerate(policy.realloc_order):
        if code in named or code not in codes:
            yield _finding("realloc_order", f"policy.realloc_order[{place}]", lot=code)
        named.add(code)
    if policy.realloc_order and not codes <= named:
        missing = next(lot.code for lot in lots if lot.code not in named)
        yield _finding("realloc_order_incomplete", "policy.realloc_order", lot=missing)


def application_findings(
    lots: Sequence[Lot], applications: Sequence[Application]
) -> Iterator[Message]:
    """Check that ids differ, lots exist and requests keep within their lot's limits."""
    by_code = {lot.code: lot for lot in lots}
    ids: set[str] = set()
    for place, application in enumerate(applications):
        if application.id in ids:
            yield _finding("id_twice", f"applications[{place}].id", application=application.id)
        ids.add(application.id)
        lot = by_code.get(application.lot)
        if lot is None:
            yield _finding("unknown_lot", f"applications[{place}].lot", lot=application.lot)
        elif application.status is Status.ELIGIBLE:
            yield from _limit_findings(application, lot, f"applications[{place}].requested")


def _limit_findings(application: Application, lot: Lot, path: str) -> Iterator[Message]:
    cents = application.requested_cents
    if lot.max_grant_cents is not None and cents > lot.max_grant_cents:
        yield _finding("above_max", path, limit_cents=lot.max_grant_cents, requested_cents=cents)
    if cents < lot.min_grant_cents:
        yield _finding("below_min", path, limit_cents=lot.min_grant_cents, requested_cents=cents)


def _finding(code: str, path: str, **values: object) -> Message:
    return Message(f"allocation_input.{code}", values, path)
