"""Authorities and staff: who may set up, invite, give and take."""

import re

import pytest
from sqlalchemy import select

from app.actions import accounts_invitations as invitations
from app.actions import people
from app.actions.act import Act
from app.actions.people import AuthorityText
from app.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from app.models import AuditEntry, Authority, Mail, OneTimeLink, StaffRole, User
from app.queries.actors import actor_of
from app.queries.people import authorities, staff
from app.rules.permissions import ANYBODY, SYSTEM, Grant, Role
from tests.make.calls import make_call
from tests.make.people import NOW, act_as, make_authority, make_user

NEW = "a boat under the bridge"


def anybody(session) -> Act:
    return Act(session, ANYBODY, NOW)


def last_token(session) -> str:
    body = session.execute(select(Mail.body).order_by(Mail.id.desc()).limit(1)).scalar_one()
    return re.search(r"/account/invitation/(\S+)\n", body)[1]


def trail(session) -> list[tuple[str, dict]]:
    rows = session.execute(select(AuditEntry.event, AuditEntry.detail).order_by(AuditEntry.id))
    return [tuple(row) for row in rows]


def test_first_administrator_signs_up_by_a_link_while_nobody_is_there(session) -> None:
    link = invitations.first_admin_link(act_as(session))
    token = link.rpartition("/")[2]

    entered = invitations.create_first_admin(
        anybody(session), token, email="Ana@grad.example", name="Ana", password=NEW
    )

    assert link.startswith("http://127.0.0.1:8000/account/first/")
    assert actor_of(session, entered.user_id).grants == frozenset({Grant(Role.ADMIN)})
    assert invitations.first_admin_link(act_as(session)) is None


def test_second_of_two_printed_links_is_no_longer_good(session) -> None:
    tokens = [invitations.first_admin_link(act_as(session)).rpartition("/")[2] for _ in range(2)]
    invitations.create_first_admin(
        anybody(session), tokens[0], email="ana@grad.example", name="Ana", password=NEW
    )

    with pytest.raises(Gone, match="administrator already"):
        invitations.create_first_admin(
            anybody(session), tokens[1], email="eva@grad.example", name="Eva", password=NEW
        )


def test_only_the_system_makes_the_first_link(session) -> None:
    with pytest.raises(NotFound):
        invitations.first_admin_link(anybody(session))


def test_administrator_of_the_installation_sets_up_an_authority(session) -> None:
    admin = make_user(session, roles=[Role.ADMIN])

    authority_id = people.create_authority(
        act_as(session, admin), AuthorityText(name="Town Fund", short_name="TF")
    )

    assert session.get(Authority, authority_id).name == "Town Fund"
    assert [each.name for each in authorities(session, actor_of(session, admin.id))] == [
        "Town Fund"
    ]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FUND_MANAGER, Role.AUDITOR])
def test_roles_of_one_authority_set_up_no_other(session, role) -> None:
    user = make_user(session, roles=[role], authority=make_authority(session))

    with pytest.raises((NotFound, Forbidden)):
        people.create_authority(act_as(session, user), AuthorityText(name="Mine", short_name="M"))


def test_change_keeps_before_and_after_of_what_changed_alone(session) -> None:
    authority = make_authority(session, name="Town Fund", short_name="TF", city="Niš")
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    text = AuthorityText(
        name="Town Fund", short_name="TF", city="Šabac", address=authority.address,
        postcode=authority.postcode, email=authority.email,
        signatory_name=authority.signatory_name, signatory_title=authority.signatory_title,
    )  # fmt: skip

    people.change_authority(act_as(session, admin), authority.id, text)

    detail = {"before": {"city": "Niš"}, "after": {"city": "Šabac"}}
    assert trail(session) == [("change_authority", detail)]


def test_name_of_another_authority_is_refused_at_its_field(session) -> None:
    make_authority(session, name="Town Fund")
    admin = make_user(session, roles=[Role.ADMIN])

    with pytest.raises(Invalid) as refused:
        people.create_authority(
            act_as(session, admin), AuthorityText(name="Town Fund", short_name="T")
        )

    assert refused.value.fields == {"name": "There is an authority with this name already"}


def test_invited_person_opens_an_account_and_has_the_role_of_one_call(session) -> None:
    call = make_call(session)
    authority = session.get(Authority, call.authority_id)
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    people.invite(
        act_as(session, admin),
        authority.id,
        email="New@grad.example",
        role=Role.ASSESSOR,
        call_id=call.id,
    )

    entered = invitations.accept_invitation(
        anybody(session), last_token(session), name="Eva", password=NEW
    )

    grants = actor_of(session, entered.user_id).grants
    assert grants == frozenset({Grant(Role.ASSESSOR, authority.id, call.id)})
    assert session.get(User, entered.user_id).email == "new@grad.example"


def test_invited_person_with_an_account_keeps_the_password_and_is_not_signed_in(session) -> None:
    authority = make_authority(session)
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    eva = make_user(session, email="eva@grad.example")
    before = eva.password_hash
    people.invite(act_as(session, admin), authority.id, email=eva.email, role=Role.AUDITOR)

    entered = invitations.accept_invitation(anybody(session), last_token(session))

    assert (entered, eva.password_hash) == (None, before)
    assert actor_of(session, eva.id).grants == frozenset({Grant(Role.AUDITOR, authority.id)})


def test_accepting_twice_and_after_withdrawal_is_gone(session) -> None:
    authority = make_authority(session)
    act = act_as(session, make_user(session, roles=[Role.ADMIN], authority=authority))
    people.invite(act, authority.id, email="eva@grad.example", role=Role.AUDITOR)
    token = last_token(session)
    people.withdraw_invitation(
        act, authority.id, staff(session, act.actor, authority.id, NOW).invitations[0].id
    )

    with pytest.raises(Gone):
        invitations.accept_invitation(anybody(session), token, name="Eva", password=NEW)


def test_invitation_of_another_authority_cannot_be_withdrawn(session) -> None:
    mine, other = make_authority(session), make_authority(session)
    admin = make_user(session, roles=[Role.ADMIN], authority=mine)
    people.invite(Act(session, SYSTEM, NOW), other.id, email="eva@grad.example", role=Role.AUDITOR)
    link_id = session.execute(select(OneTimeLink.id)).scalar_one()

    with pytest.raises(NotFound):
        people.withdraw_invitation(act_as(session, admin), mine.id, link_id)


@pytest.mark.parametrize("role", [Role.FUND_MANAGER, Role.OFFICER, Role.AUDITOR])
def test_only_administrators_invite(session, role) -> None:
    authority = make_authority(session)
    user = make_user(session, roles=[role], authority=authority)

    with pytest.raises(Forbidden):
        people.invite(act_as(session, user), authority.id, email="e@g.example", role=Role.ADMIN)


def test_administrator_of_one_authority_sees_nothing_of_another(session) -> None:
    mine, other = make_authority(session), make_authority(session)
    act = act_as(session, make_user(session, roles=[Role.ADMIN], authority=mine))

    with pytest.raises(NotFound):
        people.invite(act, other.id, email="e@g.example", role=Role.ADMIN)
    with pytest.raises(NotFound):
        staff(session, act.actor, other.id, NOW)
    assert [each.id for each in authorities(session, act.actor)] == [mine.id]


def test_role_for_a_call_of_another_authority_is_refused(session) -> None:
    authority, call = make_authority(session), make_call(session)
    act = act_as(session, make_user(session, roles=[Role.ADMIN], authority=authority))

    with pytest.raises(Invalid) as refused:
        people.invite(act, authority.id, email="e@g.example", role=Role.OFFICER, call_id=call.id)

    assert refused.value.fields == {"call": "Choose a call of this authority"}


def test_same_role_twice_is_a_conflict(session) -> None:
    authority = make_authority(session)
    act = act_as(session, make_user(session, roles=[Role.ADMIN], authority=authority))
    eva = make_user(session, roles=[Role.OFFICER], authority=authority)

    with pytest.raises(Conflict):
        people.give_role(act, authority.id, eva.id, role=Role.OFFICER)
    people.give_role(act, authority.id, eva.id, role=Role.FINANCE)

    assert actor_of(session, eva.id).roles == {Role.OFFICER, Role.FINANCE}


def test_role_is_taken_at_once_and_the_reason_is_kept(session) -> None:
    authority = make_authority(session)
    act = act_as(session, make_user(session, roles=[Role.ADMIN], authority=authority))
    eva = make_user(session, roles=[Role.OFFICER], authority=authority, email="eva@g.example")
    role_id = session.execute(select(StaffRole.id).where(StaffRole.user_id == eva.id)).scalar_one()

    people.take_role(act, role_id, why="left the office")

    assert actor_of(session, eva.id).roles == frozenset()
    detail = {"role": "officer", "person": "eva@g.example", "why": "left the office"}
    assert trail(session) == [("take_role", detail)]


def test_last_administrator_of_the_installation_stays(session) -> None:
    admin = make_user(session, roles=[Role.ADMIN])
    role_id = session.execute(select(StaffRole.id)).scalar_one()

    with pytest.raises(Conflict, match="last administrator"):
        people.take_role(act_as(session, admin), role_id, why="none")
