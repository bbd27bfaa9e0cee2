"""Text as banks carry it: basic Latin letters, a few marks, no accents (handbook 5.5).

Source: ISO 20022 in SEPA, character set of the European Payments Council; a slash neither
begins nor ends a reference and never stands twice.
"""

import re

from app.rules.search_text import search_text

_KEPT = frozenset("/-?:().,'+ ")
_SPACES = re.compile(r"\s+")
_SLASHES = re.compile(r"/{2,}")


def bank_text(text: str, most: int) -> str:
    """Return `text` in the letters of a bank, at most so many: "Ђурђево, Čačak" is
    "Djurdjevo, Cacak".
    """
    written = "".join(_letter(letter) for letter in text)
    tidy = _SLASHES.sub("/", _SPACES.sub(" ", written)).strip(" /")
    return tidy[:most].rstrip(" /")


def _letter(letter: str) -> str:
    if letter in _KEPT or (letter.isascii() and letter.isalnum()):
        return letter
    plain = search_text(letter)
    if not plain.isascii():
        return " "
    return plain.capitalize() if letter.isupper() else plain or " "
