"""The one place where permission becomes SQL. A test compares it with `may` row by row.

Every query of the read side puts one of these conditions into its WHERE.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    bindparam,
    false,
    or_,
    select,
    true,
)

from app.models import (
    Agreement,
    Application,
    AuditEntry,
    Authority,
    Call,
    Letter,
    Membership,
    Organisation,
)
from app.queries.facts import PUBLIC_STATES
from app.rules.permissions import GRANTED, Actor, Grant, Permission, Role


@dataclass(frozen=True, slots=True)
class Reach:
    """The calls that roles reach: all of them, those of whole authorities, single ones.

    Equal for people with the same roles, so that statements can be kept by it.
    """

    is_everywhere: bool
    authority_ids: frozenset[int]
    call_ids: frozenset[int]

    @property
    def is_nothing(self) -> bool:
        return not (self.is_everywhere or self.authority_ids or self.call_ids)

    def scope(self) -> ColumnElement[bool]:
        """Return the condition of these calls; needs Call in the FROM."""
        if self.is_everywhere:
            return true()
        whole = _among(Call.authority_id, self.authority_ids)
        return or_(whole, _among(Call.id, self.call_ids))


def staff_reach(actor: Actor, permission: Permission) -> Reach:
    """Return the calls for which the actor's staff roles grant the permission."""
    granting = [grant for grant in actor.grants if permission in GRANTED[grant.role]]
    return Reach(
        is_everywhere=actor.is_system or _everywhere(granting),
        authority_ids=frozenset(
            g.authority_id for g in granting if g.call_id is None and g.authority_id is not None
        ),
        call_ids=frozenset(g.call_id for g in granting if g.call_id is not None),
    )


def staff_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Calls for which the actor's staff roles grant the permission; needs Call in the FROM."""
    return staff_reach(actor, permission).scope()


def calls(actor: Actor) -> ColumnElement[bool]:
    """Published calls for everybody, drafts for the authority's own people."""
    return or_(Call.state.in_(sorted(PUBLIC_STATES)), staff_scope(actor, Permission.SEE_CALL))


def own_organisation(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Applications of the actor's own organisations, where applicants have the permission."""
    if actor.is_system:
        return true()
    if permission not in GRANTED[Role.APPLICANT]:
        return false()
    return _among(Application.organisation_id, actor.organisation_ids)


def of_organisations_given(permission: Permission, *, is_system: bool) -> ColumnElement[bool]:
    """Return the same for statements that are kept, with the values of `organisations_given`."""
    if is_system:
        return true()
    if permission not in GRANTED[Role.APPLICANT]:
        return false()
    given = bindparam("organisation_ids", type_=ARRAY(BigInteger))
    return Application.organisation_id == any_(given)


def organisations_given(actor: Actor) -> dict[str, Any]:  # Any: values of a statement
    return {} if actor.is_system else {"organisation_ids": sorted(actor.organisation_ids)}


def applications(actor: Actor) -> ColumnElement[bool]:
    """Applications as staff see them (sent in, not drafts) or as the applicant's own.

    Needs Application and Call in the FROM. An assessor sees none: see `queries.blind`.
    """
    staff = and_(
        staff_scope(actor, Permission.SEE_APPLICATIONS),
        Application.submitted_at.is_not(None),
    )
    return or_(staff, own_organisation(actor, Permission.SEE_OWN_APPLICATION))


def letters(actor: Actor) -> ColumnElement[bool]:
    """Letters: staff always, the applicant only once released. Needs Letter, Application, Call."""
    own = and_(
        own_organisation(actor, Permission.SEE_OWN_APPLICATION), Letter.released_at.is_not(None)
    )
    return or_(staff_scope(actor, Permission.SEE_APPLICATIONS), own)


def agreements(actor: Actor) -> ColumnElement[bool]:
    """Agreements: staff of finance always, the beneficiary once sent. Needs all three tables."""
    own = and_(own_organisation(actor, Permission.SEE_OWN_APPLICATION), Agreement.state != "draft")
    return or_(staff_scope(actor, Permission.SEE_AGREEMENTS), own)


def organisations(actor: Actor) -> ColumnElement[bool]:
    """Organisations of one's own; needs Organisation in the FROM."""
    if actor.is_system:
        return true()
    return _among(Organisation.id, actor.organisation_ids)


def authorities(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Authorities for which a role over the whole of it grants; needs Authority in the FROM."""
    granting = [g for g in actor.grants if g.call_id is None and permission in GRANTED[g.role]]
    if actor.is_system or _everywhere(granting):
        return true()
    return _among(Authority.id, {grant.authority_id for grant in granting})


def audit(actor: Actor) -> ColumnElement[bool]:
    """Entries of the authorities and calls whose trail one may read; needs AuditEntry.

    Organisations belong to no authority: theirs is read with the first application that they
    send in. What belongs to nobody (accounts) only the installation's own administrator reads.
    """
    granting = [g for g in actor.grants if Permission.SEE_AUDIT in GRANTED[g.role]]
    if actor.is_system or _everywhere(granting):
        return true()
    whole = {g.authority_id for g in granting if g.call_id is None}
    single = {g.call_id for g in granting if g.call_id is not None}
    if not whole | single:
        return false()
    applied = (
        select(Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .where(staff_scope(actor, Permission.SEE_AUDIT), Application.submitted_at.is_not(None))
    )
    members = select(Membership.id).where(Membership.organisation_id.in_(applied))
    return or_(
        _among(AuditEntry.authority_id, whole),
        _among(AuditEntry.call_id, single),
        and_(AuditEntry.object_type == "organisation", AuditEntry.object_id.in_(applied)),
        and_(AuditEntry.object_type == "membership", AuditEntry.object_id.in_(members)),
    )


def _everywhere(granting: Iterable[Grant]) -> bool:
    """True with a role for the whole installation, which only administrators have."""
    return any(grant.authority_id is None and grant.role is Role.ADMIN for grant in granting)


def _among(column: object, keys: Collection[int | None]) -> ColumnElement[bool]:
    known = sorted(key for key in keys if key is not None)
    return column.in_(known) if known else false()  # type: ignore[attr-defined] # a column
