"""What became of a call that an applicant works on: suspended, cancelled, or its rules changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Call, CallVersion


@dataclass(frozen=True, slots=True)
class CallNews:
    """`version` is the newest that was published by a corrigendum, None where there was none."""

    call_id: int
    state: str
    stopped_at: datetime | None
    stop_reason: str
    version: int | None
    changed_at: datetime | None
    change_reason: str

    @property
    def is_stopped(self) -> bool:
        return self.state in ("suspended", "cancelled")


def news_columns() -> tuple[Label[Any], ...]:
    """Return the columns after id and state; the row needs Call and, if any, its newest version."""
    return (
        Call.stopped_at.label("stopped_at"),
        Call.stop_reason.label("stop_reason"),
        CallVersion.number.label("version"),
        CallVersion.published_at.label("changed_at"),
        func.coalesce(CallVersion.reason, "").label("change_reason"),
    )


def is_newest_version() -> ColumnElement[bool]:
    """The version of a corrigendum that no other follows; for an outer join to Call."""
    later = aliased(CallVersion)
    return and_(
        CallVersion.call_id == Call.id,
        CallVersion.number > 1,
        ~exists().where(later.call_id == Call.id, later.number > CallVersion.number),
    )


def call_news(session: Session, call_id: int) -> CallNews:
    """Return it for whoever has found an application in the call already."""
    return CallNews(*session.execute(_NEWS, {"call_id": call_id}).one())


# Made once: every page of a form asks it.
_NEWS = (
    select(Call.id, Call.state, *news_columns())
    .outerjoin(CallVersion, is_newest_version())
    .where(Call.id == bindparam("call_id"))
)
