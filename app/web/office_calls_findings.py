"""What is wrong with a call, in words: where it stands, what to do, and the page that mends it."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from app.i18n import gettext, text
from app.i18n.marks import N_
from app.queries.calls import CallPage
from app.queries.calls_findings import CallFinding
from app.queries.scheme_labels import LABELS
from app.queries.scheme_words import place_words, title_of
from app.rules.messages import Message
from app.rules.scheme import Scheme
from app.web import office_calls_topics_call as _call
from app.web import office_calls_topics_frame as _frame
from app.web import office_calls_topics_given as _given
from app.web import office_calls_topics_letters as _letters
from app.web import office_calls_topics_lots as _lots
from app.web import office_calls_topics_money as _money
from app.web import office_calls_topics_points as _points
from app.web import office_calls_topics_stage as _stage
from app.web import pages
from app.web.office_calls_topics import LOTS, topic_of

# The topics register themselves when they are read.
TOPICS = (_call, _frame, _lots, _stage, _points, _money, _letters, _given)
_DATES = "dates."
_OPENING = "dates.opens_at"
_RESERVE = "allocation.reserve_valid_until"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as a page lists it; without `href` only the template can mend it."""

    place: str
    text: str
    href: str
    is_error: bool


def told(
    request: Request, call: CallPage, scheme: Scheme, findings: Iterable[CallFinding]
) -> tuple[Told, ...]:
    return tuple(
        one(request, call, scheme, each.message, is_error=each.is_error) for each in findings
    )


def one(
    request: Request, call: CallPage, scheme: Scheme, message: Message, *, is_error: bool
) -> Told:
    """Return a finding with the place named by what stands there, never by its path."""
    path = message.path
    words = _dates_words(scheme, path) if path.startswith(_DATES) else place_words(scheme, path)
    return Told(words, text(message), href_of(request, call, path), is_error)


def href_of(request: Request, call: CallPage, path: str) -> str:
    """Return the page on which a place is changed, empty where there is none."""
    if call.is_draft and (path.startswith(_DATES) or path == _RESERVE):
        return pages.url(request, "office_call_dates", call_id=call.id)
    if path.startswith(_DATES):
        page = pages.url(request, "office_call_correction", call_id=call.id)
        return f"{page}#{'opens' if path == _OPENING else 'closes'}-at-day"
    return topic_href(request, call.id, topic_of(path))


def topic_href(request: Request, call_id: int, key: str) -> str:
    if not key:
        return ""
    if key == LOTS:
        return pages.url(request, "office_call_lots", call_id=call_id)
    return pages.url(request, "office_call_rules_edit", call_id=call_id, topic=key)


def _dates_words(scheme: Scheme, path: str) -> str:
    key = path.removeprefix(_DATES)
    stage = next((stage for stage in scheme.stages if stage.key == key), None)
    words = title_of(stage) if stage else gettext(LABELS.get(key, N_("Dates")))
    return f"{gettext(N_('Dates'))} › {words}"
