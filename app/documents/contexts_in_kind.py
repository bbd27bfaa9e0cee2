"""What is given as things: the protocol of the handover, and the terms in the agreement."""

from dataclasses import dataclass
from datetime import date

from app.documents.contexts_papers import Party
from app.documents.contexts_parts import Paper, Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedItem:
    """One thing; `own_cents` is the part of its price that the beneficiary paid."""

    title: str
    quantity: str
    serial_number: str
    location: str
    price_cents: int
    own_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverProtocol:
    """What is handed over, and what holds until the title passes. `terms` are paragraphs.

    `agreement` is its number; the paper has one of its own, because there may be several.
    """

    paper: Paper
    action_title: str
    authority_party: Party
    beneficiary: Party
    currency: str
    items: tuple[HandedItem, ...]
    retention_months: int
    condition: str
    terms: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleTransfer:
    """By which the title of things passes; `handed_over_on` is when the last of them came.

    `taken_back_from` is the agreement whose beneficiary had them before, where the authority
    took them back: then prices are what they are worth on the day.
    """

    paper: Paper
    action_title: str
    authority_party: Party
    beneficiary: Party
    currency: str
    items: tuple[HandedItem, ...]
    handed_over_on: date
    passed_on: date
    condition: str
    signatories: tuple[Signatory, ...]
    taken_back_from: str = ""
