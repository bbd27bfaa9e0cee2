"""Places and values of a scheme in plain words: nobody has to read `lots[0].max_grant`.

A place is named by what stands there (“Stage “Concept note” › Documents › “Statute””), so that
a finding or a corrigendum says where it is, whatever the number in the list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.i18n import (
    DEFAULT,
    format_date,
    format_list,
    format_money,
    format_score,
    gettext,
    language,
    sentence,
    speaking,
    text,
)
from app.i18n.marks import N_
from app.queries.scheme_labels import ITEMS, LABELS, OWN_LABELS, OWN_WORDS, WORDS
from app.rules.applicants import ApplicantType, type_name
from app.rules.corrigendum import Change
from app.rules.scheme import Scheme
from app.rules.scheme_edit import Steps, path_of, steps, value_at
from app.rules.scheme_text import Text, said

_TITLES = ("title", "label", "question", "text", "dimension")
_LONGEST = 60


def place_words(scheme: Scheme, path: str) -> str:
    """Return where a path leads, in the reader's words; the last part that is known, at least."""
    try:
        return " › ".join(_parts(scheme, steps(path))) or gettext(N_("The whole call"))
    except ValueError:
        return gettext(N_("The whole call"))


def told_changes(
    before: Scheme, after: Scheme, found: Iterable[Change], locale: str = DEFAULT
) -> tuple[dict[str, str], dict[str, str]]:
    """Return changes as the trail keeps them: words by place, before and after."""
    with speaking(locale):
        was, now = {}, {}
        for each in found:
            place = place_words(before if each.after is None else after, each.path)
            was[place] = value_words(before, each.path, each.before)
            now[place] = value_words(after, each.path, each.after)
        return was, now


def label_of(owner: str, name: str) -> str:
    """Return the marked label of a field; `owner` is the name of its dataclass."""
    plain = name.removesuffix("_cents")
    return OWN_LABELS.get(f"{owner}.{plain}") or LABELS.get(plain) or plain.replace("_", " ")


def word_of(value: StrEnum) -> str:
    """Return the marked word for one of the values that the program knows."""
    own = OWN_WORDS.get(f"{type(value).__name__}.{value.value}")
    return own or WORDS.get(value.value, value.value)


def value_words(scheme: Scheme, path: str, value: object) -> str:
    """Return a value of a scheme as a person reads it; a dash for what is not there."""
    if isinstance(value, int) and not isinstance(value, bool) and _is_money(scheme, path):
        return format_money(value, scheme.currency)
    return _plain(value)


def _plain(value: object) -> str:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return gettext(N_("Yes")) if value else gettext(N_("No"))
        case dict():
            return said(Text(value), language()) or "–"
        case StrEnum():
            return gettext(word_of(value))
        case Fraction():
            return format_score(value, trim=True)
        case date():
            return format_date(value)
        case tuple():
            return format_list([_plain(item) for item in value])
        case str() if value in ApplicantType.__members__:
            return text(type_name(value))
        case _ if is_dataclass(value):
            return title_of(value)
    return str(value)


def title_of(item: object, *, with_code: bool = True) -> str:
    """Return how a person calls an item of a scheme: its code and title, cut where it is long."""
    parts = []
    for name in _TITLES:
        found = getattr(item, name, None)
        words = said(Text(found), language()) if isinstance(found, dict) else found
        if words:
            parts.append(str(words))
            break
    code = getattr(item, "code", "") if with_code else ""
    whole = " ".join([code, *parts] if code else parts)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST].rstrip()}…"


def _parts(scheme: Scheme, taken: Steps) -> Iterator[str]:
    for place, step in enumerate(taken):
        if isinstance(step, int):
            yield _item(scheme, taken[: place + 1])
        elif place + 1 == len(taken) or not isinstance(taken[place + 1], int):
            yield gettext(label_of(_owner(scheme, taken[:place]), step))


def _item(scheme: Scheme, taken: Steps) -> str:
    kind = gettext(ITEMS.get(str(taken[-2]), N_("Item")))
    number = {"kind": kind, "number": int(taken[-1]) + 1}
    try:
        title = title_of(value_at(scheme, path_of(taken)))
    except KeyError:
        title = ""
    if not title:
        return sentence(N_("{kind} {number}"), number)
    return sentence(N_("{kind} “{title}”"), {"kind": kind, "title": title})


def _owner(scheme: Scheme, taken: Steps) -> str:
    try:
        return type(value_at(scheme, path_of(taken)) if taken else scheme).__name__
    except KeyError:
        return ""


def _is_money(scheme: Scheme, path: str) -> bool:
    *before, last = steps(path)
    try:
        owner = value_at(scheme, path_of(tuple(before))) if before else scheme
    except KeyError:
        return False
    return hasattr(owner, f"{last}_cents")
