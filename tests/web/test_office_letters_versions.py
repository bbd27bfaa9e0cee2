"""Over HTTP: a letter that has left is issued again, and a batch comes as one file."""

import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select

from app.actions import decisions
from app.models import Letter
from tests.make.letters import PREPARED_AT, make_decided
from tests.make.people import act_as
from tests.web.conftest import errors_of, text_of
from tests.web.test_office_letters import PDF, letter_of, prepare, print_all

WHY = "The mayor has changed."


@pytest.fixture
def decided(session, chosen):
    found = make_decided(session)
    prepare(session, found)
    print_all(session, found, chosen.files_dir)
    decisions.announce(act_as(session, found.manager, now=PREPARED_AT), found.call.id)
    session.commit()
    return found


def test_letter_is_issued_again_and_the_applicant_sees_both(
    session, decided, chosen, sign_in_as
) -> None:
    manager = sign_in_as(decided.manager)
    old = letter_of(session, decided, "RESERVE")
    old_id = old.id

    empty = manager.submit(f"/office/letters/{old_id}/reissue", {"reason": ""})
    written = manager.submit(f"/office/letters/{old_id}/reissue", {"reason": WHY})
    new = session.scalars(select(Letter).where(Letter.replaces_id == old_id)).one()
    new.file_id, new.page_count, new.state = old.file_id, 2, "rendered"
    waiting = manager.get(written.url.path)
    left = manager.submit(f"/office/letters/{new.id}/release")

    mine = text_of(sign_in_as(decided.applicants["RESERVE"]).get("/letters"))
    assert (empty.status_code, len(errors_of(empty))) == (422, 1)
    assert f"New version: {WHY}" in text_of(waiting)
    assert "1 new version has not left yet" in text_of(waiting)
    assert "All letters are released." not in text_of(waiting)
    assert "All letters are released." in text_of(manager.get(written.url.path))
    assert "The new version has left." in text_of(left)
    assert f"Issued again: {WHY}" in mine
    assert "Replaced by a newer version; the newest one holds." in mine


def test_new_version_is_set_aside_with_a_reason(session, decided, sign_in_as) -> None:
    manager = sign_in_as(decided.manager)
    old_id = letter_of(session, decided, "RESERVE").id
    manager.submit(f"/office/letters/{old_id}/reissue", {"reason": WHY})
    new_id = session.scalars(select(Letter.id).where(Letter.replaces_id == old_id)).one()

    manager.submit(f"/office/letters/{new_id}/drop", {"reason": "It was right."})

    states = dict(
        map(tuple, session.execute(select(Letter.id, Letter.state).where(Letter.id >= old_id)))
    )
    assert (states[old_id], states[new_id]) == ("sent", "superseded")


def test_batch_comes_as_one_file_to_those_who_prepare_letters(decided, sign_in_as) -> None:
    address = f"/office/stages/{decided.stage_id}/letters.zip"

    answer = sign_in_as(decided.manager).get(address)
    other = sign_in_as(decided.applicants["RESERVE"]).get(address)

    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert (len(archive.namelist()), archive.read(archive.namelist()[0])) == (9, PDF)
    assert (answer.headers["content-type"], other.status_code) == ("application/zip", 404)
