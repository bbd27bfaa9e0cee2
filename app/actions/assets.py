"""The title of things: kept until the day, then passed on, or taken back with a reason."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from app.actions import handovers, handovers_paper
from app.actions.act import Act
from app.actions.in_kind import ENDED_TOO, assets_of, day_of, locked, rules_of, tell
from app.actions.price_changes import paid_in
from app.documents import contexts as c
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Agreement, Asset, Award, InKindGrant, InKindPaper
from app.queries import in_kind_facts as known
from app.queries import in_kind_holders
from app.queries.schemes import scheme_of
from app.rules.in_kind import own_share_over, transfer_finding
from app.rules.lifecycle import ASSET
from app.rules.permissions import Permission
from app.rules.scheme_text import said

TO = Permission.MOVE_TITLE


def transfer(act: Act, asset_id: int, *, condition_met: bool = False) -> None:
    """Pass the title of one thing to the beneficiary, on the day it may pass or later."""
    grant, asset = _loaded(act, asset_id)
    _transfer(act, grant, [asset], condition_met=condition_met)


def transfer_all(act: Act, grant_id: int, *, condition_met: bool = False) -> None:
    """Pass the titles of all things whose time is over, by one paper."""
    _, grant = locked(act, grant_id, TO)
    papers = _handovers(act, grant)
    due = [
        each
        for each in assets_of(act, grant, TO)
        if each.state == "in_retention" and _until(each, papers) <= day_of(act.now)
    ]
    if not due:
        raise Conflict(N_("The authority still keeps the title of everything."))
    _transfer(act, grant, due, condition_met=condition_met)


def _transfer(
    act: Act, grant: InKindGrant, things: Sequence[Asset], *, condition_met: bool
) -> None:
    papers = _handovers(act, grant)
    rules = rules_of(act.session, grant.call_id)
    language = scheme_of(act.session, grant.call_id).languages[0]
    condition = said(rules.retention_condition, language)
    for asset in things:
        if asset.state != "in_retention":
            raise Conflict(N_("This thing is not kept any more. Look at the register."))
        wrong = transfer_finding(
            day_of(act.now),
            _until(asset, papers),
            needs_condition=bool(condition),
            condition_met=condition_met,
        )
        if wrong is not None:
            raise Invalid({wrong.path: wrong})
    handed_over = [papers[each.handover_id] for each in things if each.handover_id]
    if any(paper.scan_id is None for paper in handed_over):
        raise Conflict(N_("Add the signed protocol of the handover first; the title rests on it."))
    _write_title(act, grant, things, handed_over)
    for asset in things:
        asset.ended_on = day_of(act.now)
    act.move_many(things, "transfer", condition=condition)
    if all(each.state not in _OPEN for each in assets_of(act, grant, TO)):
        tell(act, "title_passed", grant)


def _write_title(
    act: Act, grant: InKindGrant, things: Sequence[Asset], handed_over: Sequence[InKindPaper]
) -> None:
    agreement = act.load(Agreement, grant.agreement_id, to=TO)
    number = known.next_paper(act.session, grant.id, handovers.TITLE)
    last = max(paper.signed_on for paper in handed_over if paper.signed_on)
    paper = handovers_paper.title_transfer(act, agreement, things, number, last)
    row = handovers.new_paper(act, grant, handovers.TITLE, number, c.to_json(paper), to=TO)
    for asset in things:
        asset.title_id = row.id
    act.record(row, "prepare_title", items=[each.title for each in things])
    act.session.flush()
    act.enqueue(handovers.TASK, paper_id=row.id)


def _handovers(act: Act, grant: InKindGrant) -> dict[int, InKindPaper]:
    listed = act.load_many(
        InKindPaper,
        InKindPaper.grant_id == grant.id,
        InKindPaper.kind == handovers.HANDOVER,
        to=TO,
        within=grant,
    )
    return {each.id: each for each in listed}


def _until(asset: Asset, papers: Mapping[int, InKindPaper]) -> date:
    """The day from which the title of a thing may pass: that of its own handover."""
    assert asset.handover_id is not None
    until = papers[asset.handover_id].retained_until
    assert until is not None
    return until


def repossess(act: Act, asset_id: int, *, taken_on: date, reason: str) -> None:
    """Take a thing back while the authority keeps the title."""
    _, asset = _loaded(act, asset_id)
    _refuse_wrong(act, taken_on, reason)
    asset.ended_on, asset.end_reason = taken_on, reason.strip()
    act.move(asset, "repossess", taken_on=taken_on, reason=reason.strip())


def write_off(act: Act, asset_id: int, *, reason: str) -> None:
    """Take a thing that is lost or of no use off the register, with the reason."""
    _, asset = _loaded(act, asset_id, ENDED_TOO)
    _refuse_wrong(act, day_of(act.now), reason)
    if in_kind_holders.waits_for_a_second(act.session, asset_id):
        raise Conflict(N_("Somebody is proposed to get it. Agree to that or drop it first."))
    asset.ended_on, asset.end_reason = day_of(act.now), reason.strip()
    act.move(asset, "write_off", reason=reason.strip())


def close(act: Act, grant_id: int) -> None:
    """Close the grant when every thing has its end and every supplier is paid."""
    award = act.load(Award, known.award_of(act.session, grant_id), to=TO)
    agreement, grant = locked(act, grant_id, TO)
    _refuse_open(assets_of(act, grant, TO))
    if own_share_over(grant.own_share_cents, *paid_in(act, grant, TO)):
        raise Conflict(N_("Own share was paid in too much. Pay it back first."))
    grant.closed_at = act.now
    act.move(grant, "close")
    act.move(agreement, "complete", paid_cents=agreement.paid_cents)
    act.move(award, "complete")


_OPEN = frozenset(ASSET.states()) - frozenset(ASSET.final)


def _loaded(
    act: Act, asset_id: int, states: Collection[str] = ("active",)
) -> tuple[InKindGrant, Asset]:
    _, grant = locked(act, known.grant_of_asset(act.session, asset_id), TO, states=states)
    return grant, act.load(Asset, asset_id, to=TO)


def _refuse_wrong(act: Act, day: date, reason: str) -> None:
    wrong: dict[str, str] = {}
    if not reason.strip():
        wrong["reason"] = N_("Write the reason; it stands in the register.")
    if day > day_of(act.now):
        wrong["taken_on"] = N_("This day lies ahead. Enter the day on which it was taken back.")
    if wrong:
        raise Invalid(dict(wrong))


def _refuse_open(assets: Sequence[Asset]) -> None:
    without_end = [each.title for each in assets if each.state in _OPEN]
    unpaid = [each.title for each in assets if each.ordered_on and not each.paid_on]
    if without_end:
        raise Conflict(
            N_("These are neither passed on nor taken back for good: {items}."),
            items=", ".join(without_end),
        )
    if unpaid:
        raise Conflict(
            N_("The suppliers of these are not paid yet: {items}."), items=", ".join(unpaid)
        )
