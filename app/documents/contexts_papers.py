"""Papers that are no letters: the agreement, the committee's list, the reports."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.documents.contexts_parts import LotSummary, Paper, Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`identifiers` are printed as given: ("Registration number 07241286", ...)."""

    name: str
    address: tuple[str, ...]
    identifiers: tuple[str, ...] = ()
    represented_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One line of the payment plan; the balance has an amount "up to"."""

    title: str
    percent: str
    amount_cents: int
    condition: str
    is_balance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    title: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedItem:
    """One thing to be bought; its price is an estimate until a quote is chosen."""

    title: str
    quantity: str
    estimate_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InKindTerms:
    """What takes the place of payments where things are given; `terms` are paragraphs."""

    items: tuple[AgreedItem, ...]
    own_share_percent: str
    quotes_least: int
    beneficiary_buys: bool
    conditions: tuple[str, ...]
    retention_months: int
    retention_condition: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedHeading:
    """A heading of the budget: what was applied for and what is agreed."""

    title: str
    applied_cents: int
    agreed_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAgreement:
    """Special conditions. `plan` adds up to `amount_cents`; `annexes` in their order.

    `budget` adds up to `eligible_cents`; empty where no budget by headings was asked for.

    Where things are given, `in_kind` says how, and plan, account and reports may be empty.

    `extra` are further special conditions, one paragraph an item.
    """

    paper: Paper
    application_reference: str
    action_title: str
    authority_party: Party
    beneficiary: Party
    currency: str
    amount_cents: int
    eligible_cents: int
    rate_percent: str
    starts_on: date
    months: int
    ends_on: date
    plan: tuple[Instalment, ...]
    iban: str
    bank: str
    account_holder: str
    reports: tuple[ReportDue, ...]
    annexes: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    lot: str = ""
    partners: tuple[Party, ...] = ()
    payment_days: int = 30
    balance_days: int = 90
    record_years: int = 5
    extra: tuple[str, ...] = ()
    in_kind: InKindTerms | None = None
    budget: tuple[AgreedHeading, ...] = ()


class Standing(StrEnum):
    """How a line of a list is drawn; the words beside it come from `status`."""

    FUNDED = "funded"
    PARTIAL = "partial"
    RESERVE = "reserve"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRow:
    """One line of the list. `rank` is text ("3="), empty for those not ranked.

    `left_cents` is the lot's money left after this line, `cumulative_cents` the requests
    added up to here (preselection); None prints nothing.
    """

    rank: str
    reference: str
    applicant: str
    action_title: str
    score: str
    requested_cents: int
    standing: Standing
    status: str
    offered_cents: int | None = None
    left_cents: int | None = None
    cumulative_cents: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingLot:
    """`cut_after` is the number of rows above the cut line; `cut_note` explains the line."""

    money: LotSummary
    rows: tuple[RankingRow, ...]
    cut_after: int
    cut_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingList:
    """The committee's list; `stage` says of which stage, `rules` the policy in words."""

    paper: Paper
    stage: str
    currency: str
    lots: tuple[RankingLot, ...]
    rules: tuple[str, ...] = ()
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeMember:
    name: str
    function: str
    role: str
    votes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """entered = passed + failed (those that withdrew are in `withdrawn`, not in `failed`)."""

    title: str
    entered: int
    passed: int
    failed: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCount:
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """The short report of the committee: who, how many, which cuts, what is proposed."""

    paper: Paper
    currency: str
    published_on: date
    closed_on: date
    members: tuple[CommitteeMember, ...]
    stages: tuple[StageCount, ...]
    cuts: tuple[CutCount, ...]
    lots: tuple[LotSummary, ...]
    proposal: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """One award as the report and the sheet `awards` show it; None prints nothing.

    agreed = net paid + released + left, and net paid = paid - recovered, to the cent.
    """

    lot: str
    rank: int | None
    reference: str
    applicant: str
    region_code: str
    region_name: str
    municipality: str
    action_title: str
    score: str
    currency: str
    requested_cents: int
    awarded_cents: int
    agreed_cents: int | None
    paid_cents: int
    ordered_cents: int = 0
    recovered_cents: int = 0
    net_paid_cents: int = 0
    released_cents: int = 0
    left_cents: int
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSum:
    code: str
    name: str
    awards: int
    awarded_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedMoney:
    """Money that came from another round of the call, or went to it; `version` tells it."""

    moved_on: date
    amount_cents: int
    other: str
    came_in: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardReport:
    """One call's money: totals by lot and region, and every line. `as_of` is the day.

    `narrowed` says which lines were left out, and how the sums of the rest compare.
    """

    paper: Paper
    currency: str
    as_of: date
    lots: tuple[LotSummary, ...]
    regions: tuple[RegionSum, ...]
    rows: tuple[AwardRow, ...]
    narrowed: str = ""
    moves: tuple[MovedMoney, ...] = ()
