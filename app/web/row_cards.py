"""Repeated rows as cards: each field has its label, so a row of many fits a telephone too.

A function, for a budget has twenty rows of five fields.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from app import i18n
from app.i18n import gettext
from app.web.controls import button, field_messages
from app.web.fields import Field, Kind
from app.web.forms import Bound, Form
from app.web.markup import safe, shown

FieldOf = Callable[..., Markup]
WIDE, SHORT = 150, 30
"""From so many letters on a text takes a line of its own, up to so many it stands with others."""


def row_cards_of(field: FieldOf) -> Callable[..., Markup]:
    """Return the component `row_cards`; `field` shows any field by its kind."""

    def row_cards(
        f: Bound,
        add: object = "",
        currency: str = "",
        ends: Mapping[str, int] | None = None,
        end_label: object = "",
    ) -> Markup:
        """Return repeated rows as cards with plain buttons; `ends` are totals by a row's prefix."""
        looks = tuple(_look(column) for column in f.field.columns)
        cards = "".join(
            _card(
                f,
                number,
                _fields(field, looks, row, currency),
                "" if ends is None else _end(row, ends, currency, end_label),
            )
            for number, row in enumerate(f.rows, start=1)
        )
        more = button(
            add or gettext("Add a row"), name=f"{f.name}-add", value="1", kind="secondary"
        )
        return safe(
            f'<fieldset class="govuk-fieldset rows" id="{shown(f.id)}">\n'
            '  <legend class="govuk-fieldset__legend govuk-fieldset__legend--m">'
            f"{shown(f.label)}</legend>\n"
            f"  {field_messages(f)}\n{cards}  {more}\n</fieldset>\n"
        )

    return row_cards


def _card(f: Bound, number: int, fields: str, end: str) -> str:
    """Return one row; its total and the button that takes it away stand at its end."""
    named = gettext("Row %(number)s") % {"number": number}
    removes = gettext("Remove row %(number)s") % {"number": number}
    remove = button(removes, name=f"{f.name}-remove", value=number - 1, kind="quiet")
    return (
        f'  <div class="row-card" role="group" aria-label="{shown(named)}">\n'
        f'    <p class="row-card__number" aria-hidden="true">{number}</p>\n'
        f'    <div class="row-card__fields row-card__fields--{len(f.field.columns)}">\n'
        f"{fields}    </div>\n"
        f'    <div class="row-card__end">\n{end}      {remove}\n    </div>\n  </div>\n'
    )


def _fields(field: FieldOf, looks: tuple[str, ...], row: Form, currency: str) -> str:
    return "".join(
        [
            f'      <div class="row-card__field{look}">'
            f"{field(each, currency=currency) if each.kind == Kind.AMOUNT else field(each)}</div>\n"
            for look, each in zip(looks, row, strict=True)
        ]
    )


def _end(row: Form, ends: Mapping[str, int], currency: str, label: object) -> str:
    total = i18n.format_money(ends[row.prefix], currency) if row.prefix in ends else "–"
    start = f'      <p class="row-card__total">{shown(label)} <output class="money"'
    return f'{start} id="{shown(row.prefix)}end">{shown(total)}</output></p>\n'


def _look(column: Field) -> str:
    """Return how much room a field takes in its row."""
    length = column.max_length or 0
    if column.kind is Kind.TEXT and length >= WIDE:
        return " row-card__field--wide"
    is_brief = column.kind is Kind.TEXT and 0 < length <= SHORT
    return " row-card__field--short" if is_brief or column.kind in _NUMBERS else ""


_NUMBERS = {Kind.SCORE, Kind.NUMBER}
