"""Tests of app/actions/rounds.py and round_moves.py: SP-4 from one round to the next."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    allocation,
    calls,
    calls_archive,
    calls_correct,
    ranking,
    reserve,
    round_moves,
    rounds,
)
from app.errors import Conflict, Forbidden, Invalid
from app.models import Application, AuditEntry, Authority, Award, Call, CallVersion, RoundMove
from app.queries.calls_archive import open_ends
from app.queries.calls_findings import findings
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_json import digest
from app.rules.scheme_rounds import Rounds
from tests.make.people import make_user
from tests.make.rounds import (
    CUT_OFFS,
    ENVELOPE,
    LAPSED_AT,
    PREPARED_AT,
    Rolling,
    rolling,
)

# 60,000 + 50,000 are awarded, 60,000 does not fit, 10,000 below it does: 30,000 are left.
LINES = (("92", 60_000_00), ("90", 50_000_00), ("85", 60_000_00), ("80", 10_000_00))
FREE = 30_000_00


@pytest.fixture
def world(session: Session) -> Rolling:
    return Rolling(session)


def references(session: Session, call_id: int, state: str) -> list[int]:
    query = select(Application.requested_cents).where(
        Application.call_id == call_id, Application.state == state
    )
    return sorted(session.scalars(query))


def versions(session: Session, call_id: int) -> list[CallVersion]:
    query = select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number)
    return list(session.scalars(query))


def test_two_rounds_are_decided_out_of_one_envelope(session: Session, world: Rolling) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)

    world.announced(two, ("88", 20_000_00), ("79", 10_000_00), ("77", 10_000_00))

    assert world.money(world.one) == (120_000_00, 120_000_00, 120_000_00, 120_000_00)
    assert world.money(two) == (FREE, FREE, FREE, FREE)
    assert references(session, world.one.id, "awarded") == [10_000_00, 50_000_00, 60_000_00]
    assert references(session, two.id, "awarded") == [10_000_00, 20_000_00]
    assert references(session, two.id, "reserve") == [10_000_00]


def test_next_round_opens_when_this_one_closes_and_closes_on_the_next_cut_off(
    session: Session, world: Rolling
) -> None:
    act = world.act(now=PREPARED_AT)

    key = rounds.begin_next(act, world.one.id, code="round-2", title="Second round")

    row, before = session.get_one(Call, key), session.get_one(Call, world.one.id)
    assert (row.code, row.state, row.follows_id) == ("ROUND-2", "draft", world.one.id)
    assert row.opens_at == before.closes_at
    assert row.closes_at == datetime(2026, 6, 30, 15, 0, tzinfo=UTC)
    assert (row.envelope_cents, row.reserve_valid_until) == (0, CUT_OFFS[2])
    rules = scheme_of(session, key)
    assert replace(rules, allocation=world.one.scheme.allocation) == replace(
        world.one.scheme,
        envelope_cents=0,
        lots=tuple(replace(lot, envelope_cents=0) for lot in world.one.scheme.lots),
    )
    found = findings(session, key, PREPARED_AT)
    assert [each.message.code for each in found if each.is_error] == []
    assert "scheme.round_without_money" in {each.message.code for each in found}


def test_second_person_who_prepares_the_next_round_reads_which_one_follows(
    session: Session, world: Rolling
) -> None:
    rounds.begin_next(world.act(now=PREPARED_AT), world.one.id, code="R2", title="Round 2")

    with pytest.raises(Conflict) as refused:
        rounds.begin_next(world.act(now=PREPARED_AT), world.one.id, code="R3", title="Round 3")

    assert refused.value.values == {"code": "R2"}


@pytest.mark.parametrize(
    ("named", "words"),
    [(None, "its rules name no cut-offs"), (Rounds((CUT_OFFS[0],)), "No cut-off is left")],
)
def test_without_a_further_cut_off_no_round_follows(
    session: Session, named: Rounds | None, words: str
) -> None:
    world = Rolling(session, replace(rolling(), rounds=named))

    with pytest.raises(Conflict, match=words):
        rounds.begin_next(world.act(now=PREPARED_AT), world.one.id, code="R2", title="Round 2")


def test_both_calls_tell_the_move_in_a_version_that_proves_itself(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)

    key = world.moved(world.one, FREE, now=LAPSED_AT)

    move = session.get_one(RoundMove, key)
    assert (move.state, move.giver_version, move.receiver_version) == ("agreed", 2, 2)
    for call, cents, event in (
        (world.one, 120_000_00, "give_to_round"),
        (two, FREE, "receive_from_round"),
    ):
        first, newest = versions(session, call.id)
        rules = newest.document["rules"]
        assert (newest.reason, rules["envelope_cents"]) == ("Left over.", cents)
        assert digest(rules) == newest.rules_digest == session.get_one(Call, call.id).digest
        changed = {name for name in rules if rules[name] != first.document["rules"][name]}
        assert changed == {"envelope_cents", "lots"}
        told = session.scalars(select(AuditEntry).where(AuditEntry.event == event)).one()
        assert (told.object_id, told.detail["amount_cents"]) == (call.id, FREE)


def test_what_the_reserve_list_may_call_on_stays_while_it_is_valid(
    session: Session, world: Rolling
) -> None:
    world.after(world.one)
    world.announced(world.one, ("92", 60_000_00), ("90", 50_000_00), ("85", 45_000_00))
    lot = world.one.scheme.lots[0].code

    with pytest.raises(Invalid) as refused:
        round_moves.propose(world.act(), world.one.id, amounts={lot: 1}, reason="Left over.")

    assert refused.value.fields[lot].values == {"most_cents": 0, "currency": "EUR"}
    # On the day after its last one nobody waits any more, and all of it moves.
    world.moved(world.one, 40_000_00, now=LAPSED_AT)
    assert world.money(world.one)[0] == 110_000_00


def test_whoever_proposed_the_move_may_not_agree_to_it(session: Session, world: Rolling) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    lot = world.one.scheme.lots[0].code
    act = world.act(now=LAPSED_AT)
    key = round_moves.propose(act, world.one.id, amounts={lot: FREE}, reason="Left over.")

    with pytest.raises(Forbidden):
        round_moves.agree(act, key)

    authority = session.get_one(Authority, world.one.authority_id)
    chair = make_user(session, roles=[Role.CHAIR], authority=authority)
    with pytest.raises(Forbidden):
        round_moves.agree(world.act(chair, now=LAPSED_AT), key)
    assert world.money(world.one)[0] == ENVELOPE


def test_dropped_move_changes_nothing_and_the_next_one_may_be_proposed(
    session: Session, world: Rolling
) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    lot = world.one.scheme.lots[0].code
    act = world.act(now=LAPSED_AT)
    key = round_moves.propose(act, world.one.id, amounts={lot: FREE}, reason="Left over.")
    with pytest.raises(Conflict, match="proposed already"):
        round_moves.propose(act, world.one.id, amounts={lot: 1}, reason="Twice.")

    with pytest.raises(Invalid):
        round_moves.drop(world.act(world.second), key, reason=" ")
    round_moves.drop(world.act(world.second), key, reason="Too much.")

    assert world.money(world.one)[0] == ENVELOPE
    world.moved(world.one, FREE, now=LAPSED_AT)
    assert world.money(world.one)[0] == ENVELOPE - FREE


@pytest.mark.parametrize(
    ("cents", "code"),
    [(0, "round_moves.nothing_moves"), (FREE + 1, "round_moves.more_than_free"), (-1, "")],
)
def test_amounts_that_cannot_move_are_named(
    session: Session, world: Rolling, cents: int, code: str
) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    lot = world.one.scheme.lots[0].code

    with pytest.raises(Invalid) as refused:
        round_moves.propose(world.act(now=LAPSED_AT), world.one.id, amounts={lot: cents}, reason="")

    told = {getattr(each, "code", "") for each in refused.value.fields.values()}
    assert code in told
    assert refused.value.fields["reason"] == round_moves.NO_REASON


def test_less_that_is_free_than_was_proposed_is_not_moved(session: Session, world: Rolling) -> None:
    world.after(world.one)
    made = world.announced(world.one, ("92", 60_000_00), ("85", 60_000_00), ("80", 60_000_00))
    del made
    lot = world.one.scheme.lots[0].code
    key = round_moves.propose(
        world.act(now=LAPSED_AT), world.one.id, amounts={lot: FREE}, reason="Left over."
    )
    # Something of it is awarded after all: as if the list had been called on its last day.
    award = session.scalars(select(Award).where(Award.call_id == world.one.id)).first()
    waiting = session.scalars(select(Application).where(Application.state == "reserve")).one()
    session.add(
        Award(
            application_id=waiting.id, call_id=world.one.id, lot_id=world.one.lot_id,
            run_id=award.run_id, reason="AWARDED_FULL", requested_cents=60_000_00,
            awarded_cents=20_000_00, state="announced",
        )
    )  # fmt: skip
    session.flush()

    with pytest.raises(Conflict, match="Less is free than was proposed"):
        round_moves.agree(world.act(world.second, now=LAPSED_AT), key)


def test_round_without_money_turns_nobody_away(session: Session, world: Rolling) -> None:
    two = world.after(world.one)
    world.applied(two, ("88", 20_000_00))
    ranking.rank(world.act(), world.last_stage(two))

    with pytest.raises(Conflict, match="This round has no money yet"):
        allocation.allocate(world.act(), two.id)

    world.announced(world.one, *LINES)
    lot = world.one.scheme.lots[0].code
    act = world.act(now=LAPSED_AT)
    key = round_moves.propose(act, world.one.id, amounts={lot: FREE}, reason="Left over.")
    with pytest.raises(Conflict, match="Money is proposed to move to this round"):
        allocation.allocate(world.act(), two.id)
    round_moves.agree(world.act(world.second, now=LAPSED_AT), key)
    allocation.allocate(world.act(), two.id)
    assert references(session, two.id, "proposed") == [20_000_00]


def test_money_moves_only_from_a_round_that_is_announced_and_to_one_that_can_take_it(
    session: Session, world: Rolling
) -> None:
    act = world.act(now=LAPSED_AT)
    amounts = {world.one.scheme.lots[0].code: FREE}
    with pytest.raises(Conflict, match="once its awards are announced"):
        round_moves.propose(act, world.one.id, amounts=amounts, reason="Early.")
    world.announced(world.one, *LINES)
    with pytest.raises(Conflict, match="Prepare the next round first"):
        round_moves.propose(act, world.one.id, amounts=amounts, reason="Nowhere.")

    two = world.after(world.one)
    row = session.get_one(Call, two.id)
    for state, words in (
        ("draft", "ROUND-2 is a draft"),
        ("allocated", "are being decided"),
        ("archived", "is over"),
    ):
        row.state = state
        session.flush()
        with pytest.raises(Conflict, match=words):
            round_moves.propose(act, world.one.id, amounts=amounts, reason="Too late.")


def test_cancelled_round_passes_its_money_to_the_one_after_it(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)
    three = world.after(two, "ROUND-3")
    session.get_one(Call, two.id).state = "cancelled"

    world.moved(two, FREE, now=LAPSED_AT)

    assert [world.money(each)[0] for each in (world.one, two, three)] == [120_000_00, 0, FREE]


def test_money_that_comes_free_late_passes_over_a_round_that_was_put_away(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    three = world.after(two, "ROUND-3")
    session.get_one(Call, two.id).state = "archived"

    world.moved(world.one, FREE, now=LAPSED_AT)

    assert [world.money(each)[0] for each in (world.one, two, three)] == [120_000_00, 0, FREE]


def test_a_round_is_not_put_away_while_a_move_from_or_to_it_waits(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    amounts = {world.one.scheme.lots[0].code: FREE}
    act = world.act(now=LAPSED_AT)
    key = round_moves.propose(act, world.one.id, amounts=amounts, reason="Left over.")
    session.get_one(Call, two.id).state = "announced"
    assert [open_ends(session, each.id).moves for each in (world.one, two)] == [1, 1]

    with pytest.raises(Conflict, match="is not at an end"):
        calls_archive.archive(act, two.id, reason="Nobody applied.")
    round_moves.drop(act, key, reason="Round 2 is over.")
    calls_archive.archive(act, two.id, reason="Nobody applied.")

    assert session.get_one(Call, two.id).state == "archived"


def test_after_a_cancelled_round_the_next_one_opens_at_once_for_the_same_cut_off(
    session: Session, world: Rolling
) -> None:
    """Also where the cancelled one was never published: the series does not end with it."""
    draft = rounds.begin_next(world.act(now=PREPARED_AT), world.one.id, code="R2", title="Two")
    later = PREPARED_AT.replace(month=4)
    calls.cancel(world.act(now=later), draft, reason="Begun by mistake.")

    key = rounds.begin_next(world.act(now=later), draft, code="R3", title="Three")

    row = session.get_one(Call, key)
    assert (row.follows_id, row.opens_at) == (draft, later)
    assert row.closes_at == datetime(2026, 6, 30, 15, 0, tzinfo=UTC)


def test_round_that_is_cancelled_after_its_allocation_gives_all_it_has(
    session: Session, world: Rolling
) -> None:
    world.applied(world.one, *LINES)
    world.allocated(world.one)
    calls.cancel(world.act(), world.one.id, reason="The donor asked for it.")
    world.after(world.one)

    world.moved(world.one, ENVELOPE)

    assert world.money(world.one) == (0, 0, 0, 0)


def test_corrigendum_in_work_holds_the_move_up(session: Session, world: Rolling) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    lot = world.one.scheme.lots[0].code
    act = world.act(now=LAPSED_AT)
    key = round_moves.propose(act, world.one.id, amounts={lot: FREE}, reason="Left over.")
    calls_correct.prepare(act, two.id)

    with pytest.raises(Conflict, match="A corrigendum of ROUND-2 is in work"):
        round_moves.agree(world.act(world.second, now=LAPSED_AT), key)


def test_free_money_that_the_reserve_list_is_getting_does_not_move(session: Session) -> None:
    world = Rolling(session)
    world.after(world.one)
    made = world.announced(world.one, ("92", 60_000_00), ("90", 60_000_00), ("85", 40_000_00))
    person = make_user(session, name="Applicant")
    award = session.scalars(select(Award).where(Award.application_id == made[0].id)).one()
    award.state = "declined"
    session.flush()
    del person
    reserve.propose(world.act(), world.one.id)

    with pytest.raises(Conflict, match="being given to its reserve list"):
        round_moves.propose(
            world.act(), world.one.id, amounts={world.one.scheme.lots[0].code: 1}, reason="Now."
        )
