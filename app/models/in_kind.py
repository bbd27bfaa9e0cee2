"""What is given as things: the grant in kind, its assets, quotes, own share; and visits."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class InKindGrant(Versioned, Base):
    """The things given under one agreement, from the first quote to the last title.

    Sums are set when the prices are fixed, and again when one changes: `price = support + own
    share`. `handed_over_on` is the day on which the last thing was handed over,
    `retained_until` the day from which every title may pass; each thing's own day stands on
    its paper.
    """

    __tablename__ = "in_kind_grant"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.IN_KIND

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"), unique=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), unique=True
    )
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    state: Mapped[str] = mapped_column(default="choosing")
    procured_by: Mapped[str]
    price_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    support_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    own_share_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    own_share_due_on: Mapped[date | None]
    # To which account and with which reference the own share is paid, for the beneficiary.
    own_share_pay_to: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    handed_over_on: Mapped[date | None]
    retained_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "support_cents >= 0 AND own_share_cents >= 0"
            " AND price_cents = support_cents + own_share_cents",
            name="shares_are_the_price",
        ),
        CheckConstraint("retained_until >= handed_over_on", name="retained_from_handover"),
    )


class Asset(Versioned, Base):
    """One thing: an item of the agreement until it is bought, then a line of the register.

    `support_cents` is the grant's part of the price, the rest the owner's share. The database
    adds it to the agreement's `committed_cents` once `approved_at` is set and to `paid_cents`
    once `paid_on` is, and refuses more than the grant. `end_reason` says why it was dropped,
    taken back, given on or written off.
    """

    __tablename__ = "asset"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.ASSET

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("in_kind_grant.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"), index=True)
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="planned")
    title: Mapped[str]
    quantity: Mapped[str] = mapped_column(default="")
    specification: Mapped[str] = mapped_column(default="")
    estimate_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # From the chosen quote; why it was chosen, by whom.
    supplier: Mapped[str] = mapped_column(default="")
    choice_reason: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    price_cents: Mapped[int | None] = mapped_column(BigInteger)
    support_cents: Mapped[int | None] = mapped_column(BigInteger)
    ordered_on: Mapped[date | None]
    ordered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    invoice_number: Mapped[str] = mapped_column(default="")
    # Model and number that the supplier wants to read on its statement: `97 45-123`.
    payment_reference: Mapped[str] = mapped_column(default="", server_default="")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str] = mapped_column(default="")
    paid_recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    received_on: Mapped[date | None]
    # The paper by which it was handed over, and the one by which its title passed.
    handover_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("in_kind_paper.id"), index=True
    )
    title_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("in_kind_paper.id"), index=True
    )
    serial_number: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="")
    given_to: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("grant_id", "position", name="uq_asset_position"),
        CheckConstraint(
            "support_cents >= 0 AND support_cents <= price_cents", name="support_within_price"
        ),
        CheckConstraint(
            "approved_at IS NULL OR support_cents IS NOT NULL", name="approved_with_a_price"
        ),
        CheckConstraint("paid_on IS NULL OR approved_at IS NOT NULL", name="paid_when_approved"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> ordered_by AND approved_by <> chosen_by)",
            name="four_eyes",
        ),
    )


class Quote(Base):
    """What a supplier asks for one thing; `complies` says whether it meets the specification."""

    __tablename__ = "quote"

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("asset.id", ondelete="CASCADE"), index=True
    )
    supplier: Mapped[str]
    price_cents: Mapped[int] = mapped_column(BigInteger)
    dated_on: Mapped[date]
    complies: Mapped[bool]
    is_chosen: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    added_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("price_cents > 0", name="positive"),
        Index("uq_quote_chosen", "asset_id", unique=True, postgresql_where=text("is_chosen")),
    )


class OwnShare(Versioned, Base):
    """Money that the beneficiary paid in; it counts when a second person has confirmed it."""

    __tablename__ = "own_share"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.OWN_SHARE

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("in_kind_grant.id"), index=True)
    state: Mapped[str] = mapped_column(default="recorded")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    received_on: Mapped[date]
    bank_reference: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="four_eyes"),
    )


class SiteVisit(Base):
    """A visit on the spot, written once; a mistake is put right by a further visit.

    `purpose` is `before_award` or `after_handover`; `result` is `confirmed` or `not_confirmed`.
    """

    __tablename__ = "site_visit"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    purpose: Mapped[str]
    visited_on: Mapped[date]
    visitors: Mapped[str]
    findings: Mapped[str]
    result: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
