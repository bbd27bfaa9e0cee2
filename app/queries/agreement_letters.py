"""Letters under an agreement: of one agreement, of all of finance, of one's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Agreement, AgreementLetter, Application, Call, Organisation, StoredFile
from app.queries import visible
from app.queries.applications_receipts import Download
from app.rules.messages import Message
from app.rules.permissions import Actor, Facts, Permission

MOST = 200


@dataclass(frozen=True, slots=True)
class AgreementLetterLine:
    """One letter; `sha256` is empty until it is printed, `failure` says why it was not."""

    letter_id: int
    kind: str
    reference: str
    agreement_id: int
    agreement: str
    organisation: str
    call_title: str
    written_at: datetime
    opened_at: datetime | None
    page_count: int | None
    failure: str
    sha256: str
    filename: str
    size_bytes: int

    @property
    def title(self) -> Message:
        return Message(f"agreement_letter.{self.kind}", {})


@dataclass(frozen=True, slots=True)
class Unprinted:
    document: str
    context: dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class AgreementLetterFile:
    file: Download
    facts: Facts


def letters_of(session: Session, agreement_id: int) -> tuple[AgreementLetterLine, ...]:
    """Return the letters of an agreement, newest first; it was found by a query that asked."""
    return _found(session, AgreementLetter.agreement_id == agreement_id)


def staff_letters(session: Session, actor: Actor) -> tuple[AgreementLetterLine, ...]:
    """Return the newest letters of all agreements that finance sees."""
    return _found(session, visible.staff_scope(actor, Permission.SEE_AGREEMENTS))


def own_agreement_letters(session: Session, actor: Actor) -> tuple[AgreementLetterLine, ...]:
    """Return the printed letters to one's own organisations, newest first."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return _found(session, own & AgreementLetter.file_id.is_not(None))


def _found(session: Session, condition: ColumnElement[bool]) -> tuple[AgreementLetterLine, ...]:
    rows = session.execute(_lines().where(condition).limit(MOST))
    return tuple(AgreementLetterLine(*row) for row in rows)


def _lines() -> Select[*tuple[Any, ...]]:  # Any: the columns of AgreementLetterLine
    return (
        select(
            AgreementLetter.id, AgreementLetter.kind, AgreementLetter.reference, Agreement.id,
            Agreement.reference, Organisation.name, Call.title, AgreementLetter.written_at,
            AgreementLetter.opened_at, AgreementLetter.page_count, AgreementLetter.failure,
            func.coalesce(StoredFile.sha256, ""), func.coalesce(StoredFile.filename, ""),
            func.coalesce(StoredFile.size_bytes, 0),
        )
        .join(Agreement, Agreement.id == AgreementLetter.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Agreement.call_id)
        .outerjoin(StoredFile, StoredFile.id == AgreementLetter.file_id)
        .order_by(AgreementLetter.id.desc())
    )  # fmt: skip


def letter_file(session: Session, actor: Actor, letter_id: int) -> AgreementLetterFile:
    """Return a printed letter for finance, and for the beneficiary itself."""
    row = session.execute(
        select(
            StoredFile.sha256, StoredFile.filename, StoredFile.media_type, Call.authority_id,
            Call.id, Application.organisation_id,
        )
        .join(AgreementLetter, AgreementLetter.file_id == StoredFile.id)
        .join(Agreement, Agreement.id == AgreementLetter.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(AgreementLetter.id == letter_id, visible.agreements(actor))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    sha256, filename, media_type, authority_id, call_id, organisation_id = row
    return AgreementLetterFile(
        Download(sha256, filename, media_type), Facts(authority_id, call_id, organisation_id)
    )


def letters_before(session: Session, agreement_id: int) -> int:
    query = select(func.count(AgreementLetter.id)).where(
        AgreementLetter.agreement_id == agreement_id
    )
    return session.execute(query).scalar_one()


def unprinted(session: Session, letter_id: int) -> Unprinted | None:
    """Return what waits to be printed, None if it is printed already."""
    row = session.execute(
        select(AgreementLetter.document, AgreementLetter.context).where(
            AgreementLetter.id == letter_id, AgreementLetter.file_id.is_(None)
        )
    ).one_or_none()
    return None if row is None else Unprinted(*row)
