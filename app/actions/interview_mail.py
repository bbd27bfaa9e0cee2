"""Telling of interviews: the applicants their hour, the panel what it holds and what is off.

Each message carries an entry for the calendar. As in every mail, nobody is named by name: the
reference says which interview it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.actions.mail import Letter
from app.documents.interview_calendar import Entry, interviews_file
from app.models import Application, Call, Interview, StageEntry
from app.queries import contacts, interviews_held, interviews_off
from app.queries.interviews_off import KnownHour
from app.rules.calendar_file import Method
from app.rules.interviews import Hour
from app.rules.permissions import Permission
from app.settings import settings

PANEL_PATH = "/assessor/interviews"


@dataclass(frozen=True, slots=True)
class Told:
    """An hour that was given or changed (`before`, `reason`, and how often), and whose."""

    entry_id: int
    application_id: int
    reference: str
    hour: Hour
    before: Hour | None = None
    reason: str = ""
    changes: int = 0


def tell_applicants(act: Act, call_id: int, hours: Sequence[Told]) -> None:
    """Tell the people of every application when and where they are awaited."""
    act.allow(Permission.ASSIGN_ASSESSORS, contacts.facts_of_call(act.session, call_id))
    call = contacts.title_of(act.session, call_id).title
    people = contacts.addresses(act.session, [each.application_id for each in hours])
    letters = []
    for told in hours:
        entry = _applicant_entry(told, call)
        subject, body = _filled(
            "interview_hour",
            told,
            call=call,
            before=told.before,
            reason=told.reason,
            path=entry.path,
        )
        calendar = _calendar(act, [entry])
        emails = people.get(told.application_id, ())
        letters += [Letter(email, subject, body, calendar) for email in emails]
    mail.post_letters(act, letters)


def tell_panels(act: Act, call_id: int, hours: Sequence[Told]) -> None:
    """Tell each who holds some of these interviews of all theirs in one message."""
    act.allow(Permission.ASSIGN_ASSESSORS, contacts.facts_of_call(act.session, call_id))
    call = contacts.title_of(act.session, call_id).title
    told_of = {each.entry_id: each for each in hours}
    mail.post_letters(
        act,
        (
            _panel_letter(act, person.email, [told_of[key] for key in person.entry_ids], call)
            for person in interviews_held.panelists(act.session, [*told_of])
        ),
    )


def tell_who_joined(act: Act, call_id: int, joined: Mapping[int, Collection[int]]) -> None:
    """Tell people who got files the hours that were given before; `joined` are ids by entry."""
    act.allow(Permission.ASSIGN_ASSESSORS, contacts.facts_of_call(act.session, call_id))
    ahead = interviews_off.ahead(act.session, act.now, StageEntry.id.in_(joined))
    told_of = {each.entry_id: _told_of(each) for each in ahead}
    for person in interviews_held.panelists(act.session, [*told_of]) if told_of else ():
        theirs = [told_of[key] for key in person.entry_ids if person.user_id in joined[key]]
        if theirs:
            letter = _panel_letter(act, person.email, theirs, ahead[0].call_title)
            mail.post_letters(act, [letter])


def _panel_letter(act: Act, email: str, theirs: Sequence[Told], call: str) -> Letter:
    subject, body = _panel_words(theirs, call)
    calendar = _calendar(act, [_panel_entry(each, call) for each in theirs])
    return Letter(email, subject, body, calendar)


def _panel_words(theirs: Sequence[Told], call: str) -> tuple[str, str]:
    told = theirs[0]
    if told.before is None:
        return _filled("interview_panel", None, call=call, number=len(theirs), path=PANEL_PATH)
    return _filled(
        "interview_panel_moved",
        told,
        call=call,
        before=told.before,
        reason=told.reason,
        path=PANEL_PATH,
    )


def tell_of_withdrawal(act: Act, application: Application, entries: Sequence[StageEntry]) -> None:
    """Tell the panel that nobody comes, where an hour of a withdrawn application lies ahead."""
    awaited = act.load_many(
        Interview,
        Interview.entry_id.in_([each.id for each in entries]),
        Interview.ends_at > act.now,
        to=Permission.APPLY,
        within=application,
    )
    if not awaited:
        return
    call = contacts.title_of(act.session, application.call_id).title
    for row in awaited:
        told = Told(
            row.entry_id,
            application.id,
            application.reference,
            Hour(row.starts_at, row.ends_at, row.place),
            changes=row.changes,
        )
        panel = interviews_held.panelists(act.session, [row.entry_id])
        _post_off(act, told, call, (each.email for each in panel), is_left=False)


def tell_of_leaving(
    act: Act, call_id: int, assessor_id: int, entry_ids: Collection[int], *, to: Permission
) -> None:
    """Tell somebody who holds files no longer which interviews ahead go with them."""
    act.allow(to, contacts.facts_of_call(act.session, call_id))
    emails = contacts.emails_of(act.session, [assessor_id])
    for known in interviews_off.ahead(act.session, act.now, StageEntry.id.in_(entry_ids)):
        _post_off(act, _told_of(known), known.call_title, emails, is_left=True)


def calendars_off(act: Act, call: Call) -> dict[str, str]:
    """Return what takes the hours of a cancelled call out of calendars, by address of mail.

    For applicants who were awaited and for those who were to hold the interviews.
    """
    act.allow(Permission.PUBLISH_CALL, contacts.facts_of_call(act.session, call.id))
    ahead = interviews_off.ahead(act.session, act.now, Application.call_id == call.id)
    hours = {each.entry_id: _told_of(each) for each in ahead}
    entries: dict[str, list[Entry]] = defaultdict(list)
    for person in interviews_held.panelists(act.session, [*hours]):
        entries[person.email] += [_panel_entry(hours[key], call.title) for key in person.entry_ids]
    people = contacts.addresses(act.session, [each.application_id for each in hours.values()])
    for told in hours.values():
        for email in people.get(told.application_id, ()):
            entries[email].append(_applicant_entry(told, call.title))
    return {email: _calendar_off(act, theirs) for email, theirs in entries.items()}


def _told_of(known: KnownHour) -> Told:
    return Told(
        known.entry_id, known.application_id, known.reference, known.hour, changes=known.changes
    )


def _post_off(act: Act, told: Told, call: str, emails: Iterable[str], *, is_left: bool) -> None:
    """Tell that an interview is off for them, since they left its panel or since nobody comes."""
    calendar = _calendar_off(act, [_panel_entry(told, call)])
    subject, body = _filled("interview_off", told, call=call, is_left=is_left, path=PANEL_PATH)
    mail.post_letters(act, [Letter(email, subject, body, calendar) for email in emails])


def _filled(name: str, told: Told | None, **values: object) -> tuple[str, str]:
    about = {} if told is None else {"reference": told.reference, "hour": told.hour}
    return mail.filled(name, locale=i18n.DEFAULT, **about, **values)


def _applicant_entry(told: Told, call: str) -> Entry:
    path = f"/applications/{told.application_id}"
    return Entry(told.entry_id, told.hour, told.changes, call, (told.reference,), path)


def _panel_entry(told: Told, call: str) -> Entry:
    return Entry(told.entry_id, told.hour, told.changes, told.reference, (call,), path=PANEL_PATH)


def _calendar_off(act: Act, entries: Iterable[Entry]) -> str:
    return _calendar(act, [replace(each, is_off=True) for each in entries], Method.CANCEL)


def _calendar(act: Act, entries: Sequence[Entry], method: Method = Method.PUBLISH) -> str:
    chosen = settings()
    with i18n.speaking(i18n.DEFAULT):
        return interviews_file(
            entries, base_url=chosen.base_url, email=chosen.mail_from, now=act.now, method=method
        )
