"""What the tests of finance over HTTP share: the desk, an agreement in force, typed forms."""

import pytest
from sqlalchemy import select

from app import clock
from app.models import Agreement, ExpenditureLine
from app.rules.permissions import Role
from tests.actions.test_agreements import Desk
from tests.make.people import NOW, make_user

A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DATES = {
    "starts_on.day": "1", "starts_on.month": "4", "starts_on.year": "2026",
    "ends_on.day": "31", "ends_on.month": "3", "ends_on.year": "2028",
}  # fmt: skip
TERMS_TYPED = DATES | {
    "iban": "260-0056010016113-79",
    "bic": "SBPORSBG",
    "account_holder": "Town",
}
TODAY = {"signed_on.day": "19", "signed_on.month": "3", "signed_on.year": "2026"}


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def desk(session):
    made = Desk(session)
    made.approver = make_user(session, roles=[Role.APPROVER], authority=made.authority)
    return made


def in_force(desk) -> Agreement:
    return desk.session.get_one(Agreement, desk.signed())


def costs(*cents, **more) -> dict[str, str]:
    typed = {"report": "We paved half of the square.", "action": "send"}
    for place, amount in enumerate(cents):
        typed |= {
            f"lines-{place}-description": f"Cost {place}",
            f"lines-{place}-heading": "1",
            f"lines-{place}-amount_cents": amount,
        }
    return typed | more


def paid(desk, sign_in_as, payment_id: int) -> None:
    """Let a requested payment pass check, approval and bank."""
    finance, approver = sign_in_as(desk.finance), sign_in_as(desk.approver)
    lines = desk.session.scalars(
        select(ExpenditureLine).where(ExpenditureLine.payment_id == payment_id)
    ).all()
    typed = {f"accepted_{each.id}": f"{each.amount_cents / 100:.2f}" for each in lines}
    path = f"/finance/payments/{payment_id}"
    finance.submit(f"{path}/check", typed | {"action": "check"})
    approver.submit(f"{path}/approve")
    day = {"paid_on.day": "19", "paid_on.month": "3", "paid_on.year": "2026"}
    finance.submit(f"{path}/pay", day | {"bank_reference": "2026-77"})
