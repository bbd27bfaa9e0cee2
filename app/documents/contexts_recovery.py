"""L17: the letter of a recovery order."""

from dataclasses import dataclass
from datetime import date

from app.documents.contexts_parts import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryOrder:
    """The claim with its grounds: paid = final + amount where a balance led to it.

    `accepted_cents` and `final_cents` are None where no final report stands behind the
    claim; `interest_percent` is text ("5.65"), empty where no interest is owed.
    """

    letter: Letter
    agreement_reference: str
    currency: str
    agreed_cents: int
    paid_cents: int
    amount_cents: int
    reason: str
    due_on: date
    interest_percent: str
    iban: str
    account_holder: str
    rate_percent: str
    accepted_cents: int | None = None
    final_cents: int | None = None
