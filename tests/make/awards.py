"""Awards, agreements and payments in any state: the quick way for tests that begin there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agreement, AllocationRun, Application, Award, Payment, StageEntry
from app.queries.schemes import scheme_of
from app.rules.payments import plan_instalments

MADE_AT = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
IBAN = "RS35260005601001611379"


def make_award(
    session: Session,
    application: Application,
    *,
    state: str = "accepted",
    awarded_cents: int | None = None,
    reason: str = "AWARDED",
    requested_cents: int | None = None,
) -> Award:
    """Add an award of what was asked for, under one run of the call's first entry's stage."""
    asked = requested_cents or application.requested_cents or 0
    award = Award(
        application_id=application.id,
        call_id=application.call_id,
        lot_id=application.lot_id,
        run_id=_run(session, application),
        reason=reason,
        requested_cents=asked,
        awarded_cents=asked if awarded_cents is None else awarded_cents,
        state=state,
    )
    session.add(award)
    application.state = "awarded"
    session.flush()
    return award


def make_agreement(
    session: Session,
    award: Award,
    *,
    state: str = "active",
    rate: str = "3/4",
    total_cents: int | None = None,
    starts_on: date = date(2026, 4, 1),
    ends_on: date = date(2028, 3, 31),
) -> Agreement:
    """Add an agreement; from `active` on with both signatures and the call's payment plan."""
    application = session.get_one(Application, award.application_id)
    numerator, _, denominator = rate.partition("/")
    if total_cents is None:
        total_cents = -(-award.awarded_cents * int(denominator or 1) // int(numerator))
    agreement = Agreement(
        award_id=award.id,
        application_id=award.application_id,
        call_id=award.call_id,
        reference=f"{application.reference}/A",
        state=state,
        grant_cents=award.awarded_cents,
        total_cents=total_cents,
        rate=rate,
        starts_on=starts_on,
        ends_on=ends_on,
        iban=IBAN,
        bic="SBPORSBG",
        account_holder="Municipality",
        created_at=MADE_AT,
    )
    if state not in {"draft", "sent"}:
        agreement.signed_by_beneficiary = "Ana Anić"
        agreement.signed_by_authority = "Mira Marić"
        agreement.signed_by_beneficiary_on = agreement.signed_by_authority_on = MADE_AT.date()
        award.state = "agreed"
    session.add(agreement)
    session.flush()
    if state not in {"draft", "sent"}:
        make_plan(session, agreement)
    return agreement


def make_plan(session: Session, agreement: Agreement) -> Sequence[Payment]:
    plan = scheme_of(session, agreement.call_id).payments
    rows = plan_instalments(plan.instalments, agreement.grant_cents)
    return [
        make_payment(
            session, agreement, position=place, kind=row.kind, planned_cents=row.amount_cents
        )
        for place, row in enumerate(rows, start=1)
    ]


def make_payment(
    session: Session,
    agreement: Agreement,
    *,
    position: int = 1,
    kind: str = "prefinancing",
    planned_cents: int = 100_000_00,
    state: str = "planned",
    **more: object,
) -> Payment:
    payment = Payment(
        agreement_id=agreement.id,
        call_id=agreement.call_id,
        position=position,
        kind=str(kind),
        planned_cents=planned_cents,
        state=state,
        **more,
    )
    session.add(payment)
    session.flush()
    return payment


def payments_of(session: Session, agreement: Agreement) -> list[Payment]:
    query = select(Payment).where(Payment.agreement_id == agreement.id)
    return list(session.scalars(query.order_by(Payment.position)))


def _run(session: Session, application: Application) -> int:
    stage_id = session.scalars(
        select(StageEntry.stage_id)
        .where(StageEntry.application_id == application.id)
        .order_by(StageEntry.id)
        .limit(1)
    ).one()
    found = session.scalars(
        select(AllocationRun.id).where(
            AllocationRun.stage_id == stage_id, AllocationRun.discarded_at.is_(None)
        )
    ).one_or_none()
    if found is not None:
        return found
    run = AllocationRun(
        call_id=application.call_id,
        stage_id=stage_id,
        inputs={},
        result={},
        digest="0" * 64,
        run_at=MADE_AT,
    )
    session.add(run)
    session.flush()
    return run.id
