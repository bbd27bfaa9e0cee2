"""The letter that asks: its contents when the question is asked, the paper by a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions import paper_parts, printing
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n.formats import ZONE
from app.models import Clarification
from app.queries import applications, letterhead
from app.queries import clarifications as reading
from app.rules.permissions import Permission
from app.rules.scheme_text import said
from app.settings import settings

DOCUMENT = "clarification_request"
TASK = "clarifications.render"
TO = Permission.CHECK_APPLICATION


@dataclass(frozen=True, slots=True)
class Asked:
    """What the letter says of the question; `items` are keys of the stage's checklist."""

    number: int
    items: tuple[str, ...]
    question: str
    reply_by: datetime
    check_code: str
    asked_at: datetime


def context(session: Session, entry_id: int, asked: Asked) -> dict[str, Any]:  # Any: JSON
    """Return the contents of the letter as JSON (`documents.contexts.ClarificationRequest`)."""
    entry = applications.frame(session, entry_id)
    language, base_url = entry.scheme.languages[0], settings().base_url
    place = [stage.key for stage in entry.scheme.stages].index(entry.stage_key) + 1
    letter = paper_parts.letter_to(
        letterhead.sender(session, entry.call_id),
        entry,
        reference=f"{entry.reference}-Q{place}-{asked.number}",
        written_on=asked.asked_at.astimezone(ZONE).date(),
        verification=c.Verification(url=f"{base_url}/check", code=asked.check_code),
    )
    paper = c.ClarificationRequest(
        letter=letter,
        stage=said(entry.stage.title, language),
        number=asked.number,
        items=tuple(
            c.AskedItem(number=str(number), item=said(item.question, language))
            for number, item in enumerate(entry.stage.checklist, start=1)
            if item.key in asked.items
        ),
        question=tuple(each.strip() for each in asked.question.splitlines() if each.strip()),
        reply_by=asked.reply_by,
        portal_url=f"{base_url}/",
    )
    return c.to_json(paper)


def _waiting(session: Session, clarification_id: int) -> printing.Waiting | None:
    contents = reading.unprinted(session, clarification_id)
    return None if contents is None else printing.letter(DOCUMENT, contents)


PAPER = printing.Kind(
    model=Clarification,
    to=TO,
    task=TASK,
    argument="clarification_id",
    waiting=_waiting,
    note=printing.note_pages,
)


def render(act: Act, clarification_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print the letter once (the job `clarifications.render`)."""
    printing.render(act, PAPER, clarification_id, renderer=renderer, store=store)


def fail(act: Act, clarification_id: int, error: Exception) -> None:
    """Keep why the letter could not be printed, after the last attempt."""
    printing.fail(act, PAPER, clarification_id, error)


def retry(act: Act, clarification_id: int) -> int:
    """Print a failed letter again; return its entry."""
    return printing.retry(act, PAPER, clarification_id).entry_id
