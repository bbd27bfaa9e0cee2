"""When and where each of a shortlist is interviewed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Interview(Base):
    """The hour of one entry in a stage to which people come; at most one, the newest.

    `place` is a room, an address or a link. Earlier hours stand in the trail of the
    application, with the reason why they were changed; `changes` counts them, and those who came
    back to the panel: calendars tell by it which of two is the newer one. Whoever changes an hour
    holds the stage.
    """

    __tablename__ = "interview"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("stage_entry.id", ondelete="CASCADE")
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    told_at: Mapped[datetime]
    changes: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("place <> ''", name="is_somewhere"),
        CheckConstraint("changes >= 0", name="counts_changes"),
        Index("uq_interview_entry", "entry_id", unique=True),
    )
