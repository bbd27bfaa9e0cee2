"""The table in README.md is the table of the program, and SQL says what the predicate says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from sqlalchemy import ColumnElement, create_engine, func, select
from sqlalchemy.orm import Session, object_session
from sqlalchemy.pool import NullPool

from app.models import (
    Agreement,
    Application,
    AuditEntry,
    Authority,
    Call,
    Letter,
    Membership,
    Organisation,
    User,
)
from app.queries import visible
from app.queries.actors import actor_of
from app.queries.facts import facts_of
from app.rules.permissions import (
    ANYBODY,
    GRANTED,
    OWN,
    SIGNED_IN,
    STAFF_ROLES,
    SYSTEM,
    Actor,
    Facts,
    Grant,
    Permission,
    Role,
    may,
)
from tests.house import accept
from tests.make.applications import make_application
from tests.make.calls import make_call
from tests.make.people import make_organisation, make_user

P = Permission
Predicate = Callable[[Actor, Facts, Any], bool]
Scope = Callable[[Actor], ColumnElement[bool]]


def test_table_in_the_readme_is_the_table_of_the_program() -> None:
    assert accept.section("permissions") == accept.permissions(), accept.HOW


def test_every_role_may_something_and_every_permission_is_somebodys() -> None:
    granted = {each for role in Role for each in GRANTED[role]}

    assert set(Permission) - granted - SIGNED_IN - OWN == {Permission.SEND_MAIL}
    assert [role for role in Role if not GRANTED[role]] == []


# --- SQL and predicate, row by row over the demo world and a second authority ------------


@pytest.fixture(scope="module")
def world(demo_url: str) -> Iterator[Session]:
    engine = create_engine(demo_url, poolclass=NullPool)
    with Session(engine) as session:
        _second_authority(session)
        yield session
    engine.dispose()


def _second_authority(session: Session) -> None:
    """Another authority with a draft and an open call, so that nothing is seen by chance."""
    call = make_call(session)
    make_call(session, authority=call.authority_id, state="draft")
    town = make_organisation(session, contact=make_user(session))
    make_application(session, call=call, organisation=town)
    make_application(session, call=call, organisation=town, state="draft")


def actors(session: Session) -> list[Actor]:
    """Everybody of the world, nobody, the system, and every role in every shape it can have."""
    people = [actor_of(session, key) for key in session.scalars(select(User.id).order_by(User.id))]
    calls = session.execute(select(Call.authority_id, Call.id).order_by(Call.id)).all()
    shapes = {(None, None), *((area, None) for area, _ in calls), *(tuple(row) for row in calls)}
    made = [
        replace(ANYBODY, user_id=10_000, grants=frozenset({Grant(role, area, call)}))
        for role in STAFF_ROLES
        for area, call in sorted(shapes, key=str)
        if area is not None or role is Role.ADMIN
    ]
    return [*people, *made, ANYBODY, SYSTEM]


def granted(actor: Actor, permission: Permission, facts: Facts) -> bool:
    return may(actor, permission, facts) is None


def staffed(actor: Actor, permission: Permission, facts: Facts) -> bool:
    """True when a role of the staff alone grants it."""
    return granted(actor, permission, replace(facts, organisation_id=None))


def owned(actor: Actor, facts: Facts) -> bool:
    """True when one's organisation alone grants it."""
    mine = Facts(organisation_id=facts.organisation_id)
    return granted(actor, P.SEE_OWN_APPLICATION, mine)


def call_is_seen(actor: Actor, facts: Facts, _row: Call) -> bool:
    return facts.is_public or granted(actor, P.SEE_CALL, facts)


def application_is_seen(actor: Actor, facts: Facts, row: Application) -> bool:
    sent = row.submitted_at is not None
    return (sent and staffed(actor, P.SEE_APPLICATIONS, facts)) or owned(actor, facts)


def letter_is_seen(actor: Actor, facts: Facts, row: Letter) -> bool:
    released = row.released_at is not None
    return staffed(actor, P.SEE_APPLICATIONS, facts) or (released and owned(actor, facts))


def agreement_is_seen(actor: Actor, facts: Facts, row: Agreement) -> bool:
    sent = row.state != "draft"
    return staffed(actor, P.SEE_AGREEMENTS, facts) or (sent and owned(actor, facts))


def organisation_is_seen(actor: Actor, facts: Facts, _row: Organisation) -> bool:
    return granted(actor, P.MANAGE_ORGANISATION, facts)


def authority_is_seen(actor: Actor, facts: Facts, _row: Authority) -> bool:
    return granted(actor, P.MANAGE_AUTHORITY, facts)


def entry_is_seen(actor: Actor, facts: Facts, row: AuditEntry) -> bool:
    return any(granted(actor, P.SEE_AUDIT, each) for each in (facts, *_applied_to(row)))


@cache
def _applied_to(row: AuditEntry) -> tuple[Facts, ...]:
    """Facts of the calls to which the organisation of the entry has sent in an application."""
    session = object_session(row)
    assert session is not None
    organisation_id = row.object_id if row.object_type == "organisation" else 0
    if row.object_type == "membership":
        organisation_id = session.get_one(Membership, row.object_id).organisation_id
    sent = select(Application).where(
        Application.organisation_id == organisation_id, Application.submitted_at.is_not(None)
    )
    facts = (facts_of(session, each) for each in session.scalars(sent))
    return tuple(replace(each, organisation_id=None) for each in facts)


SCOPES: dict[type, tuple[Scope, Predicate]] = {
    Call: (visible.calls, call_is_seen),
    Application: (visible.applications, application_is_seen),
    Letter: (visible.letters, letter_is_seen),
    Agreement: (visible.agreements, agreement_is_seen),
    Organisation: (visible.organisations, organisation_is_seen),
    Authority: (lambda actor: visible.authorities(actor, P.MANAGE_AUTHORITY), authority_is_seen),
    AuditEntry: (visible.audit, entry_is_seen),
}
JOINS = {
    Application: (Call,),
    Letter: (Application, Call),
    Agreement: (Application, Call),
}


def keys_by_sql(session: Session, model: type, condition: ColumnElement[bool]) -> list[int]:
    query = select(model.id)
    for joined in JOINS.get(model, ()):
        query = query.join(joined)
    return list(session.scalars(query.where(condition).order_by(model.id)))


@pytest.mark.parametrize("model", SCOPES, ids=lambda model: model.__tablename__)
def test_sql_scope_is_the_predicate_row_by_row(world: Session, model: type) -> None:
    scope, predicate = SCOPES[model]
    rows = [(row, _facts(world, row)) for row in _sample(world, model)]
    known = {row.id for row, _ in rows}

    different = {
        f"{sorted(g.role for g in actor.grants)} {actor.email}: {by_sql ^ by_rule}"
        for actor in actors(world)
        if (by_sql := set(keys_by_sql(world, model, scope(actor))) & known)
        != (by_rule := {row.id for row, facts in rows if predicate(actor, facts, row)})
    }

    assert rows != []
    assert different == set()


def _facts(session: Session, row: Any) -> Facts:
    if isinstance(row, AuditEntry):
        return Facts(authority_id=row.authority_id, call_id=row.call_id)
    return facts_of(session, row)


def _sample(session: Session, model: type) -> list:
    """Return all rows; of the audit trail one for each authority, call and kind."""
    query = select(model).order_by(model.id)
    if model is AuditEntry:
        places = (AuditEntry.authority_id, AuditEntry.call_id, AuditEntry.object_type)
        one_of_each = select(func.min(AuditEntry.id)).group_by(*places)
        query = query.where(AuditEntry.id.in_(one_of_each))
    return list(session.scalars(query))


@pytest.mark.parametrize("permission", [p for p in P if p not in SIGNED_IN | OWN | {P.ENTER}])
def test_scope_of_staff_is_the_predicate_for_each_permission(
    world: Session, permission: Permission
) -> None:
    calls = [(row.id, facts_of(world, row)) for row in world.scalars(select(Call))]

    different = {
        f"{actor.grants}: {by_sql} {by_rule}"
        for actor in actors(world)
        if (by_sql := set(keys_by_sql(world, Call, visible.staff_scope(actor, permission))))
        != (by_rule := {key for key, facts in calls if granted(actor, permission, facts)})
    }

    assert different == set()


def test_kept_statements_see_the_applications_of_the_same_organisations(world: Session) -> None:
    one = visible.own_organisation
    kept = {
        is_system: visible.of_organisations_given(P.SEE_OWN_APPLICATION, is_system=is_system)
        for is_system in (False, True)
    }
    query = {is_system: select(Application.id).where(kept[is_system]) for is_system in kept}

    different = {
        f"{actor.grants}: {by_kept} {by_name}"
        for actor in actors(world)
        if (
            by_kept := set(
                world.execute(query[actor.is_system], visible.organisations_given(actor)).scalars()
            )
        )
        != (
            by_name := set(
                world.execute(
                    select(Application.id).where(one(actor, P.SEE_OWN_APPLICATION))
                ).scalars()
            )
        )
    }

    assert different == set()
