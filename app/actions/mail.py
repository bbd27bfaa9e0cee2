"""Mail: written in the act that causes it, sent by a job after that act is committed.

`write` fills a text of `templates/emails/` (first line: the subject) in the
reader's language. Without an SMTP address the message becomes a file in the mail
folder, which `/dev/mail` shows.
"""

import os
import re
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import insert

from app import i18n
from app.actions.act import Act
from app.models import Mail
from app.rules.permissions import Permission
from app.settings import CHECKOUT, Settings, settings

SMTP_SECONDS = 30
MAX_FAILURE = 500
_GAPS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; `calendar` goes with it as a file (RFC 5545), "" for none."""

    to: str
    subject: str
    body: str
    calendar: str = ""


def post(act: Act, *, to: str, subject: str, body: str) -> int:
    """Put a message into the act's own transaction: none is lost, none is early. Return its id."""
    # A line break in a subject would begin a header of the writer's choice.
    mail = Mail(to=to, subject=" ".join(subject.split()), body=body, created_at=act.now)
    act.session.add(mail)
    act.session.flush()
    act.enqueue("mail.send", mail_id=mail.id)
    return mail.id


def post_many(act: Act, *, to: Iterable[str], subject: str, body: str) -> None:
    """Post the same message to many, in two statements."""
    post_letters(act, (Letter(address, subject, body) for address in to))


def post_letters(act: Act, letters: Iterable[Letter]) -> None:
    """Post a message to each of many, in two statements."""
    rows = [
        {
            "to": each.to,
            "subject": " ".join(each.subject.split()),
            "body": each.body,
            "calendar": each.calendar,
            "created_at": act.now,
        }
        for each in letters
    ]
    if rows:
        keys = act.session.execute(insert(Mail).returning(Mail.id), rows).scalars()
        act.enqueue_many("mail.send", [{"mail_id": key} for key in keys])


def write(act: Act, name: str, *, to: str, locale: str = i18n.DEFAULT, **values: object) -> int:
    """Fill `templates/emails/<name>.txt` and post it; `path` values become full addresses."""
    subject, body = filled(name, locale=locale, **values)
    return post(act, to=to, subject=subject, body=body)


def filled(name: str, *, locale: str, **values: object) -> tuple[str, str]:
    """Return subject and body of a text of `templates/emails/`, for one or for many messages."""
    if "path" in values:
        values["link"] = settings().base_url + str(values["path"])
    with i18n.speaking(locale):
        text = _environment().get_template(f"{name}.txt").render(values)
    subject, _, body = text.partition("\n")
    # What a text leaves out leaves its lines empty; one empty line parts two paragraphs.
    return " ".join(subject.removeprefix("Subject:").split()), _GAPS.sub(
        "\n\n", body.strip()
    ) + "\n"


def send(act: Act, mail_id: int) -> None:
    """Send one message (the job `mail.send`); a second run finds it sent and does nothing.

    An error of the mail server is raised, so that the worker tries again later; a
    message may then arrive twice, with the same Message-ID.
    """
    mail = act.load(Mail, mail_id, to=Permission.SEND_MAIL)
    if mail.sent_at is not None:
        return
    chosen = settings()
    message = _message(mail, chosen)
    if chosen.smtp_url is None:
        _file(message, chosen.mail_dir / f"{mail.id:08d}.eml")
    else:
        _smtp(message, chosen.smtp_url.get_secret_value())
    mail.sent_at = act.now
    mail.failure = ""


def give_up(act: Act, mail_id: int, reason: str) -> None:
    """Keep why a message could not be sent, after the last attempt."""
    mail = act.load(Mail, mail_id, to=Permission.SEND_MAIL)
    if mail.sent_at is None:
        mail.failure = reason[:MAX_FAILURE]


def _message(mail: Mail, chosen: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address("Envelope", addr_spec=chosen.mail_from)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<mail-{mail.id}@{chosen.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    if mail.calendar:
        _enclose(message, mail.calendar)
    return message


def _enclose(message: EmailMessage, calendar: str) -> None:
    """Enclose an entry for the calendar; its ends of lines are part of the format, so as bytes."""
    method = "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in calendar else "PUBLISH"
    message.add_attachment(
        calendar.encode(),
        maintype="text",
        subtype="calendar",
        filename="Interview.ics",
        params={"charset": "utf-8", "method": method},
    )


def _file(message: EmailMessage, path: Path) -> None:
    """Write the message whole or not at all, readable by this user alone: it may hold a link."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(bytes(message))
    draft.replace(path)


def _smtp(message: EmailMessage, url: str) -> None:
    """Send by smtps:// (TLS from the start) or smtp:// (STARTTLS where the server offers it)."""
    parts = urlsplit(url)
    secure = ssl.create_default_context()
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SMTP_SECONDS, context=secure
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_SECONDS)
    with server:
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(CHECKOUT / "templates" / "emails"),
        # Plain text: an escaped apostrophe would be read as such.
        autoescape=False,  # noqa: S701 - these templates make text/plain, never HTML
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.filters["datetime"] = i18n.format_datetime
    return environment
