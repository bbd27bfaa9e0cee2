"""Letters to applicants: one frozen dataclass each, values only."""

from dataclasses import dataclass
from datetime import date, datetime

from app.documents.contexts_parts import Amounts, FileEntry, Letter, Scores, SectionScore
from app.documents.contexts_reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionReceipt:
    """L1. `received_at` is the server's time when the request arrived, in UTC.

    `answers_sha256` is the hash of the answers as frozen at submission.
    `replaces_received_at` is when the one before arrived, where it was sent in again;
    `partners` are the co-applicants by name. `rules_version` and `rules_sha256` name the
    rules of the call under which it was received.
    """

    letter: Letter
    stage: str
    submitted_by: str
    received_at: datetime
    closes_at: datetime
    answers_sha256: str
    files: tuple[FileEntry, ...]
    currency: str = ""
    requested_cents: int | None = None
    replaces_received_at: datetime | None = None
    partners: tuple[str, ...] = ()
    rules_version: int = 1
    rules_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedDocument:
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLetter:
    """L10. `reason` is one sentence in the letter's language: why this was selected."""

    letter: Letter
    scores: Scores
    rank: str
    reason: str
    amounts: Amounts
    accept_by: date
    documents_by: date
    signature_on: date | None = None
    conditions: tuple[str, ...] = ()
    documents: tuple[RequestedDocument, ...] = ()
    portal_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialOfferLetter:
    """An offer cut to what is left; `must_do` is what the applicant has to show."""

    letter: Letter
    scores: Scores
    rank: str
    reason: str
    amounts: Amounts
    reply_by: date
    must_do: tuple[str, ...]
    documents: tuple[RequestedDocument, ...] = ()
    portal_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveLetter:
    """L8. `position` counts from 1 on the lot's reserve list."""

    letter: Letter
    scores: Scores
    rank: str
    reason: str
    position: int
    currency: str
    requested_cents: int
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionLetter:
    """L3, L4, L6, L9: `reasons` in the order in which the cuts apply; at least one.

    `scores` is None where the application fell before it was assessed; `remark` is what
    the authority writes about the reasons as a whole.
    """

    letter: Letter
    stage: str
    reasons: tuple[Reason, ...]
    scores: Scores | None = None
    rank: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreselectionInvitation:
    """L5. `carried` are the sections whose score counts again in the next stage.

    `change_percent` is how far the request may differ from the concept note ("20"). With
    `interviews_from_at` people are invited to come between then and `closes_at`.
    """

    letter: Letter
    scores: Scores
    rank: str
    next_stage: str
    closes_at: datetime
    currency: str
    requested_cents: int
    carried: tuple[SectionScore, ...] = ()
    change_percent: str = ""
    forms: tuple[str, ...] = ()
    portal_url: str = ""
    interviews_from_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """A cost not accepted or money set off, with its reason; positive cents."""

    reason: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """L14. agreed = paid before + this payment + set off + left, to the cent.

    `declared_cents` and `accepted_cents` are costs, None for a pre-financing.
    `paid_on` and `bank_reference` are known once the bank has confirmed.
    """

    letter: Letter
    agreement_reference: str
    number: int
    instalment: str
    currency: str
    agreed_cents: int
    paid_before_cents: int
    amount_cents: int
    left_cents: int
    rate_percent: str
    iban: str
    account_holder: str
    declared_cents: int | None = None
    accepted_cents: int | None = None
    deductions: tuple[Deduction, ...] = ()
    set_off_cents: int = 0
    paid_on: date | None = None
    bank_reference: str = ""
