"""Stand-ins of an authority: who holds whose role, from when to when, and why."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import stand_ins as deeds
from app.actions.act import Act
from app.actions.stand_ins import NewStandIn
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries.stand_ins import StandIns, authority_of, stand_ins
from app.rules.permissions import Role
from app.rules.stand_ins import ROLES
from app.web import fields, pages
from app.web.admin_staff import role_name
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/admin")

REASON = (fields.long_text("reason", N_("Reason"), missing=N_("Write the reason."), max_words=200),)


@dataclass(frozen=True, slots=True)
class StandInsPage:
    form: Form
    found: StandIns


@dataclass(frozen=True, slots=True)
class EndPage:
    form: Form
    found: StandIns


def stand_in_fields(found: StandIns) -> tuple[Field, ...]:
    people = tuple(
        Option(
            str(each.user_id),
            Verbatim(f"{each.name} ({', '.join(role_name(role) for role in each.roles)})"),
        )
        for each in found.people
    )
    choose = Option("", N_("Choose"))
    roles = tuple(Option(role.value, Verbatim(role_name(role))) for role in Role if role in ROLES)
    return (
        fields.choice(
            "absent", N_("Who is away"), (choose, *people), missing=N_("Choose who is away")
        ),
        fields.choice("role", N_("In which role"), (choose, *roles), missing=N_("Choose the role")),
        fields.choice(
            "stand_in",
            N_("Who stands in"),
            (choose, *people),
            missing=N_("Choose who stands in"),
            hint=N_("Not you: another administrator names you."),
        ),
        fields.date_of("starts_on", N_("First day"), missing=N_("Enter the first day")),
        fields.date_of("ends_on", N_("Last day"), missing=N_("Enter the last day")),
        fields.long_text(
            "reason",
            N_("Reason"),
            missing=N_("Write why somebody stands in; it is kept in the audit trail."),
            max_words=200,
        ),
    )


@router.get("/authorities/{authority_id:int}/stand-ins")
def admin_stand_ins(request: Request, reader: Reader, authority_id: int) -> HTMLResponse:
    found = stand_ins(reader.session, reader.actor, authority_id, reader.now)
    page = StandInsPage(blank(stand_in_fields(found)), found)
    return pages.render(request, "admin/stand_ins.html", page=page, role_name=role_name)


@router.post("/authorities/{authority_id:int}/stand-ins")
def admin_stand_in_give(
    request: Request, posted: Posted, act: InAct, authority_id: int
) -> Response:
    found = stand_ins(act.session, act.actor, authority_id, act.now)
    form = read(stand_in_fields(found), posted)
    if not form.errors:
        try:
            deeds.give(act, authority_id, _new(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("The stand-in is named. The role counts from the first day on.")
            return pages.redirect(
                request, "admin_stand_ins", authority_id=authority_id, notice=notice
            )
    page = StandInsPage(form, found)
    return pages.render(request, "admin/stand_ins.html", page=page, status=422, role_name=role_name)


def _new(form: Form) -> NewStandIn:
    starts_on, ends_on = form.values["starts_on"], form.values["ends_on"]
    assert isinstance(starts_on, date)
    assert isinstance(ends_on, date)
    return NewStandIn(
        role=Role(str(form.values["role"])),
        absent_id=int(str(form.values["absent"])),
        stand_in_id=int(str(form.values["stand_in"])),
        starts_on=starts_on,
        ends_on=ends_on,
        reason=str(form.values["reason"]),
    )


@router.get("/stand-ins/{stand_in_id:int}/end")
def admin_stand_in_end(request: Request, reader: Reader, stand_in_id: int) -> HTMLResponse:
    page = EndPage(blank(REASON), _of(reader, stand_in_id))
    return pages.render(request, "admin/stand_in_end.html", page=page)


@router.post("/stand-ins/{stand_in_id:int}/end")
def admin_stand_in_ended(
    request: Request, posted: Posted, act: InAct, stand_in_id: int
) -> Response:
    found = _of(act, stand_in_id)
    form = read(REASON, posted)
    if form.errors:
        return pages.render(
            request, "admin/stand_in_end.html", page=EndPage(form, found), status=422
        )
    deeds.end(act, stand_in_id, reason=str(form.values["reason"]))
    notice = N_("The stand-in has ended.")
    return pages.redirect(
        request, "admin_stand_ins", authority_id=found.authority_id, notice=notice
    )


def _of(reader: Read | Act, stand_in_id: int) -> StandIns:
    authority_id = authority_of(reader.session, stand_in_id)
    return stand_ins(reader.session, reader.actor, authority_id, reader.now)
