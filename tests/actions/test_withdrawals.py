"""Somebody withdraws while the office is between the run and the announcement."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import allocation, applications, checks, decisions, letters
from app.actions.act import Act
from app.actions.checks import Answer
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict
from app.models import Application, Award, Letter, Lot, StageEntry
from tests.actions.test_allocation import A2, Office, office
from tests.actions.test_letters import decided, prepare, render_all, renderer, store
from tests.make.letters import PREPARED_AT, Decided
from tests.make.people import act_as, make_user
from tests.make.scores import Scored

__all__ = ["decided", "office", "renderer", "store"]


def applicant_of(session: Session, application: Application) -> Act:
    """Return an act of somebody of the organisation that applies."""
    act = act_as(session, make_user(session), now=PREPARED_AT)
    mine = frozenset({application.organisation_id})
    return replace(act, actor=replace(act.actor, organisation_ids=mine))


def test_run_with_a_withdrawn_winner_is_not_decided_and_the_next_run_leaves_it_out(
    office: Office,
) -> None:
    made = office.ranked([Scored(*line) for line in A2])
    allocation.allocate(office.act(), office.call.id)
    applications.withdraw(applicant_of(office.session, made[0]), made[0].id)

    with pytest.raises(Conflict, match="withdrew after the allocation") as refused:
        decisions.decide(office.act(office.second), office.call.id, reason="As ranked.")
    allocation.discard(office.act(), office.call.id, reason="One withdrew.")
    allocation.allocate(office.act(), office.call.id)
    decisions.decide(office.act(office.second), office.call.id, reason="As ranked.")

    assert refused.value.values == {"references": made[0].reference}
    assert made[0].reference.partition("/")[2] not in {line[0] for line in office.awards()}
    entry = office.session.scalars(
        select(StageEntry).where(StageEntry.application_id == made[0].id)
    ).one()
    assert (entry.state, entry.rank, made[0].state) == ("withdrawn", None, "withdrawn")


def test_decided_award_of_a_withdrawn_application_is_revoked_and_nothing_is_sent(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    winner = decided.applications["AWARDED_FULL"]
    prepare(session, decided)
    render_all(session, decided, renderer, store)
    before = sum(session.scalars(select(Lot.awarded_cents)))

    applications.withdraw(applicant_of(session, winner), winner.id)
    decisions.announce(act_as(session, decided.manager, now=PREPARED_AT), decided.call.id)

    award = session.scalars(
        select(Award).where(Award.application_id == winner.id, Award.state != "discarded")
    ).one()
    letter = session.scalars(select(Letter).where(Letter.application_id == winner.id)).one()
    session.expire_all()
    assert (award.state, letter.state, letter.released_at) == ("revoked", "superseded", None)
    assert sum(session.scalars(select(Lot.awarded_cents))) == before - award.awarded_cents


def test_no_letter_is_written_to_who_withdrew(session: Session, decided: Decided) -> None:
    gone = decided.applications["INELIGIBLE"]
    applications.withdraw(applicant_of(session, gone), gone.id)

    written = letters.prepare(act_as(session, decided.manager, now=PREPARED_AT), decided.stage_id)

    assert written == len(decided.applications) - 1
    assert session.scalars(select(Letter).where(Letter.application_id == gone.id)).all() == []


def test_withdrawing_works_alike_for_one_that_was_found_ineligible(
    session: Session, decided: Decided
) -> None:
    failed = decided.applications["CHECK_FAILED"]
    assert failed.state == "ineligible"

    applications.withdraw(applicant_of(session, failed), failed.id)

    assert failed.state == "withdrawn"


def test_nothing_is_checked_after_the_decision(session: Session, decided: Decided) -> None:
    entry_id = session.scalars(
        select(StageEntry.id).where(
            StageEntry.stage_id == decided.call.stages["eligibility"],
            StageEntry.application_id == decided.applications["AWARDED_FULL"].id,
        )
    ).one()

    for deed in (
        lambda act: checks.answer(act, entry_id, {"taxes": Answer("not_met", "A debt.")}),
        lambda act: checks.find_ineligible(act, entry_id, reason="A debt."),
    ):
        with pytest.raises(Conflict, match="The check is closed"):
            deed(act_as(session, decided.manager))
