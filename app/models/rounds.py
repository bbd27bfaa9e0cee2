"""Money that one round of a call leaves to the next, moved by two people."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class RoundMove(Versioned, Base):
    """What leaves the envelope of a round for a later one, proposed by one, agreed by another.

    `lots` is the amount by the code of the lot that receives it. Once it is agreed the numbers
    name the versions of both calls that the move has published: the database compares them, so
    that the one loses exactly what the other gains. At most one of a round is under way.
    """

    __tablename__ = "round_move"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.ROUND_MOVE

    id: Mapped[Key]
    giver_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    state: Mapped[str] = mapped_column(default="proposed")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    lots: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    giver_version: Mapped[int | None]
    receiver_version: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("giver_id <> receiver_id", name="to_another_call"),
        CheckConstraint(
            "state <> 'agreed' OR (decided_by <> proposed_by) IS TRUE", name="four_eyes"
        ),
        CheckConstraint(
            "(state = 'agreed') = (giver_version IS NOT NULL AND receiver_version IS NOT NULL)",
            name="published_when_agreed",
        ),
        UniqueConstraint("giver_id", "giver_version", name="uq_round_move_giver_version"),
        UniqueConstraint("receiver_id", "receiver_version", name="uq_round_move_receiver_version"),
        Index(
            "uq_round_move_open",
            "giver_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )
