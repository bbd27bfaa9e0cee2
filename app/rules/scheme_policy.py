"""Which allocation policies the product can run, and whether one fits its scheme.

A published call promises its policy to applicants, so one that cannot be run exactly as
written is refused when it is published, never quietly run in another way (handbook 6.1).
"""

from collections.abc import Iterator

from app.rules.first_come import ARRIVAL, is_first_come
from app.rules.messages import Message
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_findings import Finding, Severity, error, repeated, warning
from app.rules.scheme_money import AllocationPolicy, AwardOrder, LotMode, Rounding

FLOOR_DIMENSIONS = frozenset({"country", "region", "district", "place"})
REQUESTED_ASC = "requested_asc"
_FIXED_KEYS = frozenset(
    {"id", "lot", "score", "requested", "status", "lead", "committee_order"}
)  # spec/allocation.md: a tie-breaker may not name one of these


def unsupported_policy(policy: AllocationPolicy) -> tuple[Message, ...]:
    """Everything in the policy that spec/allocation.md has no rule for; empty when it can run."""
    return tuple(_unsupported(policy))


def policy_findings(scheme: Scheme) -> Iterator[Finding]:
    """What cannot be run, and what does not fit the lots, grids and dates of the scheme."""
    for message in unsupported_policy(scheme.allocation):
        yield Finding(Severity.ERROR, message)
    yield from _shares(scheme.allocation)
    yield from _realloc_order(scheme)
    yield from _tie_breakers(scheme)
    yield from _reserve(scheme)
    yield from _caps(scheme)
    yield from _first_come(scheme)
    yield from _places(scheme)


def _unsupported(policy: AllocationPolicy) -> Iterator[Message]:
    if policy.order is AwardOrder.LOTTERY_IN_BAND:
        yield _cannot("order", policy.order)
    if is_first_come(policy) and policy.pro_rata:
        yield Message("scheme.first_come_with_pro_rata", {}, "allocation.order")
    if policy.caps.region_max_percent is not None:
        yield _cannot("caps.region_max_percent", "")
    if policy.lot_mode is LotMode.REALLOCATE_REMAINDER and not policy.realloc_before_partial:
        yield _cannot("realloc_before_partial", "false")
    if policy.correction_rounding is not Rounding.DOWN:
        yield _cannot("correction_rounding", policy.correction_rounding)
    if policy.floors and policy.lot_mode is LotMode.COMMON_POT:
        yield Message("scheme.floors_with_common_pot", {}, "allocation.floors")
    if policy.pro_rata and (policy.floors or policy.caps.awards_per_lead is not None):
        yield Message("scheme.pro_rata_with_caps_or_floors", {}, "allocation.pro_rata")
    for place, floor in enumerate(policy.floors):
        if floor.dimension not in FLOOR_DIMENSIONS:
            yield _cannot(f"floors[{place}].dimension", floor.dimension)


def _cannot(key: str, value: str) -> Message:
    code = "scheme.policy_not_supported" if value else "scheme.policy_key_not_supported"
    return Message(code, {"key": key, "value": value}, f"allocation.{key}")


def _shares(policy: AllocationPolicy) -> Iterator[Finding]:
    if not 0 <= policy.partial_min_share <= 1:
        yield error("share_outside", "allocation.partial_min_share")
    for place, floor in enumerate(policy.floors):
        if floor.min_awards < 1:
            yield error("at_least_one", f"allocation.floors[{place}].min_awards")
    for name in ("awards_per_lead", "awards_per_strategy"):
        cap = getattr(policy.caps, name)
        if cap is not None and cap < 1:
            yield error("at_least_one", f"allocation.caps.{name}")


def _realloc_order(scheme: Scheme) -> Iterator[Finding]:
    order, codes = scheme.allocation.realloc_order, [lot.code for lot in scheme.lots]
    if order and sorted(order) != sorted(codes):
        yield error("realloc_order", "allocation.realloc_order", lots=", ".join(codes))


def _tie_breakers(scheme: Scheme) -> Iterator[Finding]:
    path = "allocation.tie_breakers"
    stage = scheme.last_scored_stage()
    sections = stage.grid.sections if stage and stage.grid else ()
    names = [section.name for section in sections if section.name]
    yield from repeated(scheme.allocation.tie_breakers, path)
    for place, name in enumerate(scheme.allocation.tie_breakers):
        if name != REQUESTED_ASC and (name not in names or name in _FIXED_KEYS):
            known = ", ".join([*names, REQUESTED_ASC])
            yield error("tie_breaker", f"{path}[{place}]", name=name, known=known)


def _first_come(scheme: Scheme) -> Iterator[Finding]:
    """A shortlist is by score, so nothing that came first would be served first."""
    if not is_first_come(scheme.allocation):
        return
    if any(stage.preselection for stage in scheme.stages):
        yield error("first_come_with_shortlist", "allocation.order")
    stage = scheme.last_scored_stage()
    sections = stage.grid.sections if stage and stage.grid else ()
    if any(section.name == ARRIVAL for section in sections):
        yield error("first_come_section", "allocation.order", name=ARRIVAL)


def _places(scheme: Scheme) -> Iterator[Finding]:
    """Groups by place are counted only where the place is known."""
    asked = any(q.fact == "place" for stage in scheme.stages for q in questions_of(stage))
    for number, floor in enumerate(scheme.allocation.floors):
        if floor.dimension in {"district", "place"} and not asked:
            yield warning("floor_without_place", f"allocation.floors[{number}].dimension")


def _reserve(scheme: Scheme) -> Iterator[Finding]:
    valid_until, path = scheme.allocation.reserve_valid_until, "allocation.reserve_valid_until"
    if valid_until is None and not scheme.allocation.pro_rata:
        yield warning("reserve_without_date", path)
    if valid_until is not None and valid_until > scheme.period.ends_on:
        yield error("reserve_after_period", path, ends_on=scheme.period.ends_on)


def _caps(scheme: Scheme) -> Iterator[Finding]:
    caps, applications = scheme.allocation.caps, scheme.call.caps.as_lead
    if caps.awards_per_strategy is not None:
        # spec/allocation.md counts awards of leads; a promise that nothing counts is not published.
        # Calls that were published with it are still run, and their committees look at it.
        yield error("strategy_cap", "allocation.caps.awards_per_strategy")
    if applications is not None and caps.awards_per_lead and caps.awards_per_lead > applications:
        yield warning("cap_never_reached", "allocation.caps.awards_per_lead")
