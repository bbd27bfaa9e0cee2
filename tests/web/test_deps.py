"""A page that shows a refusal leaves nothing of what it wrote, except what it says to keep."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from starlette.responses import Response

from app import db
from app.actions.act import Act
from app.models import SignInFailure
from app.rules.permissions import ANYBODY
from app.web.deps import in_one_thread

NOW = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)


@in_one_thread
def page(act: Act, *, status: int, keeps: bool) -> Response:
    act.session.add(SignInFailure(email="a@b.example", network="192.0.2.1", failed_at=NOW))
    act.session.flush()
    if keeps:
        act.keep()
    return Response(status_code=status)


@pytest.mark.parametrize(
    ("status", "keeps", "left"),
    [(200, False, 1), (303, False, 1), (422, False, 0), (409, False, 0), (422, True, 1)],
)
def test_refused_page_leaves_what_it_keeps(
    sessions: db.Sessions, *, status: int, keeps: bool, left: int
) -> None:
    with db.in_transaction(sessions) as session:
        answer = page(act=Act(session=session, actor=ANYBODY, now=NOW), status=status, keeps=keeps)

    assert answer.status_code == status
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == left
