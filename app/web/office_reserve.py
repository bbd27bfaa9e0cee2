"""Free money after the announcement: what is free, who is next, propose, decide, announce."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import reserve, reserve_release
from app.actions.act import Act
from app.errors import Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries.reserve import call_of_activation
from app.queries.reserve_page import ReservePage, reserve_page
from app.rules.allocation_reserve import has_lapsed
from app.rules.permissions import Permission, may
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, read
from app.web.ranking_deeds import REASON

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class Deed:
    """One button; with `explains` it has a page of its own that asks for the reason."""

    needs: Permission
    state: str
    button: str
    notice: str
    run: Callable[[Act, int, str], None]
    explains: str = ""
    kind: str = "primary"


DEEDS: dict[str, Deed] = {
    "decide": Deed(
        needs=Permission.DECIDE,
        state="proposed",
        button=N_("Decide on it"),
        notice=N_("Decided. The letters are being printed; announce it when they are ready."),
        run=lambda act, key, reason: reserve_release.decide(act, key, reason=reason),
        explains=N_(
            "You make this proposal the decision of the authority. Nobody outside sees it before "
            "it is announced."
        ),
    ),
    "announce": Deed(
        needs=Permission.ANNOUNCE,
        state="decided",
        button=N_("Announce it"),
        notice=N_("Announced. The letters are released and the applicants are told by e-mail."),
        run=lambda act, key, _: reserve_release.announce(act, key),
    ),
    "write_again": Deed(
        needs=Permission.PREPARE_LETTERS,
        state="decided",
        button=N_("Write the letters again with today's date"),
        notice=N_("The letters are being printed again."),
        run=lambda act, key, _: reserve_release.write_again(act, key),
        kind="secondary",
    ),
    "discard": Deed(
        needs=Permission.ALLOCATE,
        state="",
        button=N_("Take it back"),
        notice=N_("The proposal is taken back; it stays on file."),
        run=lambda act, key, reason: reserve.discard(act, key, reason=reason),
        explains=N_(
            "The money is free again and can be proposed anew. The proposal stays on file."
        ),
        kind="secondary",
    ),
}


@dataclass(frozen=True, slots=True)
class FreePage:
    """`deeds` are the buttons for what is under way; `own` if the reader proposed it."""

    found: ReservePage
    deeds: tuple[tuple[str, Deed], ...]
    may_propose: bool
    is_lapsed: bool
    own: bool


@dataclass(frozen=True, slots=True)
class DeedPage:
    found: ReservePage
    deed: Deed
    form: Form


@router.get("/calls/{call_id:int}/reserve")
def office_reserve(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    found = reserve_page(reader.session, reader.actor, call_id)
    today = reader.now.astimezone(ZONE).date()
    current = found.current
    page = FreePage(
        found=found,
        deeds=_deeds(reader, found),
        may_propose=found.call_state == "announced"
        and current is None
        and may(reader.actor, Permission.ALLOCATE, found.facts) is None,
        is_lapsed=has_lapsed(today, found.valid_until),
        own=current is not None
        and current.state == "proposed"
        and current.proposed_by_id == reader.actor.user_id,
    )
    return pages.render(request, "office/reserve.html", page=page)


def _deeds(reader: Read, found: ReservePage) -> tuple[tuple[str, Deed], ...]:
    current = found.current
    if current is None:
        return ()
    return tuple(
        (key, deed)
        for key, deed in DEEDS.items()
        if deed.state in ("", current.state) and may(reader.actor, deed.needs, found.facts) is None
    )


@router.post("/calls/{call_id:int}/reserve")
def office_reserve_propose(request: Request, act: InAct, call_id: int) -> Response:
    reserve.propose(act, call_id)
    notice = N_("Proposed. The money is held; a second person decides.")
    return pages.redirect(request, "office_reserve", call_id=call_id, notice=notice)


@router.get("/reserve/{activation_id:int}/{key}")
def office_reserve_deed(
    request: Request, reader: Reader, activation_id: int, key: str
) -> HTMLResponse:
    deed = _asked(key)
    call_id = call_of_activation(reader.session, activation_id)
    found = reserve_page(reader.session, reader.actor, call_id)
    page = DeedPage(found, deed, blank((REASON,)))
    return pages.render(request, "office/reserve_deed.html", page=page)


@router.post("/reserve/{activation_id:int}/{key}")
def office_reserve_do(
    request: Request, posted: Posted, act: InAct, activation_id: int, key: str
) -> Response:
    if key not in DEEDS:
        raise NotFound
    deed = DEEDS[key]
    call_id = call_of_activation(act.session, activation_id)
    found = reserve_page(act.session, act.actor, call_id)
    form = read((REASON,) if deed.explains else (), posted)
    if not form.errors:
        try:
            deed.run(act, activation_id, str(form.values.get("reason", "")))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return pages.redirect(request, "office_reserve", call_id=call_id, notice=deed.notice)
    page = DeedPage(found, deed, form)
    return pages.render(request, "office/reserve_deed.html", page=page, status=422)


def _asked(key: str) -> Deed:
    """Return a deed that has a page of its own."""
    if key not in DEEDS or not DEEDS[key].explains:
        raise NotFound
    return DEEDS[key]
