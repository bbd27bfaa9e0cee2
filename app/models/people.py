"""Authorities, people who sign in, organisations that apply, and who belongs where."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Versioned
from app.rules import lifecycle


class Authority(Versioned, Base):
    """A contracting authority: its staff, letterhead and schemes are its own."""

    __tablename__ = "authority"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="RS")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    signatory_name: Mapped[str] = mapped_column(default="")
    signatory_title: Mapped[str] = mapped_column(default="")
    complaints_to: Mapped[str] = mapped_column(default="")
    privacy_contact: Mapped[str] = mapped_column(default="")
    logo_sha256: Mapped[str | None]
    # What the picture is, as it was found in its bytes; empty where there is none.
    logo_media_type: Mapped[str] = mapped_column(default="", server_default="")
    # The account that pays and to which money comes back.
    bank_iban: Mapped[str] = mapped_column(default="", server_default="")
    bank_bic: Mapped[str] = mapped_column(default="", server_default="")
    bank_holder: Mapped[str] = mapped_column(default="", server_default="")


class User(Versioned, Base):
    """A person who can sign in. E-mail is stored lower case and proven before first use."""

    __tablename__ = "user_account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    email_proven_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)


class SignIn(Base):
    """A session on the server: the cookie holds the token, the row only its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[Key]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    csrf_secret: Mapped[str]
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Counted per address-and-network, so that nobody can lock another person out."""

    __tablename__ = "sign_in_failure"

    id: Mapped[Key]
    email: Mapped[str]
    network: Mapped[str]
    failed_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "email", "network", "failed_at"),
        Index(None, "network", "failed_at"),
    )


class OneTimeLink(Base):
    """A link that works once: to prove an address, set a password, accept an invitation."""

    __tablename__ = "one_time_link"

    id: Mapped[Key]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    email: Mapped[str] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRole(Base):
    """A role of a person for an authority, for one call only where `call_id` is set."""

    __tablename__ = "staff_role"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    authority_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("authority.id"), index=True
    )
    call_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("call.id"), index=True)
    role: Mapped[str]
    given_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "authority_id",
            "call_id",
            "role",
            name="uq_staff_role_once",
            postgresql_nulls_not_distinct=True,
        ),
    )


class StandIn(Base):
    """A role held for somebody who is away, from and to the days given, both inclusive.

    The administrator gives it, with a reason, never to themselves. It adds a role and takes
    no rule away: nobody does both steps of a deed that needs two people.
    """

    __tablename__ = "stand_in"

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("call.id"))
    role: Mapped[str]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id"), index=True)
    absent_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
    given_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    given_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("user_id <> absent_id", name="two_people"),
        CheckConstraint("given_by IS NULL OR given_by <> user_id", name="four_eyes"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )


class DayOffRuling(Base):
    """What an authority says of one day: nobody works, or people do; with its reason.

    Registers name public holidays by the law; where that leaves room, or the moon decides, an
    administrator confirms or strikes the day, or adds one. The last word on a day stands.
    """

    __tablename__ = "day_off_ruling"

    id: Mapped[Key]
    authority_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("authority.id"))
    day: Mapped[date]
    is_free: Mapped[bool]
    name: Mapped[str]
    reason: Mapped[str]
    ruled_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    ruled_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("authority_id", "day", name="uq_day_off_ruling_day"),)


class Organisation(Versioned, Base):
    """A municipality, a firm, …: what applies and receives.

    `register_code` is the place's key in `app/registers` for a local government;
    `profile` holds answers that only some kinds of applicant have.
    """

    __tablename__ = "organisation"

    id: Mapped[Key]
    name: Mapped[str]
    applicant_type: Mapped[str]
    country: Mapped[str] = mapped_column(default="RS")
    register_code: Mapped[str | None]
    municipality: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    development_group: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    representative_name: Mapped[str] = mapped_column(default="")
    representative_title: Mapped[str] = mapped_column(default="")
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    search_text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "ix_organisation_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index(
            "uq_organisation_register_code",
            "register_code",
            unique=True,
            postgresql_where=text("register_code IS NOT NULL"),
        ),
    )


class OrganisationIdentifier(Base):
    """A registration or tax number: the first to register it becomes the contact."""

    __tablename__ = "organisation_identifier"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    country: Mapped[str]
    scheme: Mapped[str]
    number: Mapped[str]

    __table_args__ = (
        UniqueConstraint("country", "scheme", "number", name="uq_organisation_identifier_number"),
    )


class Membership(Versioned, Base):
    """A person of an organisation: `contact`, or `member` once the contact admits them.

    `contact_offered_at`: the contact hands over to this member, who has not accepted yet.
    The `help_…` columns are of a wish that nobody answers: put before an authority, with a
    letter that shows that the contact is gone.
    """

    __tablename__ = "membership"
    LIFECYCLE: ClassVar[lifecycle.Lifecycle | None] = lifecycle.MEMBERSHIP

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(default="member")
    state: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id"))
    contact_offered_at: Mapped[datetime | None]
    help_authority_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("authority.id"), index=True
    )
    help_text: Mapped[str] = mapped_column(default="", server_default="")
    help_file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    help_asked_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id", name="uq_membership_once"),
        Index(
            "uq_membership_contact",
            "organisation_id",
            unique=True,
            postgresql_where=text("role = 'contact' AND state = 'admitted'"),
        ),
    )
