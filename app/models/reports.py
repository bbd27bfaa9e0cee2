"""Reports: what a person wants to see again, and what was printed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReportView(Base):
    """One person's choice of columns and filters under a name; the empty name is the one in use.

    `columns` are fields of the sheet `awards`, `query` the filters as they were typed.
    """

    __tablename__ = "report_view"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(default="")
    columns: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    query: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    saved_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "name", name="uq_report_view_name"),)


class ReportPrint(Base):
    """One award report as PDF: asked for, printed in the background, kept as it was that day.

    `context` is the snapshot it is printed from, like a letter's.
    """

    __tablename__ = "report_print"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    failure: Mapped[str] = mapped_column(default="", server_default="")
