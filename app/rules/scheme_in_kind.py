"""What is given as things instead of money, and visits on the spot, as data."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.rules.scheme_text import Text, no_text


class Procurer(StrEnum):
    """Who asks for offers and buys."""

    AUTHORITY = "AUTHORITY"
    BENEFICIARY = "BENEFICIARY"


@dataclass(frozen=True, slots=True)
class HandoverCondition:
    """Something an officer confirms before things are handed over."""

    key: str
    question: Text


@dataclass(frozen=True, slots=True)
class InKind:
    """How things are bought, handed over and kept.

    `own_share_percent` is the least share of each price that the beneficiary pays in. Fewer
    offers than `quotes_min` for an item need a reason. The authority keeps the title for
    `retention_months` from the handover; `retention_condition` says what must hold besides.
    `visit_months` count from the handover. `terms` are paragraphs of the agreement.
    """

    own_share_percent: Fraction
    quotes_min: int = 3
    procured_by: Procurer = Procurer.AUTHORITY
    retention_months: int = 0
    retention_condition: Text = field(default_factory=no_text)
    visit_months: tuple[int, ...] = ()
    handover_conditions: tuple[HandoverCondition, ...] = ()
    terms: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteVisit:
    """A visit to every applicant who is in the running, before the stage is ranked."""

    purpose: Text
    required: bool = True
