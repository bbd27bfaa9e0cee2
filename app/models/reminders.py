"""Reminders that were written, so that nobody is told twice."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Reminder(Base):
    """People were reminded of an entry, or one assessor of a stage, before a moment.

    Beside the entry and not in it: whoever writes at their draft just then loses nothing.
    """

    __tablename__ = "reminder"

    id: Mapped[Key]
    entry_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE")
    )
    stage_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("stage.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE")
    )
    due_at: Mapped[datetime]
    days: Mapped[int]
    sent_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "(entry_id IS NULL) = (stage_id IS NOT NULL AND user_id IS NOT NULL)",
            name="of_one_thing",
        ),
        Index("uq_reminder_entry", "entry_id", "due_at", "days", unique=True),
        Index("uq_reminder_assessor", "stage_id", "user_id", "due_at", "days", unique=True),
        Index(None, "user_id"),
    )
