"""Whether forms, documents, checklists and eligibility criteria can be asked and answered."""

import re
from collections.abc import Iterator

from app.rules import partners
from app.rules.identifiers import SCHEMES
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_findings import Finding, error, repeated, warning
from app.rules.scheme_form import (
    DocumentRequirement,
    EligibilityCriterion,
    JudgedBy,
    Question,
    QuestionKind,
)
from app.rules.scheme_grid import Stage

FORMATS = frozenset({"pdf", "docx", "xlsx", "odt", "ods", "jpg", "png", "zip", "csv"})
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_FACT_KINDS = {
    "requested": QuestionKind.AMOUNT,
    "total_costs": QuestionKind.AMOUNT,
    "duration_months": QuestionKind.NUMBER,
    "action_title": QuestionKind.TEXT,
    "place": QuestionKind.PLACE,
    "places": QuestionKind.PLACES,
}
_CHOOSING = {QuestionKind.CHOICE, QuestionKind.CHOICES}


def form_findings(scheme: Scheme) -> Iterator[Finding]:
    for place, stage in enumerate(scheme.stages):
        path = f"stages[{place}]"
        yield from repeated((section.key for section in stage.form), f"{path}.form")
        yield from repeated((question.key for question in questions_of(stage)), f"{path}.form")
        for at, section in enumerate(stage.form):
            if not section.questions:
                yield error("section_without_questions", f"{path}.form[{at}]", key=section.key)
            for number, question in enumerate(section.questions):
                yield from _question(question, f"{path}.form[{at}].questions[{number}]")
        yield from _checklist(stage, scheme.stages[:place], path)
    yield from _documents(scheme)
    yield from _eligibility(scheme)


def _question(question: Question, path: str) -> Iterator[Finding]:
    key = question.key
    if not _KEY.fullmatch(key):
        yield error("key_form", f"{path}.key", key=key)
    if question.kind is QuestionKind.LONG_TEXT and not (question.max_words or question.max_length):
        yield warning("long_text_without_limit", path, key=key)
    for name in ("max_words", "max_length", "max_rows"):
        limit = getattr(question, name)
        if limit is not None and limit < 1:
            yield error("not_positive", f"{path}.{name}")
    low, high = question.at_least, question.at_most
    if low is not None and high is not None and low > high:
        yield error("min_above_max", f"{path}.at_least")
    wanted = _FACT_KINDS.get(question.fact, question.kind)
    if question.kind is not wanted:
        yield error("fact_kind", f"{path}.kind", fact=question.fact, kind=wanted)
    yield from _choices(question, path)
    yield from _columns(question, path)


def _choices(question: Question, path: str) -> Iterator[Finding]:
    yield from repeated((choice.key for choice in question.choices), f"{path}.choices")
    least = {QuestionKind.CHOICE: 2, QuestionKind.CHOICES: 1}.get(question.kind, 0)
    if len(question.choices) < least:
        yield error("too_few_choices", f"{path}.choices", key=question.key)
    if question.choices and question.kind not in _CHOOSING:
        yield error("choices_not_used", f"{path}.choices", key=question.key)


def _columns(question: Question, path: str) -> Iterator[Finding]:
    is_rows = question.kind is QuestionKind.ROWS
    if is_rows is not bool(question.columns):
        yield error("columns_with_rows", f"{path}.columns", key=question.key)
    if question.max_rows is not None and question.min_rows > question.max_rows:
        yield error("min_above_max", f"{path}.min_rows")
    yield from repeated((column.key for column in question.columns), f"{path}.columns")
    for number, column in enumerate(question.columns):
        if not _tells_of_a_partner(question, column):
            where = f"{path}.columns[{number}].fact"
            yield error("unknown_partner_fact", where, fact=column.fact)
        if column.kind is QuestionKind.ROWS:
            yield error("rows_in_rows", f"{path}.columns[{number}]", key=column.key)
        else:
            yield from _question(column, f"{path}.columns[{number}]")


def _tells_of_a_partner(question: Question, column: Question) -> bool:
    """True where a column of co-applicants says nothing special, or something that is known."""
    if question.fact != "co_applicants" or not column.fact:
        return True
    scheme = column.fact.removeprefix(partners.IDENTIFIER)
    return column.fact in partners.FACTS or scheme in {each.name for each in SCHEMES}


def _checklist(stage: Stage, earlier: tuple[Stage, ...], path: str) -> Iterator[Finding]:
    yield from repeated((item.key for item in stage.checklist), f"{path}.checklist")
    known = {document.key for known in (*earlier, stage) for document in known.documents}
    for number, item in enumerate(stage.checklist):
        if item.document and item.document not in known:
            where = f"{path}.checklist[{number}].document"
            yield error("unknown_document", where, document=item.document)


def _documents(scheme: Scheme) -> Iterator[Finding]:
    yield from repeated((document.key for _, document in scheme.documents()), "stages")
    lots = {lot.code for lot in scheme.lots}
    for place, stage in enumerate(scheme.stages):
        for number, document in enumerate(stage.documents):
            yield from _document(document, lots, f"stages[{place}].documents[{number}]")


def _document(document: DocumentRequirement, lots: set[str], path: str) -> Iterator[Finding]:
    unknown = sorted(set(document.formats) - FORMATS)
    if unknown or not document.formats:
        known = ", ".join(sorted(FORMATS))
        yield error("unknown_format", f"{path}.formats", format=", ".join(unknown), known=known)
    for name in ("max_megabytes", "max_files"):
        if getattr(document, name) < 1:
            yield error("not_positive", f"{path}.{name}")
    if document.blind_visible and document.restricted:
        yield error("restricted_is_not_shown", f"{path}.blind_visible", key=document.key)
    yield from _only_lots(document.only_lots, lots, path)


def _only_lots(only: tuple[str, ...], lots: set[str], path: str) -> Iterator[Finding]:
    for code in sorted(set(only) - lots):
        yield error("unknown_lot", f"{path}.only_lots", lot=code)


def _eligibility(scheme: Scheme) -> Iterator[Finding]:
    yield from repeated((criterion.key for criterion in scheme.eligibility), "eligibility")
    documents = {document.key for _, document in scheme.documents()}
    lots = {lot.code for lot in scheme.lots}
    for place, criterion in enumerate(scheme.eligibility):
        path = f"eligibility[{place}]"
        yield from _only_lots(criterion.only_lots, lots, path)
        if criterion.evidence and criterion.evidence not in documents:
            where = f"{path}.evidence"
            yield error("unknown_document", where, document=criterion.evidence)
        if criterion.judged_by is JudgedBy.RULE:
            yield from _rule(criterion, path)


def _rule(criterion: EligibilityCriterion, path: str) -> Iterator[Finding]:
    low, high = criterion.at_least, criterion.at_most
    if not criterion.fact:
        yield error("rule_without_fact", f"{path}.fact", key=criterion.key)
    if not criterion.one_of and low is None and high is None:
        yield error("rule_without_limit", path, key=criterion.key)
    if low is not None and high is not None and low > high:
        yield error("min_above_max", f"{path}.at_least")
