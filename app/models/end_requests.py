"""What beneficiaries ask of an agreement in force beside its budget: to end it before its time."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class EndRequest(Versioned, Base):
    """The beneficiary asks to end their agreement on a day, with the reason.

    Accepting it proposes the end to a second person of the authority; when that proposal is
    taken back, the request is refused after all. At most one waits for an answer.
    """

    __tablename__ = "end_request"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.END_REQUEST

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("agreement.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="asked")
    reason: Mapped[str]
    ends_on: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    answer_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("agreement_id", "number", name="uq_end_request_number"),
        CheckConstraint("answered_by IS NULL OR answered_by <> asked_by", name="four_eyes"),
        Index(
            "uq_end_request_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )
