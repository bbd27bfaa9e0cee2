"""Letters under an agreement: written with the deed, printed once, checked by their code."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import agreement_letters, agreement_steps, payment_steps, printing, recovery_letter
from app.documents import contexts as c
from app.documents import store_errors
from app.documents.store import Store
from app.errors import Forbidden, Unavailable
from app.models import AgreementLetter, Authority, RecoveryOrder, User
from app.queries.agreement_letters import letters_of, own_agreement_letters
from app.queries.letters_own import by_code
from tests.actions.test_payments import Case
from tests.actions.test_recoveries import Owed, manager_of
from tests.make.people import make_user


class Printer:
    """Prints nothing but a page, so that the deed is tested and not the layout."""

    def pdf(self, paper: c.Context, files: object = None) -> bytes:
        del files
        return b"%PDF-1.7\n" + c.document_name(paper).encode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def written(session: Session, kind: str) -> AgreementLetter:
    return session.scalars(select(AgreementLetter).where(AgreementLetter.kind == kind)).one()


def test_l14_says_what_was_paid_and_what_is_left(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    letter = written(session, "payment_made")
    paper = c.from_json(letter.document, letter.context)
    assert isinstance(paper, c.PaymentNotice)
    assert paper.agreed_cents == paper.paid_before_cents + paper.amount_cents + paper.left_cents
    assert (paper.amount_cents, paper.left_cents) == (112_000_00, 88_000_00)
    assert letter.reference == f"{case.agreement.reference}/N1"


def test_l15_says_why_and_how_many_days_have_passed(session: Session) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    reason = "One invoice is missing.\nSend it by Friday."
    payment_steps.suspend(case.act(), case.first.id, reason=reason)
    letter = written(session, "payment_suspended")
    paper = c.from_json(letter.document, letter.context)
    assert isinstance(paper, c.SuspensionNotice)
    assert paper.reason == ("One invoice is missing.", "Send it by Friday.")
    assert (paper.amount_cents, paper.used_days) == (112_000_00, 0)
    assert paper.letter.complaint is not None


def test_l15_of_a_whole_agreement_names_no_instalment(session: Session) -> None:
    case = Case(session)
    agreement_steps.suspend(case.act(manager_of(case)), case.agreement.id, reason="Floods.")
    letter = written(session, "agreement_suspended")
    paper = c.from_json(letter.document, letter.context)
    assert isinstance(paper, c.SuspensionNotice)
    assert (paper.instalment, paper.amount_cents, paper.reason) == ("", None, ("Floods.",))


def test_l18_adds_up_to_the_cent(session: Session) -> None:
    owed = Owed(session)
    owed.receive(owed.issued(), 12_000_00)
    for payment in (owed.first, owed.second):
        owed.found(payment)
    agreement_steps.close(owed.act(owed.manager), owed.agreement.id)
    letter = written(session, "agreement_closed")
    paper = c.from_json(letter.document, letter.context)
    assert isinstance(paper, c.ClosureLetter)
    assert (paper.paid_cents, paper.recovered_cents, paper.final_cents, paper.unused_cents) == (
        180_000_00,
        12_000_00,
        168_000_00,
        32_000_00,
    )
    assert paper.agreed_cents == paper.final_cents + paper.unused_cents
    assert paper.accepted_cents == 210_000_00


def test_it_is_printed_once_and_its_code_proves_it(
    session: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "page_count", lambda _: 1)
    case = Case(session)
    case.settle(case.first, report="")
    letter = written(session, "payment_made")
    assert by_code(session, letter.check_code) is None
    assert own_agreement_letters(session, case.act(case.person).actor) == ()
    for _ in range(2):
        agreement_letters.render(case.act(), letter.id, renderer=Printer(), store=store)
    found = by_code(session, letter.check_code)
    assert found is not None
    assert (found.page_count, found.is_replaced) == (1, False)
    (line,) = own_agreement_letters(session, case.act(case.person).actor)
    assert (line.letter_id, line.sha256) == (letter.id, found.sha256)
    assert own_agreement_letters(session, case.act(make_user(session)).actor) == ()
    agreement_letters.opened(case.act(case.person), letter.id, at=case.act().now)
    assert letters_of(session, case.agreement.id)[0].opened_at is not None


def reader(session: Session) -> User:
    """Somebody who reads every agreement of the authority and changes none."""
    authority = session.scalars(select(Authority)).one()
    return make_user(session, roles=["auditor"], authority=authority)


def test_a_letter_that_failed_is_printed_again(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    letter = written(session, "payment_made")
    agreement_letters.fail(case.act(), letter.id, Unavailable(store_errors.FULL))
    assert letters_of(session, case.agreement.id)[0].failure == "paper.disk_full"
    with pytest.raises(Forbidden):
        agreement_letters.retry(case.act(reader(session)), letter.id)
    assert agreement_letters.retry(case.act(), letter.id) == case.agreement.id
    assert letters_of(session, case.agreement.id)[0].failure == ""


def test_a_recovery_order_has_its_code_too(session: Session, store: Store) -> None:
    owed = Owed(session)
    key = owed.issued()
    order = session.get_one(RecoveryOrder, key)
    paper = c.from_json(recovery_letter.DOCUMENT, order.context)
    assert isinstance(paper, c.RecoveryOrder)
    assert paper.letter.verification is not None
    assert paper.letter.verification.code == order.check_code
    recovery_letter.render(owed.act(), key, renderer=Printer(), store=store)
    found = by_code(session, order.check_code or "")
    assert found is not None
    assert found.written_on == paper.letter.written_on
