"""Taking the evidence of an award leaves a trace like everything else."""

from app.actions.act import Act
from app.models import Award
from app.rules.permissions import Permission


def taken(act: Act, award_id: int, *, sha256: str, files: int) -> None:
    """Record who took the bundle and its hash, so that a copy can be recognised later."""
    award = act.load(Award, award_id, to=Permission.SEE_AUDIT)
    act.record(award, "take_evidence", sha256=sha256, files=files)
