"""Parts that several documents share: who writes, to whom, about what, with whose money."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Emblem(StrEnum):
    """The sign beside the funding statement; the EU's only where the EU pays."""

    NONE = "none"
    EU = "eu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """Names a picture by the hash of its bytes; the bytes travel beside the context."""

    sha256: str
    media_type: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The sender; `place` is where letters are signed, `address` has one line an item."""

    name: str
    address: tuple[str, ...]
    email: str
    phone: str
    signatory_name: str
    signatory_function: str
    place: str
    web: str = ""
    logo: Logo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Who funds it, as the profile of the funding source prescribes.

    `statement` is the line beside the emblem in full ("Co-funded by the European
    Union"), `note` a disclaimer or the names of other donors.
    """

    profile: str
    statement: str
    emblem: Emblem = Emblem.NONE
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How an outsider checks a paper: the public page and the code to type there."""

    url: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """`person` is the legal representative of the lead; may be empty."""

    organisation: str
    address: tuple[str, ...]
    person: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the letter is about; `lot` is empty where a call has none."""

    call_reference: str
    call_title: str
    application_reference: str
    action_title: str
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The complaint paragraph: by when, to whom, answered in how many days.

    `further` names the next instance (ombudsman, court) in whole sentences.
    """

    days: int
    send_to: str
    reply_days: int
    until_on: date | None = None
    further: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The version that a letter takes the place of, and why it was issued again."""

    reference: str
    written_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What every letter states (handbook 1.11).

    `reference` is the letter's own number. Times inside the document are UTC and are
    printed in `zone`. `data_protection` is the notice as the call words it, `paragraphs`
    what its scheme adds to this letter.
    """

    reference: str
    written_on: date
    authority: Authority
    visibility: Visibility
    addressee: Addressee
    matter: Matter
    data_protection: str
    decided_on: date | None = None
    complaint: Complaint | None = None
    verification: Verification | None = None
    paragraphs: tuple[str, ...] = ()
    replaces: Replaced | None = None
    language: str = "en"
    zone: str = "Europe/Belgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every paper states that is no letter: lists, reports, agreements."""

    reference: str
    written_on: date
    authority: Authority
    visibility: Visibility
    call_reference: str
    call_title: str
    verification: Verification | None = None
    language: str = "en"
    zone: str = "Europe/Belgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """One section of the grid; scores are decimal text, printed as given.

    `minimum` is empty where the section has none. `comment` holds strengths and
    weaknesses in the words of the committee.
    """

    title: str
    score: str
    maximum: str
    minimum: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The agreed score of one stage, section by section, with the threshold of the total."""

    stage: str
    sections: tuple[SectionScore, ...]
    total: str
    maximum: str
    threshold: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    name: str
    function: str
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSummary:
    """The money of one lot, to the cent.

    envelope + moved in - moved out + released = awarded + left
    """

    title: str
    envelope_cents: int
    awarded_cents: int
    left_cents: int
    moved_in_cents: int = 0
    moved_out_cents: int = 0
    agreed_cents: int = 0
    paid_cents: int = 0
    recovered_cents: int = 0
    released_cents: int = 0
    awards: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """An uploaded file as the receipt lists it; `title` is the document asked for."""

    title: str
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An amount taken out of the budget before the award, and why."""

    line: str
    reason: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Asked and given. `eligible_cents` is the total eligible cost after corrections.

    Both are left out where the call asks for no budget.
    `rate_percent` is the grant's share of it, `share_percent` the offer's share of the
    (corrected) request: decimal text such as "90" or "77.78".
    """

    currency: str
    requested_cents: int
    granted_cents: int
    eligible_cents: int | None = None
    rate_percent: str = ""
    share_percent: str = "100"
    corrections: tuple[Correction, ...] = field(default=())
