"""What an applicant is asked: sections, questions and documents, as data."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.rules.scheme_text import Text, no_text


class QuestionKind(StrEnum):
    """How a question is asked, and in which form its answer is kept (see `rules.forms`)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PLACE = "place"
    PLACES = "places"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or one column where it stands in `columns` of a `rows` question.

    `fact` is the name under which the answer is known outside the form: to the limits
    of the lot (`requested` and `total_costs` are amounts, `duration_months` a number),
    to the eligibility criteria, to lists and letters (`action_title`).
    `reveals_identity` keeps the answer from assessors who work blind.
    """

    key: str
    label: Text
    kind: QuestionKind
    help: Text = field(default_factory=no_text)
    required: bool = True
    max_words: int | None = None
    max_length: int | None = None
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    choices: tuple[Choice, ...] = ()
    columns: tuple["Question", ...] = ()
    min_rows: int = 0
    max_rows: int | None = None
    unit: Text = field(default_factory=no_text)
    fact: str = ""
    reveals_identity: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    """A page of the form. `reveals_identity` holds for all its questions."""

    key: str
    title: Text
    questions: tuple[Question, ...]
    help: Text = field(default_factory=no_text)
    reveals_identity: bool = False


class DocumentOwner(StrEnum):
    LEAD = "lead"
    EACH_CO_APPLICANT = "each_co_applicant"
    EACH_APPLICANT = "each_applicant"


@dataclass(frozen=True, slots=True)
class DocumentRequirement:
    """A file that is asked for.

    `formats` are file name endings in lower case without the point. `max_megabytes` is per
    file, `max_age_days` counts back from the closing of the stage, by the date on the paper.
    `blind_visible` lets assessors who work blind open it. `only_lots` empty means all lots.
    """

    key: str
    title: Text
    who: DocumentOwner = DocumentOwner.LEAD
    help: Text = field(default_factory=no_text)
    required: bool = True
    formats: tuple[str, ...] = ("pdf",)
    max_megabytes: int = 20
    max_files: int = 1
    max_age_days: int | None = None
    blind_visible: bool = False
    restricted: bool = False
    only_lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line of the published check. `document` names the requirement that shows it."""

    key: str
    question: Text
    help: Text = field(default_factory=no_text)
    document: str = ""
    fatal: bool = True
    clarifiable: bool = True


class JudgedBy(StrEnum):
    RULE = "rule"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class EligibilityCriterion:
    """Who and what may be supported.

    Judged by a rule, `fact` is compared with whichever of `one_of`, `at_least` and
    `at_most` are given; judged by an officer, the question is answered by a person
    who looks at `evidence` (the key of a document requirement).
    """

    key: str
    question: Text
    judged_by: JudgedBy = JudgedBy.OFFICER
    fact: str = ""
    one_of: tuple[str, ...] = ()
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    evidence: str = ""
    fatal: bool = True
    only_lots: tuple[str, ...] = ()
