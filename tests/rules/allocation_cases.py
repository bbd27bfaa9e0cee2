"""Short ways to write the lists of the handbook."""

from collections.abc import Mapping
from decimal import Decimal

from app.rules.allocation import allocate
from app.rules.allocation_model import Allocation, Application, Line, Lot, Policy
from app.rules.money import parse_cents

Ended = dict[str, str]


def asks(name: str, score: str, requested: str, lot: str = "L1", **more) -> Application:
    return Application(name, lot, Decimal(score), parse_cents(requested), **more)


def lot(envelope: str, code: str = "L1", least: str = "0", threshold: str = "60") -> Lot:
    return Lot(code, parse_cents(envelope), parse_cents(least), None, Decimal(threshold))


def run(applications: list[Application], lots: list[Lot], **policy) -> Allocation:
    result = allocate(applications, lots, Policy(**policy))
    assert isinstance(result, Allocation), result
    return result


def ended(result: Allocation) -> Ended:
    """Awarded amount in cents, or `reserve 1`, or the reason in small letters."""
    return {line.id: _ended(line) for line in result.lines}


def _ended(line: Line) -> str:
    if line.awarded_cents:
        return f"{line.awarded_cents / 100:,.2f}"
    if line.reserve_position:
        return f"reserve {line.reserve_position}"
    return line.reason.value.lower().replace("_", " ")


def reasons(result: Allocation) -> Mapping[str, str]:
    return {line.id: line.reason.value for line in result.lines}
