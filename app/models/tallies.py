"""What lists and reports filter, sort and add up, written by triggers (decision 28)."""

from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Cents, Key

_NARROW = ["application_id", "region", "application_state", "award", "agreement_state"]


class Alike:
    """What makes two applications alike for every filter that sums are kept for.

    `stage_id` is the last stage that was sent in, `check_state` how far its check is. `award` is
    `full` or `part` while an award counts, `declined`, or nothing; `agreement_state` nothing
    without an agreement.
    """

    call_id: Mapped[int] = mapped_column(BigInteger)
    lot_id: Mapped[int] = mapped_column(BigInteger)
    region: Mapped[str]
    application_state: Mapped[str]
    stage_id: Mapped[int | None] = mapped_column(BigInteger)
    check_state: Mapped[str]
    award: Mapped[str]
    agreement_state: Mapped[str]


class Money:
    """The amounts of one application, or the sums of several.

    `requested_cents` is what the application asks for, `asked_cents` what it asked for in the
    stage whose points decide. Left is what was agreed, or else awarded, less what is free again
    and what was paid, and with what came back.
    """

    requested_cents: Mapped[Cents]
    asked_cents: Mapped[Cents]
    awarded_cents: Mapped[Cents]
    agreed_cents: Mapped[Cents]
    paid_cents: Mapped[Cents]
    ordered_cents: Mapped[Cents]
    recovered_cents: Mapped[Cents]
    released_cents: Mapped[Cents]
    left_cents: Mapped[Cents]


class ApplicationLine(Alike, Money, Base):
    """One application that was sent in, as the view `application_line_now` has it.

    Only triggers write it. `rank` and `score` are those of the call's last stage with points.
    """

    __tablename__ = "application_line"

    application_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("application.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    reference: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    rank: Mapped[int | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))

    __table_args__ = (
        # The award report in its order, and its lines with an award alone.
        Index(
            "ix_application_line_report",
            "call_id",
            "lot_id",
            "rank",
            text("score DESC NULLS LAST"),
            "reference",
            postgresql_include=_NARROW,
        ),
        Index(
            "ix_application_line_awards",
            "call_id",
            "lot_id",
            "rank",
            text("score DESC NULLS LAST"),
            "reference",
            postgresql_include=_NARROW,
            postgresql_where=text("award IN ('full', 'part')"),
        ),
        # The officer's list with any of its filters.
        Index(
            "ix_application_line_reference",
            "call_id",
            "reference",
            postgresql_include=[
                "application_id",
                "lot_id",
                "region",
                "application_state",
                "stage_id",
                "check_state",
            ],
        ),
    )


class ApplicationTally(Alike, Money, Base):
    """How many lines are alike and what they add up to; several rows of the same kind add up.

    Triggers only append: what a change takes away is a negative row. So two who work at once
    never wait for each other, and `tallies.fold` makes one row of many.
    """

    __tablename__ = "application_tally"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "call_id"),)
