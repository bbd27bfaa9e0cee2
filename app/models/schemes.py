"""Calls with their lots and stages. The rules of a call are its template, frozen at publication."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Call(Versioned, Base):
    """One opening of a scheme.

    `template` is the scheme as JSON (`app.rules.scheme.from_json`); while the call is
    a draft it is edited, from publication on it is frozen and `digest` is the
    SHA-256 of its canonical bytes. A corrigendum is prepared in `correction` and published
    as a new `CallVersion`; only then the database lets the template become that version's.
    Of a call that is given out in rounds `follows_id` is the round before.
    `stopped_at` and `stop_reason` say when and why the call was suspended or cancelled.
    `awarded_cents` is kept by a database trigger over all lots and may never exceed
    `envelope_cents`.
    """

    __tablename__ = "call"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.CALL

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"), index=True)
    code: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft", index=True)
    template_key: Mapped[str]
    template: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    envelope_cents: Mapped[int] = mapped_column(BigInteger)
    awarded_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    reserve_valid_until: Mapped[date | None]
    offer_days: Mapped[int] = mapped_column(default=15)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(default="")
    # Kept by a trigger: the key of the last stage with a grid, "" for none.
    scored_stage: Mapped[str] = mapped_column(server_default="")
    # Nothing prepared is NULL in the table, not the JSON word null.
    correction: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(default="", server_default="")
    cloned_from_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("call.id"))
    follows_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("call.id"))

    __table_args__ = (
        UniqueConstraint("authority_id", "code", name="uq_call_code"),
        UniqueConstraint("follows_id", name="uq_call_follows"),
        CheckConstraint("awarded_cents >= 0", name="awarded_not_negative"),
        CheckConstraint("awarded_cents <= envelope_cents", name="within_envelope"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            "state = 'draft' OR digest IS NOT NULL OR state = 'cancelled'",
            name="frozen_when_published",
        ),
    )


class CallVersion(Base):
    """What was published of a call: the first time, and again by each corrigendum.

    Written once. `document` is what everybody may download: code, number, reason, dates and,
    under `rules`, the whole template; `digest` is the SHA-256 of its canonical bytes and
    `rules_digest` that of the rules alone, as the call carries it. The first has no reason.
    """

    __tablename__ = "call_version"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    rules_digest: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))

    __table_args__ = (
        UniqueConstraint("call_id", "number", name="uq_call_version_number"),
        CheckConstraint("number >= 1", name="counted_from_one"),
        CheckConstraint("number = 1 OR reason <> ''", name="reason_given"),
    )


class Lot(Versioned, Base):
    """A share of a call with its own envelope.

    `transferred_cents` is what it has received less what it has given. The database
    keeps `awarded_cents` and refuses more than `envelope_cents + transferred_cents`.
    """

    __tablename__ = "lot"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("call.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    envelope_cents: Mapped[int] = mapped_column(BigInteger)
    transferred_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    awarded_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    next_number: Mapped[int] = mapped_column(default=1, server_default="1")

    __table_args__ = (
        UniqueConstraint("call_id", "code", name="uq_lot_code"),
        CheckConstraint("envelope_cents >= 0", name="envelope_not_negative"),
        CheckConstraint("awarded_cents >= 0", name="awarded_not_negative"),
        CheckConstraint(
            "awarded_cents <= envelope_cents + transferred_cents", name="within_envelope"
        ),
    )


class Stage(Versioned, Base):
    """One stage of a call; `key` names it in the template (`stages[].key`)."""

    __tablename__ = "stage"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.STAGE

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("call.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    key: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    # The last instant for assessments to be submitted, as the authority asks its assessors.
    assess_by: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("call_id", "key", name="uq_stage_key"),
        UniqueConstraint("call_id", "position", name="uq_stage_position"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    )
