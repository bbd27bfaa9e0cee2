"""Agreements and what is paid under them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Agreement(Versioned, Base):
    """The signed text after the award.

    The database keeps `committed_cents` (approved, sent and paid requests) and
    `paid_cents` by triggers and refuses more than `grant_cents`.
    """

    __tablename__ = "agreement"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.AGREEMENT

    id: Mapped[Key]
    award_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("award.id"), unique=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), unique=True
    )
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    grant_cents: Mapped[int] = mapped_column(BigInteger)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    committed_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    paid_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # Kept by triggers: what recovery orders ask back, and what of it has come.
    ordered_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    recovered_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # The agreed rate as an exact fraction `numerator/denominator` of the eligible costs.
    rate: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    account_holder: Mapped[str] = mapped_column(default="")
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # What each heading of the budget is agreed with: code and `cents`, together `total_cents`.
    # Empty where no budget was asked for, and in agreements from before headings were reduced.
    budget: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    prepared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    signed_by_beneficiary: Mapped[str] = mapped_column(default="")
    signed_by_beneficiary_on: Mapped[date | None]
    signed_by_authority: Mapped[str] = mapped_column(default="")
    signed_by_authority_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    # Why the paper could not be printed, as a code; empty while it waits and once it is there.
    failure: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    # Ending an agreement before its time takes two people: one proposes, one decides.
    end_proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    end_proposed_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="", server_default="")
    ended_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))

    __table_args__ = (
        CheckConstraint(
            "grant_cents > 0 AND grant_cents <= total_cents", name="grant_within_total"
        ),
        CheckConstraint(
            "committed_cents >= 0 AND committed_cents <= grant_cents", name="within_grant"
        ),
        CheckConstraint(
            "paid_cents >= 0 AND paid_cents <= committed_cents", name="paid_within_committed"
        ),
        CheckConstraint("ordered_cents <= paid_cents", name="ordered_within_paid"),
        CheckConstraint(
            "recovered_cents >= 0 AND recovered_cents <= ordered_cents",
            name="recovered_within_ordered",
        ),
        CheckConstraint("ended_by IS NULL OR ended_by <> end_proposed_by", name="end_four_eyes"),
        Index(
            "ix_agreement_end_proposed",
            "call_id",
            postgresql_where=text("end_proposed_at IS NOT NULL"),
        ),
    )


class Payment(Versioned, Base):
    """One instalment: planned with the agreement, asked for, checked, approved, paid."""

    __tablename__ = "payment"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.PAYMENT

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"), index=True)
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    planned_cents: Mapped[int] = mapped_column(BigInteger)
    planned_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="planned")
    requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    # What the check accepts: costs, revenue and, from them, the amount due.
    accepted_cents: Mapped[int | None] = mapped_column(BigInteger)
    revenue_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    due_cents: Mapped[int | None] = mapped_column(BigInteger)
    recoverable_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    # What the check found by heading of the budget, as JSON in cents; empty before the check.
    headings: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    forecast_cents: Mapped[int | None] = mapped_column(BigInteger)
    report: Mapped[str] = mapped_column(default="")
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    check_note: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str] = mapped_column(default="")
    paid_recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    # The term to pay runs from the first request; days returned or suspended are added.
    first_requested_at: Mapped[datetime | None]
    clock_stopped_at: Mapped[datetime | None]
    clock_stopped_days: Mapped[int] = mapped_column(default=0, server_default="0")
    # Kept by a trigger: what of the amount due is set off against a debt, so not sent to the bank.
    set_off_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reconciled_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    # What the bank statement says: its day, the reference on it and exactly what was due.
    statement_on: Mapped[date | None]
    statement_reference: Mapped[str] = mapped_column(default="", server_default="")
    statement_cents: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("agreement_id", "position", name="uq_payment_position"),
        # What waits at the desks of finance: payments that are done with are not in it.
        Index(
            "ix_payment_waiting",
            "state",
            postgresql_where=text("state IN ('requested', 'checked', 'approved')"),
        ),
        Index(
            "ix_payment_recoverable",
            "agreement_id",
            postgresql_where=text("recoverable_cents > 0"),
        ),
        CheckConstraint("planned_cents >= 0 AND due_cents >= 0", name="not_negative"),
        CheckConstraint("approved_by IS NULL OR approved_by <> checked_by", name="four_eyes"),
        CheckConstraint(
            "reconciled_by IS NULL OR reconciled_by <> paid_recorded_by",
            name="reconciled_four_eyes",
        ),
        CheckConstraint(
            "set_off_cents >= 0 AND (set_off_cents = 0 OR set_off_cents <= due_cents)",
            name="set_off_within_due",
        ),
        CheckConstraint(
            "statement_cents IS NULL OR statement_cents = due_cents - set_off_cents",
            name="as_on_the_statement",
        ),
    )


class ExpenditureLine(Base):
    """A cost that the beneficiary reports with a request, and what of it was accepted."""

    __tablename__ = "expenditure_line"

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("payment.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    heading: Mapped[str]
    description: Mapped[str]
    supplier: Mapped[str] = mapped_column(default="")
    invoice_number: Mapped[str] = mapped_column(default="")
    invoice_on: Mapped[date | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    accepted_cents: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="not_negative"),
        CheckConstraint(
            "accepted_cents IS NULL OR (accepted_cents >= 0 AND accepted_cents <= amount_cents)",
            name="accepted_within_amount",
        ),
    )


class PaymentFile(Base):
    """A file that supports a payment request (invoice, report, proof of payment)."""

    __tablename__ = "payment_file"

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("payment.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]


class PaymentVersion(Base):
    """A request as it was sent in before it was returned; written once.

    `lines` are the costs as JSON (amounts in cents), `files` names and SHA-256.
    """

    __tablename__ = "payment_version"

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payment.id"))
    number: Mapped[int]
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    report: Mapped[str]
    forecast_cents: Mapped[int | None] = mapped_column(BigInteger)
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    files: Mapped[list[Any]] = mapped_column(JSONB)
    returned_at: Mapped[datetime]
    returned_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    reason: Mapped[str]

    __table_args__ = (UniqueConstraint("payment_id", "number", name="uq_payment_version_number"),)
