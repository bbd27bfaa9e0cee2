"""The rounds of a call: prepare the next one, move what is left to it, agree to that or not."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import round_moves, rounds
from app.actions.act import Act, refused
from app.actions.once import first_answer, once, remember
from app.errors import Conflict, Invalid, NotFound
from app.i18n import format_money, gettext, sentence
from app.i18n.marks import N_
from app.queries.rounds_page import RoundsPage, move_call, rounds_page
from app.rules.permissions import Permission, may
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Verbatim
from app.web.forms import Form, Posted, blank, filled, new_key, read
from app.web.office_calls_stop import CLONE
from app.web.ranking_deeds import REASON

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done with a proposed move; `asks` for a reason or not."""

    needs: tuple[Permission, ...]
    button: str
    explains: str
    notice: str
    run: Callable[[Act, int, str], None]
    asks: tuple[Field, ...] = ()


DEEDS = {
    "agree": Deed(
        needs=(Permission.DECIDE, Permission.PUBLISH_CALL),
        button=N_("Agree: let the money move"),
        explains=N_(
            "Both rounds get a new version with their new money, which everybody can read at once."
        ),
        notice=N_("The money has moved. Both rounds tell it in a new version."),
        run=lambda act, key, _: round_moves.agree(act, key),
    ),
    "drop": Deed(
        needs=(Permission.ALLOCATE,),
        button=N_("Drop this move"),
        explains=N_("Nothing moves. The proposal stays on file with your reason."),
        notice=N_("The move is dropped; nothing has moved."),
        run=lambda act, key, reason: round_moves.drop(act, key, reason=reason),
        asks=(REASON,),
    ),
}


# Put away, or cancelled before it was published: it never had money to move.
_OVER = ("archived", "cancelled")


@dataclass(frozen=True, slots=True)
class OfficeRoundsPage:
    """`blocked` says why nothing can move now; empty where it can or there is nothing to move."""

    found: RoundsPage
    blocked: str
    deeds: tuple[tuple[str, Deed], ...]
    may_begin: bool
    may_propose: bool
    own: bool


@dataclass(frozen=True, slots=True)
class NextPage:
    found: RoundsPage
    form: Form
    form_key: str


@dataclass(frozen=True, slots=True)
class MovePage:
    """`problem` says why nothing could be proposed; what was typed stays below it."""

    found: RoundsPage
    form: Form
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DeedPage:
    found: RoundsPage
    key: str
    deed: Deed
    form: Form


@router.get("/calls/{call_id:int}/rounds")
def office_rounds(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    found = _found(reader, call_id)
    current = found.current
    is_free = found.movable is not None and found.movable.total_cents > 0
    blocked = _blocked(found)
    page = OfficeRoundsPage(
        found=found,
        blocked=blocked,
        deeds=tuple(
            (key, deed)
            for key, deed in DEEDS.items()
            if current and all(_may(reader, each, found) for each in deed.needs)
        ),
        may_begin=_may(reader, Permission.EDIT_CALL, found)
        and found.last.call_id == call_id
        and found.state != "draft"
        and found.next_on is not None,
        may_propose=_may(reader, Permission.ALLOCATE, found)
        and is_free
        and current is None
        and not blocked,
        own=current is not None and current.proposed_by_id == reader.actor.user_id,
    )
    return pages.render(request, "office/rounds.html", page=page)


@router.get("/calls/{call_id:int}/rounds/next")
def office_round_next(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    found = _found(reader, call_id)
    _must(reader, Permission.EDIT_CALL, found)
    form = filled(CLONE, {"title": found.title})
    return pages.render(request, "office/round_next.html", page=NextPage(found, form, new_key()))


@router.post("/calls/{call_id:int}/rounds/next")
def office_round_next_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(CLONE, posted)
    key = str(posted.get("form_key") or "")
    if not form.errors:
        try:
            new_id = _begun(act, call_id, form, key)
        except Invalid as problem:
            form, key = form.with_errors(problem.fields, **problem.values), new_key()
        else:
            notice = N_("The next round is a draft. Read it and publish it.")
            return pages.redirect(request, "office_call", call_id=new_id, notice=notice)
    found = _found(act, call_id)
    _must(act, Permission.EDIT_CALL, found)
    page = NextPage(found, form, key or new_key())
    return pages.render(request, "office/round_next.html", page=page, status=422)


def _begun(act: InAct, call_id: int, form: Form, key: str) -> int:
    """Begin the next round, once for a form that is sent twice."""
    if key and not once(act, key) and (answer := first_answer(act, key)):
        return int(answer)
    code, title = str(form.values["code"]), str(form.values["title"])
    with act.attempt():
        new_id = rounds.begin_next(act, call_id, code=code, title=title)
    if key:
        remember(act, key, str(new_id))
    return new_id


@router.get("/calls/{call_id:int}/rounds/move")
def office_round_move(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    found = _movable(reader, call_id)
    form = filled(_amounts(found), _all_of_it(found))
    return pages.render(request, "office/round_move.html", page=MovePage(found, form))


@router.post("/calls/{call_id:int}/rounds/move")
def office_round_move_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    found = _found(act, call_id)
    _must(act, Permission.ALLOCATE, found)
    form = read(_amounts(found), posted)
    problem = "" if found.movable else _blocked(found)
    if not form.errors and not problem:
        amounts = {lot.code: _cents(form.values[_name(lot.code)]) for lot in found.lots}
        try:
            reason = str(form.values["reason"])
            round_moves.propose(act, call_id, amounts=amounts, reason=reason)
        except Invalid as wrong:
            codes = {lot.code for lot in found.lots}
            told = {_name(k) if k in codes else k: each for k, each in wrong.fields.items()}
            form = form.with_errors(told, **wrong.values)
        except Conflict as refusal:
            problem = sentence(refusal.message, refusal.values)
        else:
            notice = N_("Proposed. A second person has to agree before the money moves.")
            return pages.redirect(request, "office_rounds", call_id=call_id, notice=notice)
    page = MovePage(found, form, problem)
    status = 409 if problem else 422
    return pages.render(request, "office/round_move.html", page=page, status=status)


@router.get("/rounds/{move_id:int}/{key}")
def office_round_deed(request: Request, reader: Reader, move_id: int, key: str) -> HTMLResponse:
    return _show_deed(request, reader, move_id, key, blank(_deed(key).asks))


@router.post("/rounds/{move_id:int}/{key}")
def office_round_do(
    request: Request, posted: Posted, act: InAct, move_id: int, key: str
) -> Response:
    deed = _deed(key)
    form = read(deed.asks, posted)
    if not form.errors:
        try:
            deed.run(act, move_id, str(form.values.get("reason", "")))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            call_id = move_call(act.session, move_id)
            return pages.redirect(request, "office_rounds", call_id=call_id, notice=deed.notice)
    return _show_deed(request, act, move_id, key, form, status=422)


def _show_deed(
    request: Request, reader: Read | Act, move_id: int, key: str, form: Form, status: int = 200
) -> HTMLResponse:
    deed = _deed(key)
    found = _found(reader, move_call(reader.session, move_id))
    for each in deed.needs:
        _must(reader, each, found)
    if found.current is None or found.current.move_id != move_id:
        raise Conflict(N_("This move does not wait for a decision any more."))
    page = DeedPage(found, key, deed, form)
    return pages.render(request, "office/round_deed.html", page=page, status=status)


def _deed(key: str) -> Deed:
    if key not in DEEDS:
        raise NotFound
    return DEEDS[key]


def _found(reader: Read | Act, call_id: int) -> RoundsPage:
    return rounds_page(reader.session, reader.actor, call_id, reader.now)


def _may(reader: Read | Act, to: Permission, found: RoundsPage) -> bool:
    return may(reader.actor, to, found.facts) is None


def _must(reader: Read | Act, to: Permission, found: RoundsPage) -> None:
    refusal = may(reader.actor, to, found.facts)
    if refusal is not None:
        raise refused(refusal)


def _movable(reader: Read | Act, call_id: int) -> RoundsPage:
    """Return the page of a round of which something may be proposed to move."""
    found = _found(reader, call_id)
    _must(reader, Permission.ALLOCATE, found)
    if found.movable is None or _blocked(found):
        raise Conflict(N_("Nothing can move from this round now. The page of the rounds says why."))
    return found


def _blocked(found: RoundsPage) -> str:
    if found.movable is None and found.state in _OVER:
        return gettext(N_("This round is over: nothing of it moves any more."))
    if found.movable is None:
        return gettext(N_("What this round has left can move once its awards are announced."))
    if found.list_is_called:
        return gettext(round_moves.LIST_IS_CALLED)
    if found.receiver is None:
        return gettext(N_("No round follows this one. Prepare the next round first."))
    try:
        round_moves.refuse_state(found.receiver.code, found.receiver.state)
    except Conflict as problem:
        return sentence(problem.message, problem.values)
    return ""


def _amounts(found: RoundsPage) -> tuple[Field, ...]:
    most = found.movable.by_lot if found.movable else {}
    amounts = [
        fields.amount(
            _name(lot.code),
            Verbatim(f"{lot.code}: {found.titles.get(lot.code, '')}"),
            minimum_cents=0,
            maximum_cents=most.get(lot.code, 0),
            hint=Verbatim(
                sentence(
                    N_("At most {most}"),
                    {"most": format_money(most.get(lot.code, 0), found.currency)},
                )
            ),
        )
        for lot in found.lots
    ]
    reason = fields.long_text(
        "reason",
        N_("Why does it move?"),
        hint=N_("The words stand in the new version of both rounds."),
        missing=round_moves.NO_REASON,
        max_words=200,
    )
    return (*amounts, reason)


def _all_of_it(found: RoundsPage) -> dict[str, object]:
    """Propose all that may move, lot by lot."""
    if found.movable is None:
        return {}
    left_cents, values = found.movable.total_cents, dict[str, object]()
    for lot in found.lots:
        cents = min(found.movable.by_lot[lot.code], left_cents)
        values[_name(lot.code)] = cents
        left_cents -= cents
    return values


def _name(code: str) -> str:
    return f"lot-{code}"


def _cents(value: object) -> int:
    return value if isinstance(value, int) else 0
