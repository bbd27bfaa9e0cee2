"""Stages by the clock and by announcement.

Whether a stage takes forms is a question of time (`rules.call_clock`). What moves here is
how far the authority is with it: entries that were never sent in lapse, the call closes.
"""

from dataclasses import replace
from datetime import datetime

from app.actions import applications_again, notices
from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Call, Stage, StageEntry
from app.queries import interviews
from app.queries import stages as stage_queries
from app.queries.schemes import scheme_of
from app.rules.call_clock import (
    holds_interviews,
    is_settled,
    opens_with_the_call,
    takes_forms,
)
from app.rules.deadlines import ZONE, earliest_closing
from app.rules.permissions import SYSTEM, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage

_NOT_YET_CLOSED = frozenset({"waiting", "open"})


def by_clock(act: Act, call_id: int | None = None) -> int:
    """Open and close what is due, of one call or of all; return how many calls were looked at.

    The system does it, whoever happens to ask: a job every minute, and the page of a call.
    Doing it twice changes nothing.
    """
    system = replace(act, actor=SYSTEM)
    system.allow(Permission.EDIT_CALL)
    due = stage_queries.calls_due(act.session, act.now, call_id)
    for each in due:
        _settle(system, each)
    return len(due)


# Opening and closing are one question of the clock; jobs may ask by either name.
open_due = by_clock
close_due = by_clock


def set_dates(act: Act, stage_id: int, *, opens_at: datetime, closes_at: datetime) -> None:
    """Plan a later stage. It opens when the stage before is announced, never by itself earlier.

    Once people are invited they are told of other dates: their letter says the former ones.
    """
    call = act.load(Call, stage_queries.call_of(act.session, stage_id), to=Permission.EDIT_CALL)
    stage = act.load(Stage, stage_id, to=Permission.EDIT_CALL)
    rules = _check_can_wait(stage, scheme_of(act.session, call.id))
    check_dates(opens_at, closes_at, now=act.now, days=rules.deadline_days or 0)
    invited = interviews.invited_to(act.session, stage_id)
    if invited:
        _refuse_told(act, stage, rules, opens_at, closes_at)
    was = _dates_of(stage)
    stage.opens_at, stage.closes_at = opens_at, closes_at
    act.record(stage, "set_dates", was=was, now=_dates_of(stage))
    if invited and was != _dates_of(stage):
        notices.tell_of_dates(act, stage, was, invited)


def _refuse_told(
    act: Act, stage: Stage, rules: SchemeStage, opens_at: datetime, closes_at: datetime
) -> None:
    """Refuse dates that break what an invitation or an hour has promised to somebody."""
    if not holds_interviews(rules):
        if stage.closes_at is not None and closes_at < stage.closes_at:
            said = N_(
                "The invitations say that this stage closes at {told_at}. Enter this deadline or "
                "a later one."
            )
            raise Invalid({"closes_at": said}, told_at=stage.closes_at)
        return
    outside = interviews.hours_outside(act.session, stage.id, opens_at, closes_at)
    if outside:
        said = N_(
            "Interviews that have an hour outside of this time: {number}. Let the time reach over "
            "them as well, change these hours, then shorten it."
        )
        raise Invalid({"closes_at": said}, number=outside)


def open_stage(act: Act, stage_id: int, *, opens_at: datetime, closes_at: datetime) -> None:
    """Open a later stage to those who were invited, once the stage before is announced.

    An opening that lies ahead is kept; the clock then opens the stage.
    """
    call = act.load(Call, stage_queries.call_of(act.session, stage_id), to=Permission.ANNOUNCE)
    stages = act.load_many(
        Stage,
        Stage.call_id == call.id,
        to=Permission.ANNOUNCE,
        within=call,
        order_by=Stage.position.asc(),
    )
    stage = next(each for each in stages if each.id == stage_id)
    _check_can_wait(stage, scheme_of(act.session, call.id))
    if any(each.state != "announced" for each in stages if each.position < stage.position):
        raise Conflict(N_("The stage before is not announced yet, so nobody is invited."))
    check_dates(opens_at, closes_at, now=act.now)
    was = _dates_of(stage)
    stage.opens_at, stage.closes_at = opens_at, closes_at
    if opens_at <= act.now:
        act.move(stage, "open", was=was, now=_dates_of(stage))
    else:
        act.record(stage, "set_dates", was=was, now=_dates_of(stage))


def _dates_of(stage: Stage) -> dict[str, object]:
    return {"opens_at": stage.opens_at, "closes_at": stage.closes_at}


def check_dates(opens_at: datetime, closes_at: datetime, *, now: datetime, days: int = 0) -> None:
    """Raise Invalid for a time that runs backwards, is over, or is shorter than promised.

    `days` are the calendar days that the published rules give for handing in.
    """
    earliest_on = earliest_closing(opens_at.astimezone(ZONE).date(), days)
    wrong: dict[str, str] = {}
    if closes_at <= opens_at:
        wrong["closes_at"] = N_("The closing must come after the opening.")
    elif closes_at <= now:
        wrong["closes_at"] = N_("This moment has passed. Enter a closing that lies ahead.")
    elif closes_at.astimezone(ZONE).date() < earliest_on:
        wrong["closes_at"] = N_(
            "The rules give {days} days for this stage. Close it on {earliest_on} or later."
        )
    if wrong:
        raise Invalid(wrong, days=days, earliest_on=earliest_on)


def _check_can_wait(stage: Stage, scheme: Scheme) -> SchemeStage:
    """Return the rules of a stage whose dates can still be set."""
    rules = scheme.stage(stage.key)
    if opens_with_the_call(scheme, rules):
        raise Conflict(N_("This stage opens and closes with the call: set the dates of the call."))
    if stage.state != "waiting":
        raise Conflict(N_("This stage is open or over. Its dates can no longer be changed."))
    return rules


def _settle(act: Act, call_id: int) -> None:
    call = act.load(Call, call_id, to=Permission.EDIT_CALL)
    if call.state != "published":
        return
    scheme = scheme_of(act.session, call_id)
    stages = act.load_many(
        Stage,
        Stage.call_id == call_id,
        to=Permission.EDIT_CALL,
        within=call,
        order_by=Stage.position.asc(),
    )
    announced = True
    for stage in stages:
        rules = scheme.stage(stage.key)
        if announced or opens_with_the_call(scheme, rules):
            _move_by_clock(act, stage)
        announced = announced and stage.state == "announced"
    coming = [stage for stage in stages if _is_awaited(scheme.stage(stage.key))]
    if coming and all(stage.state not in _NOT_YET_CLOSED for stage in coming):
        act.move(call, "close", reason="deadline")


def _is_awaited(stage: SchemeStage) -> bool:
    """True for a stage in which applicants still do something: the call is open until it closes."""
    return takes_forms(stage) or holds_interviews(stage)


def _move_by_clock(act: Act, stage: Stage) -> None:
    """A stage whose whole time went by unseen is opened and closed in one go."""
    if stage.state == "waiting" and stage.opens_at is not None and stage.opens_at <= act.now:
        act.move(stage, "open", opens_at=stage.opens_at)
    if stage.state == "open" and is_settled(stage.closes_at, act.now):
        act.move(stage, "close", closes_at=stage.closes_at)
        _lapse(act, stage)


def _lapse(act: Act, stage: Stage) -> None:
    """Entries that were never sent in lapse; who was invited to this stage has missed it."""
    applications_again.let_all_stand(act, stage)
    keys = stage_queries.unsubmitted(act.session, stage.id)
    # Applications before entries: the order in which everybody locks.
    invited = act.load_many(
        Application,
        Application.id.in_(keys),
        Application.state == "invited",
        to=Permission.EDIT_CALL,
        within=stage,
    )
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.state == "open",
        to=Permission.EDIT_CALL,
        within=stage,
    )
    act.move_many(entries, "lapse", closed_at=stage.closes_at)
    act.move_many(invited, "miss_next_stage", closed_at=stage.closes_at)
