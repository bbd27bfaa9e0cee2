"""Who may do what, and whether a refusal shows that the thing exists."""

from datetime import date

import pytest

from app.rules.permissions import (
    ANYBODY,
    GRANTED,
    STAFF_ROLES,
    SYSTEM,
    Actor,
    Facts,
    Grant,
    Permission,
    Refusal,
    Role,
    StandsIn,
    held,
    may,
    roles_for,
    stands_in_for,
)

HERE = Facts(authority_id=1, call_id=7)


def person(*grants: Grant, organisations: tuple[int, ...] = ()) -> Actor:
    return Actor(5, grants=frozenset(grants), organisation_ids=frozenset(organisations))


def code(refusal: Refusal | None) -> str | None:
    return refusal and refusal.code


@pytest.mark.parametrize(
    ("grant", "roles"),
    [
        (Grant(Role.OFFICER, 1), {Role.OFFICER}),  # for all calls of the authority
        (Grant(Role.OFFICER, 1, 7), {Role.OFFICER}),
        (Grant(Role.OFFICER, 1, 8), set()),
        (Grant(Role.OFFICER, 2), set()),
        (Grant(Role.OFFICER, 2, 7), set()),
        (Grant(Role.ADMIN), {Role.ADMIN}),  # of the whole installation
        (Grant(Role.OFFICER), set()),
    ],
)
def test_a_role_counts_for_its_authority_and_its_call_alone(grant, roles) -> None:
    assert roles_for(person(grant), HERE) == roles


def test_a_role_for_one_call_is_none_towards_what_belongs_to_no_call() -> None:
    assert roles_for(person(Grant(Role.OFFICER, 1, 7)), Facts(authority_id=1)) == frozenset()


def test_who_belongs_to_the_organisation_is_an_applicant_towards_what_is_its() -> None:
    clerk = person(organisations=(3,))

    assert roles_for(clerk, Facts(organisation_id=3)) == {Role.APPLICANT}
    assert roles_for(clerk, Facts(organisation_id=4)) == frozenset()
    assert roles_for(clerk, HERE) == frozenset()


def test_an_assessor_has_their_own_assessments_only() -> None:
    assessor = person(Grant(Role.ASSESSOR, 1))

    assert roles_for(assessor, Facts(authority_id=1, assessor_id=5)) == {Role.ASSESSOR}
    assert roles_for(assessor, Facts(authority_id=1, assessor_id=6)) == frozenset()
    assert roles_for(assessor, HERE) == {Role.ASSESSOR}


def test_authorities_are_those_of_the_roles_that_are_asked_for() -> None:
    actor = person(Grant(Role.OFFICER, 1), Grant(Role.FINANCE, 2, 7), Grant(Role.ADMIN))

    assert actor.authority_ids() == {1, 2}
    assert actor.authority_ids(Role.OFFICER) == {1}
    assert actor.authority_ids(Role.OFFICER, Role.FINANCE) == {1, 2}
    assert actor.authority_ids(Role.ADMIN) == frozenset()


def test_what_somebody_holds_comes_from_roles_and_organisations() -> None:
    assert held(person(Grant(Role.ASSESSOR, 1))) == {Permission.SEE_CALL, Permission.ASSESS}
    assert Permission.APPLY in held(person(organisations=(3,)))
    assert held(person()) == frozenset()


def test_who_has_a_role_without_the_permission_hears_no_and_a_stranger_hears_nothing() -> None:
    refused = may(person(Grant(Role.OBSERVER, 1)), Permission.RANK, HERE)

    assert refused == Refusal("not_granted", Permission.RANK)
    assert not refused.is_invisible
    stranger = may(person(Grant(Role.OBSERVER, 2)), Permission.RANK, HERE)
    assert stranger == Refusal("invisible", Permission.RANK)
    assert stranger.is_invisible


def test_what_is_public_may_be_refused_but_not_hidden() -> None:
    assert code(may(ANYBODY, Permission.RANK, Facts(is_public=True))) == "not_granted"
    assert code(may(ANYBODY, Permission.RANK, Facts())) == "invisible"
    assert code(may(ANYBODY, Permission.RANK)) == "invisible"


def test_who_has_the_role_may() -> None:
    assert may(person(Grant(Role.CHAIR, 1)), Permission.RANK, HERE) is None


def test_the_system_may_everything_and_anybody_may_sign_in() -> None:
    assert may(SYSTEM, Permission.RANK, HERE) is None
    assert may(ANYBODY, Permission.ENTER) is None


def test_only_who_is_signed_in_may_join_an_organisation() -> None:
    assert may(person(), Permission.JOIN_ORGANISATION) is None
    assert code(may(ANYBODY, Permission.JOIN_ORGANISATION)) == "sign_in"


@pytest.mark.parametrize(
    ("actor", "owner", "refused"),
    [
        (person(), 5, None),
        (person(), 6, "invisible"),
        (person(), None, "invisible"),
        (ANYBODY, 5, "invisible"),
        (ANYBODY, None, "invisible"),  # nobody's account is not everybody's
    ],
)
def test_an_account_is_changed_by_its_person_alone(actor, owner, refused) -> None:
    facts = Facts(person_id=owner)

    assert code(may(actor, Permission.CHANGE_OWN_ACCOUNT, facts)) == refused


def test_who_declared_a_conflict_keeps_away_whatever_they_hold() -> None:
    chair = person(Grant(Role.CHAIR, 1))

    told = may(chair, Permission.RANK, Facts(authority_id=1, conflicted=frozenset({5})))
    assert code(told) == "conflict"
    others = may(chair, Permission.RANK, Facts(authority_id=1, conflicted=frozenset({6})))
    assert others is None


@pytest.mark.parametrize(
    ("permission", "prepared_by", "refused"),
    [
        (Permission.DECIDE, 5, "four_eyes"),
        (Permission.DECIDE, 6, None),
        (Permission.RANK, 5, None),  # not a deed of four eyes
    ],
)
def test_nobody_decides_on_what_they_prepared(permission, prepared_by, refused) -> None:
    facts = Facts(authority_id=1, prepared_by=frozenset({prepared_by}))

    assert code(may(person(Grant(Role.FUND_MANAGER, 1)), permission, facts)) == refused


def test_staff_is_everybody_but_the_public_and_applicants() -> None:
    assert set(Role) - set(STAFF_ROLES) == {Role.PUBLIC, Role.APPLICANT}


def test_an_auditor_sees_the_office_and_its_trail_and_changes_nothing() -> None:
    assert GRANTED[Role.AUDITOR] == {
        Permission.SEE_CALL,
        Permission.SEE_APPLICATIONS,
        Permission.SEE_ASSESSMENTS,
        Permission.SEE_AGREEMENTS,
        Permission.SEE_ASSETS,
        Permission.SEE_REPORTS,
        Permission.SEE_AUDIT,
    }


FINANCE = Grant(Role.FINANCE, 1)
LENT = StandsIn(FINANCE, "Ana Anić", date(2026, 3, 19))


@pytest.mark.parametrize(
    ("permissions", "facts", "found"),
    [
        ([Permission.CHECK_PAYMENT], HERE, LENT),
        ([Permission.CHECK_APPLICATION], HERE, None),  # a role of their own is enough
        ([Permission.CHECK_APPLICATION, Permission.CHECK_PAYMENT], HERE, LENT),
        ([Permission.RANK], HERE, None),
        ([Permission.CHECK_PAYMENT], Facts(authority_id=2), None),
    ],
)
def test_who_stands_in_does_it_for_another_only_where_their_own_role_is_not_enough(
    permissions, facts, found
) -> None:
    own = Grant(Role.OFFICER, 1)
    officer = Actor(5, grants=frozenset({own, FINANCE}), stands_in=(LENT,))

    assert stands_in_for(officer, permissions, facts) == found
    assert stands_in_for(person(own, FINANCE), permissions, facts) is None
