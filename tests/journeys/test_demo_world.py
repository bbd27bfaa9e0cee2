"""The demo world tells the handbook's two-lot case to the cent, the same for the same day."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


@pytest.fixture
def ask(demo_url: str):
    """Ask the demo world's database; nothing is written."""
    engine = create_engine(demo_url, poolclass=NullPool)

    def answers(query: str) -> list[tuple]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return answers


def test_the_whole_envelope_is_awarded_and_the_last_offer_is_what_was_left(ask) -> None:
    assert ask("SELECT envelope_cents, awarded_cents FROM call WHERE code = 'INTEGRA-2026-01'") == [
        (10_140_000_00, 10_140_000_00)
    ]
    assert ask(
        "SELECT reference, awarded_cents, award.state FROM award JOIN application "
        "ON application.id = application_id WHERE reason = 'AWARDED_PARTIAL'"
    ) == [("INTEGRA-2026-01/L2-007", 505_562_96, "announced")]


def test_money_that_moved_between_lots_cancels_out(ask) -> None:
    assert ask(
        "SELECT lot.code, transferred_cents, lot.awarded_cents FROM lot JOIN call "
        "ON call.id = call_id WHERE call.code = 'INTEGRA-2026-01' ORDER BY lot.code"
    ) == [("L1", -30_413_71, 4_109_586_29), ("L2", 30_413_71, 6_030_413_71)]


def test_every_application_of_the_decided_call_has_its_letter(ask) -> None:
    assert ask(
        "SELECT count(*), count(DISTINCT file_id), count(*) FILTER (WHERE state = 'sent') "
        "FROM letter"
    ) == [(41, 41, 41)]


def test_first_payments_are_paid_and_nothing_is_above_its_agreement(ask) -> None:
    assert ask("SELECT count(*) FROM payment WHERE state = 'paid'") == [(3,)]
    assert ask(
        "SELECT count(*) FROM agreement WHERE paid_cents > committed_cents "
        "OR committed_cents > grant_cents"
    ) == [(0,)]


def test_a_call_is_open_and_in_another_two_assessors_disagree(ask) -> None:
    assert ask(
        "SELECT code FROM call WHERE opens_at < '2026-11-21' AND closes_at > '2026-11-21' "
        "AND state = 'published'"
    ) == [("INTEGRA-2026-03",)]
    totals = ask(
        "SELECT array_agg(total::int ORDER BY position) FROM assessment "
        "WHERE assessment.state = 'submitted' GROUP BY entry_id"
    )
    assert ([41, 27],) in totals


def test_one_grant_in_kind_is_in_retention_and_another_waits_for_a_second_person(ask) -> None:
    assert ask(
        "SELECT reference, in_kind_grant.state, price_cents, support_cents, own_share_cents "
        "FROM in_kind_grant JOIN agreement ON agreement.id = agreement_id ORDER BY reference"
    ) == [
        ("GREEN-2025-01/SRB-001/A", "retained", 1_980_00, 1_683_00, 297_00),
        ("GREEN-2025-01/SRB-002/A", "priced", 2_000_00, 1_700_00, 300_00),
    ]
    assert ask("SELECT state, amount_cents FROM own_share ORDER BY grant_id") == [
        ("confirmed", 297_00),
        ("recorded", 300_00),
    ]
    assert ask("SELECT title, state, price_cents FROM asset WHERE state <> 'planned'") == [
        ("Test bench for washing machines", "in_retention", 1_980_00)
    ]


def test_the_next_trader_is_on_the_reserve_list_of_a_lot_that_is_used_up(ask) -> None:
    assert ask(
        "SELECT lot.code, lot.awarded_cents, application.state FROM application "
        "JOIN lot ON lot.id = lot_id WHERE reference = 'GREEN-2025-01/SRB-003'"
    ) == [("SRB", 3_383_00, "reserve")]
