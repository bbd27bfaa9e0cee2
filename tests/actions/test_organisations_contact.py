"""The contact hands over, and an officer admits somebody where the contact is gone."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.actions import organisations, organisations_contact
from app.actions.applications import NewFile
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AuditEntry, Mail, Membership
from app.queries.actors import actor_of
from app.queries.organisations import organisation_page
from app.queries.organisations_help import help_file, help_requests
from app.rules.permissions import Role
from tests.actions.test_organisations import membership_id
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority, make_organisation, make_user

LETTER = NewFile("c" * 64, 2_000, "application/pdf", "letter of the mayor.pdf")


def roles_in(session, organisation, user):
    page = organisation_page(session, actor_of(session, user.id), organisation.id)
    return {member.email: member.role for member in page.members}


@pytest.fixture
def two(session):
    ana = make_user(session, name="Ana Anić", email="ana@old.example")
    ivo = make_user(session, name="Ivo Ivić", email="ivo@new.example")
    return ana, ivo, make_organisation(session, contact=ana, members=[ivo])


def test_the_contact_changes_only_when_the_successor_accepts(session, two) -> None:
    ana, ivo, organisation = two
    key = membership_id(session, ivo)

    organisations_contact.hand_over(act_as(session, ana), key)
    meanwhile = roles_in(session, organisation, ivo)
    organisations_contact.accept_contact(act_as(session, ivo), key)

    assert meanwhile == {"ana@old.example": "contact", "ivo@new.example": "member"}
    assert roles_in(session, organisation, ivo) == {
        "ana@old.example": "member",
        "ivo@new.example": "contact",
    }
    assert session.scalars(select(Mail.to).order_by(Mail.id)).all() == [
        "ivo@new.example",
        "ana@old.example",
    ]


def test_the_old_contact_can_be_removed_only_after_the_hand_over(session, two) -> None:
    ana, ivo, _ = two
    with pytest.raises(Conflict):
        organisations.remove(act_as(session, ana), membership_id(session, ana))

    organisations_contact.hand_over(act_as(session, ana), membership_id(session, ivo))
    organisations_contact.accept_contact(act_as(session, ivo), membership_id(session, ivo))
    organisations.remove(act_as(session, ivo), membership_id(session, ana))

    assert actor_of(session, ana.id).organisation_ids == frozenset()


def test_an_offer_that_was_declined_or_taken_back_cannot_be_accepted(session, two) -> None:
    ana, ivo, _ = two
    key = membership_id(session, ivo)
    for who in (ana, ivo):
        organisations_contact.hand_over(act_as(session, ana), key)
        organisations_contact.keep_contact(act_as(session, who), key)

        with pytest.raises(Conflict):
            organisations_contact.accept_contact(act_as(session, ivo), key)


def test_nobody_accepts_for_another_and_a_member_hands_nothing_over(session, two) -> None:
    ana, ivo, _ = two
    key = membership_id(session, ivo)
    organisations_contact.hand_over(act_as(session, ana), key)

    with pytest.raises(Forbidden):
        organisations_contact.accept_contact(act_as(session, ana), key)
    with pytest.raises(Forbidden):
        organisations_contact.hand_over(act_as(session, ivo), membership_id(session, ana))


def test_the_database_allows_one_contact(session, two) -> None:
    _, ivo, _ = two
    session.get_one(Membership, membership_id(session, ivo)).role = "contact"

    with pytest.raises(IntegrityError, match="uq_membership_contact"):
        session.flush()


@pytest.fixture
def asked(session):
    """Vera asked to join, the contact does not answer; an officer of the authority."""
    authority = make_authority(session, email="office@authority.example")
    make_call(session, authority=authority)
    gone = make_user(session, name="Ana Anić", email="ana@old.example")
    organisation = make_organisation(session, contact=gone, email="town@hall.example")
    vera = make_user(session, name="Vera Verić", email="vera@new.example")
    session.add(
        Membership(
            organisation_id=organisation.id, user_id=vera.id, asked_at=organisation.created_at
        )
    )
    session.flush()
    officer = make_user(session, roles=[Role.OFFICER], authority=authority)
    organisations_contact.ask_authority(
        act_as(session, vera),
        membership_id(session, vera),
        authority_id=authority.id,
        text="She left in May.",
        file=LETTER,
    )
    session.execute(Mail.__table__.delete())
    return vera, officer, organisation, membership_id(session, vera)


def test_the_officer_admits_as_the_contact_and_both_old_addresses_are_told(session, asked) -> None:
    vera, officer, organisation, key = asked

    organisations_contact.admit_for_contact(
        act_as(session, officer), key, reason="Called back at the town hall."
    )

    assert roles_in(session, organisation, vera) == {
        "vera@new.example": "contact",
        "ana@old.example": "member",
    }
    told = session.execute(select(Mail.to, Mail.body).order_by(Mail.to)).all()
    assert [to for to, _ in told] == ["ana@old.example", "town@hall.example", "vera@new.example"]
    assert "Called back at the town hall." in told[0].body
    row = session.execute(
        select(AuditEntry.authority_id, AuditEntry.detail).where(
            AuditEntry.object_type == "membership", AuditEntry.event == "admit"
        )
    ).one()
    assert row.detail == {
        "reason": "Called back at the town hall.",
        "old_contact": "ana@old.example",
    }


def test_without_a_reason_nobody_is_admitted(session, asked) -> None:
    with pytest.raises(Invalid):
        organisations_contact.admit_for_contact(act_as(session, asked[1]), asked[3], reason=" ")


def test_the_officer_of_another_authority_sees_nothing_of_it(session, asked) -> None:
    other = make_user(session, roles=[Role.OFFICER], authority=make_authority(session))
    actor = actor_of(session, other.id)

    assert help_requests(session, actor) == ()
    with pytest.raises(NotFound):
        help_file(session, actor, asked[3])
    with pytest.raises(NotFound):
        organisations_contact.admit_for_contact(act_as(session, other), asked[3], reason="Why.")


def test_a_refusal_leaves_the_wish_with_the_contact(session, asked) -> None:
    vera, officer, _, key = asked

    organisations_contact.refuse_help(act_as(session, officer), key, reason="No seal.")

    assert help_requests(session, actor_of(session, officer.id)) == ()
    assert session.get_one(Membership, key).state == "asked"
    assert session.scalars(select(Mail.to)).all() == [vera.email]
    with pytest.raises(Conflict):
        organisations_contact.admit_for_contact(act_as(session, officer), key, reason="After all.")


def test_nobody_asks_for_another_person(session, asked) -> None:
    stranger = make_user(session)

    with pytest.raises(NotFound):
        organisations_contact.ask_authority(
            act_as(session, stranger), asked[3], authority_id=1, text="Why.", file=LETTER
        )
