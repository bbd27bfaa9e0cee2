"""Names as people search and sort them: one form for two scripts and every accent.

Šabac, Шабац, ŠABAC and Sabac are one place; đ is dj (handbook 4.4). The database's
own locale is never asked, so every machine finds and orders alike.
"""

import re
import unicodedata

_CYRILLIC_TO_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "ѓ": "đ", "е": "e", "ж": "ž",
    "з": "z", "ѕ": "dz", "и": "i", "ј": "j", "к": "k", "ќ": "ć", "л": "l", "љ": "lj", "м": "m",
    "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "ć", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "č", "џ": "dž", "ш": "š", "щ": "št", "ъ": "a", "ы": "y",
    "ь": "", "э": "e", "ю": "ju", "я": "ja", "й": "j", "ё": "e", "є": "je", "і": "i", "ї": "ji",
    "ґ": "g", "ў": "u",
}  # fmt: skip
_NO_DECOMPOSITION = {
    "đ": "dj", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "þ": "th",
}  # fmt: skip
_NOT_A_WORD = re.compile(r"[\W_]+")

_LETTERS_AFTER = {
    "č": "c1", "ć": "c2", "dž": "d1", "đ": "d2", "lj": "l1", "nj": "n1", "š": "s1", "ž": "z1",
}  # fmt: skip
_TOKEN = re.compile(r"dž|lj|nj|[0-9]+|\w", re.UNICODE)


def search_text(text: str) -> str:
    """Return `text` in small Latin letters without accents, words parted by one space.

    Apply it to what is stored and to what is typed; then compare plainly.
    """
    # Twice: a Cyrillic letter with an unusual mark is plain Cyrillic after the first round.
    return _NOT_A_WORD.sub(" ", _plain(_plain(text))).strip()


def sort_key(text: str) -> str:
    """Return a key that sorts by code point in the order of the Serbian Latin alphabet.

    č and ć follow c, dž and đ follow d, lj, nj, š and ž stand after their base letter;
    Cyrillic sorts among Latin; runs of digits sort as numbers. Every letter takes two
    places, so that a letter's rank never runs into the next letter.
    """
    words = _NOT_A_WORD.sub(" ", _latin(text)).split()
    return " ".join("".join(map(_rank, _TOKEN.findall(word))) for word in words)


def _plain(text: str) -> str:
    latin = "".join(_NO_DECOMPOSITION.get(letter, letter) for letter in _latin(text))
    return _without_marks(latin)


def _latin(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_CYRILLIC_TO_LATIN.get(letter, letter) for letter in composed)


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _rank(token: str) -> str:
    if token.isdecimal():
        return token.zfill(12)
    if token in _LETTERS_AFTER:
        return _LETTERS_AFTER[token]
    plain = _without_marks(_NO_DECOMPOSITION.get(token, token))
    return "".join(f"{letter}0" for letter in plain)
