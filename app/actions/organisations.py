"""Organisations: describe one, change it, ask to join one that is known, admit people.

The first to register an identifier (or a place of the register) becomes the contact.
Whoever enters it later learns only that it is taken, and may ask the contact.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from app import registers
from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.i18n.marks import N_
from app.models import Membership, Organisation, OrganisationIdentifier
from app.queries import organisations as known
from app.queries.actors import actor_of
from app.rules.applicants import ApplicantType
from app.rules.identifiers import check_identifier, owner_of
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.search_text import search_text

Numbers = Sequence[tuple[str, str]]

_LOCAL = {ApplicantType.LSG_CITY, ApplicantType.LSG_MUNICIPALITY}
_ONLY_CONTACT = N_("Only the contact of the organisation may do this.")


@dataclass(frozen=True, slots=True)
class OrganisationText:
    """What an organisation says of itself; `place` is a key of the register, or empty."""

    name: str
    applicant_type: str
    country: str = "RS"
    place: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    representative_name: str = ""
    representative_title: str = ""


def register(
    act: Act, text: OrganisationText, numbers: Numbers, *, confirmed: bool = False
) -> int | None:
    """Describe an organisation and become its contact; None where somebody was first.

    A check digit that only warns needs `confirmed`. Raises Invalid by `number_SCHEME`.
    """
    act.allow(Permission.JOIN_ORGANISATION)
    numbers = checked(text.country, numbers, confirmed=confirmed)
    if _holder(act, text, numbers) is not None:
        return None
    organisation = Organisation(**_columns(text), created_at=act.now)
    act.create(organisation, to=Permission.JOIN_ORGANISATION)
    _write_numbers(act, organisation, numbers)
    contact = Membership(
        organisation_id=organisation.id,
        user_id=act.actor.user_id,
        role="contact",
        asked_at=act.now,
        answered_at=act.now,
    )
    act.create(contact, to=Permission.JOIN_ORGANISATION)
    act.record(organisation, "register_organisation", name=text.name, numbers=numbers)
    act.move(contact, "admit", by="first to register")
    return organisation.id


def change(
    act: Act,
    organisation_id: int,
    text: OrganisationText,
    numbers: Numbers,
    *,
    confirmed: bool = False,
) -> None:
    """Change the description. What was submitted before keeps what it said then."""
    organisation = act.load(Organisation, organisation_id, to=Permission.MANAGE_ORGANISATION)
    numbers = checked(text.country, numbers, confirmed=confirmed)
    if _holder(act, text, numbers, but=organisation_id) is not None:
        raise Invalid({"": N_("One of these numbers belongs to another organisation here.")})
    before_numbers = known.identifiers_of(act.session, organisation_id)
    after = _columns(text)
    before = {name: getattr(organisation, name) for name in after}
    changed = {name: value for name, value in after.items() if before[name] != value}
    if not changed and sorted(before_numbers) == sorted(numbers):
        return
    for name, value in changed.items():
        setattr(organisation, name, value)
    if sorted(before_numbers) != sorted(numbers):
        _only_contact(act, organisation_id)
        _write_numbers(act, organisation, numbers)
        before["numbers"], changed["numbers"] = before_numbers, numbers
    # How it is found is no description of it.
    changed.pop("search_text", None)
    was = {name: before[name] for name in changed}
    act.record(organisation, "change_organisation", before=was, after=changed)


def ask_to_join(act: Act, country: str, numbers: Numbers, place: str = "") -> None:
    """Ask the contact of the organisation that holds a number or place; nothing of it is shown."""
    act.allow(Permission.JOIN_ORGANISATION)
    text = OrganisationText("", ApplicantType.LSG_CITY, country, place)
    organisation_id = _holder(act, text, checked(country, numbers, confirmed=True))
    if organisation_id is None:
        raise NotFound(N_("No organisation has this number. Describe it yourself."))
    asked = known.membership_of(act.session, act.actor.user_id, organisation_id)
    if asked is None:
        wish = Membership(
            organisation_id=organisation_id, user_id=act.actor.user_id, asked_at=act.now
        )
        act.create(wish, to=Permission.JOIN_ORGANISATION)
        act.record(wish, "ask_to_join", person=act.actor.email)
    elif asked.state in {"refused", "removed"}:
        wish = act.load(Membership, asked.id, to=Permission.JOIN_ORGANISATION)
        wish.asked_at, wish.answered_at, wish.answered_by = act.now, None, None
        wish.help_authority_id, wish.help_asked_at, wish.help_text = None, None, ""
        act.move(wish, "ask_again")
    else:
        raise Conflict(_ASKED[asked.state])
    _tell_contact(act, organisation_id)


_ASKED = {
    "asked": N_("You have asked already. The contact was told and will answer by mail."),
    "admitted": N_("You belong to this organisation already."),
}


def admit(act: Act, membership_id: int) -> None:
    """Let a person work for the organisation: they see and change all of its applications."""
    membership = _answer(act, membership_id)
    act.move(membership, "admit")
    tell_person(act, membership, "join_admitted")


def refuse(act: Act, membership_id: int) -> None:
    membership = _answer(act, membership_id)
    act.move(membership, "refuse")
    tell_person(act, membership, "join_refused")


def remove(act: Act, membership_id: int, *, why: str = "") -> None:
    """End a person's membership; the contact first hands the task over."""
    membership = of_contact(act, membership_id)
    if membership.role == "contact":
        raise Conflict(N_("The contact cannot be removed. Make somebody else the contact first."))
    membership.contact_offered_at = None
    act.move(membership, "remove", why=why)
    tell_person(act, membership, "join_ended")


def checked(country: str, numbers: Numbers, *, confirmed: bool) -> tuple[tuple[str, str], ...]:
    """Return the numbers as they are stored; raise Invalid for what blocks or is not confirmed."""
    wrong: dict[str, Message] = {}
    normal: list[tuple[str, str]] = []
    for scheme, typed in numbers:
        if not typed.strip():
            continue
        found = check_identifier(country, scheme, typed)
        said = next(iter(found.blocking), None)
        if said is None and not confirmed:
            said = next(iter(found.warnings), None)
        if said is not None:
            wrong[f"number_{scheme}"] = said
        normal.append((scheme, found.normal))
    if wrong:
        raise Invalid(wrong)
    return tuple(normal)


def _columns(text: OrganisationText) -> dict[str, object]:
    """Return the columns: what was typed, and what the register says of the place."""
    typed = asdict(replace(text, place=""))
    del typed["place"]
    place = registers.local_government(text.place) if text.place else None
    is_local = text.applicant_type in _LOCAL
    names = [text.name, text.city]
    if place is not None:
        names += [place.name_latn]
    return {
        **typed,
        "register_code": place.key if place and is_local else None,
        "municipality": place.name_latn if place else "",
        "region": place.nuts2 if place else "",
        "district": place.district_latn if place else "",
        "development_group": place.development_group if place else "",
        "search_text": search_text(" ".join(names)),
    }


def _holder(
    act: Act, text: OrganisationText, numbers: Numbers, *, but: int | None = None
) -> int | None:
    is_local = text.applicant_type in _LOCAL
    return known.holder_of(
        act.session,
        [(owner_of(text.country, scheme), scheme, number) for scheme, number in numbers],
        text.place if text.place and is_local else None,
        but=but,
    )


def _write_numbers(act: Act, organisation: Organisation, numbers: Numbers) -> None:
    """Replace the identifiers; the unique key decides between two who come at once."""
    held = act.load_many(
        OrganisationIdentifier,
        OrganisationIdentifier.organisation_id == organisation.id,
        to=Permission.JOIN_ORGANISATION,
        within=organisation,
    )
    for row in held:
        act.session.delete(row)
    act.session.flush()
    rows = [
        {
            "organisation_id": organisation.id,
            "country": organisation.country,
            "scheme": scheme,
            "number": number,
        }
        for scheme, number in numbers
    ]
    act.create_many(
        OrganisationIdentifier, rows, to=Permission.JOIN_ORGANISATION, within=organisation
    )


def of_contact(act: Act, membership_id: int) -> Membership:
    membership = act.load(Membership, membership_id, to=Permission.MANAGE_ORGANISATION)
    _only_contact(act, membership.organisation_id)
    return membership


def _only_contact(act: Act, organisation_id: int) -> None:
    mine = known.membership_of(act.session, act.actor.user_id, organisation_id)
    if mine is None or (mine.role, mine.state) != ("contact", "admitted"):
        raise Forbidden(_ONLY_CONTACT)


def _answer(act: Act, membership_id: int) -> Membership:
    membership = of_contact(act, membership_id)
    membership.answered_at, membership.answered_by = act.now, act.actor.user_id
    return membership


def _tell_contact(act: Act, organisation_id: int) -> None:
    contact = known.contact_of(act.session, organisation_id)
    if contact is None:
        return
    mail.write(
        act,
        "join_asked",
        to=contact.email,
        locale=contact.locale,
        path=f"/applicant/organisations/{organisation_id}",
        person=act.actor.name,
        email=act.actor.email,
        organisation=contact.organisation,
    )


def tell_person(act: Act, membership: Membership, text: str) -> None:
    person = actor_of(act.session, membership.user_id)
    contact = known.contact_of(act.session, membership.organisation_id)
    mail.write(
        act,
        text,
        to=person.email,
        path="/applicant/organisations",
        organisation=contact.organisation if contact else "",
    )
