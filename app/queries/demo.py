"""Look-ups of the demo story: ids that a person would see on the page in front of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Application,
    Assessment,
    Asset,
    Award,
    ExpenditureLine,
    InKindGrant,
    Letter,
    Lot,
    Membership,
    Payment,
    Stage,
    StageEntry,
    Submission,
)


def stage_ids(session: Session, call_id: int) -> dict[str, int]:
    rows = session.execute(select(Stage.key, Stage.id).where(Stage.call_id == call_id))
    return dict(rows.all())


def lot_ids(session: Session, call_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Lot.code, Lot.id).where(Lot.call_id == call_id).order_by(Lot.position)
    )
    return dict(rows.all())


def entry_id(session: Session, application_id: int, stage_id: int) -> int:
    return session.execute(
        select(StageEntry.id).where(
            StageEntry.application_id == application_id, StageEntry.stage_id == stage_id
        )
    ).scalar_one()


def assessment_of(session: Session, entry_id: int, assessor_id: int) -> int:
    return session.execute(
        select(Assessment.id).where(
            Assessment.entry_id == entry_id, Assessment.assessor_id == assessor_id
        )
    ).scalar_one()


def proposed_entries(session: Session, call_id: int, stage_id: int) -> list[int]:
    """Return the entries of those proposed at the stage that only they take part in."""
    rows = session.execute(
        select(StageEntry.id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            Application.call_id == call_id,
            Application.state == "proposed",
            StageEntry.stage_id == stage_id,
            StageEntry.state == "submitted",
        )
        .order_by(Application.reference)
    ).scalars()
    return list(rows)


def award_of(session: Session, application_id: int) -> int | None:
    return session.execute(
        select(Award.id).where(Award.application_id == application_id, Award.state == "announced")
    ).scalar_one_or_none()


def first_payment(session: Session, agreement_id: int) -> int:
    return session.execute(
        select(Payment.id).where(Payment.agreement_id == agreement_id, Payment.position == 1)
    ).scalar_one()


def in_kind_of(session: Session, agreement_id: int) -> int:
    return session.execute(
        select(InKindGrant.id).where(InKindGrant.agreement_id == agreement_id)
    ).scalar_one()


def own_share_of(session: Session, grant_id: int) -> int:
    """Return what the beneficiary is to pay in, in cents."""
    return session.execute(
        select(InKindGrant.own_share_cents).where(InKindGrant.id == grant_id)
    ).scalar_one()


def estimates(session: Session, grant_id: int) -> dict[int, int]:
    """Return what each thing was estimated at, in cents, in the order of the list."""
    rows = session.execute(
        select(Asset.id, Asset.estimate_cents)
        .where(Asset.grant_id == grant_id)
        .order_by(Asset.position)
    )
    return dict(rows.all())


def price_of(session: Session, asset_id: int) -> int:
    found = session.execute(select(Asset.price_cents).where(Asset.id == asset_id)).scalar_one()
    return found or 0


def submission_of(session: Session, entry_id: int) -> int:
    """Return what was sent in at an entry and stands."""
    return session.execute(
        select(Submission.id).where(Submission.entry_id == entry_id, Submission.stands.is_(True))
    ).scalar_one()


def lot_of(session: Session, entry_id: int) -> str:
    """Return the code of the lot in which an entry applies."""
    return session.execute(
        select(Lot.code)
        .join(Application, Application.lot_id == Lot.id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(StageEntry.id == entry_id)
    ).scalar_one()


def payments_of(session: Session, agreement_id: int) -> list[int]:
    """Return the instalments of an agreement, first to last."""
    rows = session.execute(
        select(Payment.id).where(Payment.agreement_id == agreement_id).order_by(Payment.position)
    ).scalars()
    return list(rows)


def costs_of(session: Session, payment_id: int) -> dict[int, int]:
    """Return what was reported of each cost of a request, in cents, in order."""
    rows = session.execute(
        select(ExpenditureLine.id, ExpenditureLine.amount_cents)
        .where(ExpenditureLine.payment_id == payment_id)
        .order_by(ExpenditureLine.position)
    )
    return dict(rows.all())


def letter_of(session: Session, application_id: int, stage_id: int) -> int:
    """Return the letter of an application at a stage that is to be printed."""
    return session.execute(
        select(Letter.id).where(
            Letter.application_id == application_id,
            Letter.stage_id == stage_id,
            Letter.state == "queued",
        )
    ).scalar_one()


def wish_of(session: Session, user_id: int) -> int:
    """Return the wish of a person to join an organisation."""
    return session.execute(
        select(Membership.id).where(Membership.user_id == user_id, Membership.state == "asked")
    ).scalar_one()
