"""Two people keep an office going by turns; nobody ever does both steps of one deed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import agreement_steps, payment_steps, payments, recoveries
from app.actions import stand_ins as deeds
from app.actions.act import Act
from app.actions.payment_steps import OnStatement
from app.actions.stand_ins import NewStandIn
from app.errors import Conflict, Forbidden, Invalid
from app.models import AuditEntry, StaffRole, StandIn, User
from app.queries.actors import actor_of
from app.queries.stood_in import stood_in
from app.rules.permissions import FOUR_EYES, Permission, Role
from tests.actions.test_payments import DAY, Case
from tests.actions.test_recoveries import ORDER, NewReceipt
from tests.make.people import NOW, act_as, make_user

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MINE = (Role.FUND_MANAGER, Role.FINANCE, Role.APPROVER)


class TwoPeople(Case):
    """One holds all roles of money, the other none of them, but stands in for each."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.admin = make_user(session, roles=[Role.ADMIN], authority=self.authority)
        self.one = make_user(session, roles=MINE, authority=self.authority, name="One")
        self.two = make_user(session, roles=[Role.OFFICER], authority=self.authority, name="Two")

    def name(self, role: Role, /, **changes: object) -> int:
        new = NewStandIn(role, self.one.id, self.two.id, FIRST, LAST, "On leave.")
        return deeds.give(act_as(self.session, self.admin), self.authority.id, replace(
            new, **changes
        ))  # fmt: skip

    def all(self) -> "TwoPeople":
        for role in MINE:
            self.name(role)
        return self

    def by(self, user: User, now=NOW) -> Act:
        self.session.flush()
        return Act(self.session, actor_of(self.session, user.id, now), now)

    def checked(self, act: Act) -> None:
        self.ask(self.first, report="")
        payments.check(act, self.first.id, {})

    def paid(self, act: Act) -> None:
        """Checked and approved by two people outside of the pair, paid by the person."""
        self.ask(self.first, report="")
        self.check(self.first)
        payments.approve(self.act(self.approver), self.first.id)
        payments.pay(act, self.first.id, paid_on=DAY, bank_reference="1")

    def ordered(self, act: Act) -> int:
        if self.first.state == "planned":
            self.settle(self.first, report="")
        return recoveries.prepare(act, self.agreement.id, replace(ORDER, amount_cents=1_00))

    def received(self, act: Act) -> int:
        key = self.ordered(self.act())
        recoveries.issue(self.act(self.approver), key)
        return recoveries.record(act, key, NewReceipt(1_00, 0, DAY, "2"))


Prepare = Callable[[TwoPeople, Act], int | None]
Finish = Callable[[TwoPeople, Act, int | None], object]

PAIRS: dict[str, tuple[Prepare, Finish]] = {
    "check and approve": (
        TwoPeople.checked,
        lambda office, act, _: payments.approve(act, office.first.id),
    ),
    "check and reject": (
        TwoPeople.checked,
        lambda office, act, _: payment_steps.reject(act, office.first.id, reason="No."),
    ),
    "pay and reconcile": (
        TwoPeople.paid,
        lambda office, act, _: payment_steps.reconcile(
            act, office.first.id, OnStatement(DAY, "IZV-9", 112_000_00)
        ),
    ),
    "prepare and issue an order": (
        TwoPeople.ordered,
        lambda _, act, key: recoveries.issue(act, key),
    ),
    "prepare and cancel an order": (
        TwoPeople.ordered,
        lambda _, act, key: recoveries.cancel(act, key, reason="Wrong."),
    ),
    "record and confirm a receipt": (
        TwoPeople.received,
        lambda _, act, key: recoveries.confirm(act, key),
    ),
    "propose and end": (
        lambda office, act: agreement_steps.propose_end(act, office.agreement.id, reason="No."),
        lambda office, act, _: agreement_steps.end(act, office.agreement.id),
    ),
}


@pytest.mark.parametrize("turn", ["one first", "two first"])
@pytest.mark.parametrize("pair", PAIRS)
def test_two_people_walk_every_road_by_turns_and_nobody_does_both_steps(
    session: Session, pair: str, turn: str
) -> None:
    office = TwoPeople(session).all()
    first, second = (office.one, office.two) if turn == "one first" else (office.two, office.one)
    prepare, finish = PAIRS[pair]

    key = prepare(office, office.by(first))

    with pytest.raises(Forbidden, match="prepared this yourself"):
        finish(office, office.by(first), key)
    finish(office, office.by(second), key)


def details(session: Session, event: str) -> dict[str, object]:
    found = select(AuditEntry.detail).where(AuditEntry.event == event)
    detail = session.scalars(found.order_by(AuditEntry.id.desc()).limit(1)).one()
    return {name: detail.get(name) for name in ("for_absent", "absent_since")}


def test_the_trail_and_the_page_say_for_whom_somebody_stood_in_and_since_when(
    session: Session,
) -> None:
    office = TwoPeople(session).all()
    office.checked(office.by(office.one))
    payments.approve(office.by(office.two), office.first.id)

    nobody = {"for_absent": None, "absent_since": None}
    assert details(session, "check") == nobody
    assert details(session, "approve") == {"for_absent": "One", "absent_since": "2026-03-01"}
    (line,) = stood_in(session, "payment", office.first.id)
    assert (line.event, line.by, line.absent, line.since) == ("approve", "Two", "One", FIRST)


def test_a_role_of_ones_own_is_no_stand_in(session: Session) -> None:
    office = TwoPeople(session)
    session.add(
        StaffRole(
            user_id=office.two.id,
            authority_id=office.authority.id,
            role=Role.APPROVER,
            given_at=NOW,
        )
    )
    office.name(Role.APPROVER)
    office.name(Role.FINANCE)
    office.checked(office.by(office.one))
    payments.approve(office.by(office.two), office.first.id)
    assert details(session, "approve")["for_absent"] is None
    # What needs the lent role is marked, though the person has roles of their own.
    payments.pay(office.by(office.two), office.first.id, paid_on=DAY, bank_reference="1")
    assert details(session, "pay")["for_absent"] == "One"


def test_every_deed_of_the_four_eyes_rule_is_kept_apart_by_person_not_by_role() -> None:
    """What is four-eyes is asked of the person who prepared it, whatever roles they hold."""
    assert {
        Permission.DECIDE,
        Permission.APPROVE_PAYMENT,
        Permission.SIGN_AGREEMENT,
    } <= FOUR_EYES


def test_a_role_is_held_from_the_first_to_the_last_day_and_not_after(session: Session) -> None:
    office = TwoPeople(session)
    office.name(Role.APPROVER)
    at = {
        day: Role.APPROVER in office.by(office.two, NOW + timedelta(days=day)).actor.roles
        for day in (-19, -18, 0, 12, 13)
    }
    assert at == {-19: False, -18: True, 0: True, 12: True, 13: False}


def test_it_ends_early_with_a_reason_and_only_once(session: Session) -> None:
    office = TwoPeople(session)
    key = office.name(Role.APPROVER)
    admin = act_as(session, office.admin)
    with pytest.raises(Invalid):
        deeds.end(admin, key, reason=" ")
    deeds.end(admin, key, reason="Back early.")
    assert Role.APPROVER not in office.by(office.two).actor.roles
    with pytest.raises(Conflict):
        deeds.end(admin, key, reason="Again.")
    rows = session.execute(
        select(AuditEntry.event, AuditEntry.detail["reason"].astext)
        .where(AuditEntry.object_type == "stand_in")
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("give_stand_in", "On leave."),
        ("end_stand_in", "Back early."),
    ]


def test_it_ends_with_the_role_of_the_absent_person(session: Session) -> None:
    office = TwoPeople(session)
    office.name(Role.APPROVER)
    session.delete(
        session.scalars(
            select(StaffRole).where(
                StaffRole.user_id == office.one.id, StaffRole.role == Role.APPROVER
            )
        ).one()
    )
    assert Role.APPROVER not in office.by(office.two).actor.roles


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"role": Role.CHAIR}, "role"),
        ({"role": Role.OFFICER}, "role"),
        ({"starts_on": LAST, "ends_on": FIRST}, "ends_on"),
        ({"ends_on": date(2026, 3, 18)}, "ends_on"),
        ({"ends_on": date(2027, 3, 2)}, "ends_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    session: Session, change: dict[str, object], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        TwoPeople(session).name(Role.APPROVER, **change)
    assert list(refused.value.fields) == [place]


def test_nobody_stands_in_for_themselves_an_auditor_or_a_stranger_for_nobody(
    session: Session,
) -> None:
    office = TwoPeople(session)
    auditor = make_user(session, roles=[Role.AUDITOR], authority=office.authority)
    for person in (office.one, auditor, make_user(session), office.admin):
        with pytest.raises(Invalid) as refused:
            office.name(Role.APPROVER, stand_in_id=person.id)
        assert list(refused.value.fields) == ["stand_in"]
    assert session.scalars(select(StandIn)).all() == []


def test_only_the_administrator_names_stand_ins(session: Session) -> None:
    office = TwoPeople(session)
    new = NewStandIn(Role.APPROVER, office.one.id, office.two.id, FIRST, LAST, "On leave.")
    with pytest.raises(Forbidden):
        deeds.give(act_as(session, office.one), office.authority.id, new)
