"""Whom an award without a competition names: who can be written to, and who was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Application,
    AuditEntry,
    Membership,
    Organisation,
    OrganisationIdentifier,
    User,
)
from app.rules.scheme_direct import DirectAward, parted, written

INVITED = "invite_named"


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation with an account here that the rules name; `number` as the rules write it."""

    organisation_id: int
    name: str
    number: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One number of the rules; without `organisation` nobody with it has an account.

    `invited_at` is when its people were written to, `addresses` how many could be now.
    """

    number: str
    organisation: str
    addresses: int
    invited_at: datetime | None
    application_id: int | None
    reference: str
    state: str

    @property
    def is_new(self) -> bool:
        """True for people who can be written to and were not."""
        return bool(self.addresses) and self.invited_at is None

    @property
    def is_out_of_reach(self) -> bool:
        return not self.addresses and self.application_id is None


def named_in(session: Session, direct: DirectAward) -> tuple[Named, ...]:
    """Return the organisations with one of the named numbers, with their people's addresses."""
    number = OrganisationIdentifier
    wanted = {written(each): each for each in direct.named}
    # They are stored in the same form, so nobody else's have to be read.
    parts_of = [parted(each) for each in wanted]
    registers, numbers = ({each[place] for each in parts_of} for place in (1, 2))
    rows = session.execute(
        select(
            Organisation.id, Organisation.name, User.email,
            number.country, number.scheme, number.number,
        )
        .join(number, number.organisation_id == Organisation.id)
        .outerjoin(
            Membership,
            (Membership.organisation_id == Organisation.id) & (Membership.state == "admitted"),
        )
        .outerjoin(User, (User.id == Membership.user_id) & User.is_active)
        .where(number.scheme.in_(sorted(registers)), number.number.in_(sorted(numbers)))
        .order_by(Organisation.name, Organisation.id, User.email)
    )  # fmt: skip
    found: dict[tuple[int, str, str], list[str]] = {}
    for key, name, email, *parts in rows:
        told = wanted.get(written(":".join(parts)))
        if told is not None:
            found.setdefault((key, name, told), []).extend([email] if email else [])
    return tuple(Named(*who, tuple(dict.fromkeys(emails))) for who, emails in found.items())


def invited(session: Session, call_id: int) -> dict[int, datetime]:
    """Return the organisations that were written to for a call, with when they first were."""
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(
            AuditEntry.object_type == "call",
            AuditEntry.object_id == call_id,
            AuditEntry.event == INVITED,
        )
        .order_by(AuditEntry.id.desc())
    )
    return {key: at for at, detail in rows for key in detail.get("organisation_ids", ())}


def named_lines(session: Session, call_id: int, direct: DirectAward) -> tuple[NamedLine, ...]:
    """Return every named number with who it is and how far they are, in the order of the rules."""
    known = {each.number: each for each in named_in(session, direct)}
    told = invited(session, call_id)
    begun = _begun(session, call_id, [each.organisation_id for each in known.values()])
    return tuple(_line(each, known.get(each), told, begun) for each in direct.named)


_Begun = dict[int, tuple[int, str, str]]


def _begun(session: Session, call_id: int, organisation_ids: Iterable[int]) -> _Begun:
    rows = session.execute(
        select(
            Application.organisation_id, Application.id, Application.reference, Application.state
        )
        .where(
            Application.call_id == call_id,
            Application.organisation_id.in_(list(organisation_ids)),
            Application.state != "withdrawn",
        )
        .order_by(Application.id)
    )
    return {key: (application, reference, state) for key, application, reference, state in rows}


def _line(number: str, who: Named | None, told: dict[int, datetime], begun: _Begun) -> NamedLine:
    if who is None:
        return NamedLine(number, "", 0, None, None, "", "")
    application = begun.get(who.organisation_id, (None, "", ""))
    at = told.get(who.organisation_id)
    return NamedLine(number, who.name, len(who.addresses), at, *application)
