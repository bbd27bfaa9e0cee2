"""`/dev/gallery`: every component in its states, with its source, on one page (development only).

A component is documented by `templates/dev/samples/<name>.html`; adding the file
adds it here, to the snapshot and to the accessibility checks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from inspect import Signature, signature
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from app.i18n.marks import N_
from app.web import controls, fields, pages, parts
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, filled, read
from app.web.row_cards import row_cards_of

router = APIRouter(prefix="/dev")

COMPONENTS = pages.TEMPLATES / "components"
SAMPLES = pages.TEMPLATES / "dev" / "samples"

_FIELD = controls.by_kind(dict.fromkeys(controls.BY_KIND.values()))
FUNCTIONS: Mapping[str, Callable[..., Any]] = {  # Any: components of all kinds
    **pages.FUNCTIONS,
    "field": _FIELD,
    "row_cards": row_cards_of(_FIELD),
}

NOW = datetime(2027, 3, 19, 14, 0, tzinfo=UTC)
_HEAD = re.compile(r"\{#-?(?P<about>.*?)-?#\}\s*\{% macro (?P<signature>[^%]*?) %\}", re.DOTALL)

REGIONS = (
    Option("vojvodina", Verbatim("Војводина")),
    Option("sumadija", Verbatim("Šumadija i Zapadna Srbija")),
    Option("jug", Verbatim("Južna i Istočna Srbija"), Verbatim("Leskovac, Niš, Vranje, Zaječar")),
)


# One state of each colour.
STATES = (
    "draft",
    "published",
    "assessed",
    "allocated",
    "awarded",
    "reserve",
    "unsuccessful",
    "rejected",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One component: what it is for, how it is called, and the source that is shown."""

    name: str
    about: str
    signature: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    rank: int
    reference: str
    applicant: str
    score: Fraction
    state: str
    requested_cents: int
    left_cents: int


@dataclass(frozen=True, slots=True)
class GalleryPage:
    samples: tuple[Sample, ...]
    plain: Form
    wrong: Form
    lines: tuple[Line, ...]
    states: tuple[str, ...]
    paging: parts.Paging
    now: datetime
    earlier: datetime
    sha256: str


def _questions(suffix: str = "") -> tuple[Field, ...]:
    """Return one field of each kind; the suffix keeps two sets on one page apart."""
    must = N_("Enter this")
    return (
        fields.text(
            f"title{suffix}",
            N_("Title of the project"),
            hint=N_("As in the decision of the council"),
            missing=must,
        ),
        fields.email(f"email{suffix}", N_("E-mail address"), missing=must),
        fields.iban(f"iban{suffix}", N_("IBAN"), missing=must),
        fields.long_text(f"summary{suffix}", N_("What will you do?"), max_words=300, missing=must),
        fields.amount(
            f"requested_cents{suffix}",
            N_("Requested"),
            hint=N_("For example 505,562.96 or 505.562,96"),
            missing=must,
        ),
        fields.number(f"months{suffix}", N_("Duration"), minimum=6, maximum=36, missing=must),
        fields.score(
            f"relevance{suffix}", N_("Relevance"), maximum=5, step=Fraction(1, 2), missing=must
        ),
        fields.date_of(
            f"decided_on{suffix}",
            N_("Date of the decision"),
            hint=N_("For example 27 3 2027"),
            missing=must,
        ),
        fields.moment(f"closes_at{suffix}", N_("Closing date and time"), missing=must),
        *_choices(suffix),
    )


def _choices(suffix: str) -> tuple[Field, ...]:
    must = N_("Enter this")
    return (
        fields.one_of(f"region{suffix}", N_("Region"), REGIONS, missing=must),
        fields.choice(f"seat{suffix}", N_("Seat"), REGIONS, missing=must),
        fields.several(f"places{suffix}", N_("Where will you work?"), REGIONS, missing=must),
        fields.yes_no(f"agreed{suffix}", N_("I have read the call"), missing=must),
        fields.upload(
            f"statute{suffix}",
            N_("Statute"),
            hint=N_("PDF, at most 20 MB"),
            accept=(".pdf",),
            missing=must,
        ),
        fields.password(f"password{suffix}", N_("Password"), missing=must),
        fields.text(f"website{suffix}", N_("Website")),
        fields.rows(
            f"lines{suffix}",
            N_("Lines with mistakes") if suffix else N_("Budget lines"),
            (
                fields.text("what", N_("Description"), missing=must),
                fields.number("units", N_("Units"), missing=must),
                fields.amount("unit_cents", N_("Unit value"), missing=must),
            ),
        ),
    )


_TYPED = {
    "title": "Sanacija vodovoda u Šapcu",
    "email": "ana.petrović@example.org",
    "iban": "RS35260005601001611379",
    "summary": "Novi cevovod od izvorišta do grada.\n\nДруга фаза обухвата прикључке.",
    "requested_cents": 50_556_296,
    "months": 24,
    "relevance": Fraction(9, 2),
    "decided_on": NOW.date(),
    "closes_at": NOW,
    "region": "vojvodina",
    "seat": "jug",
    "places": ("vojvodina", "jug"),
    "agreed": True,
    "lines": (
        {"what": "Pipes DN 200", "units": 1200, "unit_cents": 4_250},
        {"what": "Supervision", "units": 18, "unit_cents": 120_000},
    ),
}

_MISTYPED = {
    "title_wrong": "",
    "email_wrong": "ana.example.org",
    "iban_wrong": "RS35260005601001611397",
    "requested_cents_wrong": "1.234",
    "months_wrong": "48",
    "relevance_wrong": "4.25",
    "decided_on_wrong.day": "31",
    "decided_on_wrong.month": "2",
    "decided_on_wrong.year": "2027",
    "closes_at_wrong.day": "19",
    "closes_at_wrong.month": "3",
    "closes_at_wrong.year": "2027",
    "closes_at_wrong.time": "4 pm",
    "lines_wrong-0-what": "Pipes DN 200",
    "lines_wrong-0-units": "12.5",
    "lines_wrong-0-unit_cents": "42,50",
}


def _lines() -> tuple[Line, ...]:
    rows = (
        ("L2-03", "Grad Šabac", "92.5", "proposed", 150_000_000),
        ("L2-11", "Општина Књажевац", "88", "proposed", 141_250_000),
        (
            "L2-07",
            "Gemeinde mit einem ungewöhnlich langen Namen an der Grenze",
            "81.25",
            "proposed",
            50_556_296,
        ),
        ("L2-02", "Bashkia Shkodër", "79.5", "reserve", 99_000_000),
        ("L2-09", "Općina Čapljina", "58", "unsuccessful", 60_000_000),
    )
    left = 341_806_296
    found: list[Line] = []
    for rank, (reference, applicant, score, state, cents) in enumerate(rows, 1):
        left -= cents if state == "proposed" else 0
        found.append(Line(rank, reference, applicant, Fraction(score), state, cents, left))
    return tuple(found)


@cache
def samples() -> tuple[Sample, ...]:
    """Return every documented component, in the order of its name."""
    return tuple(_sample(path.stem) for path in sorted(SAMPLES.glob("*.html")))


def _sample(name: str) -> Sample:
    source = (SAMPLES / f"{name}.html").read_text("utf-8").strip()
    return Sample(name, *_described(name), source)


def _described(name: str) -> tuple[str, str]:
    """Return what a component is for and how it is called: a function says it, or a macro."""
    if function := FUNCTIONS.get(name):
        plain = [
            each.replace(annotation=each.empty) for each in signature(function).parameters.values()
        ]
        called = Signature([each for each in plain if each.name != "caller"])
        return " ".join((function.__doc__ or "").split()), f"{name}{called}"
    head = _HEAD.search((COMPONENTS / f"{name}.html").read_text("utf-8"))
    if head is None:
        raise ValueError(f"components/{name}.html must begin with a comment and its macro.")
    return " ".join(head["about"].split()), head["signature"]


def gallery_page(number: int = 3) -> GalleryPage:
    return GalleryPage(
        samples=samples(),
        plain=filled(_questions(), _TYPED),
        wrong=read(_questions("_wrong"), _MISTYPED),
        lines=_lines(),
        states=STATES,
        paging=parts.paging(180, number, 25),
        now=NOW,
        earlier=NOW - timedelta(days=45, hours=6),
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )


@router.get("/gallery")
def gallery(request: Request, page: Annotated[int, Query(ge=1, le=1000)] = 3) -> HTMLResponse:
    return pages.render(request, "dev/gallery.html", page=gallery_page(page))
