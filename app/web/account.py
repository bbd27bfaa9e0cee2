"""Signing in and out, and the start page of a person. The other pages of accounts join here."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.actions import accounts, accounts_sessions
from app.actions.accounts_sessions import Entered
from app.errors import TooMany
from app.i18n import gettext, ngettext
from app.i18n.marks import N_
from app.queries import organisations
from app.queries.waiting import Task, Wait, waiting
from app.web import account_links, account_own, navigation, pages
from app.web.account_resume import SIGN_IN, SignInPage, carried, send_again
from app.web.account_session import counted_for, drop_session, keep_session, safe_path
from app.web.deps import PublicAct, PublicReader, Reader
from app.web.forms import Posted, blank, read
from app.web.security import session_token

router = APIRouter(prefix="/account")
router.include_router(account_links.router)
router.include_router(account_own.router)

WRONG = N_("The e-mail address or the password is wrong. Check both and try again.")
SENT_AFTER = N_("You are signed in. One step is left: send what you typed.")


@dataclass(frozen=True, slots=True)
class Desk:
    """A place where the person works, with what is done there."""

    title: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """`tasks` are what waits for the person: the words of the link, its address, where it is."""

    tasks: tuple[tuple[str, str, str], ...]
    is_staff: bool
    desks: tuple[Desk, ...]
    requests: tuple[organisations.JoinRequest, ...]
    has_organisation: bool


@router.get("")
def account_home(request: Request, reader: Reader) -> Response:
    desks = tuple(
        Desk(desk.text, desk.href, _DESK_TEXTS.get(desk.text, ""))
        for desk in navigation.desks(request)
    )
    actor = reader.actor
    page = HomePage(
        tasks=tuple(
            (_task_text(each), _task_href(request, each), each.title)
            for each in waiting(reader.session, actor, reader.now)
        ),
        is_staff=bool(actor.grants),
        desks=desks,
        requests=organisations.join_requests(reader.session, actor),
        has_organisation=bool(actor.organisation_ids),
    )
    return pages.render(request, "account/home.html", page=page)


# What there is one of at its place; the rest is counted.
_TASK_TEXTS = {
    Task.QUESTION: N_("Answer a question of the authority"),
    Task.OFFER: N_("Answer the offer of a grant"),
    Task.SIGN: N_("Read your grant agreement and have it signed"),
    Task.CORRECT: N_("Correct a request for payment that came back"),
    Task.DRAFT: N_("Go on with your application"),
    Task.ALLOCATE: N_("Settle ties, then divide the money"),
    Task.DECIDE: N_("Decide on what a colleague computed"),
    Task.ANNOUNCE: N_("Look at the letters, then announce the decision"),
    Task.DECIDE_RESERVE: N_("Decide on free money that a colleague gives out again"),
    Task.ANNOUNCE_RESERVE: N_("Look at the letters, then announce the new offers"),
    Task.DECIDE_MOVE: N_("Agree that money moves to a later round, or refuse it"),
    Task.ORDER_BACK: N_("Order back what was paid too much"),
    Task.ISSUE_ORDER: N_("Issue the recovery order that a colleague prepared"),
    Task.CONFIRM_SHARE: N_("Confirm an own share that a colleague recorded"),
    Task.DECIDE_PRICE: N_("Agree to another price of a thing, or refuse it"),
    Task.APPROVE_RETURN: N_("Approve an own share that goes back"),
    Task.ANSWER_END: N_("Answer a beneficiary who asks to end the agreement"),
    Task.END_AGREEMENT: N_("Decide on the end of an agreement before its time"),
}


def _task_text(wait: Wait) -> str:
    if wait.task in _TASK_TEXTS:
        return gettext(_TASK_TEXTS[wait.task])
    number = wait.count
    texts = {
        Task.ASSESS: ngettext("Assess %(num)s application", "Assess %(num)s applications", number),
        Task.CHECK: ngettext("Check %(num)s application", "Check %(num)s applications", number),
        Task.AGREE: ngettext(
            "Look at %(num)s score to be agreed", "Look at %(num)s scores to be agreed", number
        ),
        Task.PREPARE_AGREEMENT: ngettext(
            "Prepare %(num)s agreement", "Prepare %(num)s agreements", number
        ),
        Task.CHECK_PAYMENT: ngettext(
            "Check %(num)s payment request", "Check %(num)s payment requests", number
        ),
        Task.APPROVE_PAYMENT: ngettext(
            "Approve %(num)s payment", "Approve %(num)s payments", number
        ),
        Task.PAY: ngettext("Record %(num)s payment", "Record %(num)s payments", number),
        Task.RECONCILE: ngettext(
            "Find %(num)s payment on the bank statement",
            "Find %(num)s payments on the bank statement",
            number,
        ),
        Task.APPROVE_INVOICE: ngettext(
            "Approve %(num)s invoice of a supplier", "Approve %(num)s invoices of suppliers", number
        ),
    }
    return texts[wait.task] % {"num": number}


# The page of each task, and by what its address names it; the rest begins at a start page.
_TASK_PAGES = {
    Task.QUESTION: ("applicant_clarification", "clarification_id"),
    Task.OFFER: ("applicant_offer", "award_id"),
    Task.SIGN: ("applicant_agreement", "agreement_id"),
    Task.CORRECT: ("applicant_payment", "payment_id"),
    Task.DRAFT: ("applicant_application", "application_id"),
    Task.CHECK: ("office_call_applications", "call_id"),
    Task.AGREE: ("office_ranking", "stage_id"),
    Task.ALLOCATE: ("office_ranking", "stage_id"),
    Task.DECIDE: ("office_ranking", "stage_id"),
    Task.ANNOUNCE: ("office_ranking", "stage_id"),
    Task.DECIDE_RESERVE: ("office_reserve", "call_id"),
    Task.ANNOUNCE_RESERVE: ("office_reserve", "call_id"),
    Task.DECIDE_MOVE: ("office_rounds", "call_id"),
    Task.ORDER_BACK: ("finance_agreement", "agreement_id"),
    Task.ISSUE_ORDER: ("finance_recovery", "order_id"),
    Task.CONFIRM_SHARE: ("office_in_kind_grant", "grant_id"),
    Task.APPROVE_INVOICE: ("office_in_kind_grant", "grant_id"),
    Task.DECIDE_PRICE: ("office_in_kind_grant", "grant_id"),
    Task.APPROVE_RETURN: ("office_in_kind_grant", "grant_id"),
    Task.ANSWER_END: ("finance_end", "agreement_id"),
    Task.END_AGREEMENT: ("finance_agreement", "agreement_id"),
}


def _task_href(request: Request, wait: Wait) -> str:
    if wait.task in _TASK_PAGES:
        route, name = _TASK_PAGES[wait.task]
        return pages.url(request, route, None, **{name: wait.key})
    return pages.url(request, "assessor_start" if wait.task is Task.ASSESS else "finance_start")


_DESK_TEXTS = {
    "Applications": N_("Find a call, prepare an application, follow what was sent."),
    "Office": N_("Calls, checks, ranking, decisions and letters."),
    "Assessment": N_("Applications that wait for your marks."),
    "Finance": N_("Agreements and payments."),
    "Administration": N_("Authorities, staff and their roles."),
}


@router.get("/sign-in")
def account_sign_in(request: Request, reader: PublicReader, next: str = "") -> Response:  # noqa: A002 - the name in the address
    if reader.actor.is_signed_in:
        return _onward(request, safe_path(next))
    page = SignInPage(blank(SIGN_IN), next_path=safe_path(next))
    return pages.render(request, "account/sign_in.html", page=page)


@router.post("/sign-in")
def account_enter(request: Request, posted: Posted, act: PublicAct) -> Response:
    form = read(SIGN_IN, posted)
    kept = carried(posted)
    next_path = safe_path(_text(posted, "next"))
    status = 422
    if not form.errors:
        email = str(form.values["email"])
        try:
            entered = accounts.sign_in(
                act,
                email=email,
                password=str(form.values["password"]),
                network=counted_for(request, email),
                user_agent=request.headers.get("user-agent", ""),
                replaced_token=session_token(request),
            )
        except TooMany as wait:
            form, status = form.with_errors({"": wait.message}), 429
        else:
            if entered is not None:
                return _welcome(request, entered, email, next_path, posted)
            form = form.with_errors({"": WRONG})
    page = SignInPage(form, next_path=next_path, kept=kept)
    return pages.render(request, "account/sign_in.html", page=page, status=status)


def _welcome(
    request: Request, entered: Entered, email: str, next_path: str, posted: FormData
) -> Response:
    """Go to where the person was; with a form that waited, to the page that sends it."""
    kept = carried(posted)
    response: Response
    if kept is not None and kept.action:
        request.state.session_token = entered.token
        response = send_again(request, kept, said=gettext(SENT_AFTER))
    else:
        response = _onward(request, next_path)
    keep_session(request, response, entered.token, email)
    return response


@router.post("/sign-out")
def account_sign_out(request: Request, act: PublicAct) -> Response:
    if request.state.sign_in_id is not None:
        accounts_sessions.end(act, request.state.sign_in_id)
    response = pages.redirect(request, "account_sign_in", notice=N_("You are signed out."))
    drop_session(request, response)
    return response


def _onward(request: Request, next_path: str) -> RedirectResponse:
    return RedirectResponse(next_path or pages.url(request, "account_home"), 303)


def _text(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""
