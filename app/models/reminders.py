"""Reminders that were written, so that nobody is told twice, and reports that came on paper."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Reminder(Base):
    """People were reminded of something before a moment: of an entry, or one assessor of a stage,
    or the beneficiary of a report under their agreement (`about` its key and number).

    `days` is how many before it this was, -1 the day after a report should have come.

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
    agreement_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("agreement.id", ondelete="CASCADE")
    )
    about: Mapped[str | None]
    due_at: Mapped[datetime]
    days: Mapped[int]
    sent_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("num_nonnulls(entry_id, stage_id, agreement_id) = 1", name="of_one_thing"),
        CheckConstraint(
            "(stage_id IS NULL) = (user_id IS NULL) AND (agreement_id IS NULL) = (about IS NULL)",
            name="whole",
        ),
        Index("uq_reminder_entry", "entry_id", "due_at", "days", unique=True),
        Index("uq_reminder_assessor", "stage_id", "user_id", "due_at", "days", unique=True),
        Index("uq_reminder_agreement", "agreement_id", "about", "due_at", "days", unique=True),
        Index(None, "user_id"),
    )


class PaperReport(Base):
    """A report without an instalment that came on paper or by e-mail; `about` as of a reminder.

    A note made by mistake is removed: the trail of the agreement keeps both.
    """

    __tablename__ = "paper_report"

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("agreement.id", ondelete="CASCADE")
    )
    about: Mapped[str]
    came_on: Mapped[date]
    noted_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("agreement_id", "about", name="uq_paper_report_about"),)
