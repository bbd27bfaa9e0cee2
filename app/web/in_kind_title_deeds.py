"""What can be done with one thing once it is handed over: its title, and who gets it next."""

from datetime import date

from app.actions import assets, reallocations
from app.actions.act import Act
from app.actions.reallocations import NewHolder
from app.errors import Conflict
from app.i18n import gettext
from app.i18n.marks import N_
from app.queries.in_kind_holders import Holder
from app.queries.in_kind_page import AssetLine
from app.rules.permissions import Permission
from app.rules.scheme_letters import AidRegime
from app.web.fields import Field, Option, Verbatim, amount, choice, date_of, long_text, yes_no
from app.web.in_kind_parts import REASON, Thing, condition_field, reason_only
from app.web.step_forms import Sent, Step


def _holder_fields(thing: Thing) -> tuple[Field, ...]:
    if not thing.holders:
        raise Conflict(
            N_("Nobody of this call waits for it or has an agreement in force. Write it off.")
        )
    options = tuple(Option(str(each.application_id), _in_words(each)) for each in thing.holders)
    aid = yes_no(
        "aid_fits",
        N_("The new holder’s statement of other aid leaves room for it"),
        hint=N_("Aid in another currency than that of the call is not added up here."),
    )
    return (
        choice(
            "application_id",
            N_("Who gets it"),
            options,
            hint=N_("In the order in which they are asked: the reserve list first."),
            missing=N_("Choose who gets it."),
        ),
        long_text(
            "out_of_order",
            N_("Why not the next on the reserve list"),
            hint=N_("Only where somebody is passed over, for example: no use for it."),
            max_words=100,
        ),
        amount(
            "value_cents",
            N_("What it is worth today"),
            hint=N_("At most its price. It counts as aid to the new holder."),
            missing=N_("Enter what it is worth today."),
            minimum_cents=0,
        ),
        *((aid,) if thing.grant.aid_regime is AidRegime.DE_MINIMIS else ()),
        REASON,
    )


def _in_words(holder: Holder) -> Verbatim:
    words = (
        gettext("%(lot)s, place %(place)s on the reserve list")
        % {"lot": holder.lot, "place": holder.place}
        if holder.place is not None
        else gettext("has an agreement in force")
    )
    return Verbatim(f"{holder.reference} · {holder.organisation} ({words})")


def _propose(act: Act, thing: Thing, sent: Sent) -> int:
    wanted = NewHolder(
        application_id=int(sent.text("application_id")),
        value_cents=sent.cents("value_cents"),
        reason=sent.text("reason"),
        out_of_order=sent.text("out_of_order"),
        aid_fits=sent.is_yes("aid_fits"),
    )
    return reallocations.propose(act, thing.asset.asset_id, wanted)


def _holder_of(thing: Thing) -> int:
    if thing.asset.holder is None:
        raise Conflict(N_("Nobody is proposed any more. Somebody may have decided already."))
    return thing.asset.holder.reallocation_id


TITLES: dict[str, Step[Thing]] = {
    "transfer": Step(
        needs=Permission.MOVE_TITLE,
        button=N_("Pass on the title"),
        notice=N_("The title has passed to the beneficiary."),
        run=lambda act, thing, sent: assets.transfer(
            act, thing.asset.asset_id, condition_met=sent.is_yes("condition")
        ),
        fields=condition_field,
        explains=N_("From now on the thing belongs to the beneficiary. It cannot be undone."),
    ),
    "repossess": Step(
        needs=Permission.MOVE_TITLE,
        button=N_("Take the thing back"),
        notice=N_("Taken back. Propose who gets it, or write it off."),
        run=lambda act, thing, sent: assets.repossess(
            act,
            thing.asset.asset_id,
            taken_on=sent.day("taken_on"),
            reason=sent.text("reason"),
        ),
        fields=lambda _: (
            date_of("taken_on", N_("Day on which it was taken back"), missing=N_("Enter the day")),
            REASON,
        ),
    ),
    "reallocate": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Propose who gets it"),
        notice=N_("Proposed. The fund manager, another person, agrees to it or not."),
        run=_propose,
        fields=_holder_fields,
        filled=lambda thing: {"value_cents": thing.asset.price_cents},
        explains=N_("It goes to the next on the reserve list, or to another one with a reason."),
    ),
    "agree-holder": Step(
        needs=Permission.GIVE_ON,
        button=N_("Agree to who gets it"),
        notice=N_("Agreed. The new holder was told; the paper for both to sign is being printed."),
        run=lambda act, thing, _: reallocations.agree(act, _holder_of(thing)),
        kind="primary",
    ),
    "drop-holder": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Do not give it to them"),
        notice=N_("The proposal is dropped. Propose somebody else, or write the thing off."),
        run=lambda act, thing, sent: reallocations.drop(
            act, _holder_of(thing), reason=sent.text("reason")
        ),
        fields=reason_only,
    ),
    "write-off": Step(
        needs=Permission.MOVE_TITLE,
        button=N_("Write it off"),
        notice=N_("Written off."),
        run=lambda act, thing, sent: assets.write_off(
            act, thing.asset.asset_id, reason=sent.text("reason")
        ),
        fields=reason_only,
        explains=N_("For what is lost, stolen, destroyed or of no use any more."),
    ),
}


def title_keys(asset: AssetLine, today: date) -> tuple[str, ...]:
    """Return what can be done with the title of a thing as it stands."""
    if asset.state == "in_retention":
        is_over = asset.retained_until is not None and today >= asset.retained_until
        return (*(("transfer",) if is_over else ()), "repossess", "write-off")
    if asset.state == "repossessed":
        waits = asset.holder is not None
        return ("agree-holder", "drop-holder") if waits else ("reallocate", "write-off")
    return ()
