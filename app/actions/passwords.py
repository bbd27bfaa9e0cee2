"""Argon2id at 19 MiB, 2 passes, 1 lane (about 40 ms); the default of 64 MiB costs six times that.

A stolen table is then worth little, and four sign-ins at once take 76 MiB.
"""

import unicodedata
from functools import cache
from secrets import token_urlsafe

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

_KIB = 19 * 1024


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=_KIB, parallelism=1),))


@cache
def _nobodys_hash() -> str:
    """Return the hash that is compared for unknown addresses, so that both take the same time."""
    return hashed(token_urlsafe(16))


def hashed(password: str) -> str:
    return _hasher().hash(_same_everywhere(password))


def matches(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Return whether it fits, and a new hash to store where the old one is of other parameters.

    Without a stored hash (no such person, or invited and not yet here) the same
    work is done and the answer is no.
    """
    # Made by whoever comes first, known or not: the very first answer tells nothing either.
    nobodys = _nobodys_hash()
    try:
        fits, renewed = _hasher().verify_and_update(_same_everywhere(password), stored or nobodys)
    except UnknownHashError:
        return False, None
    return (fits, renewed) if stored else (False, None)


def _same_everywhere(password: str) -> str:
    """Keyboards of phones and desktops send ć as one sign or as two; both are one password."""
    return unicodedata.normalize("NFKC", password)
