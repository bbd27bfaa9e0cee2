"""The JSON of spec/allocation.md as dataclasses, with every refusal of the specification."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.rules.allocation_checks import FIXED_KEYS, findings
from app.rules.allocation_model import REQUESTED_ASC, Application, Floor, Lot, Order, Policy, Status
from app.rules.json_reader import (
    InvalidInput,
    Place,
    read_cents,
    read_choice,
    read_decimal,
    read_fields,
    read_flag,
    read_list,
    read_text,
    read_whole,
    refuse,
    required,
)
from app.rules.scheme_money import LotMode, Overflow

_CASE_KEYS = frozenset({"currency", "policy", "lots", "applications"})
_LOT_KEYS = frozenset({"code", "envelope", "min_grant", "max_grant", "threshold"})
_CAP_KEYS = frozenset({"awards_per_lead"})
_FLOOR_KEYS = frozenset({"dimension", "min_awards"})
_POLICY_KEYS = frozenset(
    {
        "order",
        "overflow",
        "partial_min_share",
        "lot_mode",
        "realloc_order",
        "tie_breakers",
        "caps",
        "floors",
        "pro_rata",
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """Checked input: `allocate(case.applications, case.lots, case.policy)`."""

    policy: Policy
    lots: tuple[Lot, ...]
    applications: tuple[Application, ...]


def read_case(document: object) -> Case:
    """Turn parsed JSON into a checked case; InvalidInput names the first thing wrong."""
    fields = read_fields(document, (), _CASE_KEYS)
    if "currency" in fields:
        read_text(fields["currency"], ("currency",))
    policy = read_policy(required(fields, "policy", ()), ("policy",))
    lots = read_list(required(fields, "lots", ()), ("lots",))
    rows = read_list(required(fields, "applications", ()), ("applications",))
    reader = _ApplicationReader(policy)
    case = Case(
        policy,
        tuple(_read_lot(lot, ("lots", place)) for place, lot in enumerate(lots)),
        tuple(reader.read(row, ("applications", place)) for place, row in enumerate(rows)),
    )
    wrong = next(findings(case.policy, case.lots, case.applications), None)
    if wrong is not None:
        raise InvalidInput(wrong)
    return case


def read_policy(value: object, place: Place) -> Policy:
    """Read the published policy; a template may carry it too, at another place."""
    fields = read_fields(value, place, _POLICY_KEYS)
    plain = Policy()
    share = fields.get("partial_min_share", "0.75")
    return Policy(
        order=read_choice(fields.get("order", plain.order), Order, (*place, "order")),
        overflow=read_choice(
            fields.get("overflow", plain.overflow), Overflow, (*place, "overflow")
        ),
        partial_min_share=Fraction(read_decimal(share, (*place, "partial_min_share"))),
        lot_mode=read_choice(fields.get("lot_mode", plain.lot_mode), LotMode, (*place, "lot_mode")),
        realloc_order=_read_realloc_order(fields, (*place, "realloc_order")),
        tie_breakers=_read_texts(fields.get("tie_breakers", []), (*place, "tie_breakers")),
        awards_per_lead=_read_caps(fields.get("caps", {}), (*place, "caps")),
        floors=_read_floors(fields.get("floors", []), (*place, "floors")),
        pro_rata=read_flag(fields.get("pro_rata", False), (*place, "pro_rata")),
    )


def _read_texts(value: object, place: Place) -> tuple[str, ...]:
    texts = enumerate(read_list(value, place))
    return tuple(read_text(text, (*place, index)) for index, text in texts)


def _read_realloc_order(fields: dict[str, object], place: Place) -> tuple[str, ...]:
    """An empty list names no lot at all, which is not the same as leaving it out."""
    if "realloc_order" not in fields:
        return ()
    codes = _read_texts(fields["realloc_order"], place)
    if not codes:
        refuse("empty_list", place)
    return codes


def _read_caps(value: object, place: Place) -> int | None:
    fields = read_fields(value, place, _CAP_KEYS)
    cap = fields.get("awards_per_lead")
    return None if cap is None else read_whole(cap, (*place, "awards_per_lead"))


def _read_floors(value: object, place: Place) -> tuple[Floor, ...]:
    return tuple(
        _read_floor(floor, (*place, index)) for index, floor in enumerate(read_list(value, place))
    )


def _read_floor(value: object, place: Place) -> Floor:
    fields = read_fields(value, place, _FLOOR_KEYS)
    dimension = required(fields, "dimension", place)
    min_awards = required(fields, "min_awards", place)
    return Floor(
        read_text(dimension, (*place, "dimension")),
        read_whole(min_awards, (*place, "min_awards")),
    )


def _read_lot(value: object, place: Place) -> Lot:
    fields = read_fields(value, place, _LOT_KEYS)
    max_grant = fields.get("max_grant")
    return Lot(
        code=read_text(required(fields, "code", place), (*place, "code")),
        envelope_cents=read_cents(required(fields, "envelope", place), (*place, "envelope")),
        min_grant_cents=read_cents(fields.get("min_grant", "0"), (*place, "min_grant")),
        max_grant_cents=(
            None if max_grant is None else read_cents(max_grant, (*place, "max_grant"))
        ),
        threshold=read_decimal(fields.get("threshold", "0"), (*place, "threshold")),
    )


class _ApplicationReader:
    """Reads applications; of their further keys only those that the policy names."""

    def __init__(self, policy: Policy) -> None:
        named = {name for name in policy.tie_breakers if name != REQUESTED_ASC}
        self.numbers = tuple(named - FIXED_KEYS)
        self.texts = tuple({floor.dimension for floor in policy.floors} - FIXED_KEYS)

    def read(self, value: object, place: Place) -> Application:
        fields = read_fields(value, place)
        lead, order = fields.get("lead"), fields.get("committee_order")
        return Application(
            id=read_text(required(fields, "id", place), (*place, "id")),
            lot=read_text(required(fields, "lot", place), (*place, "lot")),
            score=read_decimal(required(fields, "score", place), (*place, "score")),
            requested_cents=read_cents(required(fields, "requested", place), (*place, "requested")),
            status=read_choice(fields.get("status", Status.ELIGIBLE), Status, (*place, "status")),
            lead=None if lead is None else read_text(lead, (*place, "lead")),
            committee_order=(
                None if order is None else read_whole(order, (*place, "committee_order"))
            ),
            numbers=self._numbers(fields, place),
            texts={
                name: read_text(fields[name], (*place, name))
                for name in self.texts
                if name in fields
            },
        )

    def _numbers(self, fields: dict[str, object], place: Place) -> dict[str, Decimal]:
        return {
            name: read_decimal(fields[name], (*place, name))
            for name in self.numbers
            if name in fields
        }
