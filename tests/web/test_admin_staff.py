"""Staff over HTTP: invite, give, take, withdraw."""

import pytest
from sqlalchemy import select

from app.models import Mail, OneTimeLink, StaffRole
from app.queries.actors import actor_of
from app.rules.permissions import Role
from tests.make.people import make_authority, make_user
from tests.web.conftest import errors_of, heading_of, text_of


@pytest.fixture
def authority(session):
    return make_authority(session, name="Town Fund")


@pytest.fixture
def admin(session, authority, sign_in_as):
    return sign_in_as(make_user(session, roles=[Role.ADMIN], authority=authority, name="Ana"))


def test_only_authority_opens_with_its_staff(admin) -> None:
    answer = admin.get("/admin/people")

    assert (heading_of(answer), "Administrator" in text_of(answer)) == ("Staff of Town Fund", True)


def test_invitation_is_mailed_listed_and_withdrawn(session, authority, admin) -> None:
    home = f"/admin/authorities/{authority.id}"
    data = {"email": "eva@grad.example", "role": "officer", "call": "whole"}

    sent = admin.submit(f"{home}/invite", data)
    link = session.execute(select(OneTimeLink.id)).scalar_one()
    withdrawn = admin.submit(f"{home}/invitations/{link}/withdraw")

    mail = session.execute(select(Mail.to, Mail.subject)).one()
    assert "The invitation was sent to eva@grad.example." in text_of(sent)
    assert tuple(mail) == ("eva@grad.example", "Invitation to work in Envelope for Town Fund")
    assert ["No invitation is open." in text_of(page) for page in (sent, withdrawn)] == [
        False,
        True,
    ]


def test_invitation_without_answers_names_each(authority, admin) -> None:
    answer = admin.submit(f"/admin/authorities/{authority.id}/invite", {"call": "whole"})

    said = ["Enter the e-mail address", "Choose a role"]
    assert (answer.status_code, errors_of(answer)) == (422, said)


def test_role_is_given_and_taken_with_a_reason(session, authority, admin) -> None:
    eva = make_user(session, roles=[Role.OFFICER], authority=authority)
    home = f"/admin/authorities/{authority.id}"
    session.commit()

    admin.submit(f"{home}/people/{eva.id}/role", {"role": "finance", "call": "whole"})
    given = actor_of(session, eva.id).roles
    role_id = session.execute(
        select(StaffRole.id).where(StaffRole.user_id == eva.id, StaffRole.role == "finance")
    ).scalar_one()
    without = admin.submit(f"{home}/roles/{role_id}/take", {"why": ""})
    taken = admin.submit(f"{home}/roles/{role_id}/take", {"why": "moved to another office"})

    assert given == {Role.OFFICER, Role.FINANCE}
    assert errors_of(without) == ["Say why the role is taken away"]
    assert "The role is taken away." in text_of(taken)
    assert actor_of(session, eva.id).roles == {Role.OFFICER}


def test_same_role_twice_is_told_at_its_field(session, authority, admin) -> None:
    eva = make_user(session, roles=[Role.OFFICER], authority=authority, name="Eva")
    session.commit()

    path = f"/admin/authorities/{authority.id}/people/{eva.id}/role"
    answer = admin.submit(path, {"role": "officer", "call": "whole"})

    assert (answer.status_code, errors_of(answer)) == (422, ["Eva has this role already."])
