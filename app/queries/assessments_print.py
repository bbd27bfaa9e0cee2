"""Blind prints: for whoever assesses the application still, and has declared for its lot."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    ApplicationPrint,
    Assessment,
    Call,
    StageEntry,
    StoredFile,
)
from app.queries import blind
from app.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class BlindPrint:
    """`sha256` is empty while it waits for the printer, `failure` says why there is none."""

    print_id: int
    assessment_id: int
    blind_code: str
    sha256: str
    filename: str
    failure: str


def blind_print(session: Session, actor: Actor, print_id: int) -> BlindPrint:
    row = session.execute(
        select(
            ApplicationPrint.id,
            Assessment.id,
            Application.blind_code,
            StoredFile.sha256,
            StoredFile.filename,
            ApplicationPrint.failure,
        )
        .join(StageEntry, StageEntry.id == ApplicationPrint.entry_id)
        .join(Assessment, Assessment.entry_id == StageEntry.id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(StoredFile, StoredFile.id == ApplicationPrint.file_id)
        .where(
            ApplicationPrint.id == print_id,
            ApplicationPrint.document == "blind_application_form",
            *blind.mine(actor),
            blind.declared(),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    key, assessment_id, code, sha256, filename, failure = row
    return BlindPrint(key, assessment_id, code, sha256 or "", filename or "", failure)
