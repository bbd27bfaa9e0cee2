"""What the forms that change a draft have in common."""

from dataclasses import dataclass, replace

from fastapi import Request
from starlette.responses import Response

from app.actions import calls
from app.actions.act import Act, refused
from app.errors import Conflict
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.rules.permissions import Permission, may
from app.web import pages
from app.web.deps import Read
from app.web.forms import Bound, Form
from app.web.office_calls_findings import Told


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people filled in differently."""

    label: str
    theirs: str
    typed: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`told` are findings that this page can mend; `hint` is what helps to fill it in."""

    call: CallPage
    form: Form
    told: tuple[Told, ...] = ()
    hint: str = ""
    theirs: tuple[Difference, ...] = ()
    stage_title: str = ""


def draft(reader: Read | Act, call_id: int, to: Permission = Permission.EDIT_CALL) -> CallPage:
    """Return a call that the person may change now; Conflict once it is published."""
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, to)
    if not call.is_draft:
        raise Conflict(calls.FROZEN)
    return call


def changeable(reader: Read | Act, call_id: int) -> CallPage:
    """Return a draft, or a call with a corrigendum in work; Conflict for any other."""
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.EDIT_CALL)
    if not call.is_draft and call.correction is None:
        raise Conflict(calls.FROZEN)
    return call


def must(reader: Read | Act, call: CallPage, to: Permission) -> None:
    """Refuse the form already, not only what it sends."""
    refusal = may(reader.actor, to, call.facts)
    if refusal is not None:
        raise refused(refusal)


def differences(typed: Form, saved_now: Form) -> tuple[Difference, ...]:
    """Return where what a person typed differs from what somebody else saved meanwhile."""
    return tuple(
        Difference(mine.label, _as_text(theirs), _as_text(mine))
        for mine, theirs in zip(typed, saved_now, strict=True)
        if mine.kind != "hidden" and _as_text(mine) != _as_text(theirs)
    )


def _as_text(bound: Bound) -> str:
    return " ".join(part for texts in bound.typed.values() for part in texts if part)


def saved(request: Request, call: CallPage) -> Response:
    """Lead back to the draft, or to the corrigendum in work."""
    home = "office_call" if call.correction is None else "office_call_correction"
    return pages.redirect(request, home, call_id=call.id, notice=N_("Saved."))


def version_of(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() else None


def with_version(form: Form, call: CallPage) -> Form:
    """Who was told of another person's change may save over it: they have been told."""
    return replace(form, typed={**form.typed, "version": (str(call.version),)})
