"""Whom an award without a competition names: who was invited, who could not be, what to do."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import invitations
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries.allowed import refuse_unless
from app.queries.calls import CallPage, call_page
from app.queries.named import NamedLine, named_lines
from app.rules.permissions import Permission, may
from app.web import pages
from app.web.deps import InAct, Reader

router = APIRouter(prefix="/office/calls/{call_id:int}/named")


@dataclass(frozen=True, slots=True)
class NamedPage:
    """`address` is what the authority sends to those whom no mail reaches.

    They are counted while it is not too late for them to apply.
    """

    call: CallPage
    lines: tuple[NamedLine, ...]
    address: str
    unreached: int
    may_invite: bool


@router.get("")
def office_call_named(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    # It says whether each has applied, which assessors and finance do not see.
    refuse_unless(reader.actor, Permission.SEE_APPLICATIONS, call.facts)
    direct = call.scheme.call.direct
    if direct is None or call.is_draft:
        raise NotFound
    lines = named_lines(reader.session, call_id, direct)
    is_in_time = call.phase in ("open", "upcoming")
    base = request.app.state.settings.base_url
    page = NamedPage(
        call=call,
        lines=lines,
        address=f"{base}{pages.url(request, 'public_call', call_id=call_id)}",
        unreached=sum(each.is_out_of_reach for each in lines) if is_in_time else 0,
        may_invite=(
            is_in_time
            and any(each.is_new for each in lines)
            and may(reader.actor, Permission.PUBLISH_CALL, call.facts) is None
        ),
    )
    return pages.render(request, "office/call_named.html", page=page)


@router.post("")
def office_call_named_invite(request: Request, act: InAct, call_id: int) -> Response:
    written = invitations.invite_new(act, call_id)
    return pages.redirect(
        request,
        "office_call_named",
        call_id=call_id,
        notice=N_("Organisations invited by mail: {written}."),
        notice_values={"written": written},
    )
