"""Context to HTML to PDF, in one process and one thread at a time.

WeasyPrint shares a font configuration that is not safe between threads: call `pdf` only
in the main thread of a process of its own (`app.documents.child`). What WeasyPrint
warns about (a missing picture, a rule of CSS it does not know, a font it cannot find)
is an error here: a letter that looks wrong must not be sent.

Files are PDF/A-3a for the archive and say PDF/UA-1 for readers of the screen as well.
Same context, same bytes.
"""

import hashlib
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
import weasyprint
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.documents.contexts import Context, Verification, document_name, head_of
from app.documents.wording import filters
from app.i18n import gettext, ngettext, speaking

REPORTS = Path(__file__).resolve().parents[2] / "reports"
HOUSE = REPORTS / "_house"
FONTS = (
    "SourceSans3-Regular.ttf",
    "SourceSans3-It.ttf",
    "SourceSans3-Semibold.ttf",
    "SourceSans3-Bold.ttf",
    "Ubuntu_400Regular.ttf",
)
VARIANT = "pdf/a-3a"
_ASSET = re.compile(r"asset:(image/png|image/svg\+xml)/([0-9a-f]{64})")
_UA = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
)
_UA_SCHEMA = (HOUSE / "pdfua_schema.xml").read_bytes()


class RenderError(Exception):
    """The document cannot be printed as it should be; the text says what is wrong."""


def html(context: Context) -> str:
    """Return the document's page, with pictures as `asset:` addresses."""
    head = head_of(context)
    template = _environment(head.zone).get_template(f"{document_name(context)}/document.html")
    with speaking(head.language):
        return template.render(document=context, head=head)


def pdf(context: Context, files: Mapping[str, bytes] | None = None) -> bytes:
    """Return the document as PDF; `files` holds the pictures it names, hash to bytes."""
    return print_html(html(context), files or {})


def print_html(page: str, files: Mapping[str, bytes]) -> bytes:
    press = _press()
    _check_pictures(page, files)
    with _warnings_raised(press):
        source = weasyprint.HTML(
            string=page, base_url="house:", url_fetcher=_Fetcher(files), media_type="print"
        )
        document = source.render(
            font_config=press.fonts,
            stylesheets=[press.style],
            pdf_variant=VARIANT,
            cache=press.pictures,
        )
        _claim_ua(document)
        return _written(document)


def _check_pictures(page: str, files: Mapping[str, bytes]) -> None:
    """Look before printing: the cache of pictures would hide that one is missing now."""
    for address, _, sha256 in (found.group(0, 1, 2) for found in _ASSET.finditer(page)):
        if sha256 not in files:
            raise RenderError(f"There is no picture {address} beside the letter.")
        if hashlib.sha256(files[sha256]).hexdigest() != sha256:
            raise RenderError(f"The picture {sha256} is not what its name says.")


def _written(document: weasyprint.Document) -> bytes:
    target = BytesIO()
    with warnings.catch_warnings():
        # WeasyPrint 70 opens its colour profile without closing it.
        warnings.simplefilter("ignore", ResourceWarning)
        document.write_pdf(target, pdf_variant=VARIANT)
    return target.getvalue()


def warm() -> None:
    """Load fonts and style now, so that the first letter is as fast as the others."""
    _press()


def missing_fonts() -> tuple[str, ...]:
    """Return the font files that the set-up has not put in place."""
    return tuple(name for name in FONTS if not (HOUSE / "fonts" / name).is_file())


@dataclass(frozen=True, slots=True)
class _Press:
    """What is costly to make and the same for every letter of this process."""

    fonts: FontConfiguration
    style: weasyprint.CSS
    pictures: dict[str, object] = field(default_factory=dict)


@cache
def _press() -> _Press:
    if missing := missing_fonts():
        raise RenderError(f"Fonts are missing in {HOUSE / 'fonts'}: {', '.join(missing)}.")
    fonts = FontConfiguration()
    with _warnings_raised():
        style = weasyprint.CSS(
            filename=HOUSE / "page.css",
            font_config=fonts,
            url_fetcher=URLFetcher(allowed_protocols={"file"}),
        )
    return _Press(fonts=fonts, style=style)


@cache
def _environment(zone: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(REPORTS),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # made by the extension
        gettext, ngettext, newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(filters(zone))
    environment.globals["qr"] = _qr
    return environment


def _qr(verification: Verification, title: str) -> str:
    """Return the address of the check page with the code, as inline SVG; the title is escaped."""
    code = segno.make(f"{verification.url}/{verification.code}", error="m", micro=False)
    return code.svg_inline(border=0, omitsize=True, title=title, svgclass="qr", lineclass=None)


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the pictures that came with the context, and nothing from anywhere else."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint's signature
        found = _ASSET.fullmatch(url)
        if not found:
            raise ValueError(f"Nothing is fetched from {url}.")
        return URLFetcherResponse(url, self.files[found[2]], {"Content-Type": found[1]})


def _claim_ua(document: weasyprint.Document) -> None:
    """Add the PDF/UA mark to the PDF/A file's metadata, with the schema PDF/A asks for."""
    original = document.metadata.generate_rdf_metadata

    def with_mark(variant: str, version: int, conformance: str) -> bytes:
        rdf: bytes = original(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _UA + _UA_SCHEMA + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_mark


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _warnings_raised(press: _Press | None = None) -> Iterator[None]:
    """Raise what WeasyPrint logged, and forget pictures: a failed one would be silent next."""
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.said:
        if press:
            press.pictures.clear()
        raise RenderError("; ".join(collector.said))
