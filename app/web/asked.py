"""A question to an applicant with what became of it, ready to be shown beside a check."""

from dataclasses import dataclass

from fastapi import Request

from app.i18n import language
from app.queries.checks import EntryCheck
from app.queries.clarifications import Question
from app.rules.scheme_text import said
from app.web import pages
from app.web.parts import StoredFile


@dataclass(frozen=True, slots=True)
class AskedView:
    """`keys` are those of the items; `letter` is None until it is printed."""

    question: Question
    items: tuple[str, ...]
    state: str
    is_open: bool
    may_change: bool
    letter: StoredFile | None
    files: tuple[StoredFile, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.question.items


def asked_views(request: Request, check: EntryCheck, *, may_check: bool) -> tuple[AskedView, ...]:
    """Return the questions of a check, newest first."""
    words = {each.item.key: said(each.item.question, language()) for each in check.items}
    return tuple(
        _view(request, question, words, may_check=may_check)
        for question in reversed(check.questions)
    )


def _view(
    request: Request, question: Question, words: dict[str, str], *, may_check: bool
) -> AskedView:
    now = request.state.received_at
    is_open = question.is_open(now)
    address = pages.url(request, "office_clarification_pdf", clarification_id=question.id)
    printed = StoredFile(question.letter_filename, address, question.letter_bytes)
    return AskedView(
        question=question,
        items=tuple(words.get(key, key) for key in question.items),
        state=question.shown_state(now),
        is_open=is_open,
        may_change=is_open and may_check,
        letter=printed if question.letter_sha256 else None,
        files=tuple(
            StoredFile(
                file.filename,
                pages.url(request, "office_clarification_file", key=file.key),
                file.size_bytes,
                file.sha256,
            )
            for file in question.files
        ),
    )
