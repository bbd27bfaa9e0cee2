"""What a page shows of a call's rules: plain texts and sums, ready to be printed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LotView:
    code: str
    title: str
    description: str
    envelope_cents: int
    min_grant_cents: int
    max_grant_cents: int | None
    rate: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    title: str
    help: str
    who: str
    required: bool
    limits: str


@dataclass(frozen=True, slots=True)
class CheckView:
    question: str
    help: str
    fatal: bool


@dataclass(frozen=True, slots=True)
class CriterionView:
    code: str
    text: str
    help: str
    marks: str
    maximum: str


@dataclass(frozen=True, slots=True)
class GridSectionView:
    code: str
    title: str
    maximum: str
    minimum: str
    carried: str
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    maximum: str
    threshold: str
    sections: tuple[GridSectionView, ...]


@dataclass(frozen=True, slots=True)
class StageView:
    """`when` stands for a stage that has no dates yet."""

    id: int
    key: str
    number: int
    title: str
    entrants: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    is_interview: bool
    has_form: bool
    pages: tuple[str, ...]
    questions: int
    with_budget: bool
    documents: tuple[DocumentView, ...]
    checklist: tuple[CheckView, ...]
    grid: GridView | None
    scoring: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeadingView:
    code: str
    title: str
    rule: str
    is_total: bool


@dataclass(frozen=True, slots=True)
class InstalmentView:
    title: str
    percent: str
    when: str
    days: int


@dataclass(frozen=True, slots=True)
class LetterView:
    title: str
    outcomes: str
    asks_reply: bool


@dataclass(frozen=True, slots=True)
class RulesView:
    purpose: str
    programme: str
    legal_basis: str
    currency: str
    envelope_cents: int
    applicants: str
    co_applicants: str
    countries: str
    duration: str
    direct: tuple[str, ...]
    caps: tuple[str, ...]
    lots: tuple[LotView, ...]
    eligibility: tuple[str, ...]
    stages: tuple[StageView, ...]
    headings: tuple[HeadingView, ...]
    allocation: tuple[str, ...]
    instalments: tuple[InstalmentView, ...]
    payments: tuple[str, ...]
    after_award: tuple[str, ...]
    letters: tuple[LetterView, ...]
    complaint: str
    complaint_days: int
    offer_days: int
    funding: str
    emblem: str
    disclaimer: str
