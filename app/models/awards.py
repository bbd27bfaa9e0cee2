"""Runs of the rules over the envelope, the awards that follow, and money given out again."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class AllocationRun(Base):
    """One computation, immutable: `inputs` and `result` are the JSON of `rules.proof`.

    `kind` is `allocation` or `preselection`. An outsider can feed `inputs` to `envelope rules
    allocate` or `shortlist` and must get `result`. `digest` covers both. Where `inputs` tells
    places, `public_inputs` is what everybody reads instead, with the same result. Only
    `discarded_at` and `decided_at` are filled later, once.
    """

    __tablename__ = "allocation_run"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    stage_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage.id"), index=True)
    kind: Mapped[str] = mapped_column(default="allocation")
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The same for everybody is NULL in the table, not the JSON word null.
    public_inputs: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    digest: Mapped[str]
    run_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    run_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    discarded_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> run_by", name="four_eyes"),
        # At most one run of a stage counts; the second of two who click at once is refused.
        Index(
            "uq_allocation_run_current",
            "stage_id",
            unique=True,
            postgresql_where=text("discarded_at IS NULL"),
        ),
    )


class Award(Versioned, Base):
    """What one application is given; counts unless declined, revoked or discarded.

    The database keeps `released_cents`, which is free for others again: what came back of it,
    and all that was not paid once its agreement has ended or is closed.
    """

    __tablename__ = "award"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.AWARD

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lot.id"), index=True)
    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("allocation_run.id"), index=True)
    reason: Mapped[str]
    requested_cents: Mapped[int] = mapped_column(BigInteger)
    awarded_cents: Mapped[int] = mapped_column(BigInteger)
    released_cents: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    state: Mapped[str] = mapped_column(default="proposed")
    answer_by: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    answer_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("awarded_cents > 0", name="positive"),
        CheckConstraint("awarded_cents <= requested_cents", name="within_request"),
        CheckConstraint(
            "released_cents >= 0 AND released_cents <= awarded_cents", name="released_within_award"
        ),
        Index(
            "uq_award_application",
            "application_id",
            unique=True,
            postgresql_where=text("state NOT IN ('revoked', 'discarded')"),
        ),
        # What waits at the desks: the rows that are done with are not in it.
        Index("ix_award_accepted", "call_id", postgresql_where=text("state = 'accepted'")),
    )


class ReserveActivation(Versioned, Base):
    """Freed money given out again, in order: proposed by one, decided by another, announced.

    `lines` are what each gets (`application_id`, `award_id`, `added_cents`, …), `transfers` what
    moved between lots for it, `digest` covers `inputs` and the result as `rules.release_json`
    writes it (before 0030: `inputs` and `lines`). At most one of a call is under way, so the free
    money is never promised twice.
    """

    __tablename__ = "reserve_activation"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.ACTIVATION

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    stage_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage.id"))
    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("allocation_run.id"))
    state: Mapped[str] = mapped_column(default="proposed")
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    transfers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    digest: Mapped[str]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    announced_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
        Index(
            "uq_reserve_activation_open",
            "call_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'decided')"),
        ),
    )
