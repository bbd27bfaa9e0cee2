"""Giving hours to a shortlist: to a whole day at once, to one, and telling everybody of changes.

The letter of invitation says the days; the hour and the place follow by mail and stand on the
page of the application. Whoever gives or changes an hour holds the stage, so that no two do it
at once and give one room to two applicants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Interview, Stage, StageEntry
from app.queries import contacts
from app.queries import interviews as known
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
    keys = [each.entry_id for each in chosen]
    _refuse(act, stage, dict(zip(keys, hours, strict=True)), taken)
    for guest, hour in zip(chosen, hours, strict=True):
        _give(act, stage, guest, hour)
    _tell_panel(act, stage, keys)
    return Planned(len(chosen), len(waiting) - len(chosen))


def change(act: Act, entry_id: int, wanted: NewHour) -> None:
    """Give one application its hour, or another one; a change needs a reason, which is told."""
    stage = _stage(act, known.stage_of_entry(act.session, entry_id))
    guests = _awaited(act, stage)
    guest = next((each for each in guests if each.entry_id == entry_id), None)
    if guest is None:
        raise Conflict(N_("Nobody is awaited for this application any more."))
    taken = _taken(act, guests, stage)
    before = taken.pop(entry_id, None)
    (hour,) = rules.one_after_another(
        wanted.starts_at, minutes=wanted.minutes, pause=0, place=wanted.place.strip(), count=1
    )
    if before == hour:
        raise Invalid({"starts_at": N_("This is the hour that it has. Nothing was changed.")})
    if before is not None and not wanted.reason.strip():
        raise Invalid({"reason": N_("Write why the hour changes. The applicant reads it.")})
    _refuse(act, stage, {entry_id: hour}, taken)
    _give(act, stage, guest, hour, before=before, reason=wanted.reason.strip())
    _tell_panel(act, stage, [entry_id])


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
        Application.state.in_(known.AWAITED),
        to=TO,
        within=stage,
    )
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.state.in_(known.AWAITED),
        to=TO,
        within=stage,
    )
    entry_of = {each.application_id: each.id for each in entries}
    guests = [Guest(entry_of[each.id], each) for each in applications if each.id in entry_of]
    if not guests:
        raise Conflict(N_("Nobody is invited yet. Announce the shortlist first."))
    return sorted(guests, key=lambda each: each.application.reference)


def _taken(act: Act, guests: Sequence[Guest], stage: Stage) -> dict[int, Hour]:
    """Return the hours that are given to those who are awaited, by entry."""
    keys = [each.entry_id for each in guests]
    rows = act.load_many(Interview, Interview.entry_id.in_(keys), to=TO, within=stage)
    return {each.entry_id: Hour(each.starts_at, each.ends_at, each.place) for each in rows}


def _refuse(act: Act, stage: Stage, hours: Mapping[int, Hour], taken: Mapping[int, Hour]) -> None:
    """Raise Invalid for hours, by entry, that cannot be given beside those that are taken."""
    assert stage.opens_at
    assert stage.closes_at
    found = rules.finding(
        [*hours.values()], taken.values(), now=act.now, begin=stage.opens_at, end=stage.closes_at
    )
    if found is None:
        panels = known.panels(act.session, [*hours, *taken])
        given, others = (
            [(hour, panels.get(key, frozenset())) for key, hour in listed.items()]
            for listed in (hours, taken)
        )
        found = rules.held_at_once(given, others)
    if found is not None:
        raise Invalid({_FIELDS.get(found.code, "starts_at"): found})


def _give(
    act: Act,
    stage: Stage,
    guest: Guest,
    hour: Hour,
    *,
    before: Hour | None = None,
    reason: str = "",
) -> None:
    """Keep the hour, write it into the trail of the application, tell its people."""
    if before is None:
        row = Interview(entry_id=guest.entry_id)
        _set(act, row, hour)
        act.create(row, to=TO, within=stage)
    else:
        (row,) = act.load_many(Interview, Interview.entry_id == guest.entry_id, to=TO, within=stage)
        _set(act, row, hour)
    detail: dict[str, object] = {"now": _told(hour)}
    if before is not None:
        detail |= {"was": _told(before), "reason": reason}
    act.record(guest.application, "interview_hour", **detail)
    _tell(act, guest.application, hour, before=before, reason=reason)


def _set(act: Act, row: Interview, hour: Hour) -> None:
    row.starts_at, row.ends_at, row.place = hour.starts_at, hour.ends_at, hour.place
    row.told_at = act.now


def _told(hour: Hour) -> dict[str, object]:
    return {"starts_at": hour.starts_at, "ends_at": hour.ends_at, "place": hour.place}


def _tell(
    act: Act, application: Application, hour: Hour, *, before: Hour | None, reason: str
) -> None:
    call = contacts.title_of(act.session, application.call_id)
    subject, body = mail.filled(
        "interview_hour",
        locale=i18n.DEFAULT,
        call=call.title,
        reference=application.reference,
        hour=hour,
        before=before,
        reason=reason,
        path=f"/applications/{application.id}",
    )
    people = contacts.addresses(act.session, [application.id])
    mail.post_many(act, to=people.get(application.id, ()), subject=subject, body=body)


def _tell_panel(act: Act, stage: Stage, entry_ids: Sequence[int]) -> None:
    """Tell each who holds one of these interviews that there is an hour to look at."""
    call = contacts.title_of(act.session, stage.call_id)
    for person, number in known.panel_ids(act.session, entry_ids).items():
        subject, body = mail.filled(
            "interview_panel",
            locale=i18n.DEFAULT,
            call=call.title,
            number=number,
            path="/assessor/interviews",
        )
        emails = contacts.emails_of(act.session, [person])
        mail.post_many(act, to=emails, subject=subject, body=body)
