"""A grant in kind that is given up: what was not bought is left out, its money is free.

A part of ending an agreement (`agreement_steps.end`): one person proposes it with the reason,
another ends it. The database frees what was never paid, and the next on the reserve list
gets it in order (`reserve.propose`). Things that were paid for but not handed over stay
with the authority, which gives them on or writes them off.
"""

from collections.abc import Sequence

from app.actions.act import Act
from app.actions.in_kind import assets_of, day_of
from app.actions.price_changes import share_again
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant
from app.queries import in_kind_facts as known
from app.rules.permissions import Permission


def settle(act: Act, agreement: Agreement, *, to: Permission, reason: str) -> None:
    """End the grant in kind of an agreement; nothing where money was given. A part.

    Conflict while a supplier waits for an order or its payment, or while the beneficiary still
    holds a thing.
    """
    grant_id = known.grant_of_agreement(act.session, agreement.id)
    if grant_id is None:
        return
    grant = act.load(InKindGrant, grant_id, to=to)
    things = assets_of(act, grant, to)
    _refuse_unsettled(things)
    for asset in things:
        asset.ended_on = asset.ended_on or day_of(act.now)
        if asset.state == "planned":
            asset.end_reason = reason
            act.move(asset, "drop", reason=reason)
        elif asset.state == "received":
            asset.end_reason = reason
            act.move(asset, "repossess", taken_on=day_of(act.now), reason=reason)
    if grant.state == "choosing":
        for asset in things:
            asset.support_cents = None
    else:
        share_again(act, agreement, grant, to)
    act.move(
        grant,
        "give_up",
        reason=reason,
        support_cents=grant.support_cents,
        own_share_cents=grant.own_share_cents,
    )


def _refuse_unsettled(things: Sequence[Asset]) -> None:
    held = [each.title for each in things if each.state in ("handed_over", "in_retention")]
    if held:
        raise Conflict(N_("Take these back first: {items}."), items=", ".join(held))
    unpaid = [
        each.title
        for each in things
        if each.state != "dropped" and each.ordered_on is not None and each.paid_on is None
    ]
    if unpaid:
        raise Conflict(
            N_("Cancel these orders or pay their suppliers first: {items}."),
            items=", ".join(unpaid),
        )
