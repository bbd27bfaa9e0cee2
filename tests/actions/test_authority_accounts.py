"""The account of an authority (handbook 4.2): two people, a day to notice, and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import authority_accounts as accounts
from app.actions.act import Act
from app.actions.authority_accounts import Account
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AccountChange, AuditEntry, Authority, Mail
from app.queries.authority_accounts import Use, Valid, account_change, valid
from app.rules.permissions import Role
from tests.actions.test_payments_concurrent import at_once
from tests.make.awards import IBAN
from tests.make.people import NOW, act_as, make_authority, make_user

OTHER = Account("RS35105008123123123173", "", "Office for Grants", "The bank has merged.")
FIRST = Account(IBAN, "SBPORSBG", "Office for Grants", "The first account.")
A_DAY = timedelta(hours=24)


class House:
    """An authority with an account, its administrator and who approves payments."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.authority = make_authority(session)
        self.admin = make_user(session, roles=[Role.ADMIN], authority=self.authority)
        self.approver = make_user(session, roles=[Role.APPROVER], authority=self.authority)
        self.confirm(self.propose(FIRST))
        session.query(Mail).delete()

    def propose(self, new: Account = OTHER, user=None) -> int:
        act = act_as(self.session, user or self.admin)
        return accounts.propose(act, self.authority.id, new)

    def later(self, user=None, by: timedelta = A_DAY) -> Act:
        return act_as(self.session, user or self.approver, now=NOW + by)

    def confirm(self, key: int, user=None) -> None:
        accounts.confirm(self.later(user), key)

    @property
    def iban(self) -> str:
        self.session.flush()
        query = select(Authority.bank_iban).where(Authority.id == self.authority.id)
        return self.session.execute(query).scalar_one()


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def test_the_account_before_stays_in_use_until_a_second_person_confirms(house: House) -> None:
    key = house.propose()
    assert house.iban == IBAN
    house.confirm(key)
    assert house.iban == OTHER.iban
    entries = house.session.scalars(
        select(AuditEntry).where(AuditEntry.event.like("%account")).order_by(AuditEntry.id)
    ).all()
    told = [(each.event, each.detail.get("was", {}).get("iban")) for each in entries[-3:]]
    assert told == [
        ("propose_account", IBAN),
        ("confirm_account", IBAN),
        ("change_account", IBAN),
    ]
    assert entries[-3].detail["reason"] == "The bank has merged."
    assert entries[-1].detail["now"]["iban"] == OTHER.iban


def test_nobody_confirms_what_they_proposed(house: House) -> None:
    both = make_user(house.session, roles=[Role.ADMIN, Role.APPROVER], authority=house.authority)
    key = house.propose(user=both)
    with pytest.raises(Forbidden):
        house.confirm(key, both)
    with pytest.raises(Forbidden):
        house.confirm(key, house.admin)
    stranger = make_user(house.session, roles=[Role.APPROVER])
    with pytest.raises(NotFound):
        house.confirm(key, stranger)
    assert house.iban == IBAN


def test_a_change_takes_a_day_in_which_everybody_who_was_told_can_object(house: House) -> None:
    of_all = make_user(house.session, email="zz@all.example", roles=[Role.ADMIN], authority=None)
    key = house.propose()
    told = house.session.scalars(select(Mail.to).order_by(Mail.id)).all()
    assert told == [house.admin.email, of_all.email, house.approver.email]
    early = house.later(by=A_DAY - timedelta(seconds=1))
    with pytest.raises(Conflict, match="the account before stays in use"):
        accounts.confirm(early, key)
    house.confirm(key)
    assert house.iban == OTHER.iban


def test_a_first_account_needs_the_second_person_and_no_waiting(session: Session) -> None:
    authority = make_authority(session)
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    approver = make_user(session, roles=[Role.APPROVER], authority=authority)
    key = accounts.propose(act_as(session, admin), authority.id, FIRST)
    accounts.confirm(act_as(session, approver), key)
    assert session.get_one(Authority, authority.id).bank_iban == IBAN


def test_an_account_for_own_shares_takes_a_day_since_they_went_to_another(house: House) -> None:
    act = act_as(house.session, house.admin)
    key = accounts.propose(act, house.authority.id, OTHER, accounts.PAYING_IN)
    shown = account_change(house.session, house.later().actor, key)
    assert shown.in_use.startswith("RS35 2600")
    with pytest.raises(Conflict, match="the account before stays in use"):
        accounts.confirm(house.later(by=A_DAY - timedelta(seconds=1)), key)
    house.confirm(key)
    found = valid(house.session, house.authority.id, Use(accounts.PAYING_IN))
    assert (found, house.iban) == (Valid(OTHER.iban, "", OTHER.holder), IBAN)


def test_an_account_that_stands_there_since_before_two_people_were_asked_is_in_use(
    session: Session,
) -> None:
    authority = make_authority(session, bank_iban=IBAN, bank_holder="Office for Grants")
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    approver = act_as(session, make_user(session, roles=[Role.APPROVER], authority=authority))
    key = accounts.propose(act_as(session, admin), authority.id, OTHER)
    assert account_change(session, approver.actor, key).now_iban == IBAN
    with pytest.raises(Conflict, match="the account before stays in use"):
        accounts.confirm(approver, key)


def test_one_change_waits_at_a_time_and_may_be_refused_or_taken_back(house: House) -> None:
    key = house.propose()
    with pytest.raises(Conflict, match="waits already"):
        house.propose()
    with pytest.raises(Invalid, match="reason"):
        accounts.refuse(house.later(), key, reason=" ")
    accounts.refuse(house.later(), key, reason="Nobody at the bank knows of it.")
    with pytest.raises(Conflict, match="does not wait"):
        house.confirm(key)
    accounts.take_back(act_as(house.session, house.admin), house.propose())
    states = house.session.scalars(select(AccountChange.state).order_by(AccountChange.id)).all()
    assert (states, house.iban) == (["confirmed", "refused", "taken_back"], IBAN)


@pytest.mark.parametrize(
    ("new", "wrong"),
    [
        (Account("RS1", "X", " ", ""), {"iban", "bic", "holder", "reason"}),
        (Account(IBAN, "SBPORSBG", "Office for Grants", "Again."), {"iban"}),
        (Account("840-1234567-89", "", "Office", "Typed wrong."), {"iban"}),
    ],
    ids=["nothing right", "the same", "check digits"],
)
def test_what_is_no_account_or_nothing_new_is_refused(house: House, new, wrong) -> None:
    with pytest.raises(Invalid) as refused:
        house.propose(new)
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE authority SET bank_iban = 'RS35105008123123123173'", "a second person"),
        ("UPDATE authority SET bank_holder = 'Me'", "a second person"),
        ("UPDATE account_change SET iban = 'X' WHERE state = 'proposed'", "iban is frozen"),
        ("UPDATE account_change SET state = 'proposed' WHERE state = 'confirmed'", "is frozen"),
        ("DELETE FROM account_change", "written once"),
        (
            "UPDATE account_change SET state = 'confirmed', decided_by = proposed_by"
            " WHERE state = 'proposed'",
            "four_eyes",
        ),
    ],
)
def test_the_database_lets_nobody_change_the_account_alone(
    house: House, statement: str, refusal: str
) -> None:
    house.propose()
    with pytest.raises(DBAPIError, match=refusal):
        house.session.execute(text(statement))


def test_of_two_who_decide_at_once_one_is_refused(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        authority = make_authority(session)
        admin = make_user(session, roles=[Role.ADMIN], authority=authority)
        people = [
            make_user(session, roles=[Role.APPROVER], authority=authority).id for _ in range(2)
        ]
        key = accounts.propose(act_as(session, admin), authority.id, FIRST)

    answers = at_once(
        sessions,
        [
            (people[0], lambda act: accounts.confirm(act, key)),
            (people[1], lambda act: accounts.refuse(act, key, reason="No.")),
        ],
    )

    assert sorted(answer is None for answer in answers) == [False, True]


def test_an_account_of_before_does_not_come_back_without_being_confirmed_again(house) -> None:
    house.confirm(house.propose())
    with pytest.raises(DBAPIError, match="when a second person has confirmed it"):
        house.session.execute(
            text("UPDATE authority SET bank_iban = :iban, bank_bic = :bic, bank_holder = :holder"),
            {"iban": FIRST.iban, "bic": FIRST.bic, "holder": FIRST.holder},
        )
