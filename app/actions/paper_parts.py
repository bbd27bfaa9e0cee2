"""Parts that every letter and receipt shares: who writes, to whom, who funds it."""

from datetime import date

from app.documents import contexts as c
from app.documents.store import Store
from app.queries.agreement_paper import PaperFacts
from app.queries.applications import Entry
from app.queries.letterhead import Sender
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


def authority(sender: Sender) -> c.Authority:
    return c.Authority(
        name=sender.name,
        address=lines(sender.address, f"{sender.postcode} {sender.city}"),
        email=sender.email,
        phone=sender.phone,
        signatory_name=sender.signatory_name,
        signatory_function=sender.signatory_title,
        place=sender.city,
        web=sender.website,
        logo=_logo(sender),
    )


def pictures(paper: c.Context, store: Store) -> dict[str, bytes]:
    """Return the bytes of the pictures that a paper names, by their hash."""
    logo = c.head_of(paper).authority.logo
    return {} if logo is None else {logo.sha256: store.read(logo.sha256)}


def _logo(sender: Sender) -> c.Logo | None:
    """Name the picture of the letterhead; one of unknown kind is left out."""
    if sender.logo_sha256 is None or not sender.logo_media_type:
        return None
    return c.Logo(sha256=sender.logo_sha256, media_type=sender.logo_media_type, alt=sender.name)


def visibility(scheme: Scheme) -> c.Visibility:
    profile, language = scheme.visibility, scheme.languages[0]
    return c.Visibility(
        profile=profile.key,
        statement=said(profile.statement, language),
        emblem=c.Emblem.EU if profile.emblem == "eu" else c.Emblem.NONE,
        note=said(profile.disclaimer, language),
    )


def lot_title(scheme: Scheme, code: str) -> str:
    """Return the lot as letters name it; nothing where a call has only one."""
    if len(scheme.lots) == 1:
        return ""
    return f"{code}: {said(scheme.lot(code).title, scheme.languages[0])}"


def letter_to(
    sender: Sender,
    entry: Entry,
    *,
    reference: str,
    written_on: date,
    verification: c.Verification | None = None,
) -> c.Letter:
    """Return the head of a letter about what was sent in at one stage, without a decision."""
    who, scheme = entry.applicant, entry.scheme
    return c.Letter(
        reference=reference,
        written_on=written_on,
        authority=authority(sender),
        visibility=visibility(scheme),
        addressee=c.Addressee(
            organisation=who.name,
            address=lines(who.address, f"{who.postcode} {who.city}"),
            person=who.representative_name,
            function=who.representative_title,
        ),
        matter=c.Matter(
            call_reference=entry.call_code,
            call_title=entry.call_title,
            application_reference=entry.reference,
            action_title=entry.title,
            lot=lot_title(scheme, entry.lot.code),
        ),
        data_protection=said(scheme.letters.data_protection, scheme.languages[0]),
        verification=verification,
        language=scheme.languages[0],
    )


def authority_party(facts: PaperFacts) -> c.Party:
    """Return the authority as one of the two who sign."""
    office = facts.authority
    return c.Party(
        name=office.name,
        address=lines(office.address, f"{office.postcode} {office.city}"),
        represented_by=", ".join(lines(office.signatory_name, office.signatory_title)),
    )


def beneficiary(facts: PaperFacts) -> c.Party:
    """Return the other one who signs, with the numbers under which it is registered."""
    town = facts.beneficiary
    return c.Party(
        name=town.name,
        address=lines(town.address, f"{town.postcode} {town.city}"),
        identifiers=tuple(f"{scheme} {number}" for scheme, number in facts.identifiers),
        represented_by=", ".join(lines(town.representative_name, town.representative_title)),
    )


def signatories(facts: PaperFacts) -> tuple[c.Signatory, ...]:
    office, town = facts.authority, facts.beneficiary
    return (
        c.Signatory(
            name=town.representative_name, function=town.representative_title, party=town.name
        ),
        c.Signatory(name=office.signatory_name, function=office.signatory_title, party=office.name),
    )


def lines(*typed: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in typed if line.strip())
