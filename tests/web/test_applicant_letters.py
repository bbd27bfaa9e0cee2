"""The applicant's letters and the answer to an offer."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import decisions
from app.models import Award, Letter
from tests.make.letters import PREPARED_AT, Decided, make_decided
from tests.make.people import act_as
from tests.web.conftest import Browser, errors_of, text_of
from tests.web.test_office_letters import PDF, letter_of, prepare, print_all


@pytest.fixture
def announced(session: Session, tmp_path: Path) -> Decided:
    made = make_decided(session)
    prepare(session, made)
    print_all(session, made, tmp_path / "files")
    decisions.announce(act_as(session, made.manager, now=PREPARED_AT), made.call.id)
    session.commit()
    return made


def award_of(session: Session, decided: Decided, outcome: str) -> Award:
    query = select(Award).where(
        Award.application_id == decided.applications[outcome].id, Award.state != "discarded"
    )
    return session.scalars(query).one()


def test_after_the_announcement_an_applicant_opens_exactly_their_own_letter(
    session: Session, announced: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    browser = sign_in_as(announced.applicants["RESERVE"])
    own = letter_of(session, announced, "RESERVE")
    page = text_of(browser.get("/letters"))
    assert "Reserve list" in page
    answers = {
        key: browser.get(f"/letters/{key}.pdf").status_code
        for key in session.scalars(select(Letter.id))
    }
    assert [key for key, status in answers.items() if status == 200] == [own.id]
    assert browser.get(f"/letters/{own.id}.pdf").content == PDF
    session.refresh(own)
    assert own.opened_at is not None


def test_an_offer_is_accepted_with_a_confirmation(
    session: Session, announced: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    award = award_of(session, announced, "AWARDED_PARTIAL")
    browser = sign_in_as(announced.applicants["AWARDED_PARTIAL"])
    page = text_of(browser.get(f"/offers/{award.id}"))
    assert "EUR 500,000.00" in page
    assert "5 June 2026, 24:00 (Belgrade)" in page
    refused = browser.submit(f"/offers/{award.id}", {"answer": "accept", "reason": ""})
    assert errors_of(refused) == ["Tick the box to confirm"]
    done = browser.submit(f"/offers/{award.id}", {"answer": "accept", "reason": "", "sure": "yes"})
    assert "You accepted the offer." in text_of(done)
    session.refresh(award)
    assert award.state == "accepted"


def test_an_offer_is_declined_with_a_reason(
    session: Session, announced: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    award = award_of(session, announced, "AWARDED_PARTIAL")
    browser = sign_in_as(announced.applicants["AWARDED_PARTIAL"])
    data = {"answer": "decline", "reason": "No own share.", "sure": "yes"}
    assert "You declined the offer." in text_of(browser.submit(f"/offers/{award.id}", data))
    session.refresh(award)
    assert (award.state, award.answer_reason) == ("declined", "No own share.")


def test_a_late_answer_is_refused_with_both_times_and_what_was_typed_stays(
    session: Session, announced: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    award = award_of(session, announced, "AWARDED_PARTIAL")
    award.answer_by = date(2026, 3, 18)
    session.commit()
    browser = sign_in_as(announced.applicants["AWARDED_PARTIAL"])
    data = {"answer": "accept", "reason": "", "sure": "yes"}
    refused = browser.submit(f"/offers/{award.id}", data)
    assert refused.status_code == 409
    assert "The offer was open until 18 March 2026" in text_of(refused)
    assert "Your answer arrived at 19 March 2026" in text_of(refused)


def test_the_offer_of_another_does_not_exist(
    session: Session, announced: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    award = award_of(session, announced, "AWARDED_PARTIAL")
    browser = sign_in_as(announced.applicants["RESERVE"])
    assert browser.get(f"/offers/{award.id}").status_code == 404
