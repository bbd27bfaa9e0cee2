"""One's own organisations: what they say of themselves, and who works for them."""

from dataclasses import asdict, dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import organisations, organisations_contact
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries.organisations import (
    JoinRequest,
    OrganisationDetails,
    OrganisationPage,
    OwnOrganisations,
    join_requests,
    organisation_details,
    organisation_page,
    own_organisations,
)
from app.registers import LocalGovernment, local_government, local_governments
from app.rules.applicants import ApplicantType
from app.web import applicant_organisation_new, pages
from app.web.applicant_organisation_fields import (
    LOCAL,
    described,
    details_fields,
    has_doubt,
    kind_name,
    label_of,
    region_name,
    typed_numbers,
)
from app.web.applicant_organisation_new import DetailsPage
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, filled, read
from app.web.parts import Item

router = APIRouter(prefix="/applicant")
router.include_router(applicant_organisation_new.router)


@dataclass(frozen=True, slots=True)
class ListPage:
    own: OwnOrganisations
    requests: tuple[JoinRequest, ...]


@dataclass(frozen=True, slots=True)
class ShowPage:
    """The organisation; `place` is its entry in the register, if it has one."""

    found: OrganisationPage
    kind_name: str
    region_name: str
    place: LocalGovernment | None

    @property
    def numbers(self) -> list[Item]:
        return [Item(label_of(scheme), number) for scheme, number in self.found.details.identifiers]


@router.get("/organisations")
def applicant_organisations(request: Request, reader: Reader) -> Response:
    page = ListPage(
        own_organisations(reader.session, reader.actor),
        join_requests(reader.session, reader.actor),
    )
    return pages.render(request, "applicant/organisations.html", page=page, kind_name=kind_name)


@router.get("/organisations/{organisation_id:int}")
def applicant_organisation(request: Request, reader: Reader, organisation_id: int) -> Response:
    found = organisation_page(reader.session, reader.actor, organisation_id)
    page = ShowPage(
        found,
        kind_name(found.details.applicant_type),
        region_name(found.details.region),
        _place_of(found.details),
    )
    return pages.render(request, "applicant/organisation.html", page=page)


@router.get("/organisations/{organisation_id:int}/change")
def applicant_organisation_change(
    request: Request, reader: Reader, organisation_id: int
) -> Response:
    details = organisation_details(reader.session, reader.actor, organisation_id)
    numbers = {f"number_{scheme}": number for scheme, number in details.identifiers}
    asked = details_fields(details.country, details.applicant_type)
    form = filled(asked, {**asdict(details), **numbers})
    return _show_change(request, form, details)


@router.post("/organisations/{organisation_id:int}/change")
def applicant_organisation_changed(
    request: Request, posted: Posted, act: InAct, organisation_id: int
) -> Response:
    details = organisation_details(act.session, act.actor, organisation_id)
    form = read(details_fields(details.country, details.applicant_type), posted)
    if form.errors:
        return _show_change(request, form, details)
    numbers = typed_numbers(form)
    place = _place_of(details)
    kind = LOCAL if details.register_code else details.applicant_type
    text = described(form, land=details.country, kind=kind, place=place.key if place else "")
    try:
        organisations.change(
            act,
            organisation_id,
            text,
            numbers,
            confirmed=bool(form.values["numbers_confirmed"]),
        )
    except Invalid as problem:
        form = form.with_errors(problem.fields)
        doubt = has_doubt(details.country, numbers)
        return _show_change(request, form, details, doubt=doubt)
    said = N_("The organisation is saved. Applications that were sent keep what they said.")
    return pages.redirect(
        request, "applicant_organisation", notice=said, organisation_id=organisation_id
    )


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/admit")
def applicant_member_admit(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations.admit(act, membership_id)
    return _back(request, organisation_id, N_("The person is admitted and was told by mail."))


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/refuse")
def applicant_member_refuse(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations.refuse(act, membership_id)
    return _back(request, organisation_id, N_("The wish is refused; the person was told by mail."))


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/remove")
def applicant_member_remove(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations.remove(act, membership_id)
    return _back(request, organisation_id, N_("The person does not work for you here any more."))


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/contact")
def applicant_member_contact(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations_contact.hand_over(act, membership_id)
    return _back(
        request,
        organisation_id,
        N_("The person was asked by mail. You stay the contact till then."),
    )


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/accept")
def applicant_contact_accept(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations_contact.accept_contact(act, membership_id)
    return _back(request, organisation_id, N_("You are the contact now."))


@router.post("/organisations/{organisation_id:int}/people/{membership_id}/keep")
def applicant_contact_keep(
    request: Request, act: InAct, organisation_id: int, membership_id: int
) -> Response:
    organisations_contact.keep_contact(act, membership_id)
    return _back(request, organisation_id, N_("The contact stays as it is."))


def _back(request: Request, organisation_id: int, said: str) -> Response:
    return pages.redirect(
        request, "applicant_organisation", notice=said, organisation_id=organisation_id
    )


def _place_of(details: OrganisationDetails) -> LocalGovernment | None:
    """Return the place in the register: by its key, else by the name of the seat."""
    if details.register_code:
        return local_government(details.register_code)
    named = (each for each in local_governments() if each.name_latn == details.municipality)
    return next(named, None) if details.municipality else None


def _show_change(
    request: Request, form: Form, details: OrganisationDetails, *, doubt: bool = False
) -> Response:
    page = DetailsPage(
        form,
        kind_name(ApplicantType(details.applicant_type)),
        _place_of(details),
        details.municipality,
        asks_to_confirm=doubt or bool(form["numbers_confirmed"].value),
        form_key="",
        organisation_id=details.id,
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/organisation_details.html", page=page, status=status)
