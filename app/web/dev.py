"""The development page of mail: what was sent to whom, with links to click.

It shows reset links, so it exists only where `settings.is_development` says so.
"""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import Response

from app.queries.accounts import MailLine, MailText, mail, mails
from app.web import pages
from app.web.deps import PublicReader

router = APIRouter(prefix="/dev")

SIZE = 50
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class MailsPage:
    lines: tuple[MailLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class MailPage:
    mail: MailText
    body: Markup


@router.get("/mail")
def dev_mails(request: Request, reader: PublicReader, before: int | None = None) -> Response:
    lines = mails(reader.session, before=before, size=SIZE)
    older = lines[-1].id if len(lines) == SIZE else None
    return pages.render(request, "dev/mails.html", page=MailsPage(lines, older))


@router.get("/mail/{mail_id}")
def dev_mail(request: Request, reader: PublicReader, mail_id: int) -> Response:
    found = mail(reader.session, mail_id)
    page = MailPage(found, clickable(found.body))
    return pages.render(request, "dev/mail.html", page=page)


def clickable(body: str) -> Markup:
    """Return the text as HTML: addresses become links, everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(body):
        parts.append(escape(body[end : found.start()]))
        parts.append(
            Markup('<a class="govuk-link" href="{0}">{0}</a>').format(found[0].rstrip(".,"))
        )
        end = found.start() + len(found[0].rstrip(".,"))
    parts.append(escape(body[end:]))
    return Markup("").join(parts)
