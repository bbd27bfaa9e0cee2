"""Questions to applicants during the check with their answers, and criteria that officers judge."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Clarification(Versioned, Base):
    """One written question about items of the checklist, with its date and its answer.

    `items` are keys of the stage's checklist. `reply_by` is the last instant for an answer,
    in UTC. `context` is the snapshot from which its letter is printed. At most one question
    is open for an entry at a time, so that its reply time means something.
    """

    __tablename__ = "clarification"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.CLARIFICATION

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="asked")
    items: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    question: Mapped[str]
    reply_by: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    reminded_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    check_code: Mapped[str] = mapped_column(unique=True)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    page_count: Mapped[int | None]
    failure: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("entry_id", "number", name="uq_clarification_number"),
        Index(
            "uq_clarification_one_open",
            "entry_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
        CheckConstraint("reply_by > asked_at", name="time_to_reply"),
        CheckConstraint(
            "state <> 'answered' OR (replied_at IS NOT NULL AND replied_at <= reply_by)",
            name="answered_in_time",
        ),
    )


class ClarificationFile(Base):
    """A file that came with the answer to a question; written once with it."""

    __tablename__ = "clarification_file"

    id: Mapped[Key]
    clarification_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("clarification.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), index=True)


class Judgement(Versioned, Base):
    """One criterion of eligibility that the rules leave to an officer, with the reason."""

    __tablename__ = "judgement"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str]
    result: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    judged_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    judged_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("application_id", "key", name="uq_judgement_once"),
        CheckConstraint("result IN ('met', 'not_met', 'to_clarify')", name="result_known"),
        CheckConstraint("result = 'met' OR reason <> ''", name="reason_given"),
    )
