"""How to check a decision: its files for everybody, and the rules as a program of their own."""

import hashlib
import json
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.documents import rules_program
from app.errors import NotFound
from app.queries import published
from app.queries.published import CheckedCall, Decision
from app.queries.schemes import scheme_named
from app.rules.canonical import canonical
from app.web import pages
from app.web.deps import PublicReader
from app.web.public_terms import words_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision with the title of the stage that it ended."""

    decision: Decision
    stage: str


@dataclass(frozen=True, slots=True)
class ProofPage:
    call: CheckedCall
    decisions: tuple[Shown, ...]
    program: str
    program_sha256: str

    @property
    def example(self) -> str:
        """The file of the newest decision, or what one would be called."""
        if self.call.decisions:
            return self.call.decisions[-1].filename(published.DECISION)
        return f"{self.call.code}-allocation-1-decision.json"


@router.get("/calls/{call_id:int}/check")
def public_call_check(request: Request, reader: PublicReader, call_id: int) -> HTMLResponse:
    """Say in plain words how anybody computes the decisions of a call again."""
    call = published.checked_call(reader.session, call_id)
    scheme = scheme_named(reader.session, call_id, call.digest)
    page = ProofPage(
        call=call,
        decisions=tuple(
            Shown(each, words_of(scheme.stage(each.stage).title)) for each in call.decisions
        ),
        program=rules_program.FILENAME,
        program_sha256=hashlib.sha256(rules_program.program()).hexdigest(),
    )
    return pages.render(request, "public/call_check.html", page=page)


@router.get("/calls/{call_id:int}/decisions/{kind}/{number:int}/{part}.json")
def public_decision_file(
    reader: PublicReader, call_id: int, kind: str, number: int, part: str
) -> Response:
    """Give a decision: both parts byte for byte as the digest covers them, or one to be read."""
    found = published.decision_proof(reader.session, call_id, kind, number)
    if part == published.DECISION:
        body = canonical(found.both)
    elif part in (published.INPUT, published.RESULT):
        one = found.inputs if part == published.INPUT else found.result
        body = json.dumps(one, ensure_ascii=False, indent=1).encode()
    else:
        raise NotFound
    name = found.decision.filename(part).replace("/", "-")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/rules/envelope-rules.pyz")
def public_rules_program(_reader: PublicReader) -> Response:
    """Give the rules that decide here as one file that runs without anything of ours."""
    name = rules_program.FILENAME
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(rules_program.program(), media_type="application/octet-stream", headers=headers)
