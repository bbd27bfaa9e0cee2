"""What is asked of an organisation: kind, place, numbers, address, representative."""

from collections.abc import Iterable

from app.actions.organisations import OrganisationText
from app.i18n import language, text
from app.i18n.marks import N_
from app.registers import (
    LocalGovernment,
    LocalGovernmentKind,
    countries,
    country,
    local_government,
    local_governments,
    nuts_regions,
)
from app.rules.applicants import ApplicantType
from app.rules.identifiers import check_identifier, schemes_for
from app.rules.messages import Message
from app.rules.search_text import search_text, sort_key
from app.web import fields
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form

LOCAL = "LOCAL_GOVERNMENT"
HOME = "RS"
MOST_FOUND = 30

_LOCAL_TYPES = {ApplicantType.LSG_CITY, ApplicantType.LSG_MUNICIPALITY}
_OTHER_TYPES = tuple(kind for kind in ApplicantType if kind not in _LOCAL_TYPES)
_PUBLIC = frozenset(
    {ApplicantType.PUBLIC_INSTITUTION, ApplicantType.UTILITY, ApplicantType.EDUCATION}
)
_FARMING = frozenset(
    {ApplicantType.SOLE_TRADER, ApplicantType.NATURAL_PERSON, ApplicantType.COOPERATIVE}
)

CONFIRM = fields.yes_no(
    "numbers_confirmed", N_("I compared the numbers with the paper; they are the same there")
)


def kind_name(kind: str) -> str:
    return text(Message(f"applicant_type.{kind}"))


def label_of(scheme: str) -> str:
    return text(Message(f"identifier.label_{scheme}"))


def kind_fields() -> tuple[Field, ...]:
    kinds = (
        Option(LOCAL, N_("City or municipality"), hint=N_("From the register of 145 in Serbia.")),
        *(Option(kind.value, Verbatim(kind_name(kind))) for kind in _OTHER_TYPES),
    )
    known = tuple(Option(each.code, Verbatim(each.name_en)) for each in countries())
    notes = " ".join(f"{each.name_en}: {each.footnote}" for each in countries() if each.footnote)
    return (
        fields.one_of("kind", N_("What is it?"), kinds, missing=N_("Choose what it is")),
        fields.choice(
            "country",
            N_("Country of its seat"),
            known,
            missing=N_("Choose the country"),
            hint=Verbatim(notes),
        ),
    )


def place_fields(found: Iterable[LocalGovernment]) -> tuple[Field, ...]:
    """Ask for one of the places that were found."""
    options = tuple(Option(each.key, Verbatim(place_name(each))) for each in found)
    return (
        fields.one_of(
            "place", N_("Which one is it?"), options, missing=N_("Choose the city or municipality")
        ),
    )


def place_name(place: LocalGovernment) -> str:
    """Return the name in the reader's script, with its district."""
    return f"{place.name(language())} ({place.district_latn})"


def region_name(code: str) -> str:
    return next((each.name_en for each in nuts_regions() if each.code == code), code)


def matching(words: str) -> tuple[LocalGovernment, ...]:
    """Return the places whose name holds what was typed in any script, best first."""
    wanted = search_text(words)
    if not wanted:
        return ()

    def rank(place: LocalGovernment) -> tuple[bool, bool, str]:
        name = search_text(place.name_latn)
        return (name != wanted, not name.startswith(wanted), sort_key(place.name_latn))

    found = [place for place in local_governments() if wanted in search_text(place.name_latn)]
    return tuple(sorted(found, key=rank)[:MOST_FOUND])


def type_of(kind: str, place: str) -> str:
    """Return the kind of applicant; for a local government as the register says."""
    if kind != LOCAL:
        return ApplicantType(kind).value
    found = local_government(place)
    is_town = found is not None and found.kind is LocalGovernmentKind.MUNICIPALITY
    return (ApplicantType.LSG_MUNICIPALITY if is_town else ApplicantType.LSG_CITY).value


def numbers_asked(land: str, kind: str) -> tuple[str, ...]:
    """Return the identifiers asked for: those of the country that such an applicant can have."""
    asked = []
    for scheme in schemes_for(land):
        if scheme == "JBKJS" and kind != LOCAL and kind not in _PUBLIC | _LOCAL_TYPES:
            continue
        if scheme == "BPG" and kind not in _FARMING:
            continue
        asked.append(scheme)
    return tuple(asked)


def details_fields(land: str, kind: str) -> tuple[Field, ...]:
    """Ask for the description; the number that identifies must be given, the others may be."""
    asked = numbers_asked(land, kind)
    must = () if kind == ApplicantType.NATURAL_PERSON else asked[: 2 if land == HOME else 1]
    numbers = tuple(
        fields.text(
            f"number_{scheme}",
            Verbatim(label_of(scheme)),
            missing=N_("Enter the number") if scheme in must else "",
            max_length=40,
        )
        for scheme in asked
    )
    return (
        fields.text("name", N_("Full name"), missing=N_("Enter the name"), max_length=300),
        *numbers,
        CONFIRM,
        fields.text("address", N_("Street and number"), missing=N_("Enter street and number")),
        fields.text("postcode", N_("Postcode"), missing=N_("Enter the postcode"), max_length=12),
        fields.text("city", N_("Place"), missing=N_("Enter the place")),
        fields.text(
            "representative_name",
            N_("Legal representative"),
            missing=N_("Enter the name of the legal representative"),
            hint=N_("Who signs agreements: first name and family name."),
        ),
        fields.text(
            "representative_title",
            N_("Title of the legal representative"),
            missing=N_("Enter the title"),
            hint=N_("For example mayor or director."),
        ),
        fields.email(
            "email", N_("E-mail address of the organisation"), missing=N_("Enter an e-mail address")
        ),
        fields.text("phone", N_("Telephone"), max_length=40),
    )


def typed_numbers(form: Form) -> tuple[tuple[str, str], ...]:
    """Return (scheme, number as typed) of the fields that have one."""
    found = []
    for name, value in form.values.items():
        if name.startswith("number_") and value:
            found.append((name.removeprefix("number_"), str(value)))
    return tuple(found)


def has_doubt(land: str, numbers: Iterable[tuple[str, str]]) -> bool:
    """True when a check digit warns, so that the page asks to confirm."""
    return any(check_identifier(land, scheme, typed).warnings for scheme, typed in numbers)


def described(form: Form, *, land: str, kind: str, place: str) -> OrganisationText:
    """Return the description for the action."""

    def typed(name: str) -> str:
        return str(form.values[name])

    return OrganisationText(
        name=typed("name"),
        applicant_type=type_of(kind, place),
        country=land,
        place=place,
        address=typed("address"),
        postcode=typed("postcode"),
        city=typed("city"),
        email=typed("email"),
        phone=typed("phone"),
        representative_name=typed("representative_name"),
        representative_title=typed("representative_title"),
    )


def is_known_kind(kind: str, land: str, place: str) -> bool:
    """True for a way through the steps that our own pages make."""
    kinds = {LOCAL, *(each.value for each in _OTHER_TYPES)}
    if kind not in kinds or country(land) is None:
        return False
    if land == HOME:
        return local_government(place) is not None
    return kind != LOCAL and not place
