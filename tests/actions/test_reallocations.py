"""Things that were taken back go to another application: in order, by two people, as aid."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import assets, reallocations
from app.actions.reallocations import NewHolder
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import text as in_words
from app.models import Application, AuditEntry, Mail, Reallocation
from app.queries.calls_archive import open_ends
from app.queries.in_kind_holders import holders, taken_over
from app.rules.messages import Message
from tests.make.awards import make_agreement, make_award
from tests.make.in_kind import NOW, TODAY, InKindDesk, in_kind_scheme

WHY = "Next on the reserve list."


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session).taken_back()


def wanted(application_id: int, **changes: object) -> NewHolder:
    return replace(NewHolder(application_id, 1_500_00, WHY, aid_fits=True), **changes)


def refused(desk: InKindDesk, holder: NewHolder) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        reallocations.propose(desk.act(), desk.assets[0].id, holder)
    values = refusal.value.values
    return {
        place: in_words(said) if isinstance(said, Message) else said.format(**values)
        for place, said in refusal.value.fields.items()
    }


def in_force(desk: InKindDesk, application: Application, cents: int) -> None:
    award = make_award(desk.session, application, awarded_cents=cents)
    agreement = make_agreement(desk.session, award, state="sent")
    agreement.state, agreement.signed_by_authority_on = "active", TODAY
    desk.session.flush()


def test_the_reserve_list_of_the_lot_is_asked_first_then_others_then_who_has_an_agreement(
    desk,
) -> None:
    with_agreement = desk.waiting(0, state="awarded")
    in_force(desk, with_agreement, 1_000_00)
    elsewhere, second, first = desk.waiting(1, "KOS"), desk.waiting(2), desk.waiting(1)
    desk.waiting(0, state="unsuccessful")

    found = holders(desk.session, desk.grant_id)

    assert [(each.application_id, each.place) for each in found] == [
        (first.id, 1), (second.id, 2), (elsewhere.id, 1), (with_agreement.id, None),
    ]  # fmt: skip


def test_two_people_give_a_thing_to_the_next_who_is_told(desk: InKindDesk) -> None:
    (asset,), holder = desk.assets, desk.waiting(1)
    key = reallocations.propose(desk.act(), asset.id, wanted(holder.id))
    assert asset.state == "repossessed"

    assert open_ends(desk.session, desk.call.id).things == 1

    reallocations.agree(desk.act(desk.manager), key)

    assert (asset.state, asset.given_to, asset.end_reason) == (
        "reallocated", holder.reference, WHY,
    )  # fmt: skip
    assert open_ends(desk.session, desk.call.id).things == 0
    paper = desk.papers[-1]
    assert (paper.kind, asset.title_id) == ("reallocation", paper.id)
    assert paper.contents["beneficiary"]["name"] == "Radnja 1 PR"
    assert [each["price_cents"] for each in paper.contents["items"]] == [1_500_00]
    assert paper.contents["taken_back_from"].endswith("/A")
    mail = desk.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail.subject == "Equipment is given to you"
    assert "de minimis aid" in mail.body
    assert "1,500.00" in mail.body.replace("\u00a0", " ")
    (thing,) = taken_over(desk.session, holder.id)
    assert (thing.title, thing.value_cents) == ("Machine 1", 1_500_00)
    entry = desk.session.scalars(select(AuditEntry).where(AuditEntry.event == "reallocate")).one()
    assert (entry.detail["given_to"], entry.actor_id) == (holder.reference, desk.manager.id)
    assets.close(desk.act(desk.manager), desk.grant_id)


def test_nobody_agrees_to_what_they_proposed_themselves_and_officers_not_at_all(desk) -> None:
    holder = desk.waiting(1)
    key = reallocations.propose(desk.act(desk.manager), desk.assets[0].id, wanted(holder.id))

    for user in (desk.manager, desk.officer):
        with pytest.raises(Forbidden):
            reallocations.agree(desk.act(user), key)
    with pytest.raises(DBAPIError, match="four_eyes"):
        desk.session.execute(
            text("UPDATE reallocation SET state = 'agreed', decided_by = proposed_by")
        )


def test_who_is_passed_over_is_named_and_the_reason_is_kept(desk: InKindDesk) -> None:
    first, second = desk.waiting(1), desk.waiting(2)

    said = refused(desk, wanted(second.id))
    because = "The first one has no use for it."
    key = reallocations.propose(
        desk.act(), desk.assets[0].id, wanted(second.id, out_of_order=because)
    )
    reallocations.agree(desk.act(desk.manager), key)

    assert said == {
        "out_of_order": f"Next on the reserve list is {first.reference}. "
        "Write why it is passed over."
    }
    assert desk.assets[0].end_reason == f"{WHY} {because}"


def test_a_proposal_is_refused_at_the_place(desk: InKindDesk) -> None:
    holder = desk.waiting(1)

    assert sorted(refused(desk, wanted(holder.id, reason=" ", aid_fits=False))) == [
        "aid_fits", "reason",
    ]  # fmt: skip
    assert refused(desk, wanted(0)) == {"application_id": "Choose who gets it."}
    dear = refused(desk, wanted(holder.id, value_cents=1_980_01))
    assert dear["value_cents"].replace("\u00a0", " ") == (
        "A used thing is not worth more than its price of EUR 1,980.00."
    )
    assert list(refused(desk, wanted(desk.application.id))) == ["application_id"]


def test_aid_above_the_ceiling_is_a_hard_stop_when_proposed_and_when_agreed(session) -> None:
    scheme = in_kind_scheme()
    aid = replace(scheme.state_aid, ceiling_cents=3_000_00)
    desk = InKindDesk(session, scheme=replace(scheme, state_aid=aid), prices=(1_000_00, 980_00))
    first, second = desk.taken_back().assets
    holder = desk.waiting(1)
    two = [
        reallocations.propose(desk.act(), asset.id, wanted(holder.id, value_cents=cents))
        for asset, cents in ((first, 900_00), (second, 980_00))
    ]
    # Meanwhile they get an award of 2,000.00 in the same call: with 900.00 it still fits.
    in_force(desk, holder, 2_000_00)

    reallocations.agree(desk.act(desk.manager), two[0])
    with pytest.raises(Conflict, match="passes the ceiling"):
        reallocations.agree(desk.act(desk.manager), two[1])
    reallocations.drop(desk.act(), two[1], reason="Too much aid.")

    found = refused(replace_first(desk), wanted(holder.id, value_cents=101_00))
    assert list(found) == ["value_cents"]
    said = found["value_cents"].replace("\u00a0", " ")
    assert "Together with EUR 2,900.00 of aid known here this passes the ceiling of EUR" in said


def test_aid_in_another_currency_is_told_and_not_added_up(session) -> None:
    scheme = in_kind_scheme()
    aid = replace(scheme.state_aid, ceiling_cents=3_000_00)
    desk = InKindDesk(session, scheme=replace(scheme, state_aid=aid)).taken_back()
    holder = desk.waiting(1)
    other = InKindDesk(
        session, scheme=replace(in_kind_scheme(), currency="RSD"), person_email="vera@example.org"
    )
    elsewhere = other.waiting(0, state="awarded")
    elsewhere.organisation_id = holder.organisation_id
    in_force(other, elsewhere, 2_900_00)

    said = refused(desk, wanted(holder.id, aid_fits=False))
    key = reallocations.propose(desk.act(), desk.assets[0].id, wanted(holder.id))
    reallocations.agree(desk.act(desk.manager), key)

    assert said["aid_fits"].startswith("They also have aid in RSD, which is not added up here.")
    assert desk.assets[0].state == "reallocated"
    query = select(AuditEntry.detail).where(AuditEntry.event == "propose_holder")
    assert session.scalars(query).one()["aid_not_added_up"] == ["RSD"]


def replace_first(desk: InKindDesk) -> InKindDesk:
    """The same desk, whose first thing is the one that is still there."""
    desk.session.execute(text("UPDATE asset SET position = 100 - position"))
    desk.session.expire_all()
    return desk


def test_a_thing_waits_for_one_decision_at_a_time(desk: InKindDesk) -> None:
    (asset,), holder = desk.assets, desk.waiting(1)
    key = reallocations.propose(desk.act(), asset.id, wanted(holder.id))

    with pytest.raises(Conflict, match="proposed already"):
        reallocations.propose(desk.act(), asset.id, wanted(holder.id))
    with pytest.raises(Conflict, match="Agree to that or drop it first"):
        assets.write_off(desk.act(desk.manager), asset.id, reason="Lost.")
    with pytest.raises(Invalid) as silent:
        reallocations.drop(desk.act(), key, reason=" ")
    assert list(silent.value.fields) == ["reason"]
    reallocations.drop(desk.act(), key, reason="They have bought one.")
    for late in (reallocations.agree, lambda act, key: reallocations.drop(act, key, reason="x")):
        with pytest.raises(Conflict, match="does not wait for a decision"):
            late(desk.act(desk.manager), key)
    assets.write_off(desk.act(desk.manager), asset.id, reason="Lost.")

    assert desk.session.get_one(Reallocation, key).state == "dropped"


def test_who_left_the_list_meanwhile_gets_nothing(desk: InKindDesk) -> None:
    holder = desk.waiting(1)
    key = reallocations.propose(desk.act(), desk.assets[0].id, wanted(holder.id))
    holder.state = "withdrawn"
    desk.session.flush()

    with pytest.raises(Conflict, match="waits on no list any more"):
        reallocations.agree(desk.act(desk.manager, NOW + timedelta(days=1)), key)


def test_only_what_was_taken_back_is_given_on(session: Session) -> None:
    desk = InKindDesk(session).retained()

    with pytest.raises(Conflict, match="Only a thing that was taken back"):
        reallocations.propose(desk.act(), desk.assets[0].id, wanted(desk.waiting(1).id))
    with pytest.raises(DBAPIError, match="nobody agreed"):
        session.execute(text("UPDATE asset SET state = 'reallocated'"))
