"""Who may do what: roles, permissions, the one table, and the one question `may`.

Three gates ask it: `Act.load` before a write, `queries.visible` (as SQL) before a
read, and `may()` in templates before a button is shown. Interests that depend on
the object (who prepared it, who declared a conflict) arrive as facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person is, for an authority, for a call, or for everybody (public)."""

    PUBLIC = "public"
    APPLICANT = "applicant"
    ASSESSOR = "assessor"
    OFFICER = "officer"
    FUND_MANAGER = "fund_manager"
    CHAIR = "chair"
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    OBSERVER = "observer"
    FINANCE = "finance"
    APPROVER = "approver"
    MONITOR = "monitor"
    AUDITOR = "auditor"
    ADMIN = "admin"


STAFF_ROLES = tuple(role for role in Role if role not in (Role.PUBLIC, Role.APPLICANT))


class Permission(StrEnum):
    """Each value completes "may …", so that a refusal writes itself."""

    SEE_CALL = "see this call"
    EDIT_CALL = "prepare and change calls"
    PUBLISH_CALL = "publish calls"
    SEE_APPLICATIONS = "see the applications of this call"
    CHECK_APPLICATION = "check applications"
    ASSIGN_ASSESSORS = "assign assessors"
    ASSESS = "assess this application"
    SEE_ASSESSMENTS = "see assessments and scores"
    AGREE_SCORES = "agree scores for the committee"
    RANK = "rank the applications"
    ALLOCATE = "run the allocation"
    DECIDE = "decide on awards"
    PREPARE_LETTERS = "prepare letters"
    ANNOUNCE = "announce decisions"
    SEE_AGREEMENTS = "see agreements and payments"
    PREPARE_AGREEMENT = "prepare agreements"
    SIGN_AGREEMENT = "sign agreements for the authority"
    CHECK_PAYMENT = "check payment requests"
    APPROVE_PAYMENT = "approve payments"
    PAY = "record payments"
    SEE_ASSETS = "see what is given in kind and the asset register"
    HANDLE_ASSETS = "buy and hand over what is given in kind"
    ADD_QUOTE = "hand in quotes for what is given in kind"
    CONFIRM_OWN_SHARE = "confirm own shares that were paid in"
    MOVE_TITLE = "pass on the title of assets or take them back"
    GIVE_ON = "agree who gets a thing that was taken back"
    RECORD_VISIT = "record visits"
    SEE_REPORTS = "see and export award reports"
    SEE_AUDIT = "read the audit trail"
    MANAGE_AUTHORITY = "change the authority and its staff"
    CREATE_AUTHORITY = "set up authorities"
    APPLY = "apply for this organisation"
    SEE_OWN_APPLICATION = "see this application"
    ANSWER_OFFER = "accept or decline offers for this organisation"
    REQUEST_PAYMENT = "request payments for this organisation"
    MANAGE_ORGANISATION = "change this organisation and admit people to it"
    ADMIT_TO_ORGANISATION = "admit people to an organisation whose contact is gone"
    JOIN_ORGANISATION = "register an organisation or ask to join one"
    CHANGE_OWN_ACCOUNT = "change this account"
    ENTER = "register, sign in or use a link from a mail"
    SEND_MAIL = "send the mail that waits"


_READ_OFFICE = frozenset(
    {
        Permission.SEE_CALL,
        Permission.SEE_APPLICATIONS,
        Permission.SEE_ASSESSMENTS,
        Permission.SEE_AGREEMENTS,
        Permission.SEE_ASSETS,
        Permission.SEE_REPORTS,
    }
)
_P = Permission

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.PUBLIC: frozenset({_P.ENTER}),
    Role.APPLICANT: frozenset(
        {
            _P.APPLY,
            _P.SEE_OWN_APPLICATION,
            _P.ANSWER_OFFER,
            _P.REQUEST_PAYMENT,
            _P.ADD_QUOTE,
            _P.MANAGE_ORGANISATION,
        }
    ),
    Role.ASSESSOR: frozenset({_P.SEE_CALL, _P.ASSESS}),
    Role.OFFICER: frozenset(
        {
            _P.ADMIT_TO_ORGANISATION,
            _P.SEE_CALL,
            _P.SEE_APPLICATIONS,
            _P.SEE_ASSESSMENTS,
            _P.CHECK_APPLICATION,
            _P.ASSIGN_ASSESSORS,
            _P.PREPARE_LETTERS,
            _P.SEE_ASSETS,
            _P.HANDLE_ASSETS,
            _P.ADD_QUOTE,
            _P.RECORD_VISIT,
            _P.SEE_REPORTS,
        }
    ),
    Role.FUND_MANAGER: _READ_OFFICE
    | {
        _P.ADMIT_TO_ORGANISATION,
        _P.HANDLE_ASSETS,
        _P.ADD_QUOTE,
        _P.CONFIRM_OWN_SHARE,
        _P.MOVE_TITLE,
        _P.GIVE_ON,
        _P.RECORD_VISIT,
        _P.EDIT_CALL,
        _P.PUBLISH_CALL,
        _P.CHECK_APPLICATION,
        _P.ASSIGN_ASSESSORS,
        _P.RANK,
        _P.ALLOCATE,
        _P.DECIDE,
        _P.PREPARE_LETTERS,
        _P.ANNOUNCE,
        _P.PREPARE_AGREEMENT,
        _P.SIGN_AGREEMENT,
        _P.SEE_AUDIT,
    },
    Role.CHAIR: frozenset(
        {
            _P.SEE_CALL,
            _P.SEE_APPLICATIONS,
            _P.SEE_ASSESSMENTS,
            _P.AGREE_SCORES,
            _P.RANK,
            _P.ALLOCATE,
            _P.DECIDE,
        }
    ),
    Role.SECRETARY: frozenset(
        {
            _P.SEE_CALL,
            _P.SEE_APPLICATIONS,
            _P.SEE_ASSESSMENTS,
            _P.ASSIGN_ASSESSORS,
            _P.RANK,
            _P.ALLOCATE,
            _P.PREPARE_LETTERS,
        }
    ),
    Role.COMMITTEE: frozenset(
        {_P.SEE_CALL, _P.SEE_APPLICATIONS, _P.SEE_ASSESSMENTS, _P.AGREE_SCORES}
    ),
    Role.OBSERVER: frozenset({_P.SEE_CALL, _P.SEE_APPLICATIONS, _P.SEE_ASSESSMENTS}),
    Role.FINANCE: frozenset(
        {
            _P.SEE_CALL,
            _P.SEE_AGREEMENTS,
            _P.PREPARE_AGREEMENT,
            _P.CHECK_PAYMENT,
            _P.PAY,
            _P.SEE_ASSETS,
            _P.HANDLE_ASSETS,
            _P.ADD_QUOTE,
            _P.CONFIRM_OWN_SHARE,
            _P.SEE_REPORTS,
        }
    ),
    Role.APPROVER: frozenset(
        {
            _P.SEE_CALL,
            _P.SEE_AGREEMENTS,
            _P.APPROVE_PAYMENT,
            _P.SEE_ASSETS,
            _P.CONFIRM_OWN_SHARE,
            _P.SEE_REPORTS,
        }
    ),
    Role.MONITOR: frozenset({_P.SEE_CALL, _P.SEE_AGREEMENTS, _P.SEE_ASSETS, _P.RECORD_VISIT}),
    Role.AUDITOR: _READ_OFFICE | {_P.SEE_AUDIT},
    Role.ADMIN: frozenset({_P.MANAGE_AUTHORITY, _P.CREATE_AUTHORITY, _P.SEE_AUDIT}),
}

# What every signed-in person with a proven address may do, whatever their roles.
SIGNED_IN = frozenset({_P.JOIN_ORGANISATION})

# What a person may do with what is theirs alone: their account and its sessions.
OWN = frozenset({_P.CHANGE_OWN_ACCOUNT})

# Deeds that a person may not do on what they prepared themselves.
FOUR_EYES = frozenset(
    {
        _P.DECIDE,
        _P.APPROVE_PAYMENT,
        _P.CONFIRM_OWN_SHARE,
        _P.SIGN_AGREEMENT,
        _P.GIVE_ON,
    }
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person: for an authority, and for one call only if `call_id` is set.

    An installation-wide administrator has neither.
    """

    role: Role
    authority_id: int | None = None
    call_id: int | None = None


@dataclass(frozen=True, slots=True)
class StandsIn:
    """A grant that is somebody else's: held for them while they are away, since that day."""

    grant: Grant
    absent: str
    since: date


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with their grants and organisations, or the system itself.

    `stands_in` says which of the grants are not their own.
    """

    user_id: int | None = None
    name: str = ""
    email: str = ""
    grants: frozenset[Grant] = frozenset()
    stands_in: tuple[StandsIn, ...] = ()
    organisation_ids: frozenset[int] = frozenset()
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def authority_ids(self, *roles: Role) -> frozenset[int]:
        """Return the authorities for which the person has one of the roles (any, if none named)."""
        return frozenset(
            grant.authority_id
            for grant in self.grants
            if grant.authority_id is not None and (not roles or grant.role in roles)
        )


ANYBODY = Actor()
SYSTEM = Actor(name="Envelope", is_system=True)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the table cannot know about one object.

    `prepared_by` are those who may not do a four-eyes deed on it; `conflicted` those
    who declared a conflict that covers it; `assessor_id` whose assessment it is;
    `person_id` whose account it is;
    `is_public` whether anybody may see it.
    """

    authority_id: int | None = None
    call_id: int | None = None
    organisation_id: int | None = None
    assessor_id: int | None = None
    person_id: int | None = None
    prepared_by: frozenset[int] = frozenset()
    conflicted: frozenset[int] = frozenset()
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `code` is `invisible` where the person may not even know that it exists."""

    code: str
    permission: Permission
    values: dict[str, object] = field(default_factory=dict)

    @property
    def is_invisible(self) -> bool:
        return self.code == "invisible"


def _covers(grant: Grant, facts: Facts) -> bool:
    if grant.authority_id is None:
        return grant.role is Role.ADMIN
    if grant.authority_id != facts.authority_id:
        return False
    return grant.call_id is None or grant.call_id == facts.call_id


def roles_for(actor: Actor, facts: Facts) -> frozenset[Role]:
    """Return the roles that the person has towards this one object."""
    roles = {grant.role for grant in actor.grants if _covers(grant, facts)}
    if facts.organisation_id is not None and facts.organisation_id in actor.organisation_ids:
        roles.add(Role.APPLICANT)
    if facts.assessor_id is not None and facts.assessor_id != actor.user_id:
        roles.discard(Role.ASSESSOR)
    return frozenset(roles)


def stands_in_for(actor: Actor, permissions: Iterable[Permission], facts: Facts) -> StandsIn | None:
    """Return for whom the person does this; None where a role of their own is enough."""
    if not actor.stands_in:
        return None
    lent = frozenset(each.grant for each in actor.stands_in)
    own_roles = roles_for(replace(actor, grants=actor.grants - lent), facts)
    own = {permission for role in own_roles for permission in GRANTED[role]}
    needed = [permission for permission in permissions if permission not in own]
    for each in actor.stands_in:
        covered = _covers(each.grant, facts)
        if covered and any(permission in GRANTED[each.grant.role] for permission in needed):
            return each
    return None


def held(actor: Actor) -> frozenset[Permission]:
    """Return what the person may do with anything at all; each object is asked about again."""
    roles = set(actor.roles)
    if actor.organisation_ids:
        roles.add(Role.APPLICANT)
    return frozenset(permission for role in roles for permission in GRANTED[role])


def may(actor: Actor, permission: Permission, facts: Facts | None = None) -> Refusal | None:
    """Return None if the actor may, else the refusal.

    Without any role towards the object it is invisible; with one, but without the
    permission, it is forbidden; with both, a conflict or the four-eyes rule may still
    refuse.
    """
    facts = facts or Facts()
    if actor.is_system or permission in GRANTED[Role.PUBLIC]:
        return None
    if permission in SIGNED_IN:
        return None if actor.is_signed_in else Refusal("sign_in", permission)
    if permission in OWN:
        is_theirs = actor.is_signed_in and actor.user_id == facts.person_id
        return None if is_theirs else Refusal("invisible", permission)
    return _by_roles(actor, permission, facts)


def _by_roles(actor: Actor, permission: Permission, facts: Facts) -> Refusal | None:
    roles = roles_for(actor, facts)
    if not any(permission in GRANTED[role] for role in roles):
        seen = bool(roles) or facts.is_public
        return Refusal("not_granted" if seen else "invisible", permission)
    if actor.user_id in facts.conflicted:
        return Refusal("conflict", permission)
    if permission in FOUR_EYES and actor.user_id in facts.prepared_by:
        return Refusal("four_eyes", permission)
    return None
