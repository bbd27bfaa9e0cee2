"""Things that were taken back and go to another application of the call, by two people.

The next on the reserve list comes first; who is passed over, and why, is written down. The
thing is theirs by a paper that both sides sign, and its value that day counts as their aid
(handbook 2.1.3, 3.3: a hard stop where the ceiling would be passed).
"""

from dataclasses import dataclass

from app.actions import aid, handovers, handovers_paper
from app.actions.act import Act
from app.actions.in_kind import ENDED_TOO, TO, day_of, locked
from app.actions.notices import write_to_applicant
from app.documents import contexts as c
from app.errors import Conflict, Invalid, NotFound, Said
from app.i18n import format_money
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant, Reallocation
from app.queries import in_kind_facts as known
from app.queries import in_kind_holders
from app.queries.in_kind_holders import Holder
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission

AGREE = Permission.GIVE_ON
_GONE = N_("This proposal does not wait for a decision any more. Look at it again.")


@dataclass(frozen=True, slots=True)
class NewHolder:
    """`application_id` gets the thing, which is worth `value_cents` on this day.

    `aid_fits` confirms by the new holder's own statement that other aid leaves room for it.
    """

    application_id: int
    value_cents: int
    reason: str
    out_of_order: str = ""
    aid_fits: bool = False


def propose(act: Act, asset_id: int, wanted: NewHolder) -> int:
    """Propose who gets a thing that was taken back; return the proposal's id."""
    _, grant, asset = _loaded(act, asset_id, TO)
    if asset.state != "repossessed":
        raise Conflict(N_("Only a thing that was taken back is given to somebody else."))
    if in_kind_holders.waits_for_a_second(act.session, asset_id):
        raise Conflict(N_("Somebody is proposed already. Agree to it or drop it first."))
    _refuse_wrong(act, grant, asset, wanted)
    holder = _holder(act, grant, wanted.application_id)
    row = Reallocation(
        asset_id=asset.id,
        application_id=wanted.application_id,
        value_cents=wanted.value_cents,
        reason=wanted.reason.strip(),
        out_of_order=wanted.out_of_order.strip(),
        proposed_by=act.actor.user_id,
        proposed_at=act.now,
    )
    act.create(row, to=TO, within=grant)
    act.record(
        row,
        "propose_holder",
        given_to=holder.reference,
        value_cents=row.value_cents,
        reason=row.reason,
        out_of_order=row.out_of_order,
        aid_not_added_up=list(_aid_elsewhere(act, grant, holder)),
    )
    return row.id


def agree(act: Act, reallocation_id: int) -> None:
    """Agree to what somebody else proposed: the thing is theirs, and they are told."""
    agreement, grant, asset = _loaded(act, _asset_of(act, reallocation_id), Permission.MOVE_TITLE)
    row = act.load(Reallocation, reallocation_id, to=AGREE)
    if row.state != "proposed" or asset.state != "repossessed":
        raise Conflict(_GONE)
    holder = _holder(act, grant, row.application_id)
    # Of two things that are given to one undertaking at once the second sees the aid of the first.
    aid.hold(act)
    if aid.finding(act, holder.organisation_id, grant.call_id, row.value_cents) is not None:
        raise Conflict(
            N_("Meanwhile {holder} got other aid, so this passes the ceiling. Drop the proposal."),
            holder=holder.reference,
        )
    row.decided_by, row.decided_at = act.actor.user_id, act.now
    act.move(row, "agree_holder", given_to=holder.reference, value_cents=row.value_cents)
    asset.given_to, asset.ended_on = holder.reference, day_of(act.now)
    asset.end_reason = " ".join(each for each in (row.reason, row.out_of_order) if each)
    act.move(asset, "reallocate", given_to=holder.reference, reason=asset.end_reason)
    row.paper_id = _write_paper(act, agreement, grant, asset, row)
    _tell(act, grant, asset, holder, row)


def drop(act: Act, reallocation_id: int, *, reason: str) -> None:
    """Leave the thing where it is; the trail keeps who was proposed and why not."""
    _loaded(act, _asset_of(act, reallocation_id), TO)
    row = act.load(Reallocation, reallocation_id, to=TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why it is not given to them.")})
    if row.state != "proposed":
        raise Conflict(_GONE)
    row.decided_by, row.decided_at = act.actor.user_id, act.now
    act.move(row, "drop_holder", reason=reason.strip())


def _refuse_wrong(act: Act, grant: InKindGrant, asset: Asset, wanted: NewHolder) -> None:
    wrong: dict[str, str | Said] = {}
    values: dict[str, object] = {}
    listed = {each.application_id: each for each in in_kind_holders.holders(act.session, grant.id)}
    holder = listed.get(wanted.application_id)
    first = in_kind_holders.next_in_order(act.session, grant.id)
    if holder is None:
        wrong["application_id"] = N_("Choose who gets it.")
    elif first is not None and holder != first and not wanted.out_of_order.strip():
        wrong["out_of_order"] = N_(
            "Next on the reserve list is {next}. Write why it is passed over."
        )
        values["next"] = first.reference
    currency = scheme_of(act.session, grant.call_id).currency
    if not 0 <= wanted.value_cents <= (asset.price_cents or 0):
        wrong["value_cents"] = N_("A used thing is not worth more than its price of {price}.")
        values["price"] = format_money(asset.price_cents or 0, currency)
    elif holder is not None and (
        above := aid.finding(act, holder.organisation_id, grant.call_id, wanted.value_cents)
    ):
        wrong["value_cents"] = above.in_currency(currency)
    if aid.is_aid(act, grant.call_id) and not wanted.aid_fits:
        wrong["aid_fits"] = N_("Confirm it by the statement of the new holder, or choose another.")
        others = _aid_elsewhere(act, grant, holder) if holder is not None else ()
        if others:
            wrong["aid_fits"] = N_(
                "They also have aid in {others}, which is not added up here. Confirm by their "
                "statement that it leaves room, or choose another."
            )
            values["others"] = ", ".join(others)
    if not wanted.reason.strip():
        wrong["reason"] = N_("Write the reason; it stands in the register.")
    if wrong:
        raise Invalid(wrong, **values)


def _aid_elsewhere(act: Act, grant: InKindGrant, holder: Holder) -> tuple[str, ...]:
    """Return the currencies of aid that is not added up."""
    return aid.known(act, holder.organisation_id, grant.call_id).others


def _holder(act: Act, grant: InKindGrant, application_id: int) -> Holder:
    for each in in_kind_holders.holders(act.session, grant.id):
        if each.application_id == application_id:
            return each
    raise Conflict(
        N_("Who was proposed waits on no list any more. Drop the proposal, then choose another.")
    )


def _write_paper(
    act: Act, agreement: Agreement, grant: InKindGrant, asset: Asset, row: Reallocation
) -> int:
    number = known.next_paper(act.session, grant.id, handovers.GIVEN_ON)
    contents = c.to_json(
        handovers_paper.given_on(act, agreement, asset, number, row.application_id, row.value_cents)
    )
    to = Permission.MOVE_TITLE
    paper = handovers.new_paper(act, grant, handovers.GIVEN_ON, number, contents, to=to)
    asset.title_id = paper.id
    act.record(paper, "prepare_title", items=[asset.title])
    act.session.flush()
    act.enqueue(handovers.TASK, paper_id=paper.id)
    return paper.id


def _tell(act: Act, grant: InKindGrant, asset: Asset, holder: Holder, row: Reallocation) -> None:
    currency = scheme_of(act.session, grant.call_id).currency
    write_to_applicant(
        act,
        holder.application_id,
        "thing_given",
        thing=asset.title,
        reference=holder.reference,
        amount=format_money(row.value_cents, currency),
        is_aid=aid.is_aid(act, grant.call_id),
        path=f"/in-kind/papers/{row.paper_id}.pdf",
    )


def _asset_of(act: Act, reallocation_id: int) -> int:
    found = in_kind_holders.asset_of_reallocation(act.session, reallocation_id)
    if found is None:
        raise NotFound
    return found


def _loaded(act: Act, asset_id: int, to: Permission) -> tuple[Agreement, InKindGrant, Asset]:
    grant_id = known.grant_of_asset(act.session, asset_id)
    agreement, grant = locked(act, grant_id, to, states=ENDED_TOO)
    return agreement, grant, act.load(Asset, asset_id, to=to)
