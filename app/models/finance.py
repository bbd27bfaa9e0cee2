"""What finance sends out: orders to the bank, letters under an agreement; and changed budgets."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class BankFile(Base):
    """One file of payment orders as it was handed to the bank; written once with its lines.

    `reference` is the message's identification, `file_id` the bytes with their SHA-256.
    """

    __tablename__ = "bank_file"

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    execute_on: Mapped[date]
    debtor_name: Mapped[str]
    debtor_iban: Mapped[str]
    debtor_bic: Mapped[str] = mapped_column(default="")
    number: Mapped[int]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    made_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("number > 0 AND total_cents > 0", name="not_empty"),)


class BankFileLine(Base):
    """One order in a file for the bank: an approved payment, or a thing to its supplier.

    Either is in one file at most, unless the bank gave it back (`returned_at`). The database
    takes only what a second person approved, with exactly the amount that is due, and of a
    thing only to the account of its supplier that is in use. `purpose` is the code of payments
    within Serbia, `reference` the payee's own: model and number, `97 45-123`.
    """

    __tablename__ = "bank_file_line"

    id: Mapped[Key]
    bank_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("bank_file.id"))
    payment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payment.id"), index=True)
    asset_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("asset.id"), index=True)
    end_to_end: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    creditor: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    returned_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("bank_file_id", "end_to_end", name="uq_bank_file_line_end_to_end"),
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("(payment_id IS NULL) = (asset_id IS NOT NULL)", name="one_thing"),
        *(
            Index(
                f"uq_bank_file_line_{what}",
                f"{what}_id",
                unique=True,
                postgresql_where=text("returned_at IS NULL"),
            )
            for what in ("payment", "asset")
        ),
    )


class AgreementLetter(Versioned, Base):
    """A letter under an agreement (L14 to L16, L18): told at once, printed by a job.

    `context` is the snapshot it is printed from, `check_code` lets an outsider verify it.
    """

    __tablename__ = "agreement_letter"

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payment.id"))
    kind: Mapped[str]
    document: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    check_code: Mapped[str] = mapped_column(unique=True)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    page_count: Mapped[int | None]
    failure: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    opened_at: Mapped[datetime | None]


class Amendment(Versioned, Base):
    """A change of an agreement's budget, asked for by the beneficiary (handbook 1.12).

    `lines` hold every heading of the new budget with its cents before and after; the sum
    stays. One that moves little is noted at once, another waits for a decision.
    """

    __tablename__ = "amendment"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.AMENDMENT

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="asked")
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decision_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("agreement_id", "number", name="uq_amendment_number"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="four_eyes"),
        Index(
            "uq_amendment_one_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )


class AccountChange(Versioned, Base):
    """Another account of an authority or a supplier: proposed by one person, confirmed by a
    second (4.2).

    `purpose` is `authority` (what it pays from), `paying_in` (where own shares are paid in) or
    `supplier`, with its name as `payee`. The newest that was confirmed is in use; the database
    refuses another one in the authority's row and in an order to a supplier.
    """

    __tablename__ = "account_change"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.ACCOUNT_CHANGE

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"), index=True)
    purpose: Mapped[str] = mapped_column(default="authority", server_default="authority")
    payee: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="proposed")
    iban: Mapped[str]
    bic: Mapped[str] = mapped_column(default="")
    holder: Mapped[str]
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decision_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint(
            "state <> 'confirmed' OR (decided_by <> proposed_by) IS TRUE", name="four_eyes"
        ),
        CheckConstraint(
            "purpose IN ('authority', 'paying_in', 'supplier')"
            " AND (purpose = 'supplier') = (payee <> '')",
            name="payee_of_supplier",
        ),
        Index(
            "uq_account_change_one_open",
            "authority_id",
            "purpose",
            "payee",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )


class InterestRate(Base):
    """What an authority asks a year on late repayments, from a day on; the newest row counts.

    `percent` is decimal text, by the handbook the reference rate and 3.5 points.
    """

    __tablename__ = "interest_rate"

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"), index=True)
    valid_from: Mapped[date]
    percent: Mapped[str]
    source: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
