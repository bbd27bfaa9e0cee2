"""Printed award reports and the views that a person keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Call, ReportPrint, ReportView, StoredFile, User
from app.queries import visible
from app.queries.kept import Statement, kept
from app.rules.permissions import Actor, Permission

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unprinted:
    call_code: str
    context: dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Printed:
    """A report that was asked for; without `sha256` it waits, or `failure` says why not."""

    print_id: int
    asked_at: datetime
    asked_by: str
    sha256: str | None
    filename: str | None
    failure: str


@dataclass(frozen=True, slots=True)
class View:
    """`columns` are fields of the sheet, `query` the filters as they were typed."""

    view_id: int
    name: str
    columns: tuple[str, ...]
    query: Mapping[str, str]


def unprinted(session: Session, print_id: int) -> Unprinted | None:
    """Return what waits to be printed, None if it is printed already."""
    row = session.execute(
        select(Call.code, ReportPrint.context)
        .join(Call, Call.id == ReportPrint.call_id)
        .where(ReportPrint.id == print_id, ReportPrint.file_id.is_(None))
    ).one_or_none()
    return None if row is None else Unprinted(*row)


def printed(session: Session, actor: Actor, call_id: int) -> tuple[Printed, ...]:
    """Return the newest prints of a call for who may see its reports."""
    reach = visible.staff_reach(actor, Permission.SEE_REPORTS)
    rows = session.execute(_prints(reach, of_call=True), {"key": call_id})
    return tuple(Printed(*row) for row in rows)


def report_file(session: Session, actor: Actor, print_id: int) -> Printed:
    """Return one print; NotFound while it waits and for who may not see it."""
    reach = visible.staff_reach(actor, Permission.SEE_REPORTS)
    found = session.execute(_prints(reach, of_call=False), {"key": print_id}).one_or_none()
    if found is None or found.sha256 is None:
        raise NotFound
    return Printed(*found)


@kept
def _prints(reach: visible.Reach, *, of_call: bool) -> Statement:
    wanted = ReportPrint.call_id if of_call else ReportPrint.id
    return (
        select(
            ReportPrint.id, ReportPrint.asked_at, User.name, StoredFile.sha256,
            StoredFile.filename, ReportPrint.failure,
        )
        .join(Call, Call.id == ReportPrint.call_id)
        .outerjoin(User, User.id == ReportPrint.asked_by)
        .outerjoin(StoredFile, StoredFile.id == ReportPrint.file_id)
        .where(wanted == bindparam("key"), reach.scope())
        .order_by(ReportPrint.id.desc())
        .limit(SHOWN)
    )  # fmt: skip


def views(session: Session, actor: Actor) -> tuple[View, ...]:
    """Return one's own views by name; the unnamed one, in use, comes first."""
    rows = session.execute(_views(), {"user_id": actor.user_id or 0})
    return tuple(View(row.id, row.name, tuple(row.columns), row.query) for row in rows)


@kept
def _views() -> Statement:
    return (
        select(ReportView.id, ReportView.name, ReportView.columns, ReportView.query)
        .where(ReportView.user_id == bindparam("user_id"))
        .order_by(ReportView.name, ReportView.id)
    )
