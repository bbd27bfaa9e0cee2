"""Orders for the bank: the structure of pain.001.001.09 and exact sums (handbook 5.5, S8)."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from app.documents.pain001 import NAMESPACE, Order, Party, message

IBAN = "RS35260005601001611379"
DEBTOR = Party("Stalna konferencija gradova i opština", IBAN, "SBPORSBG")
AT = datetime(2026, 3, 19, 13, 0, tzinfo=UTC)


def orders(*cents: int) -> list[Order]:
    return [
        Order(f"INT-1/A/{place}", amount, Party("Општина Ђурђево", IBAN), "Grant INT-1/A")
        for place, amount in enumerate(cents, start=1)
    ]


def read(*cents: int) -> ET.Element:
    data = message("ENV1-20260319-1", AT, date(2026, 3, 20), debtor=DEBTOR, orders=orders(*cents))
    return ET.fromstring(data)


def texts(root: ET.Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_s8_three_orders_and_their_exact_sum() -> None:
    root = read(112_000_00, 68_000_00, 1_683_00)
    assert texts(root, "NbOfTxs") == ["3", "3"]
    assert texts(root, "CtrlSum") == ["181683.00", "181683.00"]
    assert texts(root, "InstdAmt") == ["112000.00", "68000.00", "1683.00"]


def test_the_elements_stand_in_the_order_of_the_message() -> None:
    root = read(1_00)
    start, batch = root[0], root[0][1]

    def names(parent: ET.Element) -> list[str]:
        return [each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in parent]

    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert names(root) == ["CstmrCdtTrfInitn"]
    assert names(start) == ["GrpHdr", "PmtInf"]
    assert names(start[0]) == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    assert names(batch) == [
        "PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct",
        "DbtrAgt", "ChrgBr", "CdtTrfTxInf",
    ]  # fmt: skip
    assert names(batch[-1]) == ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"]


def test_an_order_at_home_has_its_currency_and_no_level_of_service_of_the_euro_area() -> None:
    day = date(2026, 3, 20)
    data = message("ENV1-1", AT, day, debtor=DEBTOR, orders=orders(1_00), currency="RSD")
    root = ET.fromstring(data)
    amount = next(root.iter(f"{{{NAMESPACE}}}InstdAmt"))
    assert (amount.attrib, amount.text) == ({"Ccy": "RSD"}, "1.00")
    assert (texts(root, "ChrgBr"), texts(root, "Cd")) == (["SHAR"], [])
    assert texts(read(1_00), "ChrgBr") == ["SLEV"]


def test_names_are_in_the_letters_of_a_bank_and_an_unknown_bank_is_said() -> None:
    root = read(1_00)
    assert texts(root, "Nm") == [
        "Stalna konferencija gradova i opstina",
        "Stalna konferencija gradova i opstina",
        "Opstina Djurdjevo",
    ]
    assert texts(root, "BICFI") == ["SBPORSBG"]
    assert "NOTPROVIDED" in texts(root, "Id")
    assert texts(root, "EndToEndId") == ["INT-1/A/1"]
    assert texts(root, "Dt") == ["2026-03-20"]


@pytest.mark.parametrize("cents", [(), (0,), (1_00, -1)])
def test_nothing_or_less_is_no_order(cents: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        read(*cents)


def test_an_order_within_serbia_has_a_code_and_the_reference_of_its_payee() -> None:
    order = Order("T/1", 1_00, Party("Alat", IBAN), "Invoice F-1", "221", "97 20-123")
    data = message("ENV1-1", AT, date(2026, 3, 20), debtor=DEBTOR, orders=[order], currency="RSD")
    one = next(ET.fromstring(data).iter(f"{{{NAMESPACE}}}CdtTrfTxInf"))
    assert [each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in one] == [
        "PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "Purp", "RmtInf",
    ]  # fmt: skip
    assert [texts(one, name) for name in ("Ustrd", "Ref", "Prtry")] == [
        ["Invoice F-1"], ["20-123"], ["221", "97"],
    ]  # fmt: skip


def test_a_reference_of_an_order_in_euro_stands_in_its_text() -> None:
    order = Order("T/1", 1_00, Party("Alat", IBAN), "Invoice F-1", reference="97 20-123")
    data = message("ENV1-1", AT, date(2026, 3, 20), debtor=DEBTOR, orders=[order])
    root = ET.fromstring(data)
    assert texts(root, "Ustrd") == ["97 20-123, Invoice F-1"]
    assert (texts(root, "Ref"), texts(root, "Purp")) == ([], [])
