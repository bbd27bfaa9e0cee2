"""Short words for the topics: one question about one place of a scheme."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.i18n import gettext, sentence, text
from app.i18n.marks import N_
from app.queries.scheme_labels import ITEMS
from app.queries.scheme_words import label_of, title_of, word_of
from app.rules.applicants import ApplicantType, type_name
from app.rules.scheme import Scheme
from app.rules.scheme_edit import kind_at, path_of, steps, value_at
from app.rules.scheme_form import Question
from app.rules.scheme_text import Text
from app.web import fields
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, name_of

# The usual figure of handbook 1.7, as a first value; the manager says which one holds.
USUAL_PRESELECTION_PERCENT = Fraction(200)

_TEXT = N_("Enter a text")
_NUMBER = N_("Enter a number")
_AMOUNT = N_("Enter an amount")
_CHOICE = N_("Choose one")


def words(scheme: Scheme, path: str, *, required: bool = True, hint: str = "") -> Asked:
    """Ask for one line of text in the first language of the scheme."""
    missing = _TEXT if required else ""
    name, label = name_of(scheme, path), _label(scheme, path)
    return Asked(path, fields.text(name, label, missing=missing, hint=hint, max_length=500))


def prose(scheme: Scheme, path: str, *, required: bool = False, hint: str = "") -> Asked:
    """Ask for a longer text."""
    missing = _TEXT if required else ""
    name, label = name_of(scheme, path), _label(scheme, path)
    return Asked(path, fields.long_text(name, label, missing=missing, hint=hint, max_length=5_000))


def number(scheme: Scheme, path: str, *, required: bool = False, hint: str = "") -> Asked:
    """Ask for a whole number, an exact one or an amount, as the place holds it."""
    name, label = name_of(scheme, path), _label(scheme, path)
    if _is_money(scheme, path):
        missing = _AMOUNT if required else ""
        return Asked(path, fields.amount(name, label, missing=missing, hint=hint, minimum_cents=0))
    missing = _NUMBER if required else ""
    if kind_at(scheme, path) is Fraction:
        return Asked(path, fields.score(name, label, missing=missing, hint=hint))
    return Asked(path, fields.number(name, label, missing=missing, hint=hint))


def flag(scheme: Scheme, path: str) -> Asked:
    return Asked(path, fields.yes_no(name_of(scheme, path), _label(scheme, path)))


def day(scheme: Scheme, path: str, *, missing: str = "", hint: str = "") -> Asked:
    name, label = name_of(scheme, path), _label(scheme, path)
    return Asked(path, fields.date_of(name, label, missing=missing, hint=hint))


def pick(scheme: Scheme, path: str, among: Iterable[StrEnum], *, hint: str = "") -> Asked:
    """Ask for one of the words of the program that can be run."""
    options = tuple(Option(each.value, word_of(each)) for each in among)
    field = fields.one_of(
        name_of(scheme, path), _label(scheme, path), options, missing=_CHOICE, hint=hint
    )
    return Asked(path, field)


def choose(
    scheme: Scheme, path: str, among: Iterable[Any], *, by: str, hint: str = ""
) -> Asked:  # Any: items of a scheme
    """Ask for one of the items of a scheme, known by their field `by`, or for none."""
    options = tuple(Option(getattr(each, by), Verbatim(title_of(each))) for each in among)
    field = fields.choice(name_of(scheme, path), _label(scheme, path), options, hint=hint)
    return Asked(path, field)


def several(scheme: Scheme, path: str, options: Sequence[Option], *, hint: str = "") -> Asked:
    field = fields.several(name_of(scheme, path), _label(scheme, path), options, hint=hint)
    return Asked(path, field)


def options(scheme: Scheme, path: str, among: Sequence[Option]) -> Asked:
    """Ask for one of some given words."""
    name, label = name_of(scheme, path), _label(scheme, path)
    return Asked(path, fields.choice(name, label, among, missing=_CHOICE))


def options_or_none(scheme: Scheme, path: str, among: Sequence[Option]) -> Asked:
    """Ask for one of some given words, or for none."""
    name, label = name_of(scheme, path), _label(scheme, path)
    return Asked(path, fields.choice(name, label, among))


def listed(scheme: Scheme, path: str, *, hint: str = "") -> Asked:
    """Ask for short names with commas between them."""
    return Asked(path, fields.text(name_of(scheme, path), _label(scheme, path), hint=hint))


def lots(scheme: Scheme, path: str) -> Asked:
    options = [Option(lot.code, Verbatim(title_of(lot))) for lot in scheme.lots]
    return several(scheme, path, options, hint=N_("None ticked means all lots."))


def facts(scheme: Scheme, path: str, among: Iterable[Question], *, missing: str = "") -> Asked:
    """Ask which answer of the forms is meant; it is known by its short name, the fact."""
    known = {each.fact: each for each in among if each.fact}
    options = tuple(
        Option(fact, Verbatim(f"{fact} – {title_of(each)}")) for fact, each in known.items()
    )
    field = fields.choice(name_of(scheme, path), _label(scheme, path), options, missing=missing)
    return Asked(path, field)


def applicant_types() -> tuple[Option, ...]:
    return tuple(Option(kind.value, Verbatim(text(type_name(kind)))) for kind in ApplicantType)


def empty_text(scheme: Scheme) -> Text:
    """A text that has to be written: the page says so until it is."""
    return Text({scheme.languages[0]: ""})


def next_code(taken: Iterable[str], begin: str) -> str:
    """Return `begin` with the first number that is free."""
    known = set(taken)
    place = 1
    while f"{begin}{place}" in known:
        place += 1
    return f"{begin}{place}"


def _label(scheme: Scheme, path: str) -> str:
    *before, last = steps(path)
    if isinstance(last, int):
        kind = gettext(ITEMS.get(str(before[-1]), N_("Item")))
        return Verbatim(sentence(N_("{kind} {number}"), {"kind": kind, "number": last + 1}))
    owner = value_at(scheme, path_of(tuple(before))) if before else scheme
    return label_of(type(owner).__name__, str(last))


def _is_money(scheme: Scheme, path: str) -> bool:
    *before, last = steps(path)
    if isinstance(last, int):
        return False
    owner = value_at(scheme, path_of(tuple(before))) if before else scheme
    return hasattr(owner, f"{last}_cents")
