"""The scheme template: everything a call needs to know about itself, as frozen data.

A call starts from a template, is given lots and dates, and keeps a frozen copy when it is
published (`app.rules.scheme_json`). `app.rules.scheme_consistency` says what is wrong with it.
The parts live in `scheme_form`, `scheme_grid`, `scheme_money` and `scheme_letters`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.rules.scheme_direct import DirectAward
from app.rules.scheme_form import DocumentRequirement, EligibilityCriterion, Question
from app.rules.scheme_grid import Stage
from app.rules.scheme_in_kind import InKind
from app.rules.scheme_letters import (
    Indicator,
    Letter,
    LetterSet,
    Outcome,
    ReportRule,
    Retention,
    StateAid,
    VisibilityProfile,
)
from app.rules.scheme_money import AllocationPolicy, BudgetRules, Lot, PaymentPlan
from app.rules.scheme_rounds import Rounds
from app.rules.scheme_text import Text, no_text


class Procedure(StrEnum):
    """RESTRICTED asks for full applications by invitation; OPEN takes all forms at once."""

    RESTRICTED = "RESTRICTED"
    OPEN = "OPEN"
    SINGLE_STAGE = "SINGLE_STAGE"


@dataclass(frozen=True, slots=True)
class Period:
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class CoApplicants:
    min: int = 0
    max: int | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationCaps:
    """How many applications one organisation may hand in to a call; None is no cap.

    How many may be awarded is said by `AllocationPolicy.caps`.
    """

    as_lead: int | None = None
    as_co_applicant: int | None = None


@dataclass(frozen=True, slots=True)
class CallDefaults:
    """Calendar days: `min_days` from publication to closing, the two others before closing.

    A corrigendum that changes more than words moves the closing by `corrigendum_days` at least;
    the handbook (1.3) asks for a prolongation and names no number. With `direct` only those
    whom it names may apply, and no competition is announced.
    """

    procedure: Procedure
    applicant_types: tuple[str, ...]
    min_days: int = 0
    questions_until_days: int = 21
    answers_until_days: int = 11
    corrigendum_days: int = 7
    co_applicants: CoApplicants = CoApplicants()
    caps: ApplicationCaps = ApplicationCaps()
    countries: tuple[str, ...] = ()
    min_months: int | None = None
    max_months: int | None = None
    direct: DirectAward | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A template, or, with the lots and envelope of a call, its rules.

    `languages` is never empty; the first is the one every text must have. A template may leave
    the envelope out (0): it is set when a call starts, and publishing is refused until then.
    With `rounds` one envelope is given out in several calls, one after the other.
    """

    key: str
    title: Text
    currency: str
    period: Period
    call: CallDefaults
    lots: tuple[Lot, ...]
    stages: tuple[Stage, ...]
    allocation: AllocationPolicy
    letters: LetterSet
    payments: PaymentPlan
    visibility: VisibilityProfile
    envelope_cents: int = 0
    budget: BudgetRules | None = None
    in_kind: InKind | None = None
    languages: tuple[str, ...] = ("en",)
    version: int = 1
    programme: Text = field(default_factory=no_text)
    purpose: Text = field(default_factory=no_text)
    legal_basis: Text = field(default_factory=no_text)
    eligibility: tuple[EligibilityCriterion, ...] = ()
    reports: tuple[ReportRule, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    state_aid: StateAid = field(default_factory=StateAid)
    retention: Retention = field(default_factory=Retention)
    rounds: Rounds | None = None

    def lot(self, code: str) -> Lot:
        """The lot with that code; KeyError when there is none."""
        return {lot.code: lot for lot in self.lots}[code]

    def stage(self, key: str) -> Stage:
        """The stage with that key; KeyError when there is none."""
        return {stage.key: stage for stage in self.stages}[key]

    def stage_after(self, key: str) -> Stage | None:
        """The stage that follows, None after the last; KeyError for an unknown key."""
        place = self.stages.index(self.stage(key)) + 1
        return self.stages[place] if place < len(self.stages) else None

    def last_scored_stage(self) -> Stage | None:
        """The stage whose total decides the ranking for money."""
        return next((stage for stage in reversed(self.stages) if stage.grid), None)

    def documents(self) -> Iterator[tuple[Stage, DocumentRequirement]]:
        """Every document asked for, with its stage, in the order of the stages."""
        return ((stage, document) for stage in self.stages for document in stage.documents)

    def letter_for(self, outcome: Outcome, stage: str = "") -> Letter | None:
        """The letter for an outcome: the stage's own before the one of every stage."""
        fitting = [letter for letter in self.letters.letters if outcome in letter.outcomes]
        own = [letter for letter in fitting if letter.stage and letter.stage == stage]
        general = [letter for letter in fitting if not letter.stage]
        return next(iter(own + general), None)


@dataclass(frozen=True, slots=True)
class CallDates:
    """When a call is published, opens and closes; all in UTC.

    `closes_at` is the deadline of the first stage; `stage_closes_at` names those already set
    for later stages, by stage key.
    """

    published_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    questions_until_at: datetime | None = None
    answers_until_at: datetime | None = None
    stage_closes_at: tuple[tuple[str, datetime], ...] = ()


def questions_of(stage: Stage) -> Iterator[Question]:
    """Every question of a stage's form, in the order in which it is asked."""
    return (question for section in stage.form for question in section.questions)
