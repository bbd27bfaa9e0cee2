"""Stored files and mail: what lies in the store by its hash, and what leaves by post."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class StoredFile(Base):
    """One file as somebody named it; the bytes lie in the store under `sha256`."""

    __tablename__ = "stored_file"

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    filename: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))

    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)


class Mail(Base):
    """A message to a person, written in the act that causes it and sent by a job.

    `calendar` is an entry for the reader's calendar that goes with it (RFC 5545), "" for none.
    """

    __tablename__ = "mail"

    id: Mapped[Key]
    to: Mapped[str] = mapped_column("to_address", index=True)
    subject: Mapped[str]
    body: Mapped[str]
    calendar: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("ix_mail_unsent", "created_at", postgresql_where=text("sent_at IS NULL")),
    )


class FormKey(Base):
    """A form that was already taken: the same one sent twice is done once."""

    __tablename__ = "form_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    used_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
