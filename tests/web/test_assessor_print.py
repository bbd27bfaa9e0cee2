"""The blind file as one PDF: no name in it, for whoever assesses it and nobody else."""

import pytest
from sqlalchemy import select

from app.actions import assessments
from app.documents import contexts as c
from app.documents import render
from app.models import ApplicationPrint, StoredFile
from tests.make.people import act_as
from tests.web.assessing import SECRETS, assessment_of, assign, declare, world
from tests.web.conftest import text_of


@pytest.fixture
def made(session):
    found = world(session, applications=1)
    assign(session, found, found.entries[0], found.assessors[:2])
    declare(session, found, *found.assessors[:2])
    return found


def asked(session, sign_in_as, made, place: int = 0):
    person = made.assessors[place]
    key = assessment_of(session, made.entries[0], person)
    browser = sign_in_as(person)
    return browser, browser.submit(f"/assessor/assessments/{key}/print")


def test_blind_file_has_the_answers_and_no_name(session, sign_in_as, made) -> None:
    _, page = asked(session, sign_in_as, made)

    wanted = session.scalars(select(ApplicationPrint)).one()
    paper = render.html(c.from_json(wanted.document, wanted.context))
    assert "Plant 40 lime trees." in paper
    assert [secret for secret in SECRETS if secret in paper or secret in page.text] == []
    assert "It is being prepared as PDF." in text_of(page)


def test_two_assessors_share_one_print(session, sign_in_as, made) -> None:
    asked(session, sign_in_as, made)
    asked(session, sign_in_as, made, 1)

    assert len(session.scalars(select(ApplicationPrint.id)).all()) == 1


def test_only_who_assesses_it_still_may_download_it(session, sign_in_as, made, app) -> None:
    browser, page = asked(session, sign_in_as, made)
    wanted = session.scalars(select(ApplicationPrint)).one()
    file = StoredFile(
        sha256="a" * 64, size_bytes=3, media_type="application/pdf", filename="x.pdf",
        created_at=wanted.asked_at,
    )  # fmt: skip
    session.add(file)
    session.flush()
    wanted.file_id = file.id
    address = page.url.path
    shown = browser.get(address)
    first = made.assessors[0]
    key = assessment_of(session, made.entries[0], first)

    assessments.decline(act_as(session, first), key, reason="No time.")

    strangers = [browser, sign_in_as(made.assessors[2]), sign_in_as(made.officer)]
    assert f"{address}.pdf" in shown.text
    assert [each.get(f"{address}.pdf").status_code for each in strangers] == [404] * 3
