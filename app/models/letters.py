"""Letters: one row per letter and version; an issued file is never replaced."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Letter(Versioned, Base):
    """`context` is the snapshot it is printed from; `check_code` lets an outsider verify it.

    Applicants see it only once `released_at` is set, at the announcement.
    """

    __tablename__ = "letter"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.LETTER

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    stage_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stage.id"), index=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    kind: Mapped[str]
    document: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="queued")
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    check_code: Mapped[str] = mapped_column(unique=True)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    page_count: Mapped[int | None]
    failure: Mapped[str] = mapped_column(default="")
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    rendered_at: Mapped[datetime | None]
    looked_at_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    # Set where the letter tells of money that became free after the announcement.
    activation_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("reserve_activation.id"), index=True
    )
    # Set where a letter that had left was issued again: which one, and why.
    replaces_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letter.id"))
    reissue_reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("stage_id", "application_id", "number", name="uq_letter_number"),
        Index(None, "stage_id", "state"),
    )
