"""The printed form of a score, exactly the keys of spec/scoring.md."""

from app.rules.money import format_exact
from app.rules.scoring_model import AgreedScore, ThirdNeeded


def write_score(result: AgreedScore | ThirdNeeded) -> dict[str, object]:
    """Return what the command prints as JSON; two decimals, half up."""
    if isinstance(result, ThirdNeeded):
        return {"status": "THIRD_NEEDED", "difference": format_exact(result.difference)}
    return {
        "status": "AGREED",
        "used": list(result.used),
        "marks": {code: format_exact(mark) for code, mark in result.marks.items()},
        "sections": {code: format_exact(points) for code, points in result.sections.items()},
        "total": format_exact(result.total),
        "outcome": result.outcome.value,
        "failed_section": result.failed_section,
        "flags": list(result.flags),
    }
