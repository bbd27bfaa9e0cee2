"""The kinds of questions a form can ask, and one short function to declare each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.i18n import gettext


class Kind(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    IBAN = "iban"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    AMOUNT = "amount"
    SCORE = "score"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    CHOICE = "choice"
    SEVERAL = "several"
    UPLOAD = "upload"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, no secret
    HIDDEN = "hidden"
    ROWS = "rows"


class Verbatim(str):
    """A label that comes from data (a scheme's question) and is shown as it is, untranslated."""

    __slots__ = ()


def shown(label: str) -> str:
    """Return a label in the reader's language."""
    return str(label) if isinstance(label, Verbatim) else gettext(label)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `label` is an N_ text unless it is `Verbatim`."""

    value: str
    label: str
    hint: str = ""

    @property
    def text(self) -> str:
        return shown(self.label)

    @property
    def hint_text(self) -> str:
        return shown(self.hint)


@dataclass(frozen=True, slots=True)
class Field:
    """A question: how it is asked and what counts as an answer.

    `missing` is the sentence for an empty answer; without it the answer is optional.
    `minimum` and `maximum` are in the unit of the kind: cents for amounts, rows for
    rows, bytes for uploads. A hidden option of `choice` is refused like any other text.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    missing: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple["Field", ...] = ()
    minimum: int | None = None
    maximum: int | Fraction | None = None
    step: Fraction | None = None
    max_length: int | None = None
    max_words: int | None = None
    accept: tuple[str, ...] = ()
    autocomplete: str = ""


def text(name: str, label: str, *, max_length: int = 300, **more: Any) -> Field:  # Any: Field's own
    return Field(name, Kind.TEXT, label, max_length=max_length, **more)


def email(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    return Field(name, Kind.EMAIL, label, max_length=254, autocomplete="email", **more)


def iban(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    return Field(name, Kind.IBAN, label, max_length=50, **more)


def long_text(
    name: str, label: str, *, max_words: int | None = None, max_length: int = 50_000, **more: Any
) -> Field:  # Any: Field's own
    return Field(name, Kind.LONG_TEXT, label, max_words=max_words, max_length=max_length, **more)


def number(
    name: str, label: str, *, minimum: int = 0, maximum: int | None = None, **more: Any
) -> Field:  # Any: Field's own
    return Field(name, Kind.NUMBER, label, minimum=minimum, maximum=maximum, **more)


def amount(
    name: str,
    label: str,
    *,
    minimum_cents: int | None = None,
    maximum_cents: int | None = None,
    **more: Any,
) -> Field:  # Any: Field's own
    return Field(name, Kind.AMOUNT, label, minimum=minimum_cents, maximum=maximum_cents, **more)


def score(
    name: str,
    label: str,
    *,
    maximum: int | Fraction | None = None,
    step: Fraction | None = None,
    **more: Any,
) -> Field:  # Any: Field's own
    """Ask for a mark from zero to `maximum`; `step` ½ allows halves, none allows two decimals."""
    return Field(name, Kind.SCORE, label, maximum=maximum, step=step, **more)


def date_of(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    return Field(name, Kind.DATE, label, **more)


def moment(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    """Ask for a day and an hour in Belgrade; the value is in UTC. `24:00` is the day's end."""
    return Field(name, Kind.MOMENT, label, **more)


def yes_no(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    """Ask for one tick; with `missing` it must be ticked."""
    return Field(name, Kind.YES_NO, label, **more)


def one_of(
    name: str, label: str, options: Sequence[Option], **more: Any
) -> Field:  # Any: Field's own
    return Field(name, Kind.ONE_OF, label, options=tuple(options), **more)


def choice(
    name: str, label: str, options: Sequence[Option], **more: Any
) -> Field:  # Any: Field's own
    return Field(name, Kind.CHOICE, label, options=tuple(options), **more)


def several(
    name: str, label: str, options: Sequence[Option], **more: Any
) -> Field:  # Any: Field's own
    return Field(name, Kind.SEVERAL, label, options=tuple(options), **more)


def upload(
    name: str, label: str, *, max_bytes: int | None = None, accept: Sequence[str] = (), **more: Any
) -> Field:  # Any: Field's own
    """Ask for a file; what is inside is checked by whoever stores it, not here."""
    return Field(name, Kind.UPLOAD, label, maximum=max_bytes, accept=tuple(accept), **more)


def password(name: str, label: str, **more: Any) -> Field:  # Any: Field's own
    return Field(name, Kind.PASSWORD, label, max_length=1000, **more)


def hidden(name: str) -> Field:
    return Field(name, Kind.HIDDEN, "", max_length=1000)


def rows(
    name: str,
    label: str,
    columns: Sequence[Field],
    *,
    minimum: int = 1,
    maximum: int = 200,
    **more: Any,
) -> Field:  # Any: Field's own
    return Field(
        name, Kind.ROWS, label, columns=tuple(columns), minimum=minimum, maximum=maximum, **more
    )
