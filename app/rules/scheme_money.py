"""Money in a scheme: lots, budget headings, allocation policy, payment plan, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.rules.scheme_text import Text, no_text


@dataclass(frozen=True, slots=True)
class RateException:
    """Leads whose `attribute` is `equals` may be granted up to `max_percent`."""

    attribute: str
    equals: str
    max_percent: Fraction


@dataclass(frozen=True, slots=True)
class GrantCondition:
    """Who shows less than `at_least` of the form's `fact` is granted `max_grant_cents` at most."""

    fact: str
    at_least: Fraction
    max_grant_cents: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A share of the call with its own envelope.

    Rates are the grant in per cent of the total eligible costs. Empty `regions` means
    everywhere, empty `applicant_types` those of the call; `co_applicants_min` overrides the call's.
    A template may leave the envelope out (0): it is set when a call starts.
    """

    code: str
    title: Text
    envelope_cents: int = 0
    min_grant_cents: int = 0
    max_grant_cents: int | None = None
    min_rate_percent: Fraction = Fraction(0)
    max_rate_percent: Fraction = Fraction(100)
    rate_exceptions: tuple[RateException, ...] = ()
    regions: tuple[str, ...] = ()
    applicant_types: tuple[str, ...] = ()
    co_applicants_min: int | None = None
    description: Text = field(default_factory=no_text)
    grant_conditions: tuple[GrantCondition, ...] = ()

    def max_rate_for(self, attributes: dict[str, str]) -> Fraction:
        """The highest rate a lead with these attributes may ask for, in per cent."""
        rates = [
            exception.max_percent
            for exception in self.rate_exceptions
            if attributes.get(exception.attribute) == exception.equals
        ]
        return max([self.max_rate_percent, *rates])

    def max_grant_for(self, facts: Mapping[str, object]) -> int | None:
        """The largest grant for an application with these numbers; None is no limit.

        What the form does not tell counts as 0: a higher grant needs the fact shown.
        """
        limits = [
            condition.max_grant_cents
            for condition in self.grant_conditions
            if _number(facts.get(condition.fact)) < condition.at_least
        ]
        most = [] if self.max_grant_cents is None else [self.max_grant_cents]
        return min([*most, *limits], default=None)


def _number(value: object) -> Fraction:
    """Return an answer as a number; what is not one counts as 0."""
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


class HeadingKind(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    CONTINGENCY = "contingency"


@dataclass(frozen=True, slots=True)
class BudgetItem:
    """A subheading under which lines are entered, like 1.1 or 5.3."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class BudgetHeading:
    """`max_percent` and `min_percent` are of `base`, the code of a heading or of a total.

    A heading with no items takes lines itself; `flat_rate` has no lines, only one sum.
    """

    code: str
    title: Text
    kind: HeadingKind = HeadingKind.DIRECT
    items: tuple[BudgetItem, ...] = ()
    flat_rate: bool = False
    max_percent: Fraction | None = None
    min_percent: Fraction | None = None
    base: str = ""
    help: Text = field(default_factory=no_text)


@dataclass(frozen=True, slots=True)
class BudgetTotal:
    """A computed row: the sum of the headings and totals named in `adds`."""

    code: str
    title: Text
    adds: tuple[str, ...]


class SourceKind(StrEnum):
    GRANT = "grant"
    OWN = "own"
    OTHER = "other"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class FundingSource:
    code: str
    title: Text
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """Headings and totals in the order in which they are printed.

    `total` is the code of the total that sources must equal and to which the rate
    refers. Of the sources exactly one is the grant.
    """

    headings: tuple[BudgetHeading, ...]
    totals: tuple[BudgetTotal, ...]
    sources: tuple[FundingSource, ...]
    total: str
    in_kind_counts: bool = False


class AwardOrder(StrEnum):
    MERIT = "MERIT"
    FIRST_COME = "FIRST_COME"
    LOTTERY_IN_BAND = "LOTTERY_IN_BAND"


class Overflow(StrEnum):
    STOP = "STOP"
    PARTIAL_OFFER = "PARTIAL_OFFER"
    SKIP_AND_FILL = "SKIP_AND_FILL"
    PARTIAL_THEN_SKIP = "PARTIAL_THEN_SKIP"


class LotMode(StrEnum):
    SEPARATE = "SEPARATE"
    REALLOCATE_REMAINDER = "REALLOCATE_REMAINDER"
    COMMON_POT = "COMMON_POT"


class Rounding(StrEnum):
    DOWN = "DOWN"
    HALF_UP = "HALF_UP"


@dataclass(frozen=True, slots=True)
class AwardCaps:
    """None is no cap. `region_max_percent` is the share of a lot's envelope one region may get."""

    awards_per_lead: int | None = None
    awards_per_strategy: int | None = None
    region_max_percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class AwardFloor:
    """The best `min_awards` of each value of `dimension` are placed first."""

    dimension: str
    min_awards: int = 1


@dataclass(frozen=True, slots=True)
class AllocationPolicy:
    """How the envelope is given out; see `unsupported_policy` for what can be run.

    `tie_breakers` are names of grid sections of the last scored stage (`GridSection.name`), highest
    first, or `requested_asc`. `lottery_band_points` is the width of a band for LOTTERY_IN_BAND.
    """

    order: AwardOrder = AwardOrder.MERIT
    overflow: Overflow = Overflow.STOP
    partial_min_share: Fraction = Fraction(3, 4)
    lot_mode: LotMode = LotMode.SEPARATE
    realloc_order: tuple[str, ...] = ()
    realloc_before_partial: bool = True
    tie_breakers: tuple[str, ...] = ()
    caps: AwardCaps = AwardCaps()
    floors: tuple[AwardFloor, ...] = ()
    pro_rata: bool = False
    reserve_valid_until: date | None = None
    correction_rounding: Rounding = Rounding.DOWN
    lottery_band_points: Fraction | None = None


class PaymentModel(StrEnum):
    CASH_PRAG_OPT_1 = "CASH_PRAG_OPT_1"
    CASH_PRAG_OPT_2 = "CASH_PRAG_OPT_2"
    CASH_PRAG_OPT_3 = "CASH_PRAG_OPT_3"
    CASH_TRANCHES = "CASH_TRANCHES"
    REIMBURSEMENT = "REIMBURSEMENT"
    IN_KIND = "IN_KIND"
    SERVICE = "SERVICE"


class InstalmentKind(StrEnum):
    PREFINANCING = "prefinancing"
    INTERIM = "interim"
    BALANCE = "balance"


class PaymentTrigger(StrEnum):
    AGREEMENT_SIGNED = "agreement_signed"
    REPORT_ACCEPTED = "report_accepted"
    FINAL_REPORT_ACCEPTED = "final_report_accepted"


@dataclass(frozen=True, slots=True)
class Instalment:
    """`percent` is of the agreed grant; of a balance it is the expectation, S7 says what is due."""

    key: str
    title: Text
    kind: InstalmentKind
    percent: Fraction
    on: PaymentTrigger
    pay_within_days: int = 30


class Underconsumption(StrEnum):
    """What reduces a further pre-financing when too little of the last was used (test S6)."""

    UNUSED_AMOUNT = "UNUSED_AMOUNT"
    SHORTFALL_TO_MINIMUM = "SHORTFALL_TO_MINIMUM"


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Per cents are of the agreed grant; `prefinancing_cap_percent` bounds all before the balance.

    Days are calendar days. An amount of None means that no such limit holds.
    """

    model: PaymentModel
    instalments: tuple[Instalment, ...] = ()
    prefinancing_cap_percent: Fraction = Fraction(90)
    consumption_min_percent: Fraction = Fraction(70)
    underconsumption: Underconsumption = Underconsumption.UNUSED_AMOUNT
    no_profit: bool = True
    no_profit_above_cents: int | None = None
    verification_above_cents: int | None = None
    guarantee_above_cents: int | None = None
    transfer_between_headings_max_percent: Fraction | None = None
