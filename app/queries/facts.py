"""Which authority, call and organisation an object belongs to: the facts that `may` asks for.

One loader per table; `Act.load` and the read side use the same ones.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.models import (
    AccountChange,
    Agreement,
    AgreementLetter,
    AllocationRun,
    Amendment,
    Application,
    ApplicationPrint,
    Assessment,
    Asset,
    AuditEntry,
    Authority,
    Award,
    BankFile,
    Base,
    Call,
    Clarification,
    DayOffRuling,
    Declaration,
    EndRequest,
    InKindGrant,
    InKindPaper,
    InterestRate,
    Letter,
    Lot,
    Mail,
    Membership,
    OneTimeLink,
    Organisation,
    OwnershipLink,
    OwnShare,
    OwnShareReturn,
    Payment,
    PriceChange,
    Reallocation,
    RecoveryOrder,
    RecoveryReceipt,
    ReportPrint,
    ReportView,
    ReserveActivation,
    RoundMove,
    SignIn,
    SiteVisit,
    StaffRole,
    Stage,
    StageEntry,
    StandIn,
    User,
)
from app.rules.permissions import Facts

PUBLIC_STATES = frozenset(
    [
        "published",
        "suspended",
        "closed",
        "assessed",
        "ranked",
        "allocated",
        "decided",
        "announced",
        "archived",
    ]
)


def _call(session: Session, row: Call) -> Facts:
    del session
    return Facts(
        authority_id=row.authority_id, call_id=row.id, is_public=row.state in PUBLIC_STATES
    )


def _of_call(session: Session, call_id: int) -> Facts:
    """Facts of what belongs to a call but is not public with it."""
    return _once(session, select(Call.authority_id, Call.id).where(Call.id == call_id), call_id)


def _of_application(session: Session, application_id: int) -> Facts:
    query = _APPLICATIONS.where(Application.id == application_id)
    return _once(session, query, application_id, Application)


def _of_entry(session: Session, entry_id: int) -> Facts:
    query = _APPLICATIONS.join(StageEntry, StageEntry.application_id == Application.id)
    return _once(session, query.where(StageEntry.id == entry_id), entry_id, StageEntry)


_APPLICATIONS = select(Call.authority_id, Call.id, Application.organisation_id).join(
    Call, Call.id == Application.call_id
)


def _once(
    session: Session, query: Select[*tuple[int, ...]], key: int, model: type[Base] = Call
) -> Facts:
    """Ask whose a call, application or entry is, once a session: it stays theirs for ever."""
    known: dict[tuple[type[Base], int], Facts] = session.info.setdefault("facts", {})
    if (model, key) not in known:
        authority_id, call_id, *organisation = session.execute(query).one()
        known[model, key] = Facts(
            authority_id=authority_id,
            call_id=call_id,
            organisation_id=organisation[0] if organisation else None,
        )
    return known[model, key]


def remember(session: Session, model: type[Base], key: int, facts: Facts) -> None:
    """Keep the facts of an application or entry that another query of the session has read."""
    session.info.setdefault("facts", {})[model, key] = facts


def _assessment(session: Session, row: Assessment) -> Facts:
    application_facts = _of_entry(session, row.entry_id)
    conflicted = session.execute(
        select(Declaration.user_id)
        .join(Application, Application.lot_id == Declaration.lot_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(StageEntry.id == row.entry_id, Declaration.has_conflict)
    ).scalars()
    return Facts(
        authority_id=application_facts.authority_id,
        call_id=application_facts.call_id,
        assessor_id=row.assessor_id,
        conflicted=frozenset(conflicted),
    )


def _run(session: Session, row: AllocationRun) -> Facts:
    base = _of_call(session, row.call_id)
    prepared = frozenset({row.run_by} if row.run_by is not None else ())
    return Facts(authority_id=base.authority_id, call_id=base.call_id, prepared_by=prepared)


def _payment(session: Session, row: Payment) -> Facts:
    base = _of_agreement(session, row.agreement_id)
    # Whoever recorded that it was paid does not find it on the statement a second time.
    if row.state in ("paid", "reconciled"):
        return replace(base, prepared_by=_known(row.paid_recorded_by))
    return replace(base, prepared_by=_known(row.checked_by, row.requested_by))


def _known(*people: int | None) -> frozenset[int]:
    return frozenset(who for who in people if who is not None)


def _agreement(session: Session, row: Agreement) -> Facts:
    """Whoever proposed to end it does not decide on that."""
    base = _of_application(session, row.application_id)
    return replace(base, prepared_by=_known(row.end_proposed_by))


def _order(session: Session, row: RecoveryOrder) -> Facts:
    base = _of_agreement(session, row.agreement_id)
    return replace(base, prepared_by=_known(row.prepared_by))


def _receipt(session: Session, row: RecoveryReceipt) -> Facts:
    agreement_id = session.execute(
        select(RecoveryOrder.agreement_id).where(RecoveryOrder.id == row.order_id)
    ).scalar_one()
    base = _of_agreement(session, agreement_id)
    return replace(base, prepared_by=_known(row.recorded_by))


def _of_agreement(session: Session, agreement_id: int) -> Facts:
    application_id = session.execute(
        select(Agreement.application_id).where(Agreement.id == agreement_id)
    ).scalar_one()
    return _of_application(session, application_id)


def _amendment(session: Session, row: Amendment) -> Facts:
    base = _of_agreement(session, row.agreement_id)
    return replace(base, prepared_by=_known(row.asked_by))


def _end_request(session: Session, row: EndRequest) -> Facts:
    base = _of_agreement(session, row.agreement_id)
    return replace(base, prepared_by=_known(row.asked_by))


def _activation(session: Session, row: ReserveActivation) -> Facts:
    return replace(_of_call(session, row.call_id), prepared_by=_known(row.proposed_by))


def _round_move(session: Session, row: RoundMove) -> Facts:
    return replace(_of_call(session, row.giver_id), prepared_by=_known(row.proposed_by))


def _asset(session: Session, row: Asset) -> Facts:
    """Whoever chose the quote, ordered or named another supplier does not approve the payment."""
    base = _of_agreement(session, row.agreement_id)
    query = select(named_another()).where(Asset.id == row.id)
    named = session.execute(query).scalar_one()
    return replace(base, prepared_by=_known(row.chosen_by, row.ordered_by, *named))


def named_another() -> ColumnElement[list[int | None]]:
    """Return who named another supplier of a thing, as a column beside `Asset`."""
    who = (
        select(func.array_agg(AuditEntry.actor_id))
        .where(
            AuditEntry.object_type == "asset",
            AuditEntry.object_id == Asset.id,
            AuditEntry.event == "same_supplier",
        )
        .scalar_subquery()
    )
    return func.coalesce(who, [])


def _own_share(session: Session, row: OwnShare) -> Facts:
    return replace(_of_grant(session, row.grant_id), prepared_by=_known(row.recorded_by))


def _of_grant(session: Session, grant_id: int) -> Facts:
    application_id = session.execute(
        select(InKindGrant.application_id).where(InKindGrant.id == grant_id)
    ).scalar_one()
    return _of_application(session, application_id)


def _price_change(session: Session, row: PriceChange) -> Facts:
    grant_id = session.execute(select(Asset.grant_id).where(Asset.id == row.asset_id)).scalar_one()
    return replace(_of_grant(session, grant_id), prepared_by=_known(row.proposed_by))


def _reallocation(session: Session, row: Reallocation) -> Facts:
    """Of the authority and the first holder's grant: the new one has no say in it."""
    grant_id = session.execute(select(Asset.grant_id).where(Asset.id == row.asset_id)).scalar_one()
    return replace(_of_grant(session, grant_id), prepared_by=_known(row.proposed_by))


def _share_return(session: Session, row: OwnShareReturn) -> Facts:
    return replace(_of_grant(session, row.grant_id), prepared_by=_known(row.proposed_by))


_FACTS: dict[type[Base], Callable[[Session, Any], Facts]] = {
    Authority: lambda _, row: Facts(authority_id=row.id),
    Call: _call,
    Lot: lambda session, row: _of_call(session, row.call_id),
    Stage: lambda session, row: _of_call(session, row.call_id),
    Application: lambda session, row: _of_application(session, row.id),
    ApplicationPrint: lambda session, row: _of_entry(session, row.entry_id),
    StageEntry: lambda session, row: _of_application(session, row.application_id),
    Assessment: _assessment,
    AllocationRun: _run,
    Award: lambda session, row: _of_application(session, row.application_id),
    Agreement: _agreement,
    Payment: _payment,
    AgreementLetter: lambda session, row: _of_agreement(session, row.agreement_id),
    Amendment: _amendment,
    EndRequest: _end_request,
    BankFile: lambda _, row: Facts(authority_id=row.authority_id),
    InterestRate: lambda _, row: Facts(authority_id=row.authority_id),
    AccountChange: lambda _, row: Facts(
        authority_id=row.authority_id, prepared_by=_known(row.proposed_by)
    ),
    RecoveryOrder: _order,
    RecoveryReceipt: _receipt,
    ReserveActivation: _activation,
    RoundMove: _round_move,
    InKindGrant: lambda session, row: _of_application(session, row.application_id),
    Asset: _asset,
    OwnShare: _own_share,
    InKindPaper: lambda session, row: _of_grant(session, row.grant_id),
    PriceChange: _price_change,
    Reallocation: _reallocation,
    OwnShareReturn: _share_return,
    OwnershipLink: lambda session, row: _of_application(session, row.application_id),
    SiteVisit: lambda session, row: _of_application(session, row.application_id),
    Clarification: lambda session, row: _of_application(session, row.application_id),
    Letter: lambda session, row: _of_application(session, row.application_id),
    Organisation: lambda _, row: Facts(organisation_id=row.id),
    Membership: lambda _, row: Facts(
        organisation_id=row.organisation_id, authority_id=row.help_authority_id
    ),
    StaffRole: lambda _, row: Facts(authority_id=row.authority_id, call_id=row.call_id),
    StandIn: lambda _, row: Facts(authority_id=row.authority_id),
    DayOffRuling: lambda _, row: Facts(authority_id=row.authority_id),
    User: lambda _, row: Facts(person_id=row.id),
    SignIn: lambda _, row: Facts(person_id=row.user_id),
    OneTimeLink: lambda _, row: Facts(person_id=row.user_id),
    ReportPrint: lambda session, row: _of_call(session, row.call_id),
    ReportView: lambda _, row: Facts(person_id=row.user_id),
    Mail: lambda _, __: Facts(),
}


def facts_of(session: Session, row: Base) -> Facts:
    """Return the facts of a row; a table without an entry is a bug of ours (KeyError)."""
    return _FACTS[type(row)](session, row)
