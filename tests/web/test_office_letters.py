"""Letters in the office: prepared, watched, looked at under embargo, tried again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.actions import letters
from app.documents.render import RenderError
from app.documents.store import Store
from app.models import Letter, StoredFile
from app.rules.permissions import Role
from tests.counting import counted_by_engine
from tests.make.letters import PREPARED_AT, Decided, make_decided, make_many, make_shortlist
from tests.make.people import act_as, make_user
from tests.web.conftest import Browser, heading_of, text_of

PDF = b"%PDF-1.7 a letter of a test"


@pytest.fixture
def decided(session: Session) -> Decided:
    return make_decided(session)


@pytest.fixture
def manager(decided: Decided, sign_in_as: Callable[..., Browser]) -> Browser:
    return sign_in_as(decided.manager)


def address(decided: Decided) -> str:
    return f"/office/stages/{decided.stage_id}/letters"


def print_all(session: Session, decided: Decided, folder: Path) -> None:
    """Put a file behind every letter, as the worker does."""
    kept = Store(folder).keep(PDF)
    for letter in session.scalars(select(Letter).where(Letter.stage_id == decided.stage_id)):
        file = StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            media_type="application/pdf",
            filename=f"letter-{letter.id}.pdf",
            created_at=PREPARED_AT,
        )
        session.add(file)
        session.flush()
        letter.file_id, letter.page_count, letter.state = file.id, 2, "rendered"
    session.commit()


def prepare(session: Session, decided: Decided) -> None:
    letters.prepare(act_as(session, decided.manager, now=PREPARED_AT), decided.stage_id)
    session.commit()


def letter_of(session: Session, decided: Decided, outcome: str) -> Letter:
    query = select(Letter).where(Letter.application_id == decided.applications[outcome].id)
    return session.scalars(query).one()


def test_writing_the_letters_shows_them_waiting(manager: Browser, decided: Decided) -> None:
    assert "9 letters are still to be written" in text_of(manager.get(address(decided)))
    page = manager.submit(f"{address(decided)}/prepare")
    assert page.url.path == address(decided)
    assert "Letters written, waiting to be printed: 9." in text_of(page)
    assert "0 of 9" in text_of(page)
    again = manager.submit(f"{address(decided)}/prepare")
    assert "Everybody has a letter already" in text_of(again)


def test_the_overview_leads_to_each_decided_stage(manager: Browser, decided: Decided) -> None:
    page = manager.get("/office/letters")
    assert heading_of(page) == "Letters"
    assert f'href="{address(decided)}"' in page.text


def test_progress_answers_htmx_with_the_bar_alone(
    manager: Browser, session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    part = manager.get(address(decided), headers={"hx-request": "true"})
    assert "<h1" not in part.text
    assert "0 of 9" in text_of(part)
    assert "every 2s" in part.text
    assert "hx-refresh" not in part.headers


def test_the_last_printed_letter_loads_the_page_again_with_its_next_step(
    manager: Browser, session: Session, decided: Decided, tmp_path: Path
) -> None:
    prepare(session, decided)
    print_all(session, decided, tmp_path / "files")

    part = manager.get(address(decided), headers={"hx-request": "true"})

    assert ("9 of 9" in text_of(part), part.headers["hx-refresh"]) == (True, "true")


def test_a_failed_letter_shows_its_reason_and_is_tried_again(
    manager: Browser, session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    letter = letter_of(session, decided, "RESERVE")
    letters.fail(act_as(session), letter.id, RenderError("no such glyph"))
    session.commit()
    page = manager.get(f"{address(decided)}?show=failed")
    assert "Its template and what it says do not fit together" in text_of(page)
    assert "RenderError" not in text_of(page)
    done = manager.submit(f"/office/letters/{letter.id}/retry")
    assert "The letter is tried again." in text_of(done)
    session.refresh(letter)
    assert letter.state == "queued"


def test_looking_at_a_letter_under_embargo_is_kept_and_shown_in_the_browser(
    manager: Browser, session: Session, decided: Decided, tmp_path: Path
) -> None:
    prepare(session, decided)
    print_all(session, decided, tmp_path / "files")
    letter = letter_of(session, decided, "AWARDED_FULL")
    answer = manager.get(f"/office/letters/{letter.id}.pdf")
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    session.refresh(letter)
    assert letter.looked_at_at is not None
    page = text_of(manager.get(address(decided)))
    assert "Nobody has looked at 8 of them." in page
    assert "Announce" in page


def test_an_auditor_reads_a_letter_and_leaves_no_trace(
    session: Session, decided: Decided, tmp_path: Path, sign_in_as: Callable[..., Browser]
) -> None:
    prepare(session, decided)
    print_all(session, decided, tmp_path / "files")
    letter = letter_of(session, decided, "AWARDED_FULL")
    auditor = make_user(session)
    from app.models import StaffRole

    session.add(
        StaffRole(
            user_id=auditor.id,
            authority_id=decided.call.authority_id,
            role=Role.AUDITOR.value,
            given_at=PREPARED_AT,
        )
    )
    session.commit()
    browser = sign_in_as(auditor)
    assert browser.get(f"/office/letters/{letter.id}.pdf").status_code == 200
    session.refresh(letter)
    assert letter.looked_at_at is None
    assert browser.submit(f"{address(decided)}/prepare").status_code == 403


def test_others_find_no_letters_at_all(
    session: Session, decided: Decided, sign_in_as: Callable[..., Browser], tmp_path: Path
) -> None:
    prepare(session, decided)
    print_all(session, decided, tmp_path / "files")
    letter = letter_of(session, decided, "AWARDED_FULL")
    applicant = sign_in_as(decided.applicants["AWARDED_FULL"])
    for path in (address(decided), f"/office/letters/{letter.id}.pdf", f"/letters/{letter.id}.pdf"):
        assert applicant.get(path).status_code == 404


def test_invitations_wait_for_the_dates_of_the_next_stage(
    session: Session, sign_in_as: Callable[..., Browser]
) -> None:
    shortlist = make_shortlist(session)
    browser = sign_in_as(shortlist.manager)
    page = text_of(browser.get(address(shortlist)))
    assert "Set its dates first." in page
    refused = browser.submit(f"{address(shortlist)}/prepare")
    assert refused.status_code == 409
    assert "set the dates of the next stage first" in text_of(refused)


def test_writing_again_needs_a_reason(manager: Browser, session: Session, decided: Decided) -> None:
    prepare(session, decided)
    refused = manager.submit(f"{address(decided)}/again", {"reason": ""})
    assert refused.status_code == 422
    done = manager.submit(f"{address(decided)}/again", {"reason": "The signatory changed."})
    assert "9 letters are written again" in text_of(done)


def test_the_list_is_narrowed_by_state_kind_and_words(
    manager: Browser, session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    reference = decided.applications["RESERVE"].reference
    page = text_of(manager.get(f"{address(decided)}?kind=reserve"))
    assert reference in page
    assert decided.applications["CHECK_FAILED"].reference not in page
    page = text_of(manager.get(f"{address(decided)}?show=failed"))
    assert "No letter fits these filters." in page


def test_kinds_of_one_title_are_told_apart_and_those_of_other_stages_are_not_offered(
    manager: Browser, session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    page = manager.get(address(decided)).text

    kinds = re.findall(
        r'<option value="\w*"[^>]*>\s*([^<]+?)\s*</option>', page.partition('name="kind"')[2]
    )
    assert len(kinds) == len(set(kinds))
    assert [kind for kind in kinds if kind.startswith("Result of the full application")] == [
        "Result of the full application: a section below its minimum, a mark at or below the floor "
        "and below the threshold",
        "Result of the full application: cap reached",
    ]
    assert [kind for kind in kinds if "concept note" in kind or "receipt" in kind] == []


def test_the_list_asks_as_much_for_three_letters_as_for_one(
    session: Session, engine: Engine, sign_in_as: Callable[..., Browser]
) -> None:
    numbers = []
    for number in (1, 3):
        made = make_many(session, number)
        prepare(session, made)
        browser = sign_in_as(made.manager)
        browser.get(address(made))
        with counted_by_engine(engine) as statements:
            assert browser.get(address(made)).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
