"""Documents over HTTP: every file that is refused gets its sentence."""

import io

import pytest
from sqlalchemy import select

from app.actions import applications as deeds
from app.documents.store import Store
from app.models import Attachment
from tests.actions.test_applications import PDF
from tests.make.people import make_organisation, make_user
from tests.web.applicant.conftest import A_PDF, begun
from tests.web.conftest import errors_of, text_of


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file first, then press the button."),
        ("empty.pdf", b"", "“empty.pdf” is empty (0 bytes). Open it on your computer,"),
        ("letter.pdf", b"PK\x03\x04 a zip", "“letter.pdf” ends in .pdf, but its content is"),
        ("letter.exe", b"MZ", "“letter.exe” is a .exe file. Accepted here: pdf."),
        (
            "locked.pdf",
            A_PDF.replace(b"<<>>\n%%", b"<</Encrypt 5 0 R>>\n%%"),
            "“locked.pdf” is protected by a password,",
        ),
        (
            "huge.pdf",
            b"%PDF-1.7\n" + b" " * (21 * 1024 * 1024) + b"%%EOF",
            "“huge.pdf” has 21 MB; at most 20 MB are accepted.",
        ),
    ],
    ids=["none", "empty", "renamed", "kind", "encrypted", "huge"],
)
def test_a_file_that_cannot_be_kept_is_refused_in_a_sentence(
    sign_in_as, session, town, name, content, said
):
    _, key, _ = begun(session, town)
    files = {"file_statutes": (name, io.BytesIO(content), "application/pdf")} if name else None

    refused = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/documents/statutes", files=files
    )

    assert refused.status_code == 422
    assert [error[: len(said)] for error in errors_of(refused)] == [said]
    assert session.scalars(select(Attachment)).all() == []


def test_a_file_is_given_back_to_its_applicant_and_to_nobody_else(sign_in_as, session, town):
    _, key, _ = begun(session, town)
    browser = sign_in_as(town[0])
    browser.submit(
        f"/applications/{key}/application/documents/statutes",
        files={"file_statutes": ("Šta.pdf", io.BytesIO(A_PDF), "application/pdf")},
    )
    attachment = session.scalars(select(Attachment)).one()
    stranger = make_user(session)
    make_organisation(session, contact=stranger)

    own = browser.get(f"/applications/files/{attachment.id}")
    other = sign_in_as(stranger).get(f"/applications/files/{attachment.id}")

    assert (own.content, other.status_code) == (A_PDF, 404)
    assert own.headers["content-disposition"] == "attachment; filename*=UTF-8''%C5%A0ta.pdf"


def test_a_file_is_removed_and_there_is_room_again(sign_in_as, session, town):
    act, key, entry_id = begun(session, town)
    attached = deeds.attach(act, entry_id, "statutes", PDF)
    session.commit()

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/documents/statutes/remove/{attached}"
    )

    assert "“statutes.pdf” is removed." in text_of(shown)
    assert "Add this file" in text_of(shown)


def test_a_disk_that_is_nearly_full_is_told_beside_the_question_and_nothing_is_kept(
    sign_in_as, session, town, monkeypatch
):
    _, key, _ = begun(session, town)
    monkeypatch.setattr(Store, "free_bytes", lambda _: 100 * 1024 * 1024)

    refused = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/documents/statutes",
        files={"file_statutes": ("statutes.pdf", io.BytesIO(A_PDF), "application/pdf")},
    )

    assert (refused.status_code, errors_of(refused)) == (
        422,
        [
            "The disk of this installation is nearly full, so no more files are taken. "
            "Nothing was saved. Tell the people who run Envelope, then send it again."
        ],
    )
    assert session.scalars(select(Attachment)).all() == []


def test_the_same_file_once_more_is_told_to_be_there_already(sign_in_as, session, town):
    _, key, _ = begun(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application/documents/statutes"
    for name in ("statutes.pdf", "copy of statutes.pdf"):
        shown = browser.submit(path, files={"file_statutes": (name, A_PDF, "application/pdf")})

    assert "This file is there already, as “statutes.pdf”. Nothing was added." in text_of(shown)
    assert len(session.scalars(select(Attachment)).all()) == 1
