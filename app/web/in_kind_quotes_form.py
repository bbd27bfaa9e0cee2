"""The form of a quote, the same for the office and for a beneficiary who buys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from app.actions import in_kind_quotes
from app.actions.act import Act
from app.actions.in_kind_quotes import NewQuote
from app.errors import Invalid
from app.i18n.marks import N_
from app.rules.search_text import sort_key
from app.web import fields
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, read
from app.web.uploads import ACCEPT, taken

KNOWN = "known"
IS_OTHER = fields.yes_no("is_other", N_("It is another supplier of almost the same name"))
QUOTE = (
    fields.text(
        "supplier",
        N_("Supplier"),
        missing=N_("Enter the name of the supplier."),
        max_length=200,
    ),
    fields.amount(
        "price_cents",
        N_("Price"),
        hint=N_("Of the whole item, with delivery"),
        missing=N_("Enter the price"),
        minimum_cents=1,
    ),
    fields.date_of("dated_on", N_("Day of the quote"), missing=N_("Enter the day")),
    fields.one_of(
        "complies",
        N_("Does it meet the specification?"),
        (fields.Option("yes", N_("Yes")), fields.Option("no", N_("No"))),
        missing=N_("Say whether it meets the specification"),
    ),
    fields.text("remark", N_("Remark"), max_length=300),
    fields.upload("file", N_("The quote as a file"), accept=ACCEPT),
)
NEW_SUPPLIER = fields.text(
    "supplier", N_("Another supplier"), hint=N_("Only one that is not in the list."), max_length=200
)


@dataclass(frozen=True, slots=True)
class TypedQuote:
    price_cents: int
    dated_on: date
    complies: str
    remark: str


def quote_fields(known: Sequence[str]) -> tuple[Field, ...]:
    """Return the fields of a quote; who sees which suppliers are known may choose one of them."""
    if not known:
        return (*QUOTE, IS_OTHER)
    options = tuple(Option(each, Verbatim(each)) for each in sorted(known, key=sort_key))
    listed = fields.choice(
        KNOWN, N_("Known supplier"), options, hint=N_("Choose one, or enter another below.")
    )
    return (listed, NEW_SUPPLIER, *QUOTE[1:], IS_OTHER)


def added(
    request: Request, posted: Posted, act: Act, asset_id: int, known: Sequence[str] = ()
) -> Form | None:
    """Keep a quote; return the form with what is wrong, None if it is kept."""
    form = _named(read(quote_fields(known), posted))
    if form.errors:
        return form
    supplier = str(form.values.get(KNOWN) or form.values["supplier"])
    is_other = form.values["is_other"] is True
    try:
        file = taken(request, posted, "file")
        quote = _quote(form.into(TypedQuote), supplier, is_other=is_other)
        in_kind_quotes.add_quote(act, asset_id, quote, file)
    except Invalid as problem:
        return form.with_errors(problem.fields, **problem.values)
    return None


def _named(form: Form) -> Form:
    """Ask for one name: chosen or typed, never both."""
    if KNOWN not in form.values:
        return form
    chosen, typed = form.values[KNOWN], form.values.get("supplier")
    if chosen and typed:
        return form.with_errors({"supplier": N_("Choose a supplier or enter another, not both.")})
    if not chosen and not typed:
        return form.with_errors({KNOWN: N_("Choose the supplier, or enter another.")})
    return form


def _quote(typed: TypedQuote, supplier: str, *, is_other: bool) -> NewQuote:
    return NewQuote(
        supplier=supplier,
        price_cents=typed.price_cents,
        dated_on=typed.dated_on,
        complies=typed.complies == "yes",
        remark=typed.remark,
        is_other=is_other,
    )
