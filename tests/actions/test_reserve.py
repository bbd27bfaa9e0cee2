"""The handbook's A4 through the deeds: withdrawn, proposed, decided by a second, announced."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import agreements, applications, offers, reserve, reserve_release
from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid
from app.models import (
    Agreement,
    AuditEntry,
    Award,
    Letter,
    Lot,
    Mail,
    ReserveActivation,
    StageEntry,
)
from app.queries.reserve_page import reserve_page
from app.rules.permissions import Role
from tests.make.applications import make_budget
from tests.make.awards import IBAN
from tests.make.people import act_as, make_user
from tests.make.reserve import ANNOUNCED_AT, ANSWER_BY, Reserve, make_reserve, print_letters

LATER = ANNOUNCED_AT + timedelta(days=3)


@pytest.fixture
def a4(session: Session) -> Reserve:
    """T1 and T2 have accepted; T3 has withdrawn before signature."""
    made = make_reserve(session)
    for name in ("T1", "T2", "T3"):
        offers.accept(by(session, made, name), award_id(session, made, name))
    offers.withdraw(by(session, made, "T3"), award_id(session, made, "T3"), reason="No own share.")
    return made


def by(session: Session, made: Reserve, name: str, at=ANNOUNCED_AT) -> Act:
    return act_as(session, made.applicants[name], now=at)


def award_id(session: Session, made: Reserve, name: str) -> int:
    award = made.award(session, name)
    assert award is not None
    return award.id


def propose(session: Session, made: Reserve) -> int:
    return reserve.propose(act_as(session, made.manager, now=LATER), made.call.id)


def decide(session: Session, made: Reserve, key: int, user=None) -> None:
    act = act_as(session, user or made.second, now=LATER)
    reserve_release.decide(act, key, reason="In order of the list.")


def announce(session: Session, made: Reserve, key: int) -> None:
    print_letters(session, key)
    reserve_release.announce(act_as(session, made.manager, now=LATER), key)


def standing(session: Session, made: Reserve) -> dict[str, tuple[str, int]]:
    session.expire_all()
    found = {name: made.award(session, name) for name in made.applications}
    return {name: (each.state, each.awarded_cents) for name, each in found.items() if each}


def test_a4_awards_the_whole_envelope_with_a_partial_offer(session: Session) -> None:
    made = make_reserve(session)
    assert standing(session, made) == {
        "T1": ("announced", 290_123_46),
        "T2": ("announced", 259_876_54),
        "T3": ("announced", 350_000_00),
    }
    assert made.awarded_cents(session) == 900_000_00


def test_a4_withdrawal_frees_the_money_and_the_list_is_served_in_order(
    session: Session, a4: Reserve
) -> None:
    assert made_free(session, a4) == 350_000_00

    key = propose(session, a4)
    decide(session, a4, key)
    announce(session, a4, key)

    assert standing(session, a4) == {
        "T1": ("accepted", 290_123_46),
        "T2": ("accepted", 300_000_00),
        "T3": ("declined", 350_000_00),
        "T4": ("announced", 250_000_00),
    }
    assert a4.awarded_cents(session) == 840_123_46
    assert made_free(session, a4) == 59_876_54
    assert a4.applications["T4"].state == "awarded"
    assert a4.award(session, "T4").answer_by == date(2026, 6, 19)
    assert told_to(session, a4, "T2", "T4") == {"T2": 1, "T4": 1}


def made_free(session: Session, made: Reserve) -> int:
    return 900_000_00 - made.awarded_cents(session)


def told_to(session: Session, made: Reserve, *names: str) -> dict[str, int]:
    """Return how many mails each person has got since."""
    sent = list(session.scalars(select(Mail.to)))
    return {name: sent.count(made.applicants[name].email) for name in names}


def test_letters_say_what_became_free_and_leave_with_the_announcement(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    decide(session, a4, key)
    written = session.scalars(
        select(Letter).where(Letter.activation_id == key).order_by(Letter.application_id)
    ).all()
    by_name = {
        name: letter
        for name, application in a4.applications.items()
        for letter in written
        if letter.application_id == application.id
    }
    assert {name: (each.document, each.released_at) for name, each in by_name.items()} == {
        "T2": ("award_letter", None),
        "T4": ("award_letter", None),
    }
    assert by_name["T2"].context["amounts"]["granted_cents"] == 300_000_00
    assert by_name["T2"].context["reason"].replace("\u00a0", " ") == (
        "Money has become free. The partial offer is raised by EUR 40,123.46 to EUR 300,000.00 "
        "of the EUR 300,000.00 requested."
    )
    with pytest.raises(Conflict, match="not ready: 2"):
        reserve_release.announce(act_as(session, a4.manager, now=LATER), key)
    announce(session, a4, key)
    assert {each.state for each in written} == {"sent"}


def test_nobody_decides_on_their_own_proposal_and_a_reason_is_kept(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    with pytest.raises(Forbidden, match="prepared this yourself"):
        decide(session, a4, key, user=a4.manager)
    with pytest.raises(Invalid):
        reserve_release.decide(act_as(session, a4.second, now=LATER), key, reason="  ")
    decide(session, a4, key)
    activation = session.get_one(ReserveActivation, key)
    assert (activation.proposed_by, activation.decided_by) == (a4.manager.id, a4.second.id)
    events = session.scalars(
        select(AuditEntry.event)
        .where(AuditEntry.object_type == "reserve_activation", AuditEntry.object_id == key)
        .order_by(AuditEntry.id)
    ).all()
    assert events == ["propose_release", "decide"]


def test_what_is_proposed_holds_the_money_and_only_one_proposal_is_under_way(
    session: Session, a4: Reserve
) -> None:
    propose(session, a4)
    assert a4.awarded_cents(session) == 800_000_00
    with pytest.raises(Conflict, match="under way"):
        propose(session, a4)


def test_page_counts_what_is_proposed_on_top_of_an_offer_as_held(
    session: Session, a4: Reserve
) -> None:
    before = reserve_page(session, act_as(session, a4.manager).actor, a4.call.id)

    propose(session, a4)
    after = reserve_page(session, act_as(session, a4.manager).actor, a4.call.id)

    # T2 is raised by 40,123.46, T4 gets 250,000.00.
    assert (before.free_cents, after.free_cents) == (350_000_00, 59_876_54)


def test_taken_back_the_money_is_free_again_and_the_next_proposal_is_the_same(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    decide(session, a4, key)
    reserve.discard(act_as(session, a4.manager, now=LATER), key, reason="T4 asked for time.")
    assert (made_free(session, a4), a4.applications["T4"].state) == (350_000_00, "reserve")
    again = propose(session, a4)
    first, second = (session.get_one(ReserveActivation, each) for each in (key, again))
    assert [line["added_cents"] for line in first.lines] == [40_123_46, 250_000_00]
    assert [line["added_cents"] for line in second.lines] == [40_123_46, 250_000_00]


def test_who_withdraws_meanwhile_stops_the_decision_and_the_rest_is_proposed_anew(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    applications.withdraw(by(session, a4, "T4", LATER), a4.applications["T4"].id)
    with pytest.raises(Conflict, match="changed since") as refused:
        decide(session, a4, key)
    assert refused.value.values == {"references": a4.applications["T4"].reference}
    reserve.discard(act_as(session, a4.manager, now=LATER), key, reason="T4 withdrew.")
    again = session.get_one(ReserveActivation, propose(session, a4))
    assert [(line["added_cents"], line["is_new"]) for line in again.lines] == [(40_123_46, False)]


def test_a4_after_the_last_day_of_the_list_nothing_is_given_out(session: Session) -> None:
    made = make_reserve(session, until=LATER.date() - timedelta(days=1))
    offers.decline(by(session, made, "T3"), award_id(session, made, "T3"))
    with pytest.raises(Conflict, match="reserve list was valid until"):
        propose(session, made)
    assert made.awarded_cents(session) == 550_000_00


def test_a_list_is_valid_until_its_last_day_ends(session: Session) -> None:
    made = make_reserve(session, until=LATER.date())
    offers.decline(by(session, made, "T3"), award_id(session, made, "T3"))
    propose(session, made)
    assert made.awarded_cents(session) == 800_000_00


def test_nothing_is_proposed_where_nobody_can_get_anything(session: Session) -> None:
    made = make_reserve(session)
    with pytest.raises(Conflict, match="nobody on the list can get it") as refused:
        propose(session, made)
    assert refused.value.values["free_cents"] == 0


def test_an_offer_whose_agreement_was_sent_is_not_raised_any_more(
    session: Session, a4: Reserve
) -> None:
    terms = agreements.Terms(date(2026, 7, 1), date(2027, 6, 30), IBAN, "", "Town")
    act = act_as(session, a4.manager, now=LATER)
    give_a_budget(session, a4)
    key = agreements.prepare(act, award_id(session, a4, "T2"), terms)
    agreements.send(act, key)
    activation = session.get_one(ReserveActivation, propose(session, a4))
    assert [line["reference"] for line in activation.lines] == [a4.applications["T4"].reference]


def test_a_draft_of_an_agreement_follows_the_raised_offer(session: Session, a4: Reserve) -> None:
    terms = agreements.Terms(date(2026, 7, 1), date(2027, 6, 30), IBAN, "", "Town")
    give_a_budget(session, a4)
    act = act_as(session, a4.manager, now=LATER)
    key = agreements.prepare(act, award_id(session, a4, "T2"), terms)
    # 259,876.54 of 300,000.00 at 80 % carry 324,845.68 of the 375,000.00 in its one heading.
    assert session.get_one(Agreement, key).budget == [{"code": "1", "cents": 324_845_68}]
    activation_id = propose(session, a4)
    decide(session, a4, activation_id)
    announce(session, a4, activation_id)
    agreement = session.get_one(Agreement, key)
    assert (agreement.grant_cents, agreement.total_cents) == (300_000_00, 375_000_00)
    assert agreement.budget == [{"code": "1", "cents": 375_000_00}]


def give_a_budget(session: Session, made: Reserve) -> None:
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == made.applications["T2"].id)
    ).one()
    entry.total_cents = 375_000_00
    make_budget(session, entry, lines=(("1", "Team", 375_000_00),))


def test_a_new_offer_from_the_list_is_accepted_like_any_other(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    decide(session, a4, key)
    announce(session, a4, key)
    offers.accept(by(session, a4, "T4", LATER), award_id(session, a4, "T4"))
    assert standing(session, a4)["T4"] == ("accepted", 250_000_00)


def test_a_withdrawn_acceptance_ends_the_agreement_that_was_sent(session: Session) -> None:
    made = make_reserve(session)
    act = act_as(session, made.manager, now=LATER)
    offers.accept(by(session, made, "T2"), award_id(session, made, "T2"))
    give_a_budget(session, made)
    terms = agreements.Terms(date(2026, 7, 1), date(2027, 6, 30), IBAN, "", "Town")
    key = agreements.prepare(act, award_id(session, made, "T2"), terms)
    agreements.send(act, key)
    offers.withdraw(by(session, made, "T2", LATER), award_id(session, made, "T2"))
    states = (session.get_one(Agreement, key).state, made.applications["T2"].state)
    assert states == ("terminated", "declined")
    assert made_free(session, made) == 259_876_54


def test_an_offer_that_is_not_accepted_is_declined_not_given_back(session: Session) -> None:
    made = make_reserve(session)
    with pytest.raises(Conflict, match="accepted award"):
        offers.withdraw(by(session, made, "T1"), award_id(session, made, "T1"))


def test_lapsed_offers_free_their_money_and_tell_the_applicant(session: Session) -> None:
    made = make_reserve(session)
    after = ANNOUNCED_AT + timedelta(days=16)
    assert after.date() > ANSWER_BY
    assert offers.lapse_due(act_as(session, now=after)) == 3
    assert made.awarded_cents(session) == 0
    subjects = session.scalars(select(Mail.subject).where(Mail.to == made.applicants["T1"].email))
    assert subjects.all() == ["Your offer of a grant has lapsed"]


def test_only_who_may_allocate_proposes(session: Session, a4: Reserve) -> None:
    auditor = make_user(session, roles=[Role.AUDITOR], call=None, authority=None, name="A")
    act = act_as(session, auditor, now=LATER)
    grants = {replace(each, authority_id=a4.call.authority_id) for each in act.actor.grants}
    act = replace(act, actor=replace(act.actor, grants=frozenset(grants)))
    with pytest.raises(Forbidden):
        reserve.propose(act, a4.call.id)


def test_the_database_refuses_the_same_person_twice_and_another_past(
    session: Session, a4: Reserve
) -> None:
    key = propose(session, a4)
    for change, refusal in (
        (f"decided_by = {a4.manager.id}", "four_eyes"),
        ("lines = '[]'", "lines is frozen"),
    ):
        statement = text(f"UPDATE reserve_activation SET {change} WHERE id = {key}")
        with session.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match=refusal):
                session.execute(statement)
            savepoint.rollback()


def test_lots_and_awards_stay_equal_to_the_cent(session: Session, a4: Reserve) -> None:
    key = propose(session, a4)
    decide(session, a4, key)
    announce(session, a4, key)
    counted = session.scalars(
        select(Award.awarded_cents).where(Award.state.not_in(("declined", "revoked", "discarded")))
    )
    assert sum(counted) == session.scalars(select(Lot.awarded_cents)).one()
