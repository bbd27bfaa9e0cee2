"""Orders for the bank as an ISO 20022 message pain.001.001.09 (handbook 5.5).

Sums and counts are exact: NbOfTxs is the number of orders, CtrlSum their decimal sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from app.rules.bank_text import bank_text
from app.rules.money import format_cents

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MOST_REFERENCE, MOST_NAME, MOST_TEXT = 35, 70, 140


@dataclass(frozen=True, slots=True)
class Party:
    """Whose account; `bic` may be empty: then the bank finds it by the IBAN."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One payment; `end_to_end` comes back on the statement, `text` is read by the payee.

    Within Serbia `purpose` is the code of the payment and `reference` the payee's own, model and
    number: `97 20-123`. Elsewhere the reference stands in the text.
    """

    end_to_end: str
    amount_cents: int
    creditor: Party
    text: str
    purpose: str = ""
    reference: str = ""


def message(
    reference: str,
    made_at: datetime,
    execute_on: date,
    *,
    debtor: Party,
    orders: Sequence[Order],
    currency: str = "EUR",
) -> bytes:
    """Return the message; ValueError for no order or one whose amount is not above zero."""
    if not orders or any(order.amount_cents <= 0 for order in orders):
        raise ValueError("a message for the bank needs orders above zero")
    total = format_cents(sum(order.amount_cents for order in orders))
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    root = ET.SubElement(document, "CstmrCdtTrfInitn")
    header = ET.SubElement(root, "GrpHdr")
    _put(header, "MsgId", bank_text(reference, MOST_REFERENCE))
    _put(header, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _put(header, "NbOfTxs", str(len(orders)))
    _put(header, "CtrlSum", total)
    _put(ET.SubElement(header, "InitgPty"), "Nm", bank_text(debtor.name, MOST_NAME))
    batch = ET.SubElement(root, "PmtInf")
    _put(batch, "PmtInfId", bank_text(f"{reference}-1", MOST_REFERENCE))
    _put(batch, "PmtMtd", "TRF")
    _put(batch, "NbOfTxs", str(len(orders)))
    _put(batch, "CtrlSum", total)
    if currency == "EUR":
        _put(_path(batch, "PmtTpInf", "SvcLvl"), "Cd", "SEPA")
    _put(ET.SubElement(batch, "ReqdExctnDt"), "Dt", execute_on.isoformat())
    _put(ET.SubElement(batch, "Dbtr"), "Nm", bank_text(debtor.name, MOST_NAME))
    _account(batch, "DbtrAcct", debtor)
    _agent(batch, "DbtrAgt", debtor)
    # Where no service level shares the charges, payer and payee each bear their own.
    _put(batch, "ChrgBr", "SLEV" if currency == "EUR" else "SHAR")
    for order in orders:
        _order(batch, order, currency)
    ET.indent(document)
    written: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _order(batch: ET.Element, order: Order, currency: str) -> None:
    one = ET.SubElement(batch, "CdtTrfTxInf")
    _put(ET.SubElement(one, "PmtId"), "EndToEndId", bank_text(order.end_to_end, MOST_REFERENCE))
    amount = ET.SubElement(ET.SubElement(one, "Amt"), "InstdAmt", {"Ccy": currency})
    amount.text = format_cents(order.amount_cents)
    _agent(one, "CdtrAgt", order.creditor)
    _put(ET.SubElement(one, "Cdtr"), "Nm", bank_text(order.creditor.name, MOST_NAME))
    _account(one, "CdtrAcct", order.creditor)
    if order.purpose:
        _put(ET.SubElement(one, "Purp"), "Prtry", order.purpose)
    said = ET.SubElement(one, "RmtInf")
    is_structured = order.purpose and order.reference
    parts = (order.text,) if is_structured else (order.reference, order.text)
    _put(said, "Ustrd", bank_text(", ".join(part for part in parts if part), MOST_TEXT))
    if is_structured:
        model, _, number = order.reference.partition(" ")
        creditors = _path(said, "Strd", "CdtrRefInf")
        _put(_path(creditors, "Tp", "CdOrPrtry"), "Prtry", model)
        _put(creditors, "Ref", number)


def _account(parent: ET.Element, name: str, party: Party) -> None:
    _put(_path(parent, name, "Id"), "IBAN", party.iban)


def _agent(parent: ET.Element, name: str, party: Party) -> None:
    agent = _path(parent, name, "FinInstnId")
    if party.bic:
        _put(agent, "BICFI", party.bic)
    else:
        _put(ET.SubElement(agent, "Othr"), "Id", "NOTPROVIDED")


def _path(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, name)
    return parent


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
