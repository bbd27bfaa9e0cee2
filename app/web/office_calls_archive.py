"""Put a call away: what is still open, or the deed with its reason."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls_archive
from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_archive import OpenEnds, open_ends
from app.queries.rounds import Left, left_for_next
from app.rules.permissions import Permission
from app.rules.scheme_letters import Retention
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, read
from app.web.office_calls_draft import must

router = APIRouter(prefix="/calls/{call_id:int}/archive")

REASON = (
    fields.long_text(
        "reason",
        N_("Why is the call put away?"),
        hint=N_("For example that the last balance is paid and the donor has accepted the report."),
        missing=calls_archive.NO_REASON,
        max_words=200,
    ),
)


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """`form` is None while something is open, or `left` for a later round."""

    call: CallPage
    form: Form | None
    ends: OpenEnds
    retention: Retention
    left: Left | None


@router.get("")
def office_call_archive(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _show(request, reader, call_id, blank(REASON))


@router.post("")
def office_call_archive_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(REASON, posted)
    if form.errors:
        return _show(request, act, call_id, form, status=422)
    calls_archive.archive(act, call_id, reason=str(form.values["reason"]))
    notice = N_("The call is archived. Everything of it can still be read.")
    return pages.redirect(request, "office_call", call_id=call_id, notice=notice)


def _show(
    request: Request, reader: Read | Act, call_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.PUBLISH_CALL)
    if call.state != "announced":
        raise Conflict(calls_archive.NOT_NOW)
    ends = open_ends(reader.session, call_id)
    left = left_for_next(reader.session, call_id) if call.scheme.rounds else None
    can = ends.is_settled and left is None
    page = ArchivePage(call, form if can else None, ends, call.scheme.retention, left)
    return pages.render(request, "office/call_archive.html", page=page, status=status)
