"""What a grant agreement states about its two parties, its call and its action."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Application,
    Authority,
    Call,
    Lot,
    Organisation,
    OrganisationIdentifier,
    StoredFile,
)
from app.queries import visible
from app.queries.applications_receipts import Download
from app.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Rows are read as they are now; the paper keeps what it was printed from."""

    call_id: int
    call_code: str
    call_title: str
    currency: str
    lot_code: str
    lot_title: str
    application_reference: str
    action_title: str
    authority: Authority
    beneficiary: Organisation
    identifiers: tuple[tuple[str, str], ...]


def paper_facts(session: Session, agreement_id: int) -> PaperFacts:
    """Return everything the paper says that is not in the agreement's own row."""
    of_agreement = select(Agreement.application_id).where(Agreement.id == agreement_id)
    return _facts(session, Application.id == of_agreement.scalar_subquery())


def application_facts(session: Session, application_id: int) -> PaperFacts:
    """Return the same of an application that has no agreement."""
    return _facts(session, Application.id == application_id)


def _facts(session: Session, condition: ColumnElement[bool]) -> PaperFacts:
    row = session.execute(
        select(
            Call.id, Call.code, Call.title, Call.currency, Lot.code, Lot.title,
            Application.reference, Application.title, Authority, Organisation,
        )
        .join(Application, Application.call_id == Call.id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Authority, Authority.id == Call.authority_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(condition)
    ).one()  # fmt: skip
    identifiers = session.execute(
        select(OrganisationIdentifier.scheme, OrganisationIdentifier.number)
        .where(OrganisationIdentifier.organisation_id == row[-1].id)
        .order_by(OrganisationIdentifier.scheme, OrganisationIdentifier.number)
    )
    values = (*tuple(row), tuple((scheme, number) for scheme, number in identifiers))
    return PaperFacts(*values)


def agreement_file(session: Session, actor: Actor, agreement_id: int) -> Download | None:
    """Return the printed agreement for those who may see it, None until it is printed."""
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(Agreement, Agreement.file_id == StoredFile.id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(Agreement.id == agreement_id, visible.agreements(actor))
    ).one_or_none()
    return None if row is None else Download(*row)
