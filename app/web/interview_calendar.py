"""Interviews as a file for somebody's calendar, the same for all three who take it along."""

from collections.abc import Iterable

from fastapi import Request
from starlette.responses import Response

from app.documents.interview_calendar import MEDIA_TYPE, Entry, interviews_file
from app.i18n import format_list, gettext
from app.queries.interviews_off import KnownHour
from app.web.deps import Reader


def entry_of(known: KnownHour, who: str, path: str) -> Entry:
    lines = (known.call_title, known.reference)
    return Entry(known.entry_id, known.hour, known.changes, who, lines, path, is_off=known.is_off)


def held_by(panel: tuple[str, ...]) -> str:
    names = format_list(panel) if panel else gettext("nobody yet")
    return gettext("Held by: %(names)s") % {"names": names}


def calendar_answer(
    request: Request, reader: Reader, entries: Iterable[Entry], name: str
) -> Response:
    chosen = request.app.state.settings
    text = interviews_file(
        entries, base_url=chosen.base_url, email=chosen.mail_from, now=reader.now
    )
    # A reference has a slash, which would be a folder.
    headers = {"content-disposition": f'attachment; filename="{name.replace("/", "-")}"'}
    return Response(text.encode(), media_type=MEDIA_TYPE, headers=headers)
