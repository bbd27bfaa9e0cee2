"""Grants in kind as staff and beneficiaries find them: the list, and one with all its things."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Asset,
    Authority,
    Call,
    InKindGrant,
    InKindPaper,
    Organisation,
    OwnShare,
    Quote,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.authority_accounts import paying_in_iban
from app.queries.facts import named_another
from app.queries.in_kind_facts import grant_of_asset
from app.queries.in_kind_money import holders_of, papers_of, price_changes_of, returns_of
from app.queries.in_kind_page import AssetLine, InKindPage, OwnShareLine, QuoteLine
from app.queries.in_kind_trail import visits_of
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class InKindLine:
    """One grant in a list."""

    grant_id: int
    reference: str
    organisation: str
    title: str
    call_id: int
    call_code: str
    currency: str
    state: str
    things: int
    price_cents: int
    support_cents: int
    own_share_cents: int
    retained_until: date | None


def in_kind_list(session: Session, actor: Actor) -> tuple[InKindLine, ...]:
    """Return the grants in kind of the calls that the person may see, newest call first."""
    query = _lines().where(visible.staff_scope(actor, Permission.SEE_ASSETS))
    return tuple(InKindLine(*row) for row in session.execute(query))


def _lines() -> Select[*tuple[Any, ...]]:  # Any: the columns of InKindLine
    things = (
        select(func.count())
        .where(Asset.grant_id == InKindGrant.id, Asset.state != "dropped")
        .scalar_subquery()
    )
    return (
        select(
            InKindGrant.id, Agreement.reference, Organisation.name, Application.title, Call.id,
            Call.code, Call.currency, InKindGrant.state, things, InKindGrant.price_cents,
            InKindGrant.support_cents, InKindGrant.own_share_cents, InKindGrant.retained_until,
        )
        .join(Agreement, Agreement.id == InKindGrant.agreement_id)
        .join(Application, Application.id == InKindGrant.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == InKindGrant.call_id)
        .order_by(Call.id.desc(), Agreement.reference)
    )  # fmt: skip


def staff_grant(session: Session, actor: Actor, grant_id: int) -> InKindPage:
    return _grant(session, grant_id, visible.staff_scope(actor, Permission.SEE_ASSETS))


def own_grant(session: Session, actor: Actor, grant_id: int) -> InKindPage:
    """Return the grant to people of the organisation that receives it."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return _grant(session, grant_id, own)


def staff_grant_of_asset(session: Session, actor: Actor, asset_id: int) -> InKindPage:
    return staff_grant(session, actor, grant_of_asset(session, asset_id))


def own_grant_of_asset(session: Session, actor: Actor, asset_id: int) -> InKindPage:
    return own_grant(session, actor, grant_of_asset(session, asset_id))


def _grant(session: Session, grant_id: int, allowed: ColumnElement[bool]) -> InKindPage:
    row = session.execute(
        select(
            InKindGrant.id, InKindGrant.state, InKindGrant.procured_by, InKindGrant.price_cents,
            InKindGrant.support_cents, InKindGrant.own_share_cents, InKindGrant.own_share_due_on,
            InKindGrant.own_share_pay_to, InKindGrant.handed_over_on, InKindGrant.retained_until,
            Agreement.id, Agreement.state, Agreement.reference, Agreement.grant_cents,
            Agreement.committed_cents, Agreement.paid_cents,
            Application.id.label("application_id"), Application.reference, Application.title,
            Organisation.id, Organisation.name, Organisation.representative_name,
            Call.id.label("call_id"), Call.code, Call.currency, Call.authority_id,
            paying_in_iban(),
        )
        .join(Agreement, Agreement.id == InKindGrant.agreement_id)
        .join(Application, Application.id == InKindGrant.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == InKindGrant.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(InKindGrant.id == grant_id, allowed)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    values: list[Any] = list(row)  # Any: the columns of InKindPage
    scheme = scheme_of(session, row.call_id)
    assert scheme.in_kind is not None
    values += [scheme.in_kind, scheme.languages[0], scheme.state_aid.regime]
    values += [_assets(session, grant_id)]
    values += [_own_shares(session, grant_id), visits_of(session, row.application_id)]
    values += [papers_of(session, grant_id), returns_of(session, grant_id)]
    return InKindPage(*values)


def _assets(session: Session, grant_id: int) -> tuple[AssetLine, ...]:
    quotes: dict[int, list[QuoteLine]] = defaultdict(list)
    rows = session.execute(
        select(
            Quote.asset_id, Quote.id, Quote.supplier, Quote.price_cents, Quote.dated_on,
            Quote.complies, Quote.is_chosen, Quote.remark,
            func.coalesce(StoredFile.sha256, ""), func.coalesce(StoredFile.filename, ""),
        )
        .join(Asset, Asset.id == Quote.asset_id)
        .outerjoin(StoredFile, StoredFile.id == Quote.file_id)
        .where(Asset.grant_id == grant_id)
        .order_by(Quote.price_cents, Quote.id)
    )  # fmt: skip
    for row in rows:
        values: list[Any] = list(row[1:])  # Any: the columns of QuoteLine
        quotes[row.asset_id].append(QuoteLine(*values))
    assets = session.execute(
        select(
            Asset.id, Asset.position, Asset.state, Asset.title, Asset.quantity,
            Asset.specification, Asset.estimate_cents, Asset.supplier, Asset.choice_reason,
            Asset.price_cents, Asset.support_cents, Asset.ordered_on, Asset.invoice_number,
            Asset.approved_at, Asset.paid_on, Asset.bank_reference, Asset.received_on,
            Asset.serial_number, Asset.location, Asset.ended_on, Asset.end_reason,
            Asset.given_to, Asset.chosen_by, Asset.ordered_by, named_another(), Asset.handover_id,
            InKindPaper.retained_until,
        )
        .outerjoin(InKindPaper, InKindPaper.id == Asset.handover_id)
        .where(Asset.grant_id == grant_id)
        .order_by(Asset.position)
    )  # fmt: skip
    lines: list[list[Any]] = [list(row) for row in assets]  # Any: the columns of AssetLine
    waiting, given = price_changes_of(session, grant_id), holders_of(session, grant_id)
    for line in lines:
        line += [tuple(quotes[line[0]]), waiting.get(line[0]), given.get(line[0])]
    return tuple(AssetLine(*line) for line in lines)


def _own_shares(session: Session, grant_id: int) -> tuple[OwnShareLine, ...]:
    confirmer = User.__table__.alias()
    rows = session.execute(
        select(
            OwnShare.id, OwnShare.state, OwnShare.amount_cents, OwnShare.received_on,
            OwnShare.bank_reference, OwnShare.recorded_by, func.coalesce(User.name, ""),
            func.coalesce(confirmer.c.name, ""),
        )
        .outerjoin(User, User.id == OwnShare.recorded_by)
        .outerjoin(confirmer, confirmer.c.id == OwnShare.confirmed_by)
        .where(OwnShare.grant_id == grant_id)
        .order_by(OwnShare.id)
    )  # fmt: skip
    return tuple(OwnShareLine(*row) for row in rows)
