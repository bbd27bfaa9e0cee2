"""The printed form of an allocation, exactly the keys of spec/allocation.md."""

from app.rules.allocation_model import Allocation
from app.rules.money import format_cents


def write_allocation(result: Allocation) -> dict[str, object]:
    """Return what the command prints as JSON; all amounts have two decimals."""
    return {
        "lines": [
            {
                "id": line.id,
                "lot": line.lot,
                "rank": line.rank,
                "awarded": format_cents(line.awarded_cents),
                "reason": line.reason.value,
                "reserve_position": line.reserve_position,
            }
            for line in result.lines
        ],
        "lots": [
            {
                "code": lot.code,
                "envelope": format_cents(lot.envelope_cents),
                "transferred": format_cents(lot.transferred_cents),
                "awarded": format_cents(lot.awarded_cents),
                "unallocated": format_cents(lot.unallocated_cents),
            }
            for lot in result.lots
        ],
        "totals": {
            "envelope": format_cents(result.envelope_cents),
            "awarded": format_cents(result.awarded_cents),
            "unallocated": format_cents(result.unallocated_cents),
        },
    }
