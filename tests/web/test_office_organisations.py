"""The officer's page for people whose organisation has no contact any more."""

import pytest

from app.actions import organisations_contact
from app.actions.applications import NewFile
from app.models import Membership
from app.rules.permissions import Role
from tests.make.calls import make_call
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user
from tests.web.conftest import errors_of, text_of

LETTER = NewFile("c" * 64, 2_000, "application/pdf", "letter.pdf")
A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def asked(session):
    """The authority, the person who asks, their wish to join."""
    authority = make_authority(session)
    make_call(session, authority=authority)
    town = make_organisation(session, contact=make_user(session, name="Ana Anić"))
    vera = make_user(session, name="Vera Verić")
    wish = Membership(organisation_id=town.id, user_id=vera.id, asked_at=NOW)
    session.add(wish)
    session.flush()
    return authority, vera, wish.id


def test_a_person_asks_with_a_letter_and_the_officer_admits_them(session, asked, sign_in_as):
    authority, vera, wish = asked
    officer = make_user(session, roles=[Role.OFFICER], authority=authority)
    form = {"authority": str(authority.id), "text": "She left in May."}

    told = sign_in_as(vera).submit(
        f"/applicant/organisations/wishes/{wish}/help",
        form,
        files={"letter": ("letter.pdf", A_PDF, "application/pdf")},
    )
    browser = sign_in_as(officer)
    listed = browser.get("/office/organisations")
    admitted = browser.submit(
        f"/office/organisations/{wish}", {"reason": "Called the mayor.", "action": "admit"}
    )

    assert "The authority was asked." in text_of(told)
    assert ("Vera Verić" in text_of(listed), "Ana Anić" in text_of(listed)) == (True, True)
    assert "The person is admitted as the contact." in text_of(admitted)
    assert session.get_one(Membership, wish).role == "contact"


def test_without_a_reason_nothing_is_decided(session, asked, sign_in_as):
    authority, vera, wish = asked
    officer = make_user(session, roles=[Role.OFFICER], authority=authority)
    organisations_contact.ask_authority(
        act_as(session, vera), wish, authority_id=authority.id, text="Gone.", file=LETTER
    )

    refused = sign_in_as(officer).submit(f"/office/organisations/{wish}", {"action": "admit"})

    assert (refused.status_code, errors_of(refused)) == (422, ["Write the reason"])
    assert session.get_one(Membership, wish).state == "asked"
