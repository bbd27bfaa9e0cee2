"""Text in a person's language: gettext, numbers, money, dates and the sentences of rules.

The language of a request is set once by `speaking(locale)`; everything below it
(`gettext`, `format_money`, `text` …) follows, and takes another one by argument.
"""

from app.i18n.catalogue import (
    DEFAULT,
    PSEUDO,
    gettext,
    known_locales,
    language,
    ngettext,
    speaking,
)
from app.i18n.formats import (
    format_date,
    format_datetime,
    format_filesize,
    format_list,
    format_money,
    format_number,
    format_score,
    format_time,
)
from app.i18n.said import Said, sentence, text

__all__ = [
    "DEFAULT",
    "PSEUDO",
    "Said",
    "format_date",
    "format_datetime",
    "format_filesize",
    "format_list",
    "format_money",
    "format_number",
    "format_score",
    "format_time",
    "gettext",
    "known_locales",
    "language",
    "ngettext",
    "sentence",
    "speaking",
    "text",
]
