"""Where a call is on its way, and which pages lead on from here."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request

from app.i18n import format_date, format_datetime, format_money, gettext
from app.i18n.marks import N_
from app.queries.calls import CallPage
from app.rules.call_clock import holds_interviews
from app.rules.permissions import Actor, Permission, may
from app.web.office_calls_findings import topic_href
from app.web.office_calls_topics import LOTS, WHOLE_CALL
from app.web.pages import url
from app.web.parts import Step, Task
from app.web.public_links import href
from app.web.public_terms import words_of


@dataclass(frozen=True, slots=True)
class NextStep:
    title: str
    href: str
    hint: str


_WAY = (
    (N_("Prepare"), ("draft",)),
    (N_("Take applications"), ("published", "suspended")),
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
        Permission.SEE_ASSESSMENTS,
        N_("Reserve list"),
        N_("Who waits, what is free, and who gets it next"),
        ("office_reserve",),
    ),
    (
        Permission.SEE_CALL,
        N_("Rounds"),
        N_("What this round has left, and the next one"),
        ("office_rounds",),
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
        Permission.SEE_ASSETS,
        N_("Asset register"),
        N_("Things that were given, who holds them and whose they are"),
        ("office_assets",),
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
    to_see = Permission.SEE_APPLICATIONS
    if call.scheme.call.direct is not None and may(actor, to_see, call.facts) is None:
        title, hint = N_("Who is invited"), N_("Who was written to, and who could not be")
        address = url(request, "office_call_named", call_id=call.id)
        yield NextStep(gettext(title), address, gettext(hint))
    for permission, title, hint, routes in _PLACES:
        if may(actor, permission, call.facts) is not None:
            continue
        if permission is Permission.SEE_ASSETS and call.scheme.in_kind is None:
            continue
        if routes == ("office_rounds",) and call.scheme.rounds is None:
            continue
        address = href(request, *routes, call_id=call.id) or _with_query(request, routes, call.id)
        if address:
            yield NextStep(gettext(title), address, gettext(hint))
        if "office_call_assessments" in routes:
            yield from _boards(request, call)
            yield from _rankings(request, call)


def _boards(request: Request, call: CallPage) -> Iterator[NextStep]:
    for row in call.stages:
        stage = call.scheme.stage(row.key)
        if stage.grid:
            title = f"{gettext(N_('Board of progress'))}: {words_of(stage.title)}"
            address = url(request, "office_progress", stage_id=row.id)
            yield NextStep(title, address, gettext(N_("Who is behind with what, and by when")))
        if holds_interviews(stage):
            title = f"{words_of(stage.title)}: {gettext(N_('who comes when'))}"
            address = url(request, "office_interviews", stage_id=row.id)
            yield NextStep(title, address, gettext(N_("Hours and places, told by mail")))


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


def edit_links(request: Request, call: CallPage) -> dict[str, str]:
    """Return the pages that change a draft, by the part of the call that they are about."""
    keys = [*WHOLE_CALL]
    keys += [f"stages/{place}" for place in range(len(call.scheme.stages))]
    return {key: topic_href(request, call.id, key) for key in keys}


def set_again(request: Request, call: CallPage) -> tuple[Task, ...]:
    """Return what a copied draft needs anew; what was copied and may stay is shown to be seen."""
    if not call.is_draft or call.source_id is None:
        return ()
    dates = url(request, "office_call_dates", call_id=call.id)
    lots = topic_href(request, call.id, LOTS)
    basics = url(request, "office_call_basics", call_id=call.id)
    closes = format_datetime(call.closes_at) if call.closes_at else ""
    reserve = format_date(call.reserve_valid_until) if call.reserve_valid_until else ""
    money = format_money(call.scheme.envelope_cents, call.scheme.currency)
    return (
        _task(N_("Opening and closing"), dates, closes),
        _task(N_("Reserve list valid until"), dates, reserve),
        _task(N_("Envelope and lots, as copied"), lots, money),
        _task(N_("Title and summary, as copied"), basics, call.title),
    )


def _task(title: str, href: str, value: str) -> Task:
    return Task(gettext(title), href, "done" if value else "not_started", value)
