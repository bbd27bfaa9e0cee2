"""What each kind of field takes from a post, understands, and shows again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from starlette.datastructures import ImmutableMultiDict, UploadFile

from app.i18n import format_filesize, format_money, format_score, sentence, text
from app.i18n.formats import ZONE
from app.rules.amounts import parse_amount, parse_decimal, parse_whole
from app.rules.messages import Message
from app.web.fields import Field, Kind

Typed = Mapping[str, tuple[str, ...]]
Posting = Mapping[str, str | UploadFile] | Mapping[str, str]
"""A posted form, the query of an address, or plain names and texts in a test."""

_PARTS = {Kind.DATE: (".day", ".month", ".year"), Kind.MOMENT: (".day", ".month", ".year", ".time")}
_ONE_BOX = ("",)
_END_OF_DAY = time(23, 59, 59, 999999)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")
_HOUR = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why an answer was not understood, as a sentence in the reader's language."""

    sentence: str


def _wrong(code: str, **values: object) -> Wrong:
    return Wrong(text(Message(code, values)))


def parts_of(kind: Kind) -> tuple[str, ...]:
    """Return what the names of the boxes of a field end in: one box, or one for each part."""
    return _PARTS.get(kind, _ONE_BOX)


def typed_from(field: Field, posted: Posting, start: str) -> Typed:
    """Return the texts of one field by part (`.day`), cleaned of what nobody can see."""
    if field.kind is Kind.SEVERAL and isinstance(posted, ImmutableMultiDict):
        return {"": tuple(str(value) for value in posted.getlist(start))}
    ends = parts_of(field.kind)
    texts = {end: posted.get(start + end) for end in ends}
    return {end: (_clean(value),) for end, value in texts.items() if isinstance(value, str)}


def _clean(typed: str) -> str:
    """Browsers send CRLF; control characters cannot be stored and were never seen."""
    return _UNSEEN.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))


def parse(field: Field, typed: Typed, file: UploadFile | None) -> object:
    """Return the value of an answer, the empty value of its kind, or what is Wrong."""
    if _is_empty(field, typed, file):
        return Wrong(sentence(field.missing)) if field.missing else _EMPTY.get(field.kind)
    if field.kind is Kind.UPLOAD:
        return _upload(field, file)
    if field.kind in _WHOLE:
        return _WHOLE[field.kind](field, typed)
    return _single(field, typed[""][0])


def _is_empty(field: Field, typed: Typed, file: UploadFile | None) -> bool:
    if field.kind is Kind.UPLOAD:
        return file is None
    return not any(part.strip() for texts in typed.values() for part in texts)


def _single(field: Field, typed: str) -> object:
    only = typed if field.kind is Kind.PASSWORD else typed.strip()
    if field.max_length is not None and len(only) > field.max_length:
        return _wrong("typed.too_long", maximum=field.max_length, length=len(only))
    return _SINGLE[field.kind](field, only)


_EMPTY: Mapping[Kind, object] = {
    Kind.TEXT: "",
    Kind.EMAIL: "",
    Kind.IBAN: "",
    Kind.LONG_TEXT: "",
    Kind.PASSWORD: "",
    Kind.HIDDEN: "",
    Kind.ONE_OF: "",
    Kind.CHOICE: "",
    Kind.SEVERAL: (),
    Kind.YES_NO: False,
}


def _as_it_is(_field: Field, typed: str) -> object:
    return typed


def _one_line(_field: Field, typed: str) -> object:
    return " ".join(typed.split())


def _email(_field: Field, typed: str) -> object:
    return typed if _EMAIL.fullmatch(typed) else _wrong("typed.not_an_email")


def _iban(_field: Field, typed: str) -> object:
    try:
        return str(IBAN(typed, validate_bban=False))
    except SchwiftyException:
        return _wrong("typed.not_an_iban")


def _long_text(field: Field, typed: str) -> object:
    words = count_words(typed)
    if field.max_words is not None and words > field.max_words:
        return _wrong("typed.too_many_words", maximum=field.max_words, words=words)
    return typed


def count_words(typed: str) -> int:
    """Count as the counter in the browser does: runs of anything but space."""
    return len(typed.split())


def _number(field: Field, typed: str) -> object:
    value = parse_whole(typed)
    if isinstance(value, Message):
        return Wrong(text(value))
    return _in_bounds(field, value, str)


def _amount(field: Field, typed: str) -> object:
    value = parse_amount(typed)
    if isinstance(value, Message):
        return Wrong(text(value))
    return _in_bounds(field, value, lambda bound: format_money(int(bound)))


def _score(field: Field, typed: str) -> object:
    value = parse_decimal(typed, places=2)
    if isinstance(value, Message):
        return Wrong(text(value))
    if field.step is not None and value % field.step:
        return _wrong("typed.not_a_step", step=field.step)
    return _in_bounds(field, value, lambda bound: format_score(bound, trim=True))


def _in_bounds(
    field: Field, value: int | Fraction, shown: Callable[[int | Fraction], str]
) -> object:
    if field.minimum is not None and value < field.minimum:
        return _wrong("typed.below_minimum", minimum=shown(field.minimum))
    if field.maximum is not None and value > field.maximum:
        return _wrong("typed.above_maximum", maximum=shown(field.maximum))
    return value


def _option(field: Field, typed: str) -> object:
    known = {option.value for option in field.options}
    return typed if typed in known else _wrong("typed.not_an_option")


_SINGLE: dict[Kind, Callable[[Field, str], object]] = {
    Kind.TEXT: _one_line,
    Kind.EMAIL: _email,
    Kind.IBAN: _iban,
    Kind.LONG_TEXT: _long_text,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _amount,
    Kind.SCORE: _score,
    Kind.ONE_OF: _option,
    Kind.CHOICE: _option,
    Kind.PASSWORD: _as_it_is,
    Kind.HIDDEN: _as_it_is,
}


def _several(field: Field, typed: Typed) -> object:
    known = {option.value for option in field.options}
    chosen = tuple(value for value in typed[""] if value)
    return chosen if set(chosen) <= known else _wrong("typed.not_an_option")


def _upload(field: Field, file: UploadFile | None) -> object:
    size = (file.size or 0) if file else 0
    if size == 0:
        return _wrong("typed.empty_file", name=file.filename if file else "")
    if field.maximum is not None and size > field.maximum:
        most = format_filesize(int(field.maximum))
        return _wrong("typed.file_too_large", maximum=most, size=format_filesize(size))
    return file


def _when(field: Field, typed: Typed) -> object:
    day = _day(typed)
    if isinstance(day, Wrong) or field.kind is Kind.DATE:
        return day
    return _moment(day, typed.get(".time", ("",))[0].strip())


def _day(typed: Typed) -> date | Wrong:
    parts = [typed.get(end, ("",))[0].strip() for end in _PARTS[Kind.DATE]]
    if not all(parts):
        return _wrong("typed.date_incomplete")
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        return _wrong("typed.not_a_date")
    day, month, year = map(int, parts)
    if len(parts[2]) != 4 or not 1900 <= year <= 2199:
        return _wrong("typed.year_of_four_digits")
    try:
        return date(year, month, day)
    except ValueError:
        return _wrong("typed.not_a_date")


def _moment(day: date, hour: str) -> datetime | Wrong:
    found = _HOUR.fullmatch(hour)
    if found is None:
        return _wrong("typed.not_an_hour")
    hours, minutes = int(found[1]), int(found[2])
    if hours == 24 and minutes:
        return _wrong("typed.not_an_hour")
    local = datetime.combine(day, _END_OF_DAY if hours == 24 else time(hours, minutes), tzinfo=ZONE)
    moment = local.astimezone(UTC)
    if moment.astimezone(ZONE).replace(tzinfo=None) != local.replace(tzinfo=None):
        # The hour that summer time skips does not exist.
        return _wrong("typed.hour_skipped")
    return moment


_WHOLE: dict[Kind, Callable[[Field, Typed], object]] = {
    Kind.SEVERAL: _several,
    Kind.YES_NO: lambda _field, typed: bool(typed[""][0]),
    Kind.DATE: _when,
    Kind.MOMENT: _when,
}


def unparse(field: Field, value: object) -> Typed:  # noqa: PLR0911 - one line for each kind
    """Return a stored value as a person would have typed it; what `parse` would read back."""
    match field.kind, value:
        case _, None:
            return {}
        case Kind.SEVERAL, tuple() | list():
            return {"": tuple(map(str, value))}
        case Kind.YES_NO, bool():
            return {"": ("yes",)} if value else {}
        case Kind.AMOUNT, int():
            return {"": (format_money(value),)}
        case Kind.SCORE, Fraction() | int():
            return {"": (format_score(value, trim=True),)}
        case Kind.MOMENT, datetime():
            local = value.astimezone(ZONE)
            end_of_day = local.time() == _END_OF_DAY
            return _day_parts(local.date()) | {
                ".time": ("24:00" if end_of_day else f"{local:%H:%M}",)
            }
        case Kind.DATE, date():
            return _day_parts(value)
        case _:
            return {"": (str(value),)}


def _day_parts(day: date) -> dict[str, tuple[str, ...]]:
    return {".day": (str(day.day),), ".month": (str(day.month),), ".year": (str(day.year),)}
