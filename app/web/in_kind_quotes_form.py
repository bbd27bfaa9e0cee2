"""The form of a quote, the same for the office and for a beneficiary who buys."""

from dataclasses import dataclass
from datetime import date

from fastapi import Request

from app.actions import in_kind_quotes
from app.actions.act import Act
from app.actions.in_kind_quotes import NewQuote
from app.errors import Invalid
from app.i18n.marks import N_
from app.web import fields
from app.web.forms import Form, Posted, read
from app.web.uploads import ACCEPT, taken

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


@dataclass(frozen=True, slots=True)
class TypedQuote:
    supplier: str
    price_cents: int
    dated_on: date
    complies: str
    remark: str


def added(request: Request, posted: Posted, act: Act, asset_id: int) -> Form | None:
    """Keep a quote; return the form with what is wrong, None if it is kept."""
    form = read(QUOTE, posted)
    if form.errors:
        return form
    try:
        file = taken(request, posted, "file")
        in_kind_quotes.add_quote(act, asset_id, _quote(form.into(TypedQuote)), file)
    except Invalid as problem:
        return form.with_errors(problem.fields, **problem.values)
    return None


def _quote(typed: TypedQuote) -> NewQuote:
    return NewQuote(
        supplier=typed.supplier,
        price_cents=typed.price_cents,
        dated_on=typed.dated_on,
        complies=typed.complies == "yes",
        remark=typed.remark,
    )
