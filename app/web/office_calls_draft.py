"""What the forms that change a draft have in common."""

from dataclasses import dataclass, replace

from fastapi import Request
from starlette.responses import Response

from app.actions import calls
from app.actions.act import Act, refused
from app.errors import Conflict
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_findings import CallFinding, Place, findings_of
from app.rules.permissions import Permission, may
from app.web import pages
from app.web.deps import Read
from app.web.forms import Form


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`findings` are those that this page can mend; `hint` is what helps to fill it in."""

    call: CallPage
    form: Form
    findings: tuple[CallFinding, ...] = ()
    hint: str = ""
    lots: tuple[tuple[str, str], ...] = ()
    stage_title: str = ""


def draft(reader: Read | Act, call_id: int, to: Permission = Permission.EDIT_CALL) -> CallPage:
    """Return a call that the person may change now; Conflict once it is published."""
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, to)
    if not call.is_draft:
        raise Conflict(calls.FROZEN)
    return call


def must(reader: Read | Act, call: CallPage, to: Permission) -> None:
    """Refuse the form already, not only what it sends."""
    refusal = may(reader.actor, to, call.facts)
    if refusal is not None:
        raise refused(refusal)


def mended_by(place: Place, reader: Read | Act, call: CallPage) -> tuple[CallFinding, ...]:
    found = findings_of(call.scheme, call.dates, reader.now)
    return tuple(each for each in found if each.place is place)


def saved(request: Request, call_id: int) -> Response:
    return pages.redirect(request, "office_call", call_id=call_id, notice=N_("Saved."))


def version_of(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() else None


def with_version(form: Form, call: CallPage) -> Form:
    """Who was told of another person's change may save over it: they have been told."""
    return replace(form, typed={**form.typed, "version": (str(call.version),)})
