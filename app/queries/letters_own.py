"""One letter: its file, its applicant's list with all versions, and what its code proves."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, false, select, union_all
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    AgreementLetter,
    Application,
    Authority,
    Call,
    Clarification,
    Letter,
    RecoveryOrder,
    StoredFile,
)
from app.queries import visible
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The printed file of a letter, and where it belongs."""

    letter_id: int
    stage_id: int
    facts: Facts
    sha256: str
    filename: str
    is_released: bool
    is_seen: bool


def letter_file(session: Session, actor: Actor, letter_id: int) -> LetterFile:
    """Return a printed letter: to staff always, to its applicant once it is released."""
    row = session.execute(
        select(
            Letter.id,
            Letter.stage_id,
            Call.authority_id,
            Call.id,
            Application.organisation_id,
            StoredFile.sha256,
            StoredFile.filename,
            Letter.released_at,
            Letter.looked_at_at,
        )
        .join(Application, Application.id == Letter.application_id)
        .join(Call, Call.id == Letter.call_id)
        .join(StoredFile, StoredFile.id == Letter.file_id)
        .where(Letter.id == letter_id, visible.letters(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    key, stage_id, authority_id, call_id, organisation_id, sha256, filename, released, seen = row
    facts = Facts(authority_id=authority_id, call_id=call_id, organisation_id=organisation_id)
    return LetterFile(
        key, stage_id, facts, sha256, filename, released is not None, seen is not None
    )


@dataclass(frozen=True, slots=True)
class OwnLetter:
    letter_id: int
    application_id: int
    reference: str
    application_title: str
    call_title: str
    title: str
    released_at: datetime
    opened_at: datetime | None
    page_count: int | None
    size_bytes: int
    sha256: str
    filename: str
    number: int
    is_replaced: bool
    reissue_reason: str


def own_letters(
    session: Session, actor: Actor, language: str, application_id: int | None = None
) -> tuple[OwnLetter, ...]:
    """Return the released letters of one's own organisations, newest first, in all versions."""
    query = (
        select(
            Letter.call_id,
            Letter.kind,
            Letter.id,
            Application.id,
            Application.reference,
            Application.title,
            Call.title,
            Letter.released_at,
            Letter.opened_at,
            Letter.page_count,
            StoredFile.size_bytes,
            StoredFile.sha256,
            StoredFile.filename,
            Letter.number,
            Letter.state == "superseded",
            Letter.reissue_reason,
        )
        .join(Application, Application.id == Letter.application_id)
        .join(Call, Call.id == Letter.call_id)
        .join(StoredFile, StoredFile.id == Letter.file_id)
        .where(
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
            Letter.released_at.is_not(None),
        )
        .order_by(Letter.released_at.desc(), Letter.id.desc())
    )
    if application_id is not None:
        query = query.where(Application.id == application_id)
    rows = [tuple(row) for row in session.execute(query)]
    schemes = {row[0]: scheme_of(session, row[0]) for row in rows}
    lines = ((*row[2:7], _title(schemes[row[0]], row[1], language), *row[7:]) for row in rows)
    return tuple(OwnLetter(*line) for line in lines)


def _title(scheme: Scheme, kind: str, language: str) -> str:
    found = next((each for each in scheme.letters.letters if each.key == kind), None)
    return said(found.title, language) if found else kind


@dataclass(frozen=True, slots=True)
class Genuine:
    """What anybody may learn from a code: no name, no amount, no reason."""

    authority: str
    call_code: str
    call_title: str
    written_on: date
    released_at: datetime
    sha256: str
    page_count: int | None
    is_replaced: bool


def _of_finance(code: str) -> tuple[Select[*tuple[Any, ...]], ...]:  # Any: see `by_code`
    """Letters under an agreement and recovery orders; the pages of an order are not counted."""
    head = (Authority.name, Call.code, Call.title)
    under = (
        select(
            *head,
            AgreementLetter.context["letter"]["written_on"].astext,
            AgreementLetter.written_at,
            StoredFile.sha256,
            AgreementLetter.page_count,
            false(),
        )
        .join(Agreement, Agreement.id == AgreementLetter.agreement_id)
        .join(Call, Call.id == Agreement.call_id)
        .join(StoredFile, StoredFile.id == AgreementLetter.file_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(AgreementLetter.check_code == code)
    )
    orders = (
        select(
            *head,
            RecoveryOrder.context["letter"]["written_on"].astext,
            RecoveryOrder.issued_at,
            StoredFile.sha256,
            cast(None, Integer),
            RecoveryOrder.state == "cancelled",
        )
        .join(Call, Call.id == RecoveryOrder.call_id)
        .join(StoredFile, StoredFile.id == RecoveryOrder.file_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(RecoveryOrder.check_code == code)
    )
    return under, orders


def by_code(session: Session, code: str) -> Genuine | None:
    """Return a released letter or a question by the code printed on it; None for other codes."""
    letters = (
        select(
            Authority.name,
            Call.code,
            Call.title,
            Letter.context["letter"]["written_on"].astext,
            Letter.released_at,
            StoredFile.sha256,
            Letter.page_count,
            Letter.state == "superseded",
        )
        .join(Call, Call.id == Letter.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .join(StoredFile, StoredFile.id == Letter.file_id)
        .where(Letter.check_code == code, Letter.released_at.is_not(None))
    )
    questions = (
        select(
            Authority.name,
            Call.code,
            Call.title,
            Clarification.context["letter"]["written_on"].astext,
            Clarification.asked_at,
            StoredFile.sha256,
            Clarification.page_count,
            Clarification.state == "taken_back",
        )
        .join(Call, Call.id == Clarification.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .join(StoredFile, StoredFile.id == Clarification.file_id)
        .where(Clarification.check_code == code)
    )
    row = session.execute(union_all(letters, questions, *_of_finance(code))).one_or_none()
    if row is None:
        return None
    authority, call_code, title, written, released, sha256, pages, replaced = row
    day = date.fromisoformat(written)
    return Genuine(authority, call_code, title, day, released, sha256, pages, replaced)
