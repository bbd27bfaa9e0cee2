"""What can be done to a grant in kind as a whole: which deed when, for whom, asking what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.actions import assets, handovers, in_kind, own_shares
from app.actions.act import Act
from app.actions.handovers import Signed
from app.actions.in_kind import NewItem
from app.actions.own_shares import PaidIn
from app.i18n.marks import N_
from app.queries.in_kind import InKindPage
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_text import said
from app.web.fields import (
    Field,
    Option,
    Verbatim,
    amount,
    date_of,
    long_text,
    several,
    text,
)
from app.web.forms import Form

REASON = long_text(
    "reason", N_("Reason"), missing=N_("Write the reason; it is kept on file."), max_words=200
)
BANK = text(
    "bank_reference",
    N_("Reference of the bank"),
    missing=N_("Enter the reference on the bank statement."),
    max_length=80,
)
ITEM = (
    text("title", N_("What is needed"), missing=N_("Enter what is needed."), max_length=200),
    text("quantity", N_("Quantity"), hint=N_("For example 1 piece"), max_length=60),
    long_text(
        "specification",
        N_("Technical specification"),
        hint=N_("What it must be able to do. No brands."),
        max_words=300,
    ),
)

GrantFields = Callable[[InKindPage], tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class GrantDeed:
    """One button of the grant. Without `fields` it acts at once, else it has a page of its own."""

    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, InKindPage, Form], object]
    fields: GrantFields | None = None
    explains: str = ""
    kind: str = "primary"


def day_in(form: Form, name: str) -> date:
    value = form.values[name]
    assert isinstance(value, date)
    return value


def text_in(form: Form, name: str) -> str:
    return str(form.values[name] or "")


def cents_in(form: Form, name: str) -> int:
    value = form.values[name]
    assert isinstance(value, int)
    return value


def _keys(form: Form, name: str) -> tuple[str, ...]:
    value = form.values.get(name)
    return tuple(str(each) for each in value) if isinstance(value, tuple) else ()


def _price_fields(page: InKindPage) -> tuple[Field, ...]:
    del page
    return (
        date_of(
            "due_on",
            N_("Own share is paid in by"),
            missing=N_("Enter until when the own share is paid in."),
        ),
        long_text(
            "pay_to",
            N_("Account and reference for the own share"),
            hint=N_("The beneficiary reads this in the mail."),
            missing=N_("Enter to which account and with which reference it is paid."),
            max_words=60,
        ),
    )


def _own_share_fields(page: InKindPage) -> tuple[Field, ...]:
    del page
    return (
        amount(
            "amount_cents",
            N_("Amount received"),
            missing=N_("Enter the amount on the bank statement."),
            minimum_cents=1,
        ),
        date_of("received_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
        BANK,
    )


def _handover_fields(page: InKindPage) -> tuple[Field, ...]:
    conditions = tuple(
        Option(each.key, Verbatim(said(each.question, page.language)))
        for each in page.rules.handover_conditions
    )
    asked = (
        several("conditions", N_("What was checked before the handover"), conditions),
    ) if conditions else ()  # fmt: skip
    return (
        date_of("signed_on", N_("Day of the last signature"), missing=N_("Enter the day")),
        text(
            "handed_over_by",
            N_("Who signed for the authority"),
            missing=N_("Enter who signed for the authority."),
            max_length=200,
        ),
        text(
            "received_by",
            N_("Who signed for the beneficiary"),
            missing=N_("Enter who signed for the beneficiary."),
            max_length=200,
        ),
        *asked,
    )


GRANT_DEEDS: dict[str, GrantDeed] = {
    "add-item": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Add an item"),
        notice=N_("The item is added. Ask for quotes next."),
        run=lambda act, page, form: in_kind.add_item(act, page.grant_id, form.into(NewItem)),
        fields=lambda _: ITEM,
        kind="secondary",
    ),
    "prices": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Fix the prices"),
        notice=N_("The prices are fixed. The beneficiary was told what to pay in."),
        run=lambda act, page, form: in_kind.fix_prices(
            act, page.grant_id, due_on=day_in(form, "due_on"), pay_to=text_in(form, "pay_to")
        ),
        fields=_price_fields,
        explains=N_(
            "The prices of the chosen quotes are divided between the grant and the own share, "
            "and the beneficiary is asked for it by mail."
        ),
    ),
    "reopen": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Open the prices again"),
        notice=N_("The prices are open again."),
        run=lambda act, page, form: in_kind.reopen(
            act, page.grant_id, reason=text_in(form, "reason")
        ),
        fields=lambda _: (REASON,),
        explains=N_("Possible as long as nothing of the own share was paid in."),
        kind="secondary",
    ),
    "own-share": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record own share"),
        notice=N_("Recorded. A second person confirms it by the bank statement."),
        run=lambda act, page, form: own_shares.record(act, page.grant_id, form.into(PaidIn)),
        fields=_own_share_fields,
    ),
    "protocol": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Print the handover protocol"),
        notice=N_("The protocol is being printed. Load this page again in a moment."),
        run=lambda act, page, _: handovers.prepare(act, page.grant_id),
    ),
    "handover": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the signed handover"),
        notice=N_("Handed over. The time of retention has begun."),
        run=lambda act, page, form: handovers.hand_over(
            act,
            page.grant_id,
            Signed(
                day_in(form, "signed_on"),
                text_in(form, "handed_over_by"),
                text_in(form, "received_by"),
                _keys(form, "conditions"),
            ),
        ),
        fields=_handover_fields,
        explains=N_("Take names and day from the signed paper."),
    ),
    "close": GrantDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Close the grant"),
        notice=N_("The grant is closed."),
        run=lambda act, page, _: assets.close(act, page.grant_id),
    ),
}


def grant_steps(page: InKindPage, actor: Actor) -> tuple[tuple[str, GrantDeed], ...]:
    """Return the deeds that the person may do to the grant as it stands."""
    open_ones = _grant_keys(page)
    return tuple(
        (key, GRANT_DEEDS[key])
        for key in open_ones
        if may(actor, GRANT_DEEDS[key].needs, page.facts) is None
    )


def _grant_keys(page: InKindPage) -> tuple[str, ...]:
    if page.agreement_state != "active" or page.state not in _KEYS:
        return ()
    return _KEYS[page.state](page)


def _choosing(page: InKindPage) -> tuple[str, ...]:
    is_priced = page.bought and all(each.price_cents is not None for each in page.bought)
    return ("prices", "add-item") if is_priced else ("add-item",)


def _priced(page: InKindPage) -> tuple[str, ...]:
    if all(each.state == "struck" for each in page.own_shares):
        return ("own-share", "reopen")
    # All of it is there and waits for a second person: nothing more to record.
    is_there = page.own_share_waiting_cents >= page.own_share_left_cents
    return () if is_there else ("own-share",)


def _funded(page: InKindPage) -> tuple[str, ...]:
    if any(each.state != "received" for each in page.bought):
        return ()
    return ("handover", "protocol") if page.has_protocol else ("protocol",)


def _retained(page: InKindPage) -> tuple[str, ...]:
    is_over = all(each.state in _ENDED and each.paid_on is not None for each in page.bought)
    return ("close",) if is_over else ()


_ENDED = ("transferred", "reallocated", "written_off")
_KEYS: dict[str, Callable[[InKindPage], tuple[str, ...]]] = {
    "choosing": _choosing,
    "priced": _priced,
    "funded": _funded,
    "retained": _retained,
}
