"""Which pages each audience finds in its navigation, by route name.

A link is shown when its page exists and, where a permission is named, when the
person holds it anywhere.
"""

from dataclasses import dataclass

from fastapi import Request
from starlette.routing import NoMatchFound

from app.i18n.marks import N_
from app.rules.permissions import ANYBODY, GRANTED, Actor, Permission, Role
from app.web import addresses


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    route: str
    needs: Permission | None = None


@dataclass(frozen=True, slots=True)
class ShownLink:
    text: str
    href: str
    is_current: bool


AUDIENCES: dict[str, tuple[Link, ...]] = {
    "public": (Link(N_("Calls"), "public_calls"), Link(N_("How it works"), "public_help")),
    "account": (Link(N_("Your account"), "account_home"),),
    "applicant": (
        Link(N_("Your applications"), "applicant_start"),
        Link(N_("Your letters"), "applicant_letters"),
        Link(N_("Your agreements"), "applicant_agreements"),
        Link(N_("Your organisations"), "applicant_organisations"),
        Link(N_("Calls"), "public_calls"),
    ),
    "office": (
        Link(N_("Calls"), "office_calls", Permission.SEE_CALL),
        Link(N_("Applications"), "office_applications", Permission.SEE_APPLICATIONS),
        Link(N_("Letters"), "office_letters", Permission.PREPARE_LETTERS),
        Link(N_("Given in kind"), "office_in_kind", Permission.SEE_ASSETS),
        Link(N_("New contacts"), "office_organisations", Permission.ADMIT_TO_ORGANISATION),
        Link(N_("Reports"), "office_reports", Permission.SEE_REPORTS),
        Link(N_("Audit trail"), "office_audit", Permission.SEE_AUDIT),
    ),
    "assessor": (
        Link(N_("Your assessments"), "assessor_start", Permission.ASSESS),
        Link(N_("Your interviews"), "assessor_interviews", Permission.ASSESS),
    ),
    "finance": (
        Link(N_("Your desk"), "finance_start", Permission.SEE_AGREEMENTS),
        Link(N_("Agreements"), "finance_agreements", Permission.SEE_AGREEMENTS),
        Link(N_("Payments"), "finance_payments", Permission.SEE_AGREEMENTS),
        Link(N_("Bank"), "finance_bank", Permission.SEE_AGREEMENTS),
        Link(N_("Recovery"), "finance_recoveries", Permission.SEE_AGREEMENTS),
        Link(N_("Overdue reports"), "finance_reports", Permission.SEE_AGREEMENTS),
        Link(N_("Letters"), "finance_letters", Permission.SEE_AGREEMENTS),
        Link(N_("Reports"), "office_reports", Permission.SEE_REPORTS),
    ),
    "admin": (
        Link(N_("Authorities"), "admin_start"),
        Link(N_("People"), "admin_people"),
        Link(N_("Audit trail"), "office_audit", Permission.SEE_AUDIT),
    ),
}

_OFFICE = frozenset(Role) - {Role.PUBLIC, Role.APPLICANT, Role.ASSESSOR, Role.ADMIN}

# Where each kind of person works; shown beside the name so that one can change desks.
DESKS: tuple[tuple[str, Link, frozenset[Role]], ...] = (
    ("office", Link(N_("Office"), "office_calls"), _OFFICE),
    ("assessor", Link(N_("Assessment"), "assessor_start"), frozenset({Role.ASSESSOR})),
    (
        "finance",
        Link(N_("Finance"), "finance_start"),
        frozenset(role for role in Role if Permission.SEE_AGREEMENTS in GRANTED[role]),
    ),
    ("admin", Link(N_("Administration"), "admin_start"), frozenset({Role.ADMIN})),
)


def actor_of(request: Request) -> Actor:
    actor = getattr(request.state, "actor", ANYBODY)
    return actor if isinstance(actor, Actor) else ANYBODY


def links(request: Request, audience: str) -> list[ShownLink]:
    """Return the navigation of one audience for the person who asks."""
    held = {permission for role in actor_of(request).roles for permission in GRANTED[role]}
    wanted = (link for link in AUDIENCES[audience] if link.needs is None or link.needs in held)
    return _existing(request, list(wanted))


def desks(request: Request) -> list[ShownLink]:
    """Return the audiences that the person may change to; applicants come by their organisation."""
    actor = actor_of(request)
    wanted = [link for _, link, roles in DESKS if actor.roles & roles]
    if actor.is_signed_in and (actor.organisation_ids or not actor.roles):
        wanted.insert(0, Link(N_("Applications"), "applicant_start"))
    return _existing(request, wanted)


def exists(request: Request, route: str) -> str:
    """Return the address of a page without parameters, or "" while there is none."""
    try:
        return addresses.path_of(request.app, route, {})
    except NoMatchFound:
        return ""


def _existing(request: Request, wanted: list[Link]) -> list[ShownLink]:
    """Return the links whose page exists; the one that leads nearest to this page is current."""
    path = request.url.path
    found = [(link.text, href) for link in wanted if (href := exists(request, link.route))]
    around = [href for _, href in found if path == href or path.startswith(f"{href}/")]
    here = max(around, key=len, default=None)
    return [ShownLink(text, href, href == here) for text, href in found]
