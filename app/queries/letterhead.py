"""Who writes: the authority of a call as the head of its letters names it."""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Authority, Call


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str
    postcode: str
    city: str
    email: str
    phone: str
    website: str
    signatory_name: str
    signatory_title: str
    complaints_to: str
    logo_sha256: str | None
    logo_media_type: str


def sender(session: Session, call_id: int) -> Sender:
    columns = (getattr(Authority, field.name) for field in fields(Sender))
    query = select(*columns).join(Call, Call.authority_id == Authority.id)
    return Sender(*session.execute(query.where(Call.id == call_id)).one())
