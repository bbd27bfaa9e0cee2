"""The evidence of one award: a page that says what is inside, and the ZIP."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from app.actions import evidence as deeds
from app.documents import evidence as zipped
from app.documents.evidence import Part
from app.i18n import gettext
from app.i18n.marks import N_
from app.queries import evidence
from app.queries.audit import AuditFilter, audit_batches
from app.queries.evidence import EvidenceAward
from app.web import audit_sheet, pages, sent_file
from app.web.deps import InAct, Read, Reader
from app.web.downloads import store_of

router = APIRouter(prefix="/office")

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class EvidencePage:
    award: EvidenceAward


@router.get("/awards/{award_id:int}/evidence")
def office_evidence(request: Request, reader: Reader, award_id: int) -> HTMLResponse:
    found = evidence.evidence_award(reader.session, reader.actor, award_id)
    return pages.render(request, "office/evidence.html", page=EvidencePage(found))


@router.post("/awards/{award_id:int}/evidence")
def office_evidence_take(request: Request, act: InAct, award_id: int) -> StreamingResponse:
    """Write the ZIP, record who took it with its hash, send it.

    It is whole before it is recorded, and recorded before the first byte leaves; the award is
    locked only for the record.
    """
    found = evidence.evidence_award(act.session, act.actor, award_id)
    made = evidence.bundle(act.session, act.actor, found, act.now)
    trail = _trail(Read(act.session, act.actor, act.now), found)
    made = replace(made, parts=(*made.parts, *trail))
    count = 0

    def write(file: BinaryIO) -> None:
        nonlocal count
        count = len(zipped.write(made, store_of(request).chunks, file))

    file = sent_file.written(write)
    deeds.taken(act, award_id, sha256=_sha256(file), files=count)
    name = f"evidence-{found.reference}.zip"
    return sent_file.send_written(file, name=name, media_type="application/zip")


def _trail(reader: Read, found: EvidenceAward) -> Iterator[Part]:
    """The trail twice: in words for people, as it is on file for machines."""
    wanted = AuditFilter(objects=evidence.trail_objects(reader.session, found))
    batches = tuple(audit_batches(reader.session, reader.actor, wanted))
    sheet = BytesIO()
    audit_sheet.write("csv", audit_sheet.rows(reader, batches), sheet, count=0)
    title = N_("The audit trail of all of it, in words")
    yield Part("audit/trail.csv", gettext(title), sheet.getvalue())
    kept = [
        {
            "id": line.id,
            "at": line.at.isoformat(),
            "actor_name": line.actor_name,
            "object_type": line.object_type,
            "object_id": line.object_id,
            "event": line.event,
            "before": line.before,
            "after": line.after,
            "detail": line.detail,
        }
        for batch in batches
        for line in batch
    ]
    title = N_("The same as it is on file")
    yield Part("audit/trail.json", gettext(title), zipped.as_json(kept))


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
