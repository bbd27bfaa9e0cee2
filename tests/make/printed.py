"""Letters as rows: rendered and waiting, for tests of what happens around them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Application, Letter, Stage, StageEntry
from tests.make.applications import RECEIVED


def make_letters(session: Session, stage_id: int, *, state: str = "rendered") -> list[Letter]:
    """Add one letter for each decided entry of a stage, as if it had been prepared."""
    stage = session.get_one(Stage, stage_id)
    rows = session.execute(
        select(Application.id)
        .join(StageEntry)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.state.in_(("passed", "failed", "reserve")),
        )
        .order_by(Application.reference)
    ).scalars()
    letters = [
        Letter(
            call_id=stage.call_id,
            stage_id=stage_id,
            application_id=application_id,
            kind="award",
            document="award_letter",
            state=state,
            context={},
            check_code=f"CODE-{stage_id}-{application_id}",
            prepared_at=RECEIVED,
        )
        for application_id in rows
    ]
    session.add_all(letters)
    session.flush()
    return letters
