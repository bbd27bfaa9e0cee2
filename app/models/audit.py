"""The trail: one row for every change of state and every recorded fact, written once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AuditEntry(Base):
    """Who, when, what, before, after, why. A database trigger refuses changes and deletions."""

    __tablename__ = "audit_entry"

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    actor_name: Mapped[str]
    authority_id: Mapped[int | None] = mapped_column(BigInteger)
    call_id: Mapped[int | None] = mapped_column(BigInteger)
    object_type: Mapped[str]
    object_id: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    __table_args__ = (
        Index(None, "object_type", "object_id", "id"),
        Index(None, "authority_id", "id"),
        Index(None, "call_id", "id"),
        Index(None, "actor_id", "id"),
    )
