"""Catalogues: `app/locales/<locale>.po`, read at start; English is the source and has none.

The pseudo-language `en_XA` is made at run time: every translated text comes out
accented and in brackets, so a test (and an eye) finds text that never passed here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"
PSEUDO = "en_XA"
FOLDER = Path(__file__).resolve().parent.parent / "locales"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)

_KEPT = re.compile(r"(%\([a-z_0-9]+\)[sd]|%%|\{[a-z_0-9.]*\}|<[^>]+>|&[a-z]+;|\s+)")
_ACCENTED = str.maketrans("AEIOUYaeiouycnsz", "ÅÉÎÖÛÝåéîöûýçñšž")


class _Pseudo(NullTranslations):
    """English that shows that it was translated: ⟦Šåvé⟧."""

    def gettext(self, message: str) -> str:
        return f"⟦{_accented(message)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _accented(message: str) -> str:
    parts = _KEPT.split(message)
    return "".join(
        part if number % 2 else part.translate(_ACCENTED) for number, part in enumerate(parts)
    )


def known_locales() -> tuple[str, ...]:
    """Return the languages that can be chosen, English first; never the pseudo-language."""
    return (DEFAULT, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def _translations(locale: str) -> NullTranslations:
    if locale == PSEUDO:
        return _Pseudo()
    source = FOLDER / f"{locale}.po"
    if locale not in known_locales() or not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def language() -> str:
    """Return the locale that is spoken here and now."""
    return _language.get()


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block, in this thread or task alone."""
    token = _language.set(locale)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """Translate; the empty text stays empty (gettext would answer with its file header)."""
    return _translations(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    return _translations(language()).ngettext(singular, plural, number)
