"""Beside the things of a grant in kind: papers for both to sign, changed prices, money back."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class InKindPaper(Versioned, Base):
    """A handover protocol or a transfer of title; a grant may have several of both.

    `kind` is `handover`, `title`, or `reallocation` for the title that somebody else gets.
    `contents` is what is printed, `file_id` its PDF, `scan_id` the paper with both signatures,
    checked by `scanned_by`. `conditions` are the keys that were confirmed; `retained_until` is
    when the title of these things may pass.
    """

    __tablename__ = "in_kind_paper"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.IN_KIND_PAPER

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("in_kind_grant.id"))
    kind: Mapped[str]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="prepared")
    contents: Mapped[dict[str, Any]] = mapped_column(JSONB)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    failure: Mapped[str] = mapped_column(default="", server_default="")
    conditions: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    signed_on: Mapped[date | None]
    signed_for_authority: Mapped[str] = mapped_column(default="")
    signed_for_beneficiary: Mapped[str] = mapped_column(default="")
    retained_until: Mapped[date | None]
    scan_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    scanned_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    prepared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("grant_id", "kind", "number", name="uq_in_kind_paper_number"),
        CheckConstraint("retained_until >= signed_on", name="retained_from_signature"),
    )


class PriceChange(Versioned, Base):
    """Another price than that of the chosen quote: proposed with its reason, agreed by a second.

    `due_on` is until when a higher own share is paid in.
    """

    __tablename__ = "price_change"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.PRICE_CHANGE

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("asset.id"), index=True)
    state: Mapped[str] = mapped_column(default="proposed")
    was_cents: Mapped[int] = mapped_column(BigInteger)
    price_cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    due_on: Mapped[date | None]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("price_cents > 0", name="positive"),
        CheckConstraint(
            "state <> 'agreed' OR (decided_by <> proposed_by) IS TRUE", name="four_eyes"
        ),
        Index(
            "uq_price_change_open",
            "asset_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )


class Reallocation(Versioned, Base):
    """Who gets a thing that was taken back: proposed with its reason, agreed by a second person.

    `application_id` is the new holder's, of the same call; `value_cents` what the thing is
    worth on that day, which is the aid that the new holder gets. `out_of_order` says why the
    next on the reserve list was passed over. `paper_id` is the paper by which it is theirs.
    """

    __tablename__ = "reallocation"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.REALLOCATION

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("asset.id"), index=True)
    state: Mapped[str] = mapped_column(default="proposed")
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    value_cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    out_of_order: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    paper_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("in_kind_paper.id"))

    __table_args__ = (
        CheckConstraint("value_cents >= 0", name="not_negative"),
        CheckConstraint(
            "state <> 'agreed' OR (decided_by <> proposed_by) IS TRUE", name="four_eyes"
        ),
        Index(
            "uq_reallocation_open",
            "asset_id",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
    )


class OwnShareReturn(Versioned, Base):
    """Own share that is paid back: proposed, approved by a second person, paid.

    The database refuses more than was paid in above what is owed.
    """

    __tablename__ = "own_share_return"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.SHARE_RETURN

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("in_kind_grant.id"), index=True)
    state: Mapped[str] = mapped_column(default="proposed")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str] = mapped_column(default="")
    paid_recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))

    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint("paid_on IS NULL OR approved_at IS NOT NULL", name="paid_when_approved"),
    )
