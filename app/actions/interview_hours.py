"""Giving hours to a shortlist: to a whole day at once, to one, and telling everybody of changes.

The letter of invitation says the days; the hour and the place follow by mail and stand on the
page of the application. Whoever gives or changes an hour holds the stage, so that no two do it
at once and give one room to two applicants; and the people who hold the interviews, so that nobody
gets two of them at one hour, in this call or in another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.actions import interview_mail
from app.actions.act import Act
from app.actions.interview_mail import Told
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Interview, Stage, StageEntry
from app.queries import interviews as known
from app.queries import interviews_held
from app.queries.schemes import scheme_of
from app.rules import interviews as rules
from app.rules.call_clock import holds_interviews
from app.rules.interviews import Hour
from app.rules.permissions import Permission

TO = Permission.ASSIGN_ASSESSORS
_FIELDS = {"interview.place_taken": "place", "interview.next_day": "at_most"}


@dataclass(frozen=True, slots=True)
class Guest:
    """An application that is awaited, with its entry in the stage of interviews."""

    entry_id: int
    application: Application


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Interviews one after another from `starts_at`, at most so many (None: everybody's)."""

    starts_at: datetime
    minutes: int
    pause: int
    at_most: int | None
    place: str


@dataclass(frozen=True, slots=True)
class NewHour:
    """The hour of one; `reason` is told where it had another one before."""

    starts_at: datetime
    minutes: int
    place: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """How many got an hour now, and how many still have none."""

    given: int
    left: int


def plan(act: Act, stage_id: int, wanted: DayPlan) -> Planned:
    """Give an hour to those who have none, by reference, and tell them and their panel."""
    stage = _stage(act, stage_id)
    guests = _awaited(act, stage)
    taken = _taken(act, guests, stage)
    waiting = [each for each in guests if each.entry_id not in taken]
    chosen = waiting[: wanted.at_most]
    if not chosen:
        raise Conflict(N_("Everybody who is awaited has an hour. Change the hour of one instead."))
    hours = rules.one_after_another(
        wanted.starts_at,
        minutes=wanted.minutes,
        pause=wanted.pause,
        place=wanted.place.strip(),
        count=len(chosen),
    )
    told = [_told_of(guest, hour) for guest, hour in zip(chosen, hours, strict=True)]
    _refuse(act, stage, told, taken)
    _keep_new(act, stage, told)
    _record_and_tell(act, stage, {each.entry_id: each.application for each in chosen}, told)
    return Planned(len(chosen), len(waiting) - len(chosen))


def change(act: Act, entry_id: int, wanted: NewHour) -> None:
    """Give one application its hour, or another one; a change needs a reason, which is told."""
    stage = _stage(act, known.stage_of_entry(act.session, entry_id))
    guests = _awaited(act, stage)
    guest = next((each for each in guests if each.entry_id == entry_id), None)
    if guest is None:
        raise Conflict(N_("Nobody is awaited for this application any more."))
    taken = _taken(act, guests, stage)
    row = taken.pop(entry_id, None)
    (hour,) = rules.one_after_another(
        wanted.starts_at, minutes=wanted.minutes, pause=0, place=wanted.place.strip(), count=1
    )
    told = _told_of(guest, hour)
    if row is not None:
        told = _changed(told, row, wanted.reason.strip())
    _refuse(act, stage, [told], taken)
    if row is None:
        _keep_new(act, stage, [told])
    else:
        row.starts_at, row.ends_at, row.place = hour.starts_at, hour.ends_at, hour.place
        row.told_at, row.changes = act.now, told.changes
    _record_and_tell(act, stage, {entry_id: guest.application}, [told])


def _told_of(guest: Guest, hour: Hour) -> Told:
    return Told(guest.entry_id, guest.application.id, guest.application.reference, hour)


def _changed(told: Told, row: Interview, reason: str) -> Told:
    """Return what is told of a change; refused where nothing changes or nobody says why."""
    before = _hour(row)
    if before == told.hour:
        raise Invalid({"starts_at": N_("This is the hour that it has. Nothing was changed.")})
    if not reason:
        raise Invalid({"reason": N_("Write why the hour changes. The applicant reads it.")})
    return replace(told, before=before, reason=reason, changes=row.changes + 1)


def _stage(act: Act, stage_id: int) -> Stage:
    """Hold a stage to which people are invited and which is not over."""
    stage = act.load(Stage, stage_id, to=TO)
    if not holds_interviews(scheme_of(act.session, stage.call_id).stage(stage.key)):
        raise Conflict(N_("Nobody is invited to come in this stage."))
    if stage.state not in ("waiting", "open") or stage.opens_at is None or stage.closes_at is None:
        raise Conflict(N_("The interviews are over, or have no dates yet. No hour can be given."))
    return stage


def _awaited(act: Act, stage: Stage) -> list[Guest]:
    """Hold everybody who is still awaited, applications before entries, by reference."""
    applications = act.load_many(
        Application,
        Application.id.in_(known.awaited(stage.id)),
        Application.state.in_(interviews_held.AWAITED),
        to=TO,
        within=stage,
    )
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.state.in_(interviews_held.AWAITED),
        to=TO,
        within=stage,
    )
    entry_of = {each.application_id: each.id for each in entries}
    guests = [Guest(entry_of[each.id], each) for each in applications if each.id in entry_of]
    if not guests:
        raise Conflict(N_("Nobody is invited yet. Announce the shortlist first."))
    return sorted(guests, key=lambda each: each.application.reference)


def _taken(act: Act, guests: Sequence[Guest], stage: Stage) -> dict[int, Interview]:
    """Return what is given to those who are awaited, locked, by entry."""
    keys = [each.entry_id for each in guests]
    rows = act.load_many(Interview, Interview.entry_id.in_(keys), to=TO, within=stage)
    return {each.entry_id: each for each in rows}


def _hour(row: Interview) -> Hour:
    return Hour(row.starts_at, row.ends_at, row.place)


def _refuse(act: Act, stage: Stage, wanted: Sequence[Told], taken: Mapping[int, Interview]) -> None:
    """Raise Invalid for hours that cannot be given beside those that are taken, here or anywhere.

    A place is one within a stage: elsewhere the same words may name another room. People are
    asked of all calls.
    """
    assert stage.opens_at
    assert stage.closes_at
    hours = {each.entry_id: each.hour for each in wanted}
    found = rules.finding(
        [*hours.values()],
        [_hour(each) for each in taken.values()],
        now=act.now,
        begin=stage.opens_at,
        end=stage.closes_at,
    )
    if found is None:
        panels = interviews_held.panels(act.session, hours)
        people = frozenset[int]().union(*panels.values())
        interviews_held.in_turn(act.session, people)
        others = interviews_held.hours_held(act.session, people, besides=hours)
        given = [(hour, panels.get(key, frozenset())) for key, hour in hours.items()]
        found = rules.held_at_once(given, interviews_held.as_held(others))
    if found is not None:
        raise Invalid({_FIELDS.get(found.code, "starts_at"): found})


def _keep_new(act: Act, stage: Stage, given: Sequence[Told]) -> None:
    rows = ({"entry_id": each.entry_id, **_values(each.hour), "told_at": act.now} for each in given)
    act.create_many(Interview, rows, to=TO, within=stage)


def _values(hour: Hour) -> dict[str, object]:
    return {"starts_at": hour.starts_at, "ends_at": hour.ends_at, "place": hour.place}


def _record_and_tell(
    act: Act, stage: Stage, applications: Mapping[int, Application], told: Sequence[Told]
) -> None:
    """Write the hours into the trails of the applications, tell their people and the panels."""
    details = {each.application_id: _detail(each) for each in told}
    act.record_many([applications[each.entry_id] for each in told], "interview_hour", details)
    interview_mail.tell_applicants(act, stage.call_id, told)
    interview_mail.tell_panels(act, stage.call_id, told)


def _detail(told: Told) -> dict[str, object]:
    if told.before is None:
        return {"now": _values(told.hour)}
    return {"was": _values(told.before), "now": _values(told.hour), "reason": told.reason}
