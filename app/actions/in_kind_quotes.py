"""Quotes: several for each thing, and the one that is chosen, with its reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.in_kind import CHOSEN, TO, day_of, planned, rules_of
from app.errors import Conflict, Invalid, Said
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant, Quote, StoredFile
from app.queries import in_kind_facts as known
from app.queries.suppliers import suppliers_for_thing
from app.rules.in_kind import Offer, choice_findings
from app.rules.permissions import Permission
from app.rules.scheme_in_kind import Procurer
from app.rules.suppliers import alike, spelled


@dataclass(frozen=True, slots=True)
class NewQuote:
    """`is_other` says that a supplier is another one than those of almost the same name."""

    supplier: str
    price_cents: int
    dated_on: date
    complies: bool = True
    remark: str = ""
    is_other: bool = False


def add_quote(act: Act, asset_id: int, quote: NewQuote, file: NewFile | None = None) -> int:
    """Keep a supplier's offer for a thing, with its paper if there is one; return its id.

    Where the beneficiary buys, they may hand in quotes themselves.
    """
    asset = _open_for_quotes(act, asset_id)
    suppliers = suppliers_for_thing(act.session, asset.id)
    name = spelled(quote.supplier, suppliers) or quote.supplier.strip()
    wrong: dict[str, str | Said] = {}
    similar = () if name in suppliers or quote.is_other else alike(name, suppliers)
    if not name:
        wrong["supplier"] = N_("Enter the name of the supplier.")
    elif similar:
        wrong["is_other"] = N_(
            "{similar} is known here. Enter the name so, or confirm that this is another supplier."
        )
    if quote.price_cents <= 0:
        wrong["price_cents"] = N_("The price must be above zero.")
    if quote.dated_on > day_of(act.now):
        wrong["dated_on"] = N_("This day lies ahead. Enter the day of the quote.")
    if wrong:
        raise Invalid(wrong, similar=", ".join(similar))
    row = Quote(
        asset_id=asset.id,
        supplier=name,
        price_cents=quote.price_cents,
        dated_on=quote.dated_on,
        complies=quote.complies,
        remark=quote.remark.strip(),
        file_id=_kept(act, asset, file) if file else None,
        added_by=act.actor.user_id,
        added_at=act.now,
    )
    act.create(row, to=Permission.ADD_QUOTE, within=asset)
    act.record(asset, "add_quote", supplier=row.supplier, price_cents=row.price_cents)
    return row.id


def remove_quote(act: Act, quote_id: int) -> None:
    """Take a quote out that was entered by mistake; the trail keeps it."""
    asset = _open_for_quotes(act, known.asset_of_quote(act.session, quote_id))
    for quote in _quotes(act, asset):
        if quote.id == quote_id:
            if quote.is_chosen:
                raise Conflict(N_("This quote is chosen. Choose another one first."))
            act.record(
                asset, "remove_quote", supplier=quote.supplier, price_cents=quote.price_cents
            )
            act.session.delete(quote)
    act.session.flush()


def choose(act: Act, quote_id: int, *, reason: str = "") -> None:
    """Choose a quote; a dearer one than the cheapest, or one of too few, needs its reason."""
    asset = planned(act, known.asset_of_quote(act.session, quote_id))
    quotes = _quotes(act, asset)
    offers = [Offer(each.id, each.price_cents, each.complies) for each in quotes]
    least = rules_of(act.session, asset.call_id).quotes_min
    wrong = choice_findings(offers, quote_id, least=least, reason=reason)
    if wrong:
        raise Invalid({message.path: message for message in wrong})
    chosen = next(each for each in quotes if each.id == quote_id)
    for each in quotes:
        each.is_chosen = False
    # Two steps: the index allows one chosen quote, and both rows would change in one.
    act.session.flush()
    chosen.is_chosen = True
    # An older offer may spell its supplier in another way than its account does.
    suppliers = suppliers_for_thing(act.session, asset.id)
    asset.supplier = spelled(chosen.supplier, suppliers) or chosen.supplier
    asset.price_cents = chosen.price_cents
    asset.choice_reason, asset.chosen_by = reason.strip(), act.actor.user_id
    act.record(
        asset,
        "choose_quote",
        supplier=asset.supplier,
        price_cents=chosen.price_cents,
        quotes=len(quotes),
        reason=reason.strip(),
    )


def _open_for_quotes(act: Act, asset_id: int) -> Asset:
    grant_id = known.grant_of_asset(act.session, asset_id)
    agreement = act.load(
        Agreement, known.agreement_of(act.session, grant_id), to=Permission.ADD_QUOTE
    )
    grant = act.load(InKindGrant, grant_id, to=Permission.ADD_QUOTE)
    asset = act.load(Asset, asset_id, to=Permission.ADD_QUOTE)
    if agreement.state != "active" or grant.state != "choosing" or asset.state != "planned":
        raise Conflict(CHOSEN)
    if grant.procured_by == Procurer.AUTHORITY:
        # Then only its own people may: the beneficiary only reads.
        act.load(Asset, asset_id, to=TO)
    return asset


def _quotes(act: Act, asset: Asset) -> Sequence[Quote]:
    return act.load_many(Quote, Quote.asset_id == asset.id, to=Permission.ADD_QUOTE, within=asset)


def _kept(act: Act, asset: Asset, file: NewFile) -> int:
    stored = StoredFile(**asdict(file), created_at=act.now, created_by=act.actor.user_id)
    return act.create(stored, to=Permission.ADD_QUOTE, within=asset).id
