"""The contact of an organisation: hand over to a successor, and what to do when they are gone.

A successor accepts, so nobody becomes responsible unasked. Where the contact is gone, the
person who asked to join turns to an authority with a letter; an officer looks at it, admits
them as the contact, and everybody who might object is told.
"""

from app.actions import mail
from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.organisations import of_contact, tell_person
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.i18n.marks import N_
from app.models import Authority, Membership, Organisation, StoredFile
from app.queries import organisations as known
from app.queries import organisations_help
from app.queries.actors import actor_of
from app.rules.permissions import Permission

MANAGE = Permission.MANAGE_ORGANISATION
ADMIT = Permission.ADMIT_TO_ORGANISATION
JOIN = Permission.JOIN_ORGANISATION


def hand_over(act: Act, membership_id: int) -> None:
    """Offer the task of the contact to an admitted member, who has to accept it."""
    membership = of_contact(act, membership_id)
    if membership.state != "admitted" or membership.role == "contact":
        raise Conflict(N_("Only an admitted member can become the contact."))
    for other in _of_organisation(act, membership):
        other.contact_offered_at = None
    membership.contact_offered_at = act.now
    person = actor_of(act.session, membership.user_id)
    act.record(membership, "offer_contact", person=person.email)
    mail.write(
        act,
        "contact_offered",
        to=person.email,
        path=f"/applicant/organisations/{membership.organisation_id}",
        organisation=_name(act, membership.organisation_id),
        contact=act.actor.name,
    )


def keep_contact(act: Act, membership_id: int) -> None:
    """Take an offer back, as the contact, or decline it, as the one who was asked."""
    membership = act.load(Membership, membership_id, to=MANAGE)
    if membership.user_id != act.actor.user_id:
        of_contact(act, membership_id)
    if membership.contact_offered_at is None:
        raise Conflict(N_("The task of the contact is not offered here any more."))
    membership.contact_offered_at = None
    act.record(membership, "keep_contact")


def accept_contact(act: Act, membership_id: int) -> None:
    """Become the contact; who was it until now stays as a member and is told."""
    membership = act.load(Membership, membership_id, to=MANAGE)
    if membership.user_id != act.actor.user_id:
        raise Forbidden(N_("Only the person who was asked can accept."))
    if membership.state != "admitted" or membership.contact_offered_at is None:
        raise Conflict(N_("The task of the contact is not offered to you any more."))
    old = _replace(act, membership)
    act.record(membership, "hand_over", person=act.actor.email, old_contact=old)
    if old:
        mail.write(
            act,
            "contact_accepted",
            to=old,
            path=f"/applicant/organisations/{membership.organisation_id}",
            organisation=_name(act, membership.organisation_id),
            person=act.actor.name,
        )


def ask_authority(
    act: Act, membership_id: int, *, authority_id: int, text: str, file: NewFile
) -> None:
    """Put one's own wish to join before an authority, because the contact does not answer.

    `file` is a letter of the organisation: it says that the person works for it.
    """
    act.allow(JOIN)
    membership = act.load(Membership, membership_id, to=JOIN)
    if membership.user_id != act.actor.user_id:
        raise NotFound
    if membership.state != "asked":
        raise Conflict(N_("Your wish was answered already."))
    if not text.strip():
        raise Invalid({"text": N_("Write why the contact cannot answer.")})
    if authority_id not in {each.id for each in organisations_help.authorities(act.session)}:
        raise Invalid({"authority": N_("Choose an authority with a published call.")})
    stored = act.create(
        StoredFile(
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            media_type=file.media_type,
            filename=file.filename,
            created_at=act.now,
            created_by=act.actor.user_id,
        ),
        to=JOIN,
        within=membership,
    )
    membership.help_authority_id, membership.help_file_id = authority_id, stored.id
    membership.help_text, membership.help_asked_at = text.strip(), act.now
    act.record(membership, "ask_authority", person=act.actor.email, sha256=file.sha256)
    authority = act.session.get_one(Authority, authority_id)
    if authority.email:
        mail.write(
            act,
            "help_asked",
            to=authority.email,
            path=f"/office/organisations/{membership_id}",
            person=act.actor.name,
            organisation=_name(act, membership.organisation_id),
        )


def admit_for_contact(act: Act, membership_id: int, *, reason: str) -> None:
    """Admit the person as the contact in the place of one who is gone; tell the old address.

    The officer's reason and the letter stay on file. Who was the contact stays a member, so
    that a mistake can be put right, and is told at once, as is the organisation itself.
    """
    membership = _helped(act, membership_id, reason)
    old = _replace(act, membership)
    membership.answered_at, membership.answered_by = act.now, act.actor.user_id
    act.move(membership, "admit", reason=reason.strip(), old_contact=old)
    tell_person(act, membership, "join_admitted")
    organisation = act.session.get_one(Organisation, membership.organisation_id)
    person = actor_of(act.session, membership.user_id)
    authority = act.session.get_one(Authority, membership.help_authority_id)
    for address in sorted({old, organisation.email} - {"", person.email}):
        mail.write(
            act,
            "contact_replaced",
            to=address,
            organisation=organisation.name,
            person=person.name,
            email=person.email,
            authority=authority.name,
            authority_email=authority.email,
            reason=reason.strip(),
        )


def refuse_help(act: Act, membership_id: int, *, reason: str) -> None:
    """Send the wish back to the contact, with the reason; the letter stays on file."""
    membership = _helped(act, membership_id, reason)
    act.record(membership, "refuse_help", reason=reason.strip())
    person = actor_of(act.session, membership.user_id)
    authority = act.session.get_one(Authority, membership.help_authority_id)
    membership.help_asked_at = None
    mail.write(
        act,
        "help_refused",
        to=person.email,
        path="/applicant/organisations",
        authority=authority.name,
        reason=reason.strip(),
    )


def _helped(act: Act, membership_id: int, reason: str) -> Membership:
    membership = act.load(Membership, membership_id, to=ADMIT)
    if membership.state != "asked" or membership.help_asked_at is None:
        raise Conflict(N_("This was answered already."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write what shows that it is right; it is kept on file.")})
    return membership


def _of_organisation(act: Act, membership: Membership) -> list[Membership]:
    return list(
        act.load_many(
            Membership,
            Membership.organisation_id == membership.organisation_id,
            to=MANAGE,
            within=membership,
        )
    )


def _replace(act: Act, membership: Membership) -> str:
    """Make the person the contact, and the contact until now a member; return that address."""
    before = act.load_many(
        Membership,
        Membership.organisation_id == membership.organisation_id,
        Membership.role == "contact",
        to=ADMIT if membership.state == "asked" else MANAGE,
        within=membership,
    )
    contact = known.contact_of(act.session, membership.organisation_id)
    for each in before:
        each.role = "member"
    # The database allows one contact: the old one has to go before the new one comes.
    act.session.flush()
    membership.role, membership.contact_offered_at = "contact", None
    act.session.flush()
    return contact.email if contact else ""


def _name(act: Act, organisation_id: int) -> str:
    return act.session.get_one(Organisation, organisation_id).name
