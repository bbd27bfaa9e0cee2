"""What is wrong with a call before it may be published."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app import registers
from app.documents.contexts import DOCUMENTS
from app.queries.days_off import days_off
from app.queries.rounds import follows_another
from app.queries.schemes import dates_of, scheme_of
from app.rules.call_clock import day_of
from app.rules.messages import Message
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_consistency import Known, consistency
from app.rules.scheme_findings import Severity

# A region or a document that nobody knows would be found only when a letter is due.
KNOWN = Known(
    regions=frozenset(region.code for region in registers.nuts_regions()),
    documents=frozenset(DOCUMENTS),
)


@dataclass(frozen=True, slots=True)
class CallFinding:
    message: Message
    is_error: bool


class KnownCall(Protocol):
    """What a page knows of the call that it shows."""

    @property
    def id(self) -> int: ...
    @property
    def scheme(self) -> Scheme: ...
    @property
    def dates(self) -> CallDates | None: ...


def findings(session: Session, call_id: int, now: datetime) -> tuple[CallFinding, ...]:
    """Return errors, then warnings, as they would stand if the call were published now."""
    scheme, dates = scheme_of(session, call_id), dates_of(session, call_id)
    return _found(session, call_id, scheme, dates, now)


def findings_now(session: Session, call: KnownCall, now: datetime) -> tuple[CallFinding, ...]:
    """Return the same of a call that is read already."""
    return _found(session, call.id, call.scheme, call.dates, now)


def _found(
    session: Session, call_id: int, scheme: Scheme, dates: CallDates | None, now: datetime
) -> tuple[CallFinding, ...]:
    free = days_off(session, call_id, day_of(dates.closes_at)) if dates else frozenset()
    follows = scheme.rounds is not None and follows_another(session, call_id)
    return findings_of(scheme, dates, now, holidays=free, follows=follows)


def findings_of(
    scheme: Scheme,
    dates: CallDates | None,
    now: datetime,
    *,
    holidays: frozenset[date] = frozenset(),
    follows: bool = False,
) -> tuple[CallFinding, ...]:
    """Return what is wrong with these rules and dates; without dates a call is not ready.

    Without `holidays` no day is known as one, which changes no error. `follows` is True for a
    round after the first, whose money may still be with the round before.
    """
    known = replace(KNOWN, holidays=holidays, follows=follows)
    at_publication = dates and _published_now(dates, now)
    found = [
        *(CallFinding(message, is_error=True) for message in _about_dates(dates, now)),
        *(
            CallFinding(each.message, is_error=each.severity is Severity.ERROR)
            for each in consistency(scheme, at_publication, known=known)
        ),
    ]
    return tuple(sorted(found, key=lambda each: not each.is_error))


def _published_now(dates: CallDates, now: datetime) -> CallDates:
    """A call whose opening lies behind opens with its publication."""
    published_at = dates.published_at or now
    return replace(dates, published_at=published_at, opens_at=max(dates.opens_at, published_at))


def _about_dates(dates: CallDates | None, now: datetime) -> Iterator[Message]:
    if dates is None:
        yield Message("calls.no_dates", {}, "dates.opens_at")
    elif dates.published_at is None and dates.closes_at <= now:
        yield Message("calls.closes_in_the_past", {"closes_at": dates.closes_at}, "dates.closes_at")
