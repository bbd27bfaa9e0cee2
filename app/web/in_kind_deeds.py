"""What can be done to a grant in kind as a whole: which deed when, for whom, asking what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.actions import assets, handovers, in_kind, own_share_returns, own_shares
from app.actions.act import Act
from app.actions.in_kind import NewItem
from app.actions.own_share_returns import NewReturn
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
    yes_no,
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
    filled: Callable[[InKindPage], dict[str, object]] = lambda _: {}


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


def keys_in(form: Form, name: str) -> tuple[str, ...]:
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


def _protocol_fields(page: InKindPage) -> tuple[Field, ...]:
    things = tuple(Option(str(each.asset_id), Verbatim(each.title)) for each in page.to_hand_over)
    return (
        several(
            "things",
            N_("What is handed over by this protocol"),
            things,
            missing=N_("Choose at least one thing."),
        ),
    )


def _return_fields(page: InKindPage) -> tuple[Field, ...]:
    del page
    return (
        amount(
            "amount_cents",
            N_("Amount that is paid back"),
            missing=N_("Enter the amount that is paid back."),
            minimum_cents=1,
        ),
        text(
            "account",
            N_("Account of the beneficiary"),
            missing=N_("Enter the account of the beneficiary."),
            max_length=120,
        ),
        REASON,
    )


def _title_fields(page: InKindPage) -> tuple[Field, ...]:
    condition = said(page.retention_condition, page.language)
    return (yes_no("condition", Verbatim(condition)),) if condition else ()


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
        button=N_("Print a handover protocol"),
        notice=N_("The protocol is being printed. Load this page again in a moment."),
        run=lambda act, page, form: handovers.prepare(
            act, page.grant_id, [int(key) for key in keys_in(form, "things")]
        ),
        fields=_protocol_fields,
        filled=lambda page: {"things": [str(each.asset_id) for each in page.to_hand_over]},
        explains=N_("Things that come later are handed over by a protocol of their own."),
    ),
    "titles": GrantDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Pass on all titles whose time is over"),
        notice=N_("The titles have passed. The paper for both to sign is being printed."),
        run=lambda act, page, form: assets.transfer_all(
            act, page.grant_id, condition_met=form.values.get("condition") is True
        ),
        fields=_title_fields,
        explains=N_("From now on the things belong to the beneficiary. It cannot be undone."),
    ),
    "return": GrantDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Pay own share back"),
        notice=N_("Proposed. A second person approves it, then the bank pays."),
        run=lambda act, page, form: own_share_returns.propose(
            act, page.grant_id, form.into(NewReturn)
        ),
        fields=_return_fields,
        filled=lambda page: {"amount_cents": page.own_share_over_cents},
        kind="secondary",
    ),
    "close": GrantDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Close the grant"),
        notice=N_("The grant is closed."),
        run=lambda act, page, _: assets.close(act, page.grant_id),
    ),
}


def grant_steps(page: InKindPage, actor: Actor, today: date) -> tuple[tuple[str, GrantDeed], ...]:
    """Return the deeds that the person may do to the grant as it stands."""
    open_ones = _grant_keys(page, today)
    return tuple(
        (key, GRANT_DEEDS[key])
        for key in open_ones
        if may(actor, GRANT_DEEDS[key].needs, page.facts) is None
    )


def _grant_keys(page: InKindPage, today: date) -> tuple[str, ...]:
    back = ("return",) if page.own_share_over_cents else ()
    if page.agreement_state != "active" or page.state not in _KEYS:
        return back
    due = [
        each
        for each in page.assets
        if each.state == "in_retention" and each.retained_until and each.retained_until <= today
    ]
    # One title is passed on at its thing.
    titles = ("titles",) if len(due) > 1 else ()
    return (*_KEYS[page.state](page), *titles, *back)


def _choosing(page: InKindPage) -> tuple[str, ...]:
    is_priced = page.bought and all(each.price_cents is not None for each in page.bought)
    return ("prices", "add-item") if is_priced else ("add-item",)


def _priced(page: InKindPage) -> tuple[str, ...]:
    if all(each.state == "struck" for each in page.own_shares):
        return ("own-share", "reopen")
    # All of it is there and waits for a second person: nothing more to record.
    is_there = page.own_share_waiting_cents >= page.own_share_left_cents
    return () if is_there else ("own-share",)


def _owed(page: InKindPage) -> tuple[str, ...]:
    """After a price has risen the rest of the own share is paid in."""
    return ("own-share",) if page.own_share_left_cents > page.own_share_waiting_cents else ()


def _funded(page: InKindPage) -> tuple[str, ...]:
    return (*_owed(page), *(("protocol",) if page.to_hand_over else ()))


def _retained(page: InKindPage) -> tuple[str, ...]:
    is_over = all(each.state in _ENDED and each.paid_on is not None for each in page.bought)
    return (*_owed(page), *(("close",) if is_over else ()))


_ENDED = ("transferred", "reallocated", "written_off")
_KEYS: dict[str, Callable[[InKindPage], tuple[str, ...]]] = {
    "choosing": _choosing,
    "priced": _priced,
    "funded": _funded,
    "retained": _retained,
}
