"""The database itself refuses what no program of ours may ever do, also in bare SQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models import AgreedScore, AuditEntry, Letter, Submission
from tests.make.applications import RECEIVED, make_application
from tests.make.awards import make_agreement, make_award, payments_of
from tests.make.calls import make_call, make_scheme
from tests.make.people import make_organisation
from tests.make.scores import Scored, make_scored


@pytest.fixture
def world(session: Session) -> dict[str, int]:
    """One row of everything that is guarded; the envelope of the lot is 4,140,000.00."""
    call = make_call(session, state="announced", scheme=make_scheme("eu_integra_sctm"))
    application = make_application(
        session, call=call, organisation=make_organisation(session), state="awarded",
        requested_cents=5_000_000_00, total_cents=6_000_000_00,
    )  # fmt: skip
    award = make_award(session, application, awarded_cents=200_000_00)
    agreement = make_agreement(session, award)
    payment = payments_of(session, agreement)[0]
    other = make_application(
        session, call=call, organisation=make_organisation(session), state="awarded"
    )
    make_agreement(session, make_award(session, other), state="sent")
    (scored,) = make_scored(session, call, [Scored("L1", "80", 100_000_00)])
    entry = AuditEntry(
        at=RECEIVED, actor_name="Somebody", object_type="call", object_id=call.id, event="publish"
    )
    file = session.execute(
        text(
            "INSERT INTO stored_file (sha256, size_bytes, media_type, filename, created_at)"
            " VALUES ('0', 1, 'application/pdf', 'a.pdf', now()) RETURNING id"
        )
    ).scalar_one()
    letter = Letter(
        call_id=call.id, stage_id=call.stage_id, application_id=application.id, kind="award",
        document="award_letter", context={}, check_code="X", prepared_at=RECEIVED, file_id=file,
    )  # fmt: skip
    session.add_all([entry, letter])
    session.flush()
    return {
        "call": call.id,
        "lot": call.lot_id,
        "award": award.id,
        "run": award.run_id,
        "agreement": agreement.id,
        "payment": payment.id,
        "audit": entry.id,
        "letter": letter.id,
        "submission": session.query(Submission.id).first()[0],
        "score": session.query(AgreedScore.id).first()[0],
        "scored": scored.id,
    }


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        # The envelope and the grant.
        ("UPDATE award SET awarded_cents = 414000001 WHERE id = :award", "within_envelope"),
        ("UPDATE award SET awarded_cents = 600000000 WHERE id = :award", "within_request"),
        ("UPDATE call SET awarded_cents = envelope_cents + 1 WHERE id = :call", "within_envelope"),
        ("UPDATE award SET lot_id = lot_id + 1 WHERE id = :award", "does not change its lot"),
        # Each of them fits, both of them by one statement do not.
        (
            "UPDATE award SET awarded_cents = 414000000 * requested_cents / 500000000"
            " WHERE call_id = :call",
            "within_envelope",
        ),
        (
            "UPDATE payment SET state = 'paid', due_cents = 20000001 WHERE id = :payment",
            "within_grant",
        ),
        (
            "UPDATE payment SET state = 'approved', due_cents = 20000001 WHERE id = :payment",
            "within_grant",
        ),
        ("UPDATE agreement SET paid_cents = 1 WHERE id = :agreement", "paid_within_committed"),
        (
            "UPDATE payment SET agreement_id = agreement_id + 1 WHERE id = :payment",
            "does not change its agreement",
        ),
        # Four eyes.
        (
            "UPDATE payment SET checked_by = (SELECT id FROM user_account LIMIT 1),"
            " approved_by = (SELECT id FROM user_account LIMIT 1) WHERE id = :payment",
            "four_eyes",
        ),
        # What is written once.
        ("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = :audit", "written once"),
        ("DELETE FROM audit_entry WHERE id = :audit", "written once"),
        ("TRUNCATE audit_entry", "written once"),
        ("UPDATE agreed_score SET total = 99 WHERE id = :score", "written once"),
        ("DELETE FROM agreed_score WHERE id = :score", "written once"),
        ("DELETE FROM submission WHERE id = :submission", "written once"),
        ("DELETE FROM allocation_run WHERE id = :run", "written once"),
        # What is frozen.
        ("UPDATE call SET template = '{}' WHERE id = :call", "call.template is frozen"),
        ("UPDATE call SET digest = 'x' WHERE id = :call", "call.digest is frozen"),
        (
            "UPDATE call SET envelope_cents = envelope_cents + 1 WHERE id = :call",
            "call.envelope_cents is frozen",
        ),
        ("UPDATE lot SET envelope_cents = envelope_cents + 1 WHERE id = :lot", "lot is frozen"),
        (
            "UPDATE submission SET snapshot = '{}' WHERE id = :submission",
            "submission.snapshot is frozen",
        ),
        (
            "UPDATE submission SET received_at = now() WHERE id = :submission",
            "submission.received_at is frozen",
        ),
        ("UPDATE allocation_run SET inputs = '[]' WHERE id = :run", "allocation_run.inputs"),
        ("UPDATE letter SET context = '[]' WHERE id = :letter", "letter.context is frozen"),
        ("UPDATE letter SET file_id = NULL WHERE id = :letter", "letter.file_id is frozen"),
    ],
)
def test_the_database_refuses(session: Session, world, statement: str, refusal: str) -> None:
    # Somebody to be the two persons in one of the four-eyes rule.
    session.execute(
        text(
            "INSERT INTO user_account (email, name, is_active, locale, created_at, phone, version)"
            " VALUES ('one@example.org', 'One', true, 'en', now(), '', 1)"
        )
    )

    named = {name: key for name, key in world.items() if f":{name}" in statement}
    with pytest.raises(DBAPIError, match=refusal):
        session.execute(text(statement), named)


def test_money_moved_between_lots_must_cancel_out(session: Session, world) -> None:
    session.execute(
        text("UPDATE lot SET transferred_cents = 1 WHERE id = :lot"), {"lot": world["lot"]}
    )
    with pytest.raises(DBAPIError, match="must cancel out"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
