"""Administration: authorities with their letterhead. Staff and roles: `app.web.admin_staff`."""

from dataclasses import asdict, dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.actions import people
from app.actions.people import AuthorityText
from app.documents.pictures import MEDIA_TYPE, letterhead_picture
from app.documents.sniff import examine
from app.documents.store import Store
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.queries.people import (
    AuthorityDetails,
    AuthorityLine,
    authorities,
    authority_details,
)
from app.registers import countries
from app.rules.permissions import Actor, Permission, Role, may
from app.settings import MEBIBYTE
from app.web import admin_staff, fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/admin")
router.include_router(admin_staff.router)

LOGO_BYTES = MEBIBYTE
LOGO_ENDINGS = frozenset({"png", "jpg", "jpeg"})
LOGO = (
    fields.upload(
        "logo",
        N_("Picture"),
        missing=N_("Choose a picture"),
        hint=N_("PNG or JPEG, at most 1 MB; it is printed 20 mm high."),
        max_bytes=LOGO_BYTES,
        accept=(".png", ".jpg", ".jpeg"),
    ),
)


@dataclass(frozen=True, slots=True)
class StartPage:
    lines: tuple[AuthorityLine, ...]
    may_create: bool


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    authority: AuthorityDetails
    country: str


@dataclass(frozen=True, slots=True)
class AuthorityFormPage:
    """`authority_id` is None while the authority is new."""

    form: Form
    authority_id: int | None = None


def authority_fields() -> tuple[Field, ...]:
    known = tuple(Option(each.code, Verbatim(each.name_en)) for each in countries())
    return (
        fields.text(
            "name", N_("Name"), missing=N_("Enter the name of the authority"), max_length=200
        ),
        fields.text(
            "short_name",
            N_("Short name"),
            missing=N_("Enter a short name"),
            hint=N_("It begins references, for example of letters."),
            max_length=20,
        ),
        fields.text("address", N_("Street and number")),
        fields.text("postcode", N_("Postcode"), max_length=12),
        fields.text("city", N_("Place")),
        fields.choice("country", N_("Country"), known, missing=N_("Choose the country")),
        fields.email("email", N_("E-mail address")),
        fields.text("phone", N_("Telephone"), max_length=40),
        fields.text("website", N_("Website")),
        fields.text("signatory_name", N_("Who signs"), hint=N_("First name and family name.")),
        fields.text("signatory_title", N_("Title of who signs")),
        fields.text(
            "complaints_to",
            N_("Complaints go to"),
            hint=N_("Printed in every decision: office, address, e-mail."),
            max_length=400,
        ),
        fields.text(
            "privacy_contact",
            N_("Contact for personal data"),
            hint=N_("Printed where data is asked for."),
            max_length=400,
        ),
    )


@router.get("")
def admin_start(request: Request, reader: Reader) -> Response:
    only_admins(reader.actor)
    may_create = may(reader.actor, Permission.CREATE_AUTHORITY) is None
    page = StartPage(authorities(reader.session, reader.actor), may_create)
    return pages.render(request, "admin/start.html", page=page)


@router.get("/authorities/new")
def admin_authority_new(request: Request, reader: Reader) -> Response:
    only_admins(reader.actor)
    form = filled(authority_fields(), {"country": "RS"})
    return pages.render(request, "admin/authority_form.html", page=AuthorityFormPage(form))


@router.post("/authorities/new")
def admin_authority_create(request: Request, posted: Posted, act: InAct) -> Response:
    form = read(authority_fields(), posted)
    if not form.errors:
        try:
            authority_id = people.create_authority(act, form.into(AuthorityText))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            said = N_("The authority is set up. Invite its staff next.")
            return pages.redirect(
                request, "admin_authority", notice=said, authority_id=authority_id
            )
    page = AuthorityFormPage(form)
    return pages.render(request, "admin/authority_form.html", page=page, status=422)


@router.get("/authorities/{authority_id}")
def admin_authority(request: Request, reader: Reader, authority_id: int) -> Response:
    authority = authority_details(reader.session, reader.actor, authority_id)
    known = {each.code: each.name_en for each in countries()}
    page = AuthorityPage(authority, known.get(authority.country, authority.country))
    return pages.render(request, "admin/authority.html", page=page)


@router.get("/authorities/{authority_id}/change")
def admin_authority_change(request: Request, reader: Reader, authority_id: int) -> Response:
    authority = authority_details(reader.session, reader.actor, authority_id)
    page = AuthorityFormPage(filled(authority_fields(), asdict(authority)), authority_id)
    return pages.render(request, "admin/authority_form.html", page=page)


@router.post("/authorities/{authority_id}/change")
def admin_authority_save(
    request: Request, posted: Posted, act: InAct, authority_id: int
) -> Response:
    form = read(authority_fields(), posted)
    if not form.errors:
        try:
            people.change_authority(act, authority_id, form.into(AuthorityText))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            said = N_("The authority is saved.")
            return pages.redirect(
                request, "admin_authority", notice=said, authority_id=authority_id
            )
    page = AuthorityFormPage(form, authority_id)
    return pages.render(request, "admin/authority_form.html", page=page, status=422)


@router.get("/authorities/{authority_id}/logo/change")
def admin_logo_change(request: Request, reader: Reader, authority_id: int) -> Response:
    authority_details(reader.session, reader.actor, authority_id)
    page = AuthorityFormPage(blank(LOGO), authority_id)
    return pages.render(request, "admin/logo_form.html", page=page)


@router.post("/authorities/{authority_id}/logo/change")
def admin_logo_save(request: Request, posted: Posted, act: InAct, authority_id: int) -> Response:
    authority_details(act.session, act.actor, authority_id)
    form = read(LOGO, posted)
    upload = form.values["logo"]
    if isinstance(upload, UploadFile):
        found = examine(
            upload.filename or "", upload.file, limit_bytes=LOGO_BYTES, allowed=LOGO_ENDINGS
        )
        for wrong in found:
            form = form.with_errors({"logo": wrong})
    picture = b""
    if not form.errors and isinstance(upload, UploadFile):
        upload.file.seek(0)
        made = letterhead_picture(upload.file.read(LOGO_BYTES + 1))
        if isinstance(made, bytes):
            picture = made
        else:
            form = form.with_errors({"logo": made})
    if form.errors or not picture:
        page = AuthorityFormPage(form, authority_id)
        return pages.render(request, "admin/logo_form.html", page=page, status=422)
    stored = _store(request).keep(picture)
    people.set_logo(act, authority_id, stored.sha256, MEDIA_TYPE)
    said = N_("The picture is saved. New letters carry it.")
    return pages.redirect(request, "admin_authority", notice=said, authority_id=authority_id)


@router.post("/authorities/{authority_id}/logo/remove")
def admin_logo_remove(request: Request, act: InAct, authority_id: int) -> Response:
    people.set_logo(act, authority_id, None)
    said = N_("The picture is removed. New letters are without it.")
    return pages.redirect(request, "admin_authority", notice=said, authority_id=authority_id)


@router.get("/authorities/{authority_id}/logo")
def admin_logo(request: Request, reader: Reader, authority_id: int) -> Response:
    authority = authority_details(reader.session, reader.actor, authority_id)
    if authority.logo_sha256 is None:
        raise NotFound
    picture = _store(request).read(authority.logo_sha256)
    kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    return Response(picture, media_type=kind)


def only_admins(actor: Actor) -> None:
    """Show these pages to administrators only; to others they do not exist."""
    if Role.ADMIN not in actor.roles:
        raise NotFound


def _store(request: Request) -> Store:
    return Store(request.app.state.settings.files_place)
