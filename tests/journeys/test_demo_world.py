"""The demo world tells the handbook's cases to the cent, each at another point of a call's life.

What a visitor is meant to do by hand is done here by the same deeds, and rolled back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.actions.act import Act
from app.models import (
    Call,
    User,
)
from app.rules.lifecycle import CALL
from tests.demo import NOW
from tests.make.people import act_as


@pytest.fixture
def ask(demo_url: str):
    """Ask the demo world's database; nothing is written."""
    engine = create_engine(demo_url, poolclass=NullPool)

    def answers(query: str) -> list[tuple]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return answers


@pytest.fixture
def session(demo_url: str) -> Iterator[Session]:
    """A session in which deeds are done and rolled back."""
    engine = create_engine(demo_url, poolclass=NullPool)
    with Session(engine) as opened:
        yield opened
        opened.rollback()
    engine.dispose()


def doing(session: Session, who: str) -> Act:
    user = session.scalars(select(User).where(User.email == f"{who}@attd.example")).one()
    return act_as(session, user, now=datetime.fromisoformat(NOW) + timedelta(hours=1))


def call_of(session: Session, code: str) -> Call:
    return session.scalars(select(Call).where(Call.code == code)).one()


def stage_of(session: Session, code: str) -> int:
    query = text(
        "SELECT stage.id FROM stage JOIN call ON call.id = call_id WHERE call.code = :code"
    )
    return session.execute(query, {"code": code}).scalar_one()


def awards_of(ask, code: str) -> list[tuple]:
    return ask(
        "SELECT right(reference, 3), reason, award.awarded_cents, award.state FROM award "
        "JOIN application ON application.id = application_id JOIN call ON call.id = award.call_id "
        f"WHERE code = '{code}' AND award.state <> 'discarded' ORDER BY 1"
    )


def test_a_call_stands_in_every_state_in_which_one_can_be_found(ask) -> None:
    # Assessed lasts no longer than the deed that ranks; nobody archives calls yet.
    passed_through = {"assessed", "archived"}

    assert {state for (state,) in ask("SELECT state FROM call")} == (
        set(CALL.states()) - passed_through
    )


def test_published_calls_are_open_or_coming_and_one_was_corrected(ask) -> None:
    assert ask(
        "SELECT code, opens_at > '2026-11-21', (SELECT count(*) FROM call_version "
        "WHERE call_id = call.id) FROM call WHERE state = 'published' "
        "AND closes_at > '2026-11-21' ORDER BY code"
    ) == [
        ("FLOOD-2026-01", False, 1),
        ("INTEGRA-2026-03", False, 1),
        ("LOCAL-2026-07", False, 2),
        ("LOCAL-2027-01", True, 1),
        ("STOPS-2026-R3", False, 1),
    ]


def test_the_whole_envelope_is_awarded_and_the_last_offer_is_what_was_left(ask) -> None:
    assert ask("SELECT envelope_cents, awarded_cents FROM call WHERE code = 'INTEGRA-2026-01'") == [
        (10_140_000_00, 10_140_000_00)
    ]
    assert ask(
        "SELECT reference, awarded_cents, award.state FROM award JOIN application "
        "ON application.id = application_id WHERE reason = 'AWARDED_PARTIAL' "
        "AND reference LIKE 'INTEGRA-%'"
    ) == [("INTEGRA-2026-01/L2-007", 505_562_96, "announced")]


def test_money_that_moved_between_lots_cancels_out(ask) -> None:
    assert ask(
        "SELECT lot.code, transferred_cents, lot.awarded_cents FROM lot JOIN call "
        "ON call.id = call_id WHERE call.code = 'INTEGRA-2026-01' ORDER BY lot.code"
    ) == [("L1", -30_413_71, 4_109_586_29), ("L2", 30_413_71, 6_030_413_71)]


def test_every_application_of_the_decided_call_has_its_letter(ask) -> None:
    assert ask(
        "SELECT count(*), count(DISTINCT file_id), count(*) FILTER (WHERE letter.state = 'sent') "
        "FROM letter JOIN call ON call.id = call_id WHERE code IN ('INTEGRA-2026-01', "
        "'GREEN-2025-01')"
    ) == [(42, 42, 42)]


def test_first_payments_are_paid_and_nothing_is_above_its_agreement(ask) -> None:
    assert ask(
        "SELECT count(*) FROM payment JOIN call ON call.id = call_id "
        "WHERE payment.state = 'paid' AND code = 'INTEGRA-2026-01'"
    ) == [(3,)]
    assert ask(
        "SELECT count(*) FROM agreement WHERE paid_cents > committed_cents "
        "OR committed_cents > grant_cents"
    ) == [(0,)]


def test_in_one_call_two_assessors_disagree(ask) -> None:
    totals = ask(
        "SELECT array_agg(total::int ORDER BY position) FROM assessment "
        "WHERE assessment.state = 'submitted' GROUP BY entry_id"
    )
    assert ([41, 27],) in totals


def test_one_grant_in_kind_is_in_retention_and_another_waits_for_a_second_person(ask) -> None:
    assert ask(
        "SELECT reference, in_kind_grant.state, price_cents, support_cents, own_share_cents "
        "FROM in_kind_grant JOIN agreement ON agreement.id = agreement_id "
        "WHERE reference LIKE 'GREEN-2025-01/%' ORDER BY reference"
    ) == [
        ("GREEN-2025-01/SRB-001/A", "retained", 1_980_00, 1_683_00, 297_00),
        ("GREEN-2025-01/SRB-002/A", "priced", 2_000_00, 1_700_00, 300_00),
        ("GREEN-2025-01/SRB-003/A", "choosing", 0, 0, 0),
    ]
    assert ask("SELECT state, amount_cents FROM own_share ORDER BY grant_id LIMIT 2") == [
        ("confirmed", 297_00),
        ("recorded", 300_00),
    ]
    assert ask(
        "SELECT title, state, price_cents FROM asset WHERE state <> 'planned' ORDER BY id"
    ) == [
        ("Test bench for washing machines", "in_retention", 1_980_00),
        ("Table saw with dust bag", "received", 2_100_00),
    ]


def test_the_next_trader_is_on_the_reserve_list_of_a_lot_that_is_used_up(ask) -> None:
    assert ask(
        "SELECT lot.code, lot.awarded_cents, application.state FROM application "
        "JOIN lot ON lot.id = lot_id WHERE reference = 'GREEN-2025-01/SRB-004'"
    ) == [("SRB", 4_983_00, "reserve")]
