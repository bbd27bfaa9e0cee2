"""Describe an organisation in three steps: what it is, where it is, its details.

Each step's address carries the answers before it, so Back works and nothing is kept
half-done. Where the number is known here already, one may ask to join; nothing of that
organisation is shown.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import organisations
from app.actions.once import first_answer, once, remember
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.registers import LocalGovernment, country, local_government
from app.rules.identifiers import schemes_for
from app.web import fields, pages
from app.web.account_session import safe_path
from app.web.applicant_organisation_fields import (
    HOME,
    LOCAL,
    described,
    details_fields,
    has_doubt,
    is_known_kind,
    kind_fields,
    kind_name,
    matching,
    place_fields,
    place_name,
    type_of,
    typed_numbers,
)
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, filled, new_key, read

router = APIRouter()

WORDS = (
    fields.text(
        "words", N_("Name or a part of it"), hint=N_("In Latin or Cyrillic."), max_length=60
    ),
)


@dataclass(frozen=True, slots=True)
class KindPage:
    form: Form


@dataclass(frozen=True, slots=True)
class PlacePage:
    """`search` asks for words, `form` for one of the places found."""

    search: Form
    form: Form
    kind: str
    words: str
    found: int
    is_local: bool
    next_path: str


@dataclass(frozen=True, slots=True)
class DetailsPage:
    form: Form
    kind_name: str
    place: LocalGovernment | None
    place_name: str
    asks_to_confirm: bool
    form_key: str
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakenPage:
    """The numbers that were entered; of who holds them nothing."""

    country: str
    place: str
    numbers: tuple[tuple[str, str], ...]


@router.get("/organisations/new")
def applicant_organisation_new(request: Request, _reader: Reader) -> Response:
    form = filled(kind_fields(), {"country": HOME})
    return pages.render(request, "applicant/organisation_kind.html", page=KindPage(form))


@router.post("/organisations/new")
def applicant_organisation_kind(request: Request, posted: Posted, _act: InAct) -> Response:
    form = read(kind_fields(), posted)
    kind, land = str(form.values["kind"]), str(form.values["country"])
    if not form.errors and kind == LOCAL and land != HOME:
        form = form.with_errors({"kind": N_("The register of local governments is Serbia’s alone")})
    if form.errors:
        page = KindPage(form)
        return pages.render(request, "applicant/organisation_kind.html", page=page, status=422)
    if land == HOME:
        query = {"kind": kind, **_onward(request)}
        return pages.redirect(request, "applicant_organisation_place", query=query)
    query = {"kind": kind, "country": land, **_onward(request)}
    return pages.redirect(request, "applicant_organisation_details", query=query)


@router.get("/organisations/new/place")
def applicant_organisation_place(
    request: Request, _reader: Reader, kind: str, words: str = ""
) -> Response:
    return _show_places(request, kind, words, filled(place_fields(matching(words)), {}))


@router.post("/organisations/new/place")
def applicant_organisation_placed(
    request: Request, posted: Posted, _act: InAct, kind: str, words: str = ""
) -> Response:
    form = read(place_fields(matching(words)), posted)
    if form.errors:
        return _show_places(request, kind, words, form, status=422)
    query = {"kind": kind, "country": HOME, "place": form.values["place"], **_onward(request)}
    return pages.redirect(request, "applicant_organisation_details", query=query)


def _show_places(
    request: Request, kind: str, words: str, form: Form, *, status: int = 200
) -> Response:
    page = PlacePage(
        filled(WORDS, {"words": words} if words else {}),
        form,
        kind,
        words,
        len(form["place"].options),
        is_local=kind == LOCAL,
        next_path=_onward(request).get("next", ""),
    )
    return pages.render(request, "applicant/organisation_place.html", page=page, status=status)


@router.get("/organisations/new/details")
def applicant_organisation_details(
    request: Request, _reader: Reader, kind: str, country: str = HOME, place: str = ""
) -> Response:
    _is_ours(kind, country, place)
    found = local_government(place) if place else None
    given: dict[str, object] = {}
    if found is not None:
        given = {"name": found.name_latn if kind == LOCAL else "", "city": found.name_latn}
    form = filled(details_fields(country, kind), given)
    return _show_details(request, form, kind, place, new_key())


@router.post("/organisations/new/details")
def applicant_organisation_save(
    request: Request, posted: Posted, act: InAct, kind: str, country: str = HOME, place: str = ""
) -> Response:
    _is_ours(kind, country, place)
    form = read(details_fields(country, kind), posted)
    key = str(posted.get("form_key") or "")
    doubt = False
    if not form.errors:
        numbers = typed_numbers(form)
        text = described(form, land=country, kind=kind, place=place)
        confirmed = bool(form.values["numbers_confirmed"])
        try:
            organisations.checked(country, numbers, confirmed=confirmed)
        except Invalid as problem:
            form, doubt = form.with_errors(problem.fields), has_doubt(country, numbers)
        else:
            return _register(request, act, text, numbers, confirmed=confirmed, key=key)
    return _show_details(request, form, kind, place, key or new_key(), doubt=doubt)


def _register(
    request: Request,
    act: InAct,
    text: organisations.OrganisationText,
    numbers: tuple[tuple[str, str], ...],
    *,
    confirmed: bool,
    key: str,
) -> Response:
    said = N_("Your organisation is described. You are its contact.")
    if not once(act, key):
        first = first_answer(act, key)
        if first:
            return pages.redirect(request, "applicant_organisation", organisation_id=int(first))
        return pages.redirect(request, "applicant_organisations")
    organisation_id = organisations.register(act, text, numbers, confirmed=confirmed)
    if organisation_id is None:
        page = TakenPage(text.country, text.place, numbers)
        return pages.render(request, "applicant/organisation_taken.html", page=page, status=409)
    remember(act, key, str(organisation_id))
    back = _onward(request).get("next", "")
    if back:
        return pages.redirect_to(request, back, notice=said)
    return pages.redirect(
        request, "applicant_organisation", notice=said, organisation_id=organisation_id
    )


@router.post("/organisations/join")
def applicant_organisation_join(request: Request, posted: Posted, act: InAct) -> Response:
    land = str(posted.get("country") or HOME)
    place = str(posted.get("place") or "")
    if country(land) is None:
        raise NotFound
    numbers = tuple(
        (scheme, str(posted.get(f"number_{scheme}") or "")) for scheme in schemes_for(land)
    )
    organisations.ask_to_join(act, land, numbers, place)
    said = N_("You asked to join. The contact of the organisation answers by mail.")
    return pages.redirect(request, "applicant_organisations", notice=said)


def _show_details(
    request: Request, form: Form, kind: str, place: str, key: str, *, doubt: bool = False
) -> Response:
    found = local_government(place) if place else None
    page = DetailsPage(
        form,
        kind_name(type_of(kind, place)),
        found,
        place_name(found) if found else "",
        asks_to_confirm=doubt or bool(form["numbers_confirmed"].value),
        form_key=key,
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/organisation_details.html", page=page, status=status)


def _onward(request: Request) -> dict[str, str]:
    """Return where the person came from, for the address of the next step; mostly a call."""
    path = safe_path(request.query_params.get("next", ""))
    return {"next": path} if path else {}


def _is_ours(kind: str, land: str, place: str) -> None:
    if not is_known_kind(kind, land, place):
        raise NotFound
