"""A letter of a call as it would be printed: its own texts, with somebody else's figures."""

import json
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import paper_parts
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.samples import REPORTS
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import letterhead
from app.queries.calls import CallPage, call_page
from app.rules.permissions import Permission
from app.rules.scheme_letters import Letter
from app.rules.scheme_text import said
from app.web.applicant_documents import store_of
from app.web.deps import Reader
from app.web.letter_pdf import POLICY
from app.web.office_calls_draft import must

router = APIRouter(prefix="/calls/{call_id:int}")


@router.get("/letters/{letter_key}/preview.pdf")
def office_call_letter(request: Request, reader: Reader, call_id: int, letter_key: str) -> Response:
    """Print the sample of the letter's paper under the head and the words of this call."""
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.EDIT_CALL)
    rule = next((each for each in call.working.letters.letters if each.key == letter_key), None)
    if rule is None or not (REPORTS / rule.document / "sample.json").exists():
        raise NotFound(N_("There is no such letter in these rules."))
    paper = _paper(call, rule, letterhead.sender(reader.session, call_id))
    # A printer of its own that ends with the request: few look, and nobody waits for another.
    with Renderer() as printer:
        content = printer.pdf(paper, files=paper_parts.pictures(paper, store_of(request)))
    headers = {
        "content-disposition": f'inline; filename="{rule.document}.pdf"',
        "content-security-policy": POLICY,
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _paper(call: CallPage, rule: Letter, sender: letterhead.Sender) -> c.Context:
    scheme = call.working
    letters, language = scheme.letters, scheme.languages[0]
    text = (REPORTS / rule.document / "sample.json").read_text(encoding="utf-8")
    sample = c.from_json(rule.document, json.loads(text))
    head = c.head_of(sample)
    if not isinstance(head, c.Letter):
        raise NotFound
    complaint = c.Complaint(
        days=letters.complaint_window_days,
        send_to=sender.complaints_to,
        reply_days=letters.complaint_reply_days,
        further=said(letters.complaint_paragraph, language),
    )
    told = replace(
        head,
        authority=paper_parts.authority(sender),
        visibility=paper_parts.visibility(scheme),
        matter=replace(
            head.matter,
            call_reference=call.code,
            call_title=call.title,
            lot=paper_parts.lot_title(scheme, scheme.lots[0].code) if scheme.lots else "",
        ),
        complaint=complaint if head.complaint else None,
        data_protection=said(letters.data_protection, language),
        verification=None,
        paragraphs=tuple(said(each, language) for each in rule.paragraphs),
        language=language,
    )
    return c.with_letter(sample, told)
