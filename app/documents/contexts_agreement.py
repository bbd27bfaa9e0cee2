"""Letters while an agreement runs: suspension, closing, changed budget (L15, L16, L18)."""

from dataclasses import dataclass
from datetime import date

from app.documents.contexts_parts import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionNotice:
    """L15. With `instalment` it stops the term of one payment, else the whole agreement.

    `amount_cents` was asked for; `term_days` are the days within which it is paid and
    `used_days` those that have passed; all empty where the agreement is suspended.
    """

    letter: Letter
    agreement_reference: str
    currency: str
    since: date
    reason: tuple[str, ...]
    instalment: str = ""
    amount_cents: int | None = None
    term_days: int | None = None
    used_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureLetter:
    """L18. agreed = final grant + not used, and final grant = paid - paid back, to the cent.

    `accepted_cents` are the costs that were accepted; None where things were given.
    """

    letter: Letter
    agreement_reference: str
    currency: str
    closed_on: date
    agreed_cents: int
    paid_cents: int
    recovered_cents: int
    final_cents: int
    unused_cents: int
    record_until: date
    accepted_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedHeading:
    """A heading of the budget before and after; a change above the limit is `decided` on."""

    title: str
    before_cents: int
    after_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentDecision:
    """L16. `is_noted` where no decision was needed; `reason` is the authority's."""

    letter: Letter
    agreement_reference: str
    number: int
    currency: str
    is_approved: bool
    is_noted: bool
    reason: tuple[str, ...]
    headings: tuple[ChangedHeading, ...]
    limit_percent: str
