"""Staff of an authority: who has which role, invitations, roles given and taken."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import people
from app.errors import Conflict, Invalid, NotFound
from app.i18n import text
from app.i18n.marks import N_
from app.queries.people import (
    CallChoice,
    Staff,
    StaffLine,
    authorities,
    calls_of,
    role_line,
    staff,
    staff_person,
)
from app.rules.messages import Message
from app.rules.permissions import STAFF_ROLES, Role
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read

router = APIRouter()

WHOLE = "whole"
TAKE = (
    fields.text(
        "why",
        N_("Reason"),
        missing=N_("Say why the role is taken away"),
        hint=N_("It is kept in the audit trail."),
    ),
)


@dataclass(frozen=True, slots=True)
class StaffPage:
    staff: Staff
    own_id: int | None


@dataclass(frozen=True, slots=True)
class RoleFormPage:
    """Invite by e-mail, or give `person` one more role."""

    form: Form
    authority_id: int
    person: str = ""


@dataclass(frozen=True, slots=True)
class TakePage:
    form: Form
    line: StaffLine
    authority_id: int


def role_fields(calls: tuple[CallChoice, ...], *, with_email: bool) -> tuple[Field, ...]:
    """Ask for role and reach; the calls are those of the authority."""
    roles = tuple(
        Option(role.value, Verbatim(role_name(role)), hint=Verbatim(_role_hint(role)))
        for role in STAFF_ROLES
    )
    reach = (
        Option(WHOLE, N_("The whole authority")),
        *(Option(str(call.id), Verbatim(f"{call.code} – {call.title}")) for call in calls),
    )
    email = fields.email("email", N_("E-mail address"), missing=N_("Enter the e-mail address"))
    return (
        *((email,) if with_email else ()),
        fields.one_of("role", N_("Role"), roles, missing=N_("Choose a role")),
        fields.choice(
            "call",
            N_("For"),
            reach,
            missing=N_("Choose what the role is for"),
            hint=N_("A role for one call reaches nothing of the other calls."),
        ),
    )


def role_name(role: str) -> str:
    return text(Message(f"role.{role}"))


def _role_hint(role: str) -> str:
    return text(Message(f"role_hint.{role}"))


@router.get("/people")
def admin_people(request: Request, reader: Reader) -> Response:
    """Lead to the staff of the only authority, else to the list to choose from."""
    if Role.ADMIN not in reader.actor.roles:
        raise NotFound
    known = authorities(reader.session, reader.actor)
    if len(known) == 1:
        return pages.redirect(request, "admin_staff", authority_id=known[0].id)
    return pages.redirect(request, "admin_start")


@router.get("/authorities/{authority_id}/staff")
def admin_staff(request: Request, reader: Reader, authority_id: int) -> Response:
    found = staff(reader.session, reader.actor, authority_id, reader.now)
    page = StaffPage(found, reader.actor.user_id)
    return pages.render(request, "admin/staff.html", page=page, role_name=role_name)


@router.get("/authorities/{authority_id}/invite")
def admin_invite(request: Request, reader: Reader, authority_id: int) -> Response:
    form = blank(_invite_fields(reader, authority_id))
    page = RoleFormPage(form, authority_id)
    return pages.render(request, "admin/role_form.html", page=page)


@router.post("/authorities/{authority_id}/invite")
def admin_invite_send(request: Request, posted: Posted, act: InAct, authority_id: int) -> Response:
    reader = Read(act.session, act.actor, act.now)
    form = read(_invite_fields(reader, authority_id), posted)
    if not form.errors:
        email = str(form.values["email"])
        try:
            people.invite(act, authority_id, email=email, role=_role(form), call_id=_call(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            return pages.redirect(
                request,
                "admin_staff",
                notice=N_("The invitation was sent to {email}. It is good for 14 days."),
                notice_values={"email": email},
                authority_id=authority_id,
            )
    page = RoleFormPage(form, authority_id)
    return pages.render(request, "admin/role_form.html", page=page, status=422)


@router.post("/authorities/{authority_id}/invitations/{link_id}/withdraw")
def admin_invitation_withdraw(
    request: Request, act: InAct, authority_id: int, link_id: int
) -> Response:
    people.withdraw_invitation(act, authority_id, link_id)
    said = N_("The invitation is withdrawn.")
    return pages.redirect(request, "admin_staff", notice=said, authority_id=authority_id)


@router.get("/authorities/{authority_id}/people/{user_id}/role")
def admin_role_give(request: Request, reader: Reader, authority_id: int, user_id: int) -> Response:
    person = staff_person(reader.session, reader.actor, authority_id, user_id)
    form = blank(_role_fields(reader, authority_id))
    page = RoleFormPage(form, authority_id, person)
    return pages.render(request, "admin/role_form.html", page=page)


@router.post("/authorities/{authority_id}/people/{user_id}/role")
def admin_role_given(
    request: Request, posted: Posted, act: InAct, authority_id: int, user_id: int
) -> Response:
    reader = Read(act.session, act.actor, act.now)
    person = staff_person(act.session, act.actor, authority_id, user_id)
    form = read(_role_fields(reader, authority_id), posted)
    if not form.errors:
        try:
            people.give_role(act, authority_id, user_id, role=_role(form), call_id=_call(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        except Conflict as problem:
            form = form.with_errors({"role": problem.message}, **problem.values)
        else:
            said = N_("The role is given; it counts from the next page on.")
            return pages.redirect(request, "admin_staff", notice=said, authority_id=authority_id)
    page = RoleFormPage(form, authority_id, person)
    return pages.render(request, "admin/role_form.html", page=page, status=422)


@router.get("/authorities/{authority_id}/roles/{role_id}/take")
def admin_role_take(request: Request, reader: Reader, authority_id: int, role_id: int) -> Response:
    line = role_line(reader.session, reader.actor, authority_id, role_id, reader.now)
    page = TakePage(blank(TAKE), line, authority_id)
    return pages.render(request, "admin/role_take.html", page=page, role_name=role_name)


@router.post("/authorities/{authority_id}/roles/{role_id}/take")
def admin_role_taken(
    request: Request, posted: Posted, act: InAct, authority_id: int, role_id: int
) -> Response:
    line = role_line(act.session, act.actor, authority_id, role_id, act.now)
    form = read(TAKE, posted)
    if form.errors:
        page = TakePage(form, line, authority_id)
        return pages.render(
            request, "admin/role_take.html", page=page, status=422, role_name=role_name
        )
    people.take_role(act, role_id, why=str(form.values["why"]))
    said = N_("The role is taken away.")
    return pages.redirect(request, "admin_staff", notice=said, authority_id=authority_id)


def _invite_fields(reader: Read, authority_id: int) -> tuple[Field, ...]:
    # Looking the staff up says NotFound to whoever does not administer this authority.
    staff(reader.session, reader.actor, authority_id, reader.now)
    return role_fields(calls_of(reader.session, reader.actor, authority_id), with_email=True)


def _role_fields(reader: Read, authority_id: int) -> tuple[Field, ...]:
    return role_fields(calls_of(reader.session, reader.actor, authority_id), with_email=False)


def _role(form: Form) -> Role:
    return Role(str(form.values["role"]))


def _call(form: Form) -> int | None:
    chosen = str(form.values["call"])
    return None if chosen == WHOLE else int(chosen)
