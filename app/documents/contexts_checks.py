"""Letters of the checks: a question (L2), a refusal at the check (L3), and after it (L9)."""

from dataclasses import dataclass
from datetime import datetime

from app.documents.contexts_parts import Letter
from app.documents.contexts_reasons import AdministrativeFailure, Ineligible, LateReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """An item of the published checklist that the question is about; its number from 1."""

    number: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationRequest:
    """L2. `question` in paragraphs, as the officer wrote it; `reply_by` in UTC."""

    letter: Letter
    stage: str
    number: int
    items: tuple[AskedItem, ...]
    question: tuple[str, ...]
    reply_by: datetime
    portal_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRejectionLetter:
    """L3. Every item of the checklist that failed, or late receipt with both times.

    `asked` are the references of the questions that were sent before this refusal.
    """

    letter: Letter
    stage: str
    reasons: tuple[AdministrativeFailure | LateReceipt, ...]
    remark: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IneligibilityLetter:
    """L9. Each criterion that is not met with the document that shows it."""

    letter: Letter
    stage: str
    reasons: tuple[Ineligible, ...]
    remark: str = ""
