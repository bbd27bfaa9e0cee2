"""Which enterprises are under one hand, as far as it is known here (handbook 3.1, 3.3)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned


class OwnershipLink(Versioned, Base):
    """One enterprise has a hand in another; written once, and ended when it is over.

    `owner` and `owned` are registry numbers as `country:scheme:number`, since one of the two may
    never have registered here. `kind` is one of `app.rules.undertakings.LinkKind`, `percent`
    decimal text of a holding. `application_id` is where it was found out: who may check that
    application recorded it. `valid_to` is the day before `valid_from` where it never held.
    """

    __tablename__ = "ownership_link"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    owner: Mapped[str] = mapped_column(index=True)
    owner_name: Mapped[str]
    owned: Mapped[str] = mapped_column(index=True)
    owned_name: Mapped[str]
    kind: Mapped[str]
    percent: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    evidence: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    end_reason: Mapped[str] = mapped_column(default="")
    ended_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("owner <> owned", name="two_undertakings"),
        CheckConstraint("valid_to >= valid_from - 1", name="period"),
        CheckConstraint(
            "(ended_at IS NULL) = (valid_to IS NULL) AND (ended_at IS NULL) = (end_reason = '')",
            name="ended_alike",
        ),
    )
