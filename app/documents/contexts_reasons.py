"""Why an application was refused: one type for each cut, so that no letter is vague."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowSectionMinimum:
    kind: ClassVar[str] = "below_section_minimum"
    section: str
    score: str
    minimum: str
    maximum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowScoreFloor:
    """One criterion got no more than the floor that holds for each criterion of its section."""

    kind: ClassVar[str] = "below_score_floor"
    section: str
    criterion: str
    score: str
    floor: str
    maximum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowThreshold:
    kind: ClassVar[str] = "below_threshold"
    score: str
    threshold: str
    maximum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsidePreselection:
    """Above the threshold, but the better-ranked already reach the preselection limit."""

    kind: ClassVar[str] = "outside_preselection"
    score: str
    threshold: str
    cut_off_score: str
    rank: str
    limit_percent: str
    limit_cents: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideEnvelope:
    """Above the threshold, but the money ended with a better-ranked application."""

    kind: ClassVar[str] = "outside_envelope"
    score: str
    threshold: str
    cut_off_score: str
    rank: str
    envelope_cents: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapReached:
    """`cap` is the published rule in words; `awarded` the references that use it up."""

    kind: ClassVar[str] = "cap_reached"
    cap: str
    awarded: tuple[str, ...]
    score: str
    threshold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReceipt:
    """Both instants in UTC; the letter prints them with seconds and zone."""

    kind: ClassVar[str] = "late_receipt"
    received_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativeFailure:
    """A checklist item that was not met, as published, and what was found."""

    kind: ClassVar[str] = "administrative_failure"
    number: str
    item: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ineligible:
    """The criterion, the document that shows it, and the finding.

    `heard_by` is the last day for observations where exclusion is meant.
    """

    kind: ClassVar[str] = "ineligible"
    criterion: str
    document: str
    finding: str
    heard_by: date | None = None


Reason = (
    BelowSectionMinimum
    | BelowScoreFloor
    | BelowThreshold
    | OutsidePreselection
    | OutsideEnvelope
    | CapReached
    | LateReceipt
    | AdministrativeFailure
    | Ineligible
)
