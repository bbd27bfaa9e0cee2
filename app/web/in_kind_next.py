"""What a grant in kind waits for, in words, whoever has to do it."""

from collections.abc import Iterator
from datetime import date

from app.i18n import format_date, format_money, gettext
from app.i18n.marks import N_
from app.queries.in_kind_money import PaperLine
from app.queries.in_kind_page import AssetLine, InKindPage
from app.rules.scheme_in_kind import Procurer

_OF_THINGS = {
    "offers": N_("The beneficiary hands in quotes for: %(items)s."),
    "quotes": N_("Choose a quote for: %(items)s."),
    "order": N_("Order from the supplier: %(items)s."),
    "ordered": N_("The beneficiary orders; record the day of the order of: %(items)s."),
    "deliver": N_("To be delivered: %(items)s. Record the delivery with the serial number."),
    "price": N_("A second person agrees to another price, or not: %(items)s."),
    "invoice": N_("Record the invoice for: %(items)s."),
    "approve": N_("A second person approves the payment for: %(items)s."),
    "pay": N_("Finance pays the supplier of: %(items)s."),
    "hand_over": N_("Print a handover protocol for: %(items)s."),
    "taken_back": N_("Propose who gets this, or write it off: %(items)s."),
    "holder": N_("The fund manager, a second person, agrees to who gets this: %(items)s."),
}


def next_words(page: InKindPage, today: date) -> tuple[str, ...]:
    """Return a sentence for each thing that the grant waits for.

    Once it has ended only papers with both signatures are waited for.
    """
    if page.agreement_state != "active" and page.state != "given_up":
        return tuple(_unscanned(page))
    return (*_of_things(page), *_of_money(page), *_of_papers(page), *_of_titles(page, today))


def _of_things(page: InKindPage) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for asset in page.bought:
        for key in _wanted(page, asset):
            found.setdefault(key, []).append(asset.title)
    for key, words in _OF_THINGS.items():
        if key in found:
            yield gettext(words) % {"items": ", ".join(found[key])}
    if page.state == "choosing" and page.bought and not found.keys() & {"quotes", "offers"}:
        yield gettext("Fix the prices: the beneficiary is then asked for the own share.")


def _wanted(page: InKindPage, asset: AssetLine) -> Iterator[str]:
    is_buyer = page.procured_by == Procurer.BENEFICIARY
    if page.state == "choosing" and asset.price_cents is None:
        is_short = len(asset.quotes) < page.rules.quotes_min
        yield "offers" if is_buyer and is_short else "quotes"
    if page.state == "funded" and asset.state == "planned":
        yield "ordered" if is_buyer else "order"
    if asset.state == "ordered":
        yield "deliver"
    yield from _to_be_paid(page, asset)
    if asset.state == "received" and asset.handover_id is None and page.state == "funded":
        yield "hand_over"
    if asset.state == "repossessed":
        yield "holder" if asset.holder else "taken_back"


def _to_be_paid(page: InKindPage, asset: AssetLine) -> Iterator[str]:
    if asset.change is not None:
        yield "price"
    elif asset.ordered_on and asset.approved_at is None:
        if not asset.invoice_number:
            yield "invoice"
        elif not page.own_share_left_cents:
            yield "approve"
    if asset.approved_at and asset.paid_on is None:
        yield "pay"


def _of_money(page: InKindPage) -> Iterator[str]:
    if page.own_share_waiting_cents:
        amount = format_money(page.own_share_waiting_cents, page.currency)
        yield gettext("A second person confirms the own share of %(amount)s by the statement.") % {
            "amount": amount
        }
    still_cents = page.own_share_left_cents - page.own_share_waiting_cents
    if still_cents > 0 and page.own_share_due_on is not None and page.state != "given_up":
        yield gettext("The beneficiary pays in %(amount)s by %(day)s.") % {
            "amount": format_money(still_cents, page.currency),
            "day": format_date(page.own_share_due_on),
        }
    if page.own_share_over_cents:
        yield gettext(
            "%(amount)s of own share were paid in too much: propose to pay them back."
        ) % {"amount": format_money(page.own_share_over_cents, page.currency)}
    if any(each.state == "proposed" for each in page.returns):
        yield gettext("A second person approves that own share is paid back.")
    if any(each.state == "approved" for each in page.returns):
        yield gettext("Finance pays own share back.")


def _of_papers(page: InKindPage) -> Iterator[str]:
    for paper in page.papers:
        if _is_unsigned(paper):
            things = {"items": ", ".join(paper.things)}
            yield gettext("Both sides sign the protocol, then record it: %(items)s.") % things
    yield from _unscanned(page)


def _unscanned(page: InKindPage) -> Iterator[str]:
    for paper in page.papers:
        if paper.state != "dropped" and not paper.scan_sha256 and not _is_unsigned(paper):
            things = {"items": ", ".join(paper.things)}
            yield gettext("Add the paper with both signatures: %(items)s.") % things


def _is_unsigned(paper: PaperLine) -> bool:
    return paper.kind == "handover" and paper.state == "prepared"


def _of_titles(page: InKindPage, today: date) -> Iterator[str]:
    kept = [each for each in page.assets if each.state == "in_retention" and each.retained_until]
    due = [each.title for each in kept if each.retained_until and each.retained_until <= today]
    if due:
        yield gettext("The fund manager may pass on the title of: %(items)s.") % {
            "items": ", ".join(due)
        }
    visits = [day for day in page.visits_planned if day >= today]
    if kept and visits:
        yield gettext("The next visit is planned for %(day)s.") % {"day": format_date(visits[0])}
    if page.state == "retained" and all(
        each.state in ("transferred", "reallocated", "written_off") and each.paid_on
        for each in page.bought
    ):
        yield gettext("The fund manager closes the grant.")
