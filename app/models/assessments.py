"""Assessors' declarations and marks, and the score that the committee agrees."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Declaration(Base):
    """Impartiality for one lot, on the list of names only; a conflict takes the lot away."""

    __tablename__ = "declaration"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id"), index=True)
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lot.id"), index=True)
    stage_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage.id"), index=True)
    has_conflict: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    names_sha256: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("user_id", "lot_id", "stage_id", name="uq_declaration_once"),
        CheckConstraint("NOT has_conflict OR reason <> ''", name="conflict_has_reason"),
    )


class Assessment(Versioned, Base):
    """One assessor's work on one entry; no other assessor sees it before both submit."""

    __tablename__ = "assessment"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.ASSESSMENT

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    assessor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="assigned")
    # Marks and comments by criterion code, comments also by section code; as typed while in work.
    marks: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    comments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    total: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(default="", server_default="")
    reminded_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("entry_id", "assessor_id", name="uq_assessment_once"),)


class AgreedScore(Base):
    """The committee's score of one entry; a change is a new version with a written reason."""

    __tablename__ = "agreed_score"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    used: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    marks: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    sections: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    total: Mapped[Decimal] = mapped_column(Numeric(12, 6))
    outcome: Mapped[str]
    failed_section: Mapped[str | None]
    flags: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    comments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str] = mapped_column(default="")
    agreed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("entry_id", "number", name="uq_agreed_score_number"),)
