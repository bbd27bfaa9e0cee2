"""Suppliers are paid by files for the bank, on an account that two people agreed to."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import authority_accounts, bank_files, purchases
from app.actions.authority_accounts import COOLING, Account
from app.actions.bank_files import NewFile
from app.documents.pain001 import NAMESPACE
from app.documents.store import Store
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AccountChange, AuditEntry, BankFile, BankFileLine, Mail
from app.queries.bank_files import bank_file, last_purpose, ready
from app.queries.bank_purchases import purchases as owed
from app.queries.in_kind import staff_grant_of_asset
from app.rules.permissions import Role
from app.rules.scheme_in_kind import Procurer
from tests.actions.test_payments_concurrent import at_once
from tests.make.in_kind import NOW, TODAY, InKindDesk, in_kind_scheme
from tests.make.people import make_user

SUPPLIER = Account("840-9900000000000-98", "", "Alat d.o.o.", "From the contract, called back.")
OTHER = Account("RS35260005601001611379", "", "Alat d.o.o.", "They wrote another one.")


class Shop:
    """One thing of 1,980.00 is approved for payment to its supplier."""

    def __init__(
        self,
        session: Session,
        folder: Path,
        currency: str = "EUR",
        procured_by: Procurer = Procurer.AUTHORITY,
    ) -> None:
        self.session, self.store = session, Store(folder)
        scheme = replace(in_kind_scheme(), currency=currency)
        assert scheme.in_kind is not None
        scheme = replace(scheme, in_kind=replace(scheme.in_kind, procured_by=procured_by))
        self.desk = InKindDesk(session, scheme=scheme).received()
        roles = [Role.FINANCE, Role.APPROVER]
        self.both = make_user(session, roles=roles, authority=self.desk.authority)
        (self.asset,) = self.desk.assets
        act = self.desk.act()
        purchases.bill(act, self.asset.id, invoice_number="F-1", invoice_cents=1_980_00)
        purchases.approve(self.desk.act(self.both), self.asset.id)

    def propose(self, new: Account = SUPPLIER, user=None) -> int:
        act = self.desk.act(user or self.desk.finance)
        return authority_accounts.propose_of_supplier(act, self.asset.id, new)

    def confirm(self, key: int, user=None, now=NOW) -> None:
        authority_accounts.confirm(self.desk.act(user or self.desk.approver, now), key)

    def known(self, new: Account = SUPPLIER) -> "Shop":
        self.confirm(self.propose(new))
        return self

    def make(self, user=None, **more: object) -> int:
        new = NewFile((), TODAY, asset_ids=(self.asset.id,), **more)
        act = self.desk.act(user or self.desk.finance)
        return bank_files.make(act, self.desk.authority.id, new, store=self.store)

    def officer_of_the_call(self):
        """An officer of this call, who holds nothing for the whole authority."""
        return make_user(
            self.session, roles=[Role.OFFICER], authority=self.desk.authority, call=self.desk.call
        )

    def elements(self, key: int, name: str) -> list[str | None]:
        page = bank_file(self.session, self.desk.act(self.desk.finance).actor, key)
        root = ET.fromstring(self.store.read(page.file.sha256))
        return [each.text for each in root.iter(f"{{{NAMESPACE}}}{name}")]


@pytest.fixture
def shop(session: Session, tmp_path: Path) -> Shop:
    return Shop(session, tmp_path)


def test_the_supplier_gets_the_whole_price_on_its_own_account(shop: Shop) -> None:
    purchases.refer(shop.desk.act(), shop.asset.id, typed="97 20/123")
    key = shop.known().make()

    assert shop.elements(key, "InstdAmt") == ["1980.00"]
    assert shop.elements(key, "IBAN")[1:] == ["RS35840990000000000098"]
    assert shop.elements(key, "Nm")[2:] == ["Alat d.o.o."]
    assert shop.elements(key, "Ustrd") == ["97 20-123, Invoice F-1"]
    reference = f"{shop.desk.application.reference}/A/D1"
    assert shop.elements(key, "EndToEndId") == [reference]
    finance = shop.desk.act(shop.desk.finance)
    assert ready(shop.session, finance.actor) == ()
    purchases.pay(finance, shop.asset.id, paid_on=TODAY, bank_reference="IZV-1")
    (line,) = bank_file(shop.session, finance.actor, key).orders
    assert (line.asset_id, line.payment_id, line.state) == (shop.asset.id, None, "paid")
    events = select(AuditEntry.event).where(AuditEntry.object_type == "asset")
    assert shop.session.scalars(events.order_by(AuditEntry.id.desc())).all()[:2] == [
        "pay_supplier", "send_to_bank",
    ]  # fmt: skip


def test_without_an_account_that_a_second_person_confirmed_nothing_is_sent(shop: Shop) -> None:
    (order,) = ready(shop.session, shop.desk.act(shop.desk.finance).actor)
    assert (order.obstacle, order.end_to_end) == ("supplier", f"{order.agreement}/D1")
    with pytest.raises(Conflict, match="have not agreed to an account of the supplier"):
        shop.make()
    key = shop.propose()
    with pytest.raises(Conflict, match="have not agreed to an account of the supplier"):
        shop.make()
    both = shop.both
    told = shop.session.scalars(select(Mail.to).where(Mail.body.contains("supplier"))).all()
    assert sorted(told) == sorted(
        (shop.desk.finance.email, shop.desk.approver.email, both.email, both.email)
    )
    with pytest.raises(Forbidden):
        shop.confirm(key, shop.desk.finance)
    with pytest.raises(Conflict, match="waits already"):
        shop.propose(user=both)
    shop.confirm(key, both)
    assert shop.make()


def test_another_account_waits_a_day_and_the_one_before_stays_in_use(shop: Shop) -> None:
    shop.known()
    with pytest.raises(Invalid) as same:
        shop.propose()
    assert list(same.value.fields) == ["iban"]
    key = shop.propose(OTHER)
    with pytest.raises(Conflict, match="stays in use"):
        shop.confirm(key)
    assert shop.elements(shop.make(), "IBAN")[1:] == ["RS35840990000000000098"]
    purchases.bank_gave_back(shop.desk.act(shop.desk.finance), shop.asset.id, reason="Closed.")
    shop.confirm(key, now=NOW + COOLING)

    assert shop.elements(shop.make(), "IBAN")[1:] == ["RS35260005601001611379"]
    lines = select(BankFileLine.returned_at.is_not(None)).order_by(BankFileLine.id)
    assert shop.session.scalars(lines).all() == [True, False]


def test_what_a_beneficiary_ordered_is_paid_by_the_authority_in_the_same_way(
    session: Session, tmp_path: Path
) -> None:
    shop = Shop(session, tmp_path, procured_by=Procurer.BENEFICIARY).known()
    assert shop.elements(shop.make(), "InstdAmt") == ["1980.00"]


def test_a_proposal_is_taken_back_by_who_orders(shop: Shop) -> None:
    key = shop.propose(user=shop.officer_of_the_call())
    with pytest.raises(NotFound):
        authority_accounts.take_back(shop.desk.act(shop.desk._staff(Role.ADMIN)), key)
    authority_accounts.take_back_of_supplier(
        shop.desk.act(shop.officer_of_the_call()), shop.asset.id
    )
    with pytest.raises(Conflict, match="does not wait any more"):
        authority_accounts.take_back_of_supplier(shop.desk.act(), shop.asset.id)
    assert shop.session.scalars(
        select(AccountChange.state).where(AccountChange.purpose == "supplier")
    ).all() == ["taken_back"]
    (line,) = owed(shop.session, shop.desk.act().actor)
    assert (line.iban, line.waiting_id, line.file_id) == ("", None, None)


def test_an_order_is_in_one_file_and_never_of_who_approved_it(shop: Shop) -> None:
    shop.known()
    with pytest.raises(Conflict, match="somebody else sends it"):
        shop.make(shop.both)
    shop.make()
    with pytest.raises(Conflict, match="sent or paid meanwhile"):
        shop.make()
    with pytest.raises(Conflict, match="with the bank already"):
        purchases.refer(shop.desk.act(), shop.asset.id, typed="")
    with pytest.raises(Forbidden):
        purchases.bank_gave_back(shop.desk.act(), shop.asset.id, reason="Closed.")


def test_nothing_came_back_that_was_never_sent(shop: Shop) -> None:
    act = shop.desk.act(shop.desk.finance)
    with pytest.raises(Invalid):
        purchases.bank_gave_back(act, shop.asset.id, reason=" ")
    with pytest.raises(Conflict, match="No order of this thing"):
        purchases.bank_gave_back(act, shop.asset.id, reason="Closed.")
    with pytest.raises(Invalid) as refused:
        purchases.refer(act, shop.asset.id, typed="97 21-123")
    assert list(refused.value.fields) == ["reference"]


def test_orders_within_serbia_carry_a_code_and_the_reference(
    session: Session, tmp_path: Path
) -> None:
    shop = Shop(session, tmp_path, "RSD").known()
    purchases.refer(shop.desk.act(), shop.asset.id, typed="97 20-123")
    with pytest.raises(Invalid) as refused:
        shop.make(currency="RSD", purpose_things="121")
    assert list(refused.value.fields) == ["purpose_things"]
    key = shop.make(currency="RSD", purpose_things="221")

    assert shop.elements(key, "Prtry") == ["221", "97"]
    assert shop.elements(key, "Ref") == ["20-123"]
    assert last_purpose(session, shop.desk.authority.id, of_things=True) == "221"
    assert last_purpose(session, shop.desk.authority.id, of_things=False) == ""


@pytest.mark.parametrize(
    "change",
    ["amount_cents = 1", "iban = 'RS35260005601001611379'", "asset_id = NULL, payment_id = 1"],
)
def test_the_database_takes_no_other_amount_and_no_other_account(shop: Shop, change: str) -> None:
    shop.known().make()
    with pytest.raises(DBAPIError, match="is frozen"):
        shop.session.execute(text(f"UPDATE bank_file_line SET {change}"))


@pytest.mark.parametrize(
    ("cents", "iban"), [(1, "RS35840990000000000098"), (1_980_00, "RS35260005601001611379")]
)
def test_the_database_takes_no_order_on_another_account_or_sum(
    shop: Shop, cents: int, iban: str
) -> None:
    shop.known().make()
    purchases.bank_gave_back(shop.desk.act(shop.desk.finance), shop.asset.id, reason="Closed.")
    with pytest.raises(DBAPIError, match="on the account of its supplier"):
        shop.session.execute(
            text(
                "INSERT INTO bank_file_line (bank_file_id, asset_id, end_to_end, amount_cents,"
                " creditor, iban, bic) SELECT bank_file_id, asset_id, 'X', :cents, '', :iban, ''"
                " FROM bank_file_line"
            ),
            {"cents": cents, "iban": iban},
        )


def test_of_two_who_send_the_same_thing_at_once_one_is_refused(
    sessions: db.Sessions, tmp_path: Path
) -> None:
    with db.in_transaction(sessions) as session:
        shop = Shop(session, tmp_path).known()
        new, authority = NewFile((), TODAY, asset_ids=(shop.asset.id,)), shop.desk.authority
        people = [
            make_user(session, roles=[Role.FINANCE], authority=authority).id for _ in range(2)
        ]
        authority_id = authority.id

    answers = at_once(
        sessions,
        [
            (
                person,
                lambda act: bank_files.make(act, authority_id, new, store=Store(tmp_path)),
            )
            for person in people
        ],
        NOW,
    )

    assert sorted(answer is None for answer in answers) == [False, True]
    with db.reading(sessions) as session:
        assert len(session.scalars(select(BankFile)).all()) == 1


def test_a_thing_of_a_supplier_in_another_spelling_goes_to_the_account_of_the_known_one(
    session: Session,
) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).received()
    first, second = desk.assets
    first.supplier, second.supplier = "Alat d.o.o.", "ALAT doo"
    session.flush()
    proposed = authority_accounts.propose_of_supplier(desk.act(desk.finance), first.id, SUPPLIER)
    authority_accounts.confirm(desk.act(desk.approver), proposed)

    def is_same(name: str, reason: str = "One number in the register.") -> None:
        purchases.same_supplier(desk.act(), second.id, name=name, reason=reason)

    for name, reason in (("Alat d.o.o.", " "), ("Supplier of 98000", "It is."), ("ALAT doo", "x")):
        with pytest.raises(Invalid):
            is_same(name, reason)
    both = make_user(session, roles=[Role.FINANCE, Role.APPROVER], authority=desk.authority)
    purchases.same_supplier(
        desk.act(both), second.id, name="Alat d.o.o.", reason="One number in the register."
    )

    assert {each.iban for each in owed(session, desk.act().actor)} == {"RS35840990000000000098"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "same_supplier")).one()
    assert (entry.detail["was"], entry.detail["now"]) == ("ALAT doo", "Alat d.o.o.")
    purchases.bill(desk.act(), second.id, invoice_number="F-1", invoice_cents=second.price_cents)
    page = staff_grant_of_asset(session, desk.act(both).actor, second.id)
    assert both.id in page.asset(second.id).prepared_by
    with pytest.raises(Forbidden):
        purchases.approve(desk.act(both), second.id)
    purchases.approve(desk.act(desk.approver), second.id)
    with pytest.raises(Conflict, match="between the order and the approval"):
        is_same("Alat d.o.o.")
