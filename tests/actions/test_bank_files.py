"""A file for the bank: only what somebody else approved, once, with its exact amount."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import authority_accounts, authority_money, bank_files, payment_steps, payments
from app.actions.authority_accounts import Account
from app.actions.authority_money import NewRate
from app.actions.bank_files import NewFile
from app.documents.pain001 import NAMESPACE
from app.documents.store import Store
from app.errors import Conflict, Invalid
from app.models import AuditEntry, BankFile, BankFileLine, Payment
from app.queries.authority_money import recovery_terms
from app.queries.bank_files import bank_file, ready
from app.rules.permissions import Role
from tests.actions.test_payments import DAY, Case
from tests.actions.test_payments_concurrent import at_once
from tests.make.awards import IBAN
from tests.make.people import make_user


class Bank(Case):
    """The first instalment is approved, and the authority's account is known."""

    def __init__(
        self, session: Session, folder: Path, *, has_account: bool = True, currency: str = "EUR"
    ) -> None:
        super().__init__(session, currency=currency)
        self.store = Store(folder)
        self.admin = make_user(session, roles=[Role.ADMIN], authority=self.authority)
        if has_account:
            account = Account(IBAN, "SBPORSBG", "Office for Grants", "The first account.")
            key = authority_accounts.propose(self.act(self.admin), self.authority.id, account)
            authority_accounts.confirm(self.act(self.approver), key)
        self.ask(self.first, report="")
        self.check(self.first)
        payments.approve(self.act(self.approver), self.first.id)

    def make(self, *keys: int, user=None, on=DAY, currency="EUR") -> int:
        purpose = "263" if currency == "RSD" else ""
        new = NewFile(keys or (self.first.id,), on, currency, purpose=purpose)
        act = self.act(user or self.finance)
        return bank_files.make(act, self.authority.id, new, store=self.store)


@pytest.fixture
def bank(session: Session, tmp_path: Path) -> Bank:
    return Bank(session, tmp_path)


def test_the_file_says_what_was_approved_and_the_trail_its_digest(bank: Bank) -> None:
    session = bank.session
    (waiting,) = ready(session, bank.act().actor)
    key = bank.make()

    page = bank_file(session, bank.act().actor, key)
    root = ET.fromstring(bank.store.read(page.file.sha256))
    sums = [each.text for each in root.iter(f"{{{NAMESPACE}}}CtrlSum")]
    assert sums == ["112000.00", "112000.00"]
    assert (page.file.number, page.file.total_cents, waiting.cents) == (1, 112_000_00, 112_000_00)
    assert session.get_one(Payment, bank.first.id).state == "sent"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "make_bank_file")).one()
    assert entry.detail["sha256"] == page.file.sha256
    assert ready(session, bank.act().actor) == ()


def test_a_payment_is_in_one_file_unless_the_bank_gave_it_back(bank: Bank) -> None:
    first = bank.make()
    with pytest.raises(Conflict, match="sent or paid meanwhile"):
        bank.make()
    payment_steps.fail(bank.act(), bank.first.id, reason="Account closed.")
    second = bank.make()
    lines = bank.session.execute(
        select(BankFileLine.bank_file_id, BankFileLine.returned_at.is_not(None)).order_by(
            BankFileLine.id
        )
    ).all()
    assert [tuple(line) for line in lines] == [(first, True), (second, False)]


def test_whoever_approved_it_does_not_send_it(bank: Bank) -> None:
    with pytest.raises(Conflict, match="somebody else sends it"):
        bank.make(user=bank.approver)
    assert bank.session.scalars(select(BankFile)).all() == []


def test_an_empty_file_and_a_day_that_is_over_are_refused(bank: Bank) -> None:
    with pytest.raises(Invalid) as refused:
        bank_files.make(
            bank.act(),
            bank.authority.id,
            NewFile((), DAY - timedelta(days=1)),
            store=bank.store,
        )
    assert set(refused.value.fields) == {"payments", "execute_on"}


def test_a_file_has_one_currency_and_another_than_the_euro_stays_at_home(
    session: Session, tmp_path: Path
) -> None:
    bank = Bank(session, tmp_path, currency="RSD")
    with pytest.raises(Conflict, match="another currency"):
        bank.make()
    bank.agreement.iban = "DE89370400440532013000"
    with pytest.raises(Conflict, match="an account abroad"):
        bank.make(currency="RSD")
    bank.agreement.iban = IBAN
    page = bank_file(session, bank.act().actor, bank.make(currency="RSD"))
    assert page.file.currency == "RSD"
    assert b'InstdAmt Ccy="RSD">112000.00<' in bank.store.read(page.file.sha256)


def test_without_the_account_that_pays_nothing_is_sent(session: Session, tmp_path: Path) -> None:
    bank = Bank(session, tmp_path, has_account=False)
    with pytest.raises(Conflict, match="administrator enters it"):
        bank.make()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("amount_cents = amount_cents - 1", "is frozen"),
        ("returned_at = now(), amount_cents = 1", "is frozen"),
    ],
)
def test_the_database_keeps_what_was_sent(bank: Bank, change: str, refusal: str) -> None:
    bank.make()
    with pytest.raises(DBAPIError, match=refusal):
        bank.session.execute(text(f"UPDATE bank_file_line SET {change}"))


def test_the_database_takes_no_order_that_was_not_approved(bank: Bank) -> None:
    bank.make()
    with pytest.raises(DBAPIError, match="somebody else approved"):
        bank.session.execute(
            text(
                "INSERT INTO bank_file_line (bank_file_id, payment_id, end_to_end, amount_cents,"
                " creditor, iban, bic) SELECT bank_file_id, :key, 'X', 1, '', '', ''"
                " FROM bank_file_line"
            ),
            {"key": bank.second.id},
        )


def test_of_two_who_send_the_same_payment_at_once_one_is_refused(
    sessions: db.Sessions, tmp_path: Path
) -> None:
    with db.in_transaction(sessions) as session:
        bank = Bank(session, tmp_path)
        new, authority_id = NewFile((bank.first.id,), DAY), bank.authority.id
        people = [
            make_user(session, roles=[Role.FINANCE], authority=bank.authority).id for _ in range(2)
        ]

    answers = at_once(
        sessions,
        [
            (
                person,
                lambda act: bank_files.make(act, authority_id, new, store=Store(tmp_path)),
            )
            for person in people
        ],
    )

    assert sorted(answer is None for answer in answers) == [False, True]
    with db.reading(sessions) as session:
        assert len(session.scalars(select(BankFileLine)).all()) == 1


def test_an_order_starts_from_the_account_and_the_rate_of_its_day(bank: Bank) -> None:
    act = bank.act(bank.admin)
    for days, percent in ((-10, "5.5"), (0, "5.65"), (10, "6")):
        rate = NewRate(DAY + timedelta(days=days), Fraction(percent), "ECB + 3.5")
        authority_money.set_interest(act, bank.authority.id, rate)

    terms = recovery_terms(bank.session, bank.agreement.id, DAY)

    assert (terms.iban, terms.holder, terms.percent) == (IBAN, "Office for Grants", "5.65")
