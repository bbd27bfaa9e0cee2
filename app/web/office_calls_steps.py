"""Where a call is on its way, and which pages lead on from here."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request

from app.i18n import gettext
from app.i18n.marks import N_
from app.queries.calls import CallPage
from app.rules.permissions import Actor, Permission, may
from app.web.parts import Step
from app.web.public_links import href
from app.web.public_terms import words_of


@dataclass(frozen=True, slots=True)
class NextStep:
    title: str
    href: str
    hint: str


_WAY = (
    (N_("Prepare"), ("draft",)),
    (N_("Take applications"), ("published",)),
    (N_("Assess"), ("closed", "assessed")),
    (N_("Rank and allocate"), ("ranked", "allocated")),
    (N_("Decide and announce"), ("decided",)),
    (N_("Agreements and payments"), ("announced", "archived")),
)

# Pages of other parts of the program, by their possible names; shown where they exist.
_PLACES = (
    (
        Permission.SEE_APPLICATIONS,
        N_("Applications"),
        N_("Check what came in, and assign assessors"),
        ("office_call_applications", "office_applications"),
    ),
    (
        Permission.SEE_ASSESSMENTS,
        N_("Assessments"),
        N_("Who assesses what, and how far it is"),
        ("office_call_assessments", "office_assessments"),
    ),
    (
        Permission.PREPARE_LETTERS,
        N_("Letters"),
        N_("Prepare, look at and release letters"),
        ("office_call_letters", "office_letters"),
    ),
    (
        Permission.SEE_AGREEMENTS,
        N_("Agreements and payments"),
        N_("From the accepted award to the balance"),
        ("finance_call", "finance_agreements"),
    ),
    (
        Permission.SEE_REPORTS,
        N_("Award report"),
        N_("Requested, awarded, agreed, paid and left"),
        ("office_award_report", "office_report", "office_reports"),
    ),
    (
        Permission.SEE_AUDIT,
        N_("Audit trail"),
        N_("Who changed what, when and why"),
        ("office_call_audit", "office_audit"),
    ),
)


def lifecycle_steps(call: CallPage) -> tuple[Step, ...]:
    """Return the way of a call; none for a cancelled one."""
    if call.state == "cancelled":
        return ()
    # By the clock a published call whose time is over is past taking applications,
    # unless a later stage still takes some.
    state = call.state
    place = next(number for number, (_, states) in enumerate(_WAY) if state in states)
    return tuple(
        Step(
            gettext(title),
            state="done" if number < place else "current" if number == place else "todo",
        )
        for number, (title, _) in enumerate(_WAY)
    )


def next_steps(request: Request, call: CallPage, actor: Actor) -> tuple[NextStep, ...]:
    """Return links to the pages where work on the call goes on; none while it is a draft."""
    return () if call.is_draft else tuple(_next(request, call, actor))


def _next(request: Request, call: CallPage, actor: Actor) -> Iterator[NextStep]:
    for permission, title, hint, routes in _PLACES:
        if may(actor, permission, call.facts) is not None:
            continue
        address = href(request, *routes, call_id=call.id) or _with_query(request, routes, call.id)
        if address:
            yield NextStep(gettext(title), address, gettext(hint))
        if permission is Permission.SEE_ASSESSMENTS:
            yield from _rankings(request, call)


def _rankings(request: Request, call: CallPage) -> Iterator[NextStep]:
    for row in call.stages:
        stage = call.scheme.stage(row.key)
        address = href(request, "office_ranking", stage_id=row.id)
        if stage.grid and address:
            title = f"{gettext(N_('Scores and ranking'))}: {words_of(stage.title)}"
            yield NextStep(title, address, gettext(N_("Agree scores, rank, shortlist, allocate")))


def _with_query(request: Request, routes: tuple[str, ...], call_id: int) -> str:
    """A page for all calls takes the call as a filter."""
    address = href(request, *routes)
    return f"{address}?call={call_id}" if address else ""
