"""Applications, what was sent in at each stage, its budget, its files, its checks."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Application(Versioned, Base):
    """One organisation's application in one lot, over all stages.

    `blind_code` is what assessors see instead of the reference where that would tell
    the name. `outcome` is the code that the letter quotes, `outcome_detail` its values.
    """

    __tablename__ = "application"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.APPLICATION

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lot.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisation.id"), index=True
    )
    reference: Mapped[str] = mapped_column(unique=True)
    blind_code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    region: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    outcome_detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # The committee's order among equals, with its written reason.
    committee_order: Mapped[int | None]
    committee_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    search_text: Mapped[str] = mapped_column(default="")
    # While both are set, officers may read the draft; sending it in or taking back clears them.
    draft_shared_at: Mapped[datetime | None]
    draft_shared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))

    __table_args__ = (
        Index(None, "call_id", "state"),
        # The officer's list of a call: a page of it, and its sums and regions without the table.
        Index(
            "ix_application_sent_reference",
            "call_id",
            "reference",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(
            "ix_application_sent_region",
            "call_id",
            "region",
            "state",
            postgresql_include=["requested_cents"],
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        # The same list in its other orders.
        Index(
            "ix_application_sent_at",
            "call_id",
            text("submitted_at DESC"),
            "reference",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(
            "ix_application_sent_requested",
            "call_id",
            text("requested_cents DESC NULLS LAST"),
            "reference",
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        Index(
            "ix_application_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class StageEntry(Versioned, Base):
    """One application in one stage.

    `answers` are by question key, as typed and incomplete while it is open. Money is
    kept as the budget said it at submission. `score` and the like are the agreed
    result of this stage, six decimals as `spec/scoring.md` writes them.
    """

    __tablename__ = "stage_entry"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.STAGE_ENTRY

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    stage_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage.id"), index=True)
    state: Mapped[str] = mapped_column(default="open")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    total_cents: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    saved_at: Mapped[datetime | None]
    saved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    score: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    sections: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    rank: Mapped[int | None]
    reserve_position: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(default="")
    outcome_detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    __table_args__ = (
        UniqueConstraint("application_id", "stage_id", name="uq_stage_entry_once"),
        Index(None, "stage_id", "state"),
    )


class BudgetLine(Base):
    """One line of the budget: total = units × unit value, rounded half up to the cent."""

    __tablename__ = "budget_line"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    heading: Mapped[str]
    description: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    units: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit_value_cents: Mapped[int] = mapped_column(BigInteger)
    total_cents: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("total_cents >= 0", name="not_negative"),)


class BudgetSource(Base):
    """Where the money comes from: the grant asked for, own share, others."""

    __tablename__ = "budget_source"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("amount_cents >= 0", name="not_negative"),)


class Attachment(Base):
    """A file that an applicant added for one document requirement of the stage."""

    __tablename__ = "attachment"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    requirement: Mapped[str]
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]


class Submission(Base):
    """What was received, as it was received: written once, never changed.

    `snapshot` holds answers, budget, sources and files; `digest` is the SHA-256 of its
    canonical JSON. The receipt is kept by its hash. Who sends in again before the deadline
    leaves a row for each time, by `number`; only the one that `stands` counts, and it stands
    until the next one is received. `rules_version` is the version of the call in force then.
    """

    __tablename__ = "submission"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage_entry.id"))
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    stands: Mapped[bool] = mapped_column(default=True, server_default="true")
    rules_version: Mapped[int] = mapped_column(default=1, server_default="1")
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    received_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    receipt_context: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    receipt_file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    receipt_failure: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("entry_id", "number", name="uq_submission_number"),
        Index("uq_submission_stands", "entry_id", unique=True, postgresql_where=text("stands")),
    )


class ApplicationPrint(Base):
    """A whole application as PDF, printed in the background from its `context`.

    The same contents are printed once: `digest` is the SHA-256 of what is on the paper.
    """

    __tablename__ = "application_print"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE")
    )
    document: Mapped[str]
    digest: Mapped[str]
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    failure: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("entry_id", "document", "digest", name="uq_application_print_once"),
    )


class CheckItem(Versioned, Base):
    """One item of the published checklist, answered by an officer with a reason."""

    __tablename__ = "check_item"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str]
    result: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    checked_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("entry_id", "key", name="uq_check_item_once"),
        CheckConstraint("result IN ('met', 'not_met', 'to_clarify')", name="result_known"),
        CheckConstraint(text("result = 'met' OR reason <> ''"), name="reason_given"),
    )
