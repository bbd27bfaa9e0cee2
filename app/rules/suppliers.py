"""Names of suppliers: when two are one name, and when somebody has to say whether they are.

Accounts and orders go by the name, so one supplier must not stand under two spellings. Script,
case, accents and points never tell suppliers apart; the legal form may.
"""

from collections.abc import Iterable
from itertools import groupby

from app.rules.search_text import search_text

# What is written behind or before the name of a firm, in the languages of the region and beyond.
LEGAL_FORMS = frozenset(
    {
        "ad", "doo", "dooel", "dno", "kd", "od", "op", "ortacko", "preduzece", "preduzetnik", "pr",
        "sp", "str", "szr", "szzr", "sztr", "tr", "zr", "jp", "jkp", "dd", "obrt", "shpk", "sha",
        "ltd", "limited", "llc", "inc", "gmbh", "ag", "sarl", "srl", "spa", "plc", "kft", "eood",
    }
)  # fmt: skip


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in one form for all spellings: D.O.O. and d o o are doo."""
    found: list[str] = []
    for is_letter, group in groupby(search_text(name).split(), key=_is_letter):
        words = list(group)
        found += ["".join(words)] if is_letter else words
    return tuple(found)


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def spelled(name: str, known: Iterable[str]) -> str | None:
    """Return the first known name that is this one in another spelling, or the very same."""
    words = words_of(name)
    return next((each for each in known if words and words_of(each) == words), None)


def alike(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return known names that differ from this one by nothing but the legal form."""
    bare = _bare(name)
    return tuple(
        each for each in known if bare and _bare(each) == bare and words_of(each) != words_of(name)
    )


def same_as(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the other known names that may be this supplier: spellings first, then the alike."""
    others = [each for each in known if each != name]
    spellings = tuple(each for each in others if words_of(each) == words_of(name))
    return spellings + alike(name, others)


def _bare(name: str) -> frozenset[str]:
    return frozenset(words_of(name)) - LEGAL_FORMS
