"""What the codes in the trail's details stand for in the rules of their calls."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from app.queries.audit import AuditLine
from app.queries.schemes import scheme_of
from app.rules.scheme import Scheme
from app.rules.scheme_text import said

# (call, code) → its title in the reader's language.
Words = Mapping[tuple[int, str], str]

# Details that hold codes of the scheme, as values or as names of values.
_CODED = {"answers", "requirement", "stage", "items", "key"}


def words_of(session: Session, lines: Iterable[AuditLine], language: str) -> Words:
    """Return the titles of stages, documents and checklist items; rules once read are kept."""
    calls = {line.call_id for line in lines if line.call_id and _CODED & line.detail.keys()}
    return {
        (call_id, code): title
        for call_id in sorted(calls)
        for code, title in _titles(scheme_of(session, call_id), language)
    }


def _titles(scheme: Scheme, language: str) -> Iterator[tuple[str, str]]:
    for stage in scheme.stages:
        yield stage.key, said(stage.title, language)
        for document in stage.documents:
            yield document.key, said(document.title, language)
        for item in stage.checklist:
            yield item.key, said(item.question, language)
