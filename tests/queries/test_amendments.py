"""The budget of an agreement, read from the stage that had one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Stage, StageEntry
from tests.actions.test_amendments import LINES, Budgeted


def test_an_interview_that_came_later_leaves_the_budget_by_heading(session: Session) -> None:
    """Its entry keeps the sum that was asked for before, and has no lines of its own."""
    case = Budgeted(session)
    application_id = case.agreement.application_id
    before = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application_id)
    ).one()
    interview = Stage(
        call_id=case.agreement.call_id, position=99, key="interview", kind="INTERVIEW"
    )
    session.add(interview)
    session.flush()
    session.add(
        StageEntry(
            application_id=application_id,
            stage_id=interview.id,
            state="passed",
            requested_cents=before.requested_cents,
            total_cents=before.total_cents or 1,
        )
    )
    session.flush()

    assert case.sums() == LINES
