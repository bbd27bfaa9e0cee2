"""Money that has to come back: the order, and what was received or set off against it."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class RecoveryOrder(Versioned, Base):
    """A claim on the beneficiary: prepared by one person, issued by another.

    `interest_percent` is a year's rate as decimal text, owed from the day after `due_on`,
    empty for none. The database keeps `received_cents` (confirmed receipts, without
    interest) and refuses more than `amount_cents`; all orders of an agreement stay within
    what was paid. `context` holds the terms of the order (days, account) until it is issued,
    then the letter's contents, frozen.
    """

    __tablename__ = "recovery_order"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.RECOVERY

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"), index=True)
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payment.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="prepared")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    received_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reason: Mapped[str]
    due_on: Mapped[date | None]
    interest_percent: Mapped[str] = mapped_column(default="")
    prepared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    issued_at: Mapped[datetime | None]
    context: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    failure: Mapped[str] = mapped_column(default="", server_default="")
    # Given when it is issued: what an outsider types to check the letter.
    check_code: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint(
            "received_cents >= 0 AND received_cents <= amount_cents", name="received_within_order"
        ),
        CheckConstraint("issued_by IS NULL OR issued_by <> prepared_by", name="four_eyes"),
    )


class RecoveryReceipt(Versioned, Base):
    """Money that came back, or was set off against `payment_id`; counts once confirmed."""

    __tablename__ = "recovery_receipt"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.RECEIPT

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("recovery_order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payment.id"), index=True)
    state: Mapped[str] = mapped_column(default="recorded")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    interest_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    received_on: Mapped[date]
    bank_reference: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "amount_cents >= 0 AND interest_cents >= 0 AND amount_cents + interest_cents > 0",
            name="positive",
        ),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="four_eyes"),
    )
