"""The title of things: kept until the day, then passed on, or taken back with a reason."""

from collections.abc import Sequence
from datetime import date

from app.actions.act import Act
from app.actions.in_kind import assets_of, day_of, locked, rules_of, tell
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Asset, Award, InKindGrant
from app.queries import in_kind_facts as known
from app.queries.schemes import scheme_of
from app.rules.in_kind import transfer_finding
from app.rules.lifecycle import ASSET
from app.rules.permissions import Permission
from app.rules.scheme_text import said

TO = Permission.MOVE_TITLE


def transfer(act: Act, asset_id: int, *, condition_met: bool = False) -> None:
    """Pass the title to the beneficiary, on the day it may pass or later."""
    grant, asset = _loaded(act, asset_id)
    rules = rules_of(act.session, asset.call_id)
    assert grant.retained_until is not None
    language = scheme_of(act.session, asset.call_id).languages[0]
    condition = said(rules.retention_condition, language)
    wrong = transfer_finding(
        day_of(act.now),
        grant.retained_until,
        needs_condition=bool(condition),
        condition_met=condition_met,
    )
    if wrong is not None:
        raise Invalid({wrong.path: wrong})
    asset.ended_on = day_of(act.now)
    act.move(asset, "transfer", condition=condition)
    if all(each.state not in _OPEN for each in assets_of(act, grant, TO)):
        tell(act, "title_passed", grant)


def repossess(act: Act, asset_id: int, *, taken_on: date, reason: str) -> None:
    """Take a thing back while the authority keeps the title."""
    _, asset = _loaded(act, asset_id)
    _refuse_wrong(act, taken_on, reason)
    asset.ended_on, asset.end_reason = taken_on, reason.strip()
    act.move(asset, "repossess", taken_on=taken_on, reason=reason.strip())


def reallocate(act: Act, asset_id: int, *, given_to: str, reason: str) -> None:
    """Give a thing that was taken back to somebody else; the register says to whom."""
    _, asset = _loaded(act, asset_id)
    _refuse_wrong(act, day_of(act.now), reason)
    if not given_to.strip():
        raise Invalid({"given_to": N_("Enter the application that it is given to.")})
    asset.given_to, asset.end_reason = given_to.strip(), reason.strip()
    asset.ended_on = day_of(act.now)
    act.move(asset, "reallocate", given_to=asset.given_to, reason=reason.strip())


def write_off(act: Act, asset_id: int, *, reason: str) -> None:
    """Take a thing that is lost or of no use off the register, with the reason."""
    _, asset = _loaded(act, asset_id)
    _refuse_wrong(act, day_of(act.now), reason)
    asset.ended_on, asset.end_reason = day_of(act.now), reason.strip()
    act.move(asset, "write_off", reason=reason.strip())


def close(act: Act, grant_id: int) -> None:
    """Close the grant when every thing has its end and every supplier is paid."""
    award = act.load(Award, known.award_of(act.session, grant_id), to=TO)
    agreement, grant = locked(act, grant_id, TO)
    _refuse_open(assets_of(act, grant, TO))
    grant.closed_at = act.now
    act.move(grant, "close")
    act.move(agreement, "complete", paid_cents=agreement.paid_cents)
    act.move(award, "complete")


_OPEN = frozenset(ASSET.states()) - frozenset(ASSET.final)


def _loaded(act: Act, asset_id: int) -> tuple[InKindGrant, Asset]:
    _, grant = locked(act, known.grant_of_asset(act.session, asset_id), TO)
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
