"""What can be done to a grant in kind as a whole: which deed when, for whom, asking what."""

from collections.abc import Callable
from datetime import date

from app.actions import assets, handovers, in_kind, own_share_returns, own_shares
from app.actions.in_kind import NewItem, PayTo
from app.actions.own_share_returns import NewReturn
from app.actions.own_shares import PaidIn
from app.i18n.marks import N_
from app.queries.in_kind_page import InKindPage
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Actor, Permission
from app.web.fields import Field, Option, Verbatim, amount, date_of, several, text
from app.web.in_kind_parts import BANK, ITEM, REASON, Whole, condition_field, reason_only
from app.web.step_forms import OpenSteps, Step, Steps


def _price_fields(_: Whole) -> tuple[Field, ...]:
    return (
        date_of(
            "due_on",
            N_("Own share is paid in by"),
            missing=N_("Enter until when the own share is paid in."),
        ),
        text(
            "account",
            N_("Account for the own share"),
            hint=N_(
                "The account that two people confirmed for it. The beneficiary reads it in the "
                "mail."
            ),
            missing=N_("Enter the account to which it is paid"),
            max_length=60,
        ),
        text(
            "reference",
            N_("Reference for the payment"),
            hint=N_("The beneficiary reads it in the mail."),
            max_length=60,
        ),
    )


def _own_share_fields(_: Whole) -> tuple[Field, ...]:
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


def _protocol_fields(whole: Whole) -> tuple[Field, ...]:
    things = tuple(
        Option(str(each.asset_id), Verbatim(each.title)) for each in whole.grant.to_hand_over
    )
    return (
        several(
            "things",
            N_("What is handed over by this protocol"),
            things,
            missing=N_("Choose at least one thing."),
        ),
    )


def _return_fields(_: Whole) -> tuple[Field, ...]:
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


GRANT: Steps[Whole] = Steps(
    {
        "add-item": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Add an item"),
            notice=N_("The item is added. Ask for quotes next."),
            run=lambda act, whole, sent: in_kind.add_item(
                act, whole.grant.grant_id, sent.into(NewItem)
            ),
            fields=lambda _: ITEM,
        ),
        "prices": Step(
            needs=Permission.HANDLE_ASSETS,
            kind="primary",
            button=N_("Fix the prices"),
            notice=N_("The prices are fixed. The beneficiary was told what to pay in."),
            run=lambda act, whole, sent: in_kind.fix_prices(
                act, whole.grant.grant_id, due_on=sent.day("due_on"), pay_to=sent.into(PayTo)
            ),
            fields=_price_fields,
            filled=lambda whole: {"account": printed_iban(whole.grant.authority_iban)},
            explains=N_(
                "The prices of the chosen quotes are divided between the grant and the own share, "
                "and the beneficiary is asked for it by mail."
            ),
        ),
        "reopen": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Open the prices again"),
            notice=N_("The prices are open again."),
            run=lambda act, whole, sent: in_kind.reopen(
                act, whole.grant.grant_id, reason=sent.text("reason")
            ),
            fields=reason_only,
            explains=N_("Possible as long as nothing of the own share was paid in."),
        ),
        "own-share": Step(
            needs=Permission.HANDLE_ASSETS,
            kind="primary",
            button=N_("Record own share"),
            notice=N_("Recorded. A second person confirms it by the bank statement."),
            run=lambda act, whole, sent: own_shares.record(
                act, whole.grant.grant_id, sent.into(PaidIn)
            ),
            fields=_own_share_fields,
        ),
        "protocol": Step(
            needs=Permission.HANDLE_ASSETS,
            kind="primary",
            button=N_("Print a handover protocol"),
            notice=N_("The protocol is being printed. Load this page again in a moment."),
            run=lambda act, whole, sent: handovers.prepare(
                act, whole.grant.grant_id, [int(key) for key in sent.keys("things")]
            ),
            fields=_protocol_fields,
            filled=lambda whole: {
                "things": [str(each.asset_id) for each in whole.grant.to_hand_over]
            },
            explains=N_("Things that come later are handed over by a protocol of their own."),
        ),
        "titles": Step(
            needs=Permission.MOVE_TITLE,
            kind="primary",
            button=N_("Pass on all titles whose time is over"),
            notice=N_("The titles have passed. The paper for both to sign is being printed."),
            run=lambda act, whole, sent: assets.transfer_all(
                act, whole.grant.grant_id, condition_met=sent.is_yes("condition")
            ),
            fields=condition_field,
            explains=N_("From now on the things belong to the beneficiary. It cannot be undone."),
        ),
        "return": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Pay own share back"),
            notice=N_("Proposed. A second person approves it, then the bank pays."),
            run=lambda act, whole, sent: own_share_returns.propose(
                act, whole.grant.grant_id, sent.into(NewReturn)
            ),
            fields=_return_fields,
            filled=lambda whole: {"amount_cents": whole.grant.own_share_over_cents},
        ),
        "close": Step(
            needs=Permission.MOVE_TITLE,
            kind="primary",
            button=N_("Close the grant"),
            notice=N_("The grant is closed."),
            run=lambda act, whole, _: assets.close(act, whole.grant.grant_id),
        ),
    }
)


def grant_steps(page: InKindPage, actor: Actor, today: date) -> OpenSteps[Whole]:
    """Return the steps that the person may take with the grant as it stands."""
    return GRANT.open(_grant_keys(page, today), actor, page.facts)


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
