"""The handbook's cases to the cent in the demo world, and what waits there for whom."""

from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.actions import (
    allocation,
    authority_accounts,
    invitations,
    letters,
    purchases,
    ranking,
    reserve,
    round_moves,
)
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict
from app.models import (
    AccountChange,
    AllocationRun,
    Asset,
    Letter,
    ReserveActivation,
    RoundMove,
)
from app.queries import recovery_facts, reporting, undertakings
from app.queries.interviews import panel_hours, stage_interviews
from app.queries.named import named_lines
from app.queries.schemes import scheme_of
from app.queries.waiting import waiting
from app.rules import allocation as rule
from app.rules.allocation_input import read_case
from tests.demo import NOW, DemoWorld
from tests.journeys.test_demo_world import ask, awards_of, call_of, doing, session, stage_of
from tests.make.people import act_as

__all__ = ["ask", "session"]

# --- A1: four policies on one list -------------------------------------------------------

A1 = "LOCAL-2026-03"


def test_a1_passes_over_who_no_longer_fits(ask) -> None:
    assert awards_of(ask, A1) == [
        ("001", "AWARDED_FULL", 400_000_00, "proposed"),
        ("002", "AWARDED_FULL", 350_000_00, "proposed"),
        ("004", "AWARDED_FULL", 200_000_00, "proposed"),
        ("005", "AWARDED_FULL", 50_000_00, "proposed"),
    ]
    assert ask(f"SELECT envelope_cents - awarded_cents FROM call WHERE code = '{A1}'") == [(0,)]


@pytest.mark.parametrize(
    ("policy", "awards"),
    [
        ("STOP", [400_000_00, 350_000_00]),
        ("PARTIAL_OFFER", [400_000_00, 350_000_00, 250_000_00]),
        ("SKIP_AND_FILL", [400_000_00, 350_000_00, 200_000_00, 50_000_00]),
    ],
)
def test_a1_under_each_policy_of_the_handbook(
    session: Session, policy: str, awards: list[int]
) -> None:
    """What was computed from is kept: with another policy it gives the handbook's other columns."""
    run = session.scalars(
        select(AllocationRun).where(AllocationRun.call_id == call_of(session, A1).id)
    ).one()
    changed = {**run.inputs, "policy": {**run.inputs["policy"], "overflow": policy}}
    case = read_case(changed)

    found = rule.allocate(case.applications, case.lots, case.policy)

    assert [line.awarded_cents for line in found.lines if line.awarded_cents] == awards


# --- A3: one for each region first --------------------------------------------------------


def test_a3_gives_each_region_its_best_and_the_letters_wait(ask) -> None:
    code = "LOCAL-2026-02"
    given = [("001", 600_000_00), ("002", 500_000_00), ("003", 500_000_00), ("006", 350_000_00)]

    assert [(line[0], line[2]) for line in awards_of(ask, code)] == given
    assert ("006", "AWARDED_FLOOR", 350_000_00, "decided") in awards_of(ask, code)
    assert ask(
        "SELECT right(reference, 3), reserve_position FROM stage_entry "
        "JOIN application ON application.id = application_id JOIN call ON call.id = call_id "
        f"WHERE code = '{code}' AND reserve_position IS NOT NULL ORDER BY 2"
    ) == [("004", 1), ("005", 2), ("007", 3)]
    assert ask(f"SELECT state, envelope_cents - awarded_cents FROM call WHERE code = '{code}'") == [
        ("decided", 50_000_00)
    ]


def test_a3_names_the_region_in_the_letter_and_says_that_the_rule_applied(ask) -> None:
    reasons = dict(
        ask(
            "SELECT right(reference, 3), context ->> 'reason' FROM letter JOIN application "
            "ON application.id = application_id WHERE reference LIKE 'LOCAL-2026-02/%'"
        )
    )

    assert "It is among the best of “Vojvodina Region”" in reasons["006"]
    assert "Others were placed first by the published rule for each region" in reasons["004"]


def test_a_letter_that_failed_says_why_and_is_printed_when_tried_again(
    session: Session, demo_world: DemoWorld
) -> None:
    letter = session.scalars(select(Letter).where(Letter.state == "failed")).one()
    assert letter.failure == "paper.file_missing"

    letters.retry(doing(session, "manager"), letter.id)
    with Renderer() as renderer:
        act = act_as(session, None, now=datetime.fromisoformat(NOW))
        letters.render(act, letter.id, renderer=renderer, store=Store(demo_world.folder / "files"))

    assert (letter.state, letter.failure, letter.file_id is None) == ("rendered", "", False)


# --- A4: corrected, tied, in part, given back; then the reserve list ----------------------

A4 = "LOCAL-2026-01"


def test_a4_stands_before_the_money_that_was_given_back_is_given_out_again(ask) -> None:
    assert awards_of(ask, A4) == [
        ("001", "AWARDED_FULL", 290_123_46, "agreed"),
        ("002", "AWARDED_PARTIAL", 259_876_54, "accepted"),
        ("003", "AWARDED_FULL", 350_000_00, "declined"),
    ]
    assert ask(
        "SELECT number, stands, snapshot ->> 'total_cents' FROM submission "
        "JOIN stage_entry ON stage_entry.id = entry_id "
        "JOIN application ON application.id = stage_entry.application_id "
        f"WHERE reference = '{A4}/INF-001' ORDER BY number"
    ) == [(1, False, "37500000"), (2, True, "36265433")]


def test_a4_restores_the_part_first_and_then_calls_the_reserve_list(session: Session) -> None:
    act = doing(session, "manager")

    activation_id = reserve.propose(act, call_of(session, A4).id)

    lines = session.get_one(ReserveActivation, activation_id).lines
    assert [(line["reference"][-3:], line["before_cents"], line["added_cents"]) for line in lines
    ] == [("002", 259_876_54, 40_123_46), ("004", 0, 250_000_00)]  # fmt: skip


# --- A tie, and money that has to come back -----------------------------------------------


def test_a_tie_stops_the_allocation_until_the_chair_has_settled_it(session: Session) -> None:
    code = "LOCAL-2026-04"
    call = call_of(session, code)
    with pytest.raises(allocation.TieToSettle) as tie:
        allocation.allocate(doing(session, "manager"), call.id)
    equal = [f"{code}/INF-002", f"{code}/INF-003"]
    assert list(tie.value.references) == equal

    reason = "More children in reach of the place."
    ranking.settle_tie(
        doing(session, "chair"), stage_of(session, code), order=equal[::-1], reason=reason
    )
    allocation.allocate(doing(session, "manager"), call.id)

    session.refresh(call)
    assert (call.state, call.awarded_cents) == ("allocated", 420_000_00)


def test_what_was_paid_too_much_waits_for_an_order(session: Session, ask) -> None:
    """S7 a and d: 9,184.28 were still due to one, 12,000.00 have to come back from another."""
    listed = ask(
        "SELECT agreement.id, right(reference, 5), agreement.state, paid_cents, ordered_cents, "
        "payment.recoverable_cents, payment.due_cents FROM agreement "
        "JOIN payment ON agreement_id = agreement.id AND position = 3 "
        "WHERE reference LIKE 'LOCAL-2024-01/%' ORDER BY reference"
    )

    assert [line[1:] for line in listed] == [
        ("001/A", "completed", 189_184_28, 0, 0, 9_184_28),
        ("002/A", "active", 180_000_00, 0, 12_000_00, 0),
        ("003/A", "active", 180_000_00, 20_000_00, 20_000_00, 0),
        ("004/A", "active", 90_000_00, 0, 0, None),
    ]
    assert recovery_facts.start_of(session, listed[1][0]).amount_cents == 12_000_00


# --- In rounds, in order of receipt, by interview, without a competition ------------------


def test_money_moved_from_round_to_round_and_more_waits_for_the_second_person(
    session: Session, ask
) -> None:
    money = (
        "SELECT code, envelope_cents, awarded_cents FROM call WHERE code LIKE 'STOPS-%' ORDER BY 1"
    )
    assert ask(money) == [
        ("STOPS-2026-R1", 230_000_00, 140_000_00),
        ("STOPS-2026-R2", 170_000_00, 110_000_00),
        ("STOPS-2026-R3", 150_000_00, 0),
    ]
    moved, waits = session.scalars(select(RoundMove).order_by(RoundMove.id))
    assert (moved.state, moved.amount_cents, waits.state) == ("agreed", 170_000_00, "proposed")

    round_moves.agree(doing(session, "manager2"), waits.id)

    assert [call_of(session, f"STOPS-2026-R{number}").envelope_cents for number in (2, 3)] == [
        110_000_00,
        210_000_00,
    ]


def test_first_come_is_half_used_and_the_best_but_last_is_next(session: Session, ask) -> None:
    code = "REPAIR-2026-01"
    assert awards_of(ask, code) == [
        ("001", "AWARDED_FULL", 150_000_00, "accepted"),
        ("002", "AWARDED_FULL", 140_000_00, "declined"),
        ("003", "AWARDED_FULL", 120_000_00, "proposed"),
    ]
    assert ask(
        "SELECT right(reference, 3), score::int FROM application JOIN stage_entry "
        f"ON application_id = application.id WHERE reference LIKE '{code}/%' ORDER BY 1"
    ) == [("001", 66), ("002", 71), ("003", 93)]


def test_one_interview_waits_for_marks_one_comes_and_one_has_no_hour(session: Session) -> None:
    call_id = call_of(session, "STRATEGY-2026-01").id
    key = session.scalar(
        text("SELECT id FROM stage WHERE key = 'interview' AND call_id = :id"), {"id": call_id}
    )
    officer = doing(session, "officer")
    guests = stage_interviews(session, officer.actor, key).guests

    assert [(each.reference[-3:], each.hour is None, len(each.panel)) for each in guests] == [
        ("001", False, 2),
        ("002", False, 2),
        ("003", True, 2),
    ]
    assert [each.reference[-3:] for each in panel_hours(session, doing(session, "assessor2").actor)
    ] == ["001", "002"]  # fmt: skip


def test_of_those_who_are_named_one_can_be_invited_and_one_has_no_account(session: Session) -> None:
    call = call_of(session, "FLOOD-2026-01")
    direct = scheme_of(session, call.id).call.direct
    lines = named_lines(session, call.id, direct)
    assert [(each.organisation, each.is_new, each.state) for each in lines] == [
        ("Municipality of Ljubovija", False, "draft"),
        ("Municipality of Mali Zvornik", True, ""),
        ("", False, ""),
    ]

    assert invitations.invite_new(doing(session, "manager"), call.id) == 1


# --- What waits of money: an end, a report, an order to a supplier -------------------------


def test_finance_finds_the_end_that_is_asked_for_and_the_report_that_is_late(
    session: Session,
) -> None:
    act = doing(session, "finance")

    asked = [
        each.title for each in waiting(session, act.actor, act.now) if each.task == "answer_end"
    ]
    late = [
        (each.reference, each.due_on) for each in reporting.overdue(session, act.actor, act.now)
    ]

    assert asked == ["INTEGRA-2026-01/L1-008/A"]
    assert late == [("LOCAL-2024-01/INF-004/A", date(2026, 11, 1))]


def test_an_invoice_waits_for_the_second_person_and_a_new_account_for_tomorrow(
    session: Session,
) -> None:
    asset = session.scalars(select(Asset).where(Asset.title == "Table saw with dust bag")).one()
    changes = select(AccountChange).where(AccountChange.purpose == "supplier")
    first, other = session.scalars(changes.order_by(AccountChange.id))
    assert (first.state, other.state, asset.approved_at) == ("confirmed", "proposed", None)

    purchases.approve(doing(session, "approver"), asset.id)
    with pytest.raises(Conflict, match="It can be confirmed from"):
        authority_accounts.confirm(doing(session, "approver"), other.id)


def test_a_firm_and_the_trader_that_owns_it_are_one_undertaking(session: Session) -> None:
    """1,700.00 of the owner and 1,785.00 of the firm count together."""
    firm = session.scalar(text("SELECT id FROM organisation WHERE name = 'Novak prozori d.o.o.'"))

    around = undertakings.around(session, firm)

    assert set(around.names.values()) == {
        "Novak prozori d.o.o.",
        "Stolarija Novak, Ivan Novak PR",
    }
