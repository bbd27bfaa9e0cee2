"""The protocol, its signature, the retention, and how the title passes or things come back."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.actions import assets, handovers, purchases
from app.actions.act import Act
from app.actions.handovers import Signed
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import text as in_words
from app.models import Agreement, Asset, AuditEntry, Award, Mail, StoredFile
from app.rules.messages import Message
from tests.make.in_kind import CONDITIONS, NOW, SCAN, TODAY, InKindDesk

SIGNED = Signed(TODAY, "Petar Provera", "Milica Perić", CONDITIONS)
IN_TWO_YEARS = datetime(2028, 4, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session)


def test_the_handover_of_the_handbook_keeps_the_title_until_april_2028(desk: InKindDesk) -> None:
    desk.retained()

    grant, (asset,), (paper,) = desk.grant, desk.assets, desk.papers
    assert (grant.state, grant.handed_over_on, grant.retained_until) == (
        "retained", date(2026, 4, 15), date(2028, 4, 15),
    )  # fmt: skip
    assert (asset.state, paper.signed_for_beneficiary) == ("in_retention", "Milica Perić")
    assert paper.conditions == ["registered", "training"]


def test_the_protocol_is_printed_once_from_what_came(desk: InKindDesk, tmp_path) -> None:
    desk.received()
    paper_id = handovers.prepare(desk.act(), desk.grant_id)
    store = Store(tmp_path)

    with closing(Renderer()) as renderer:
        for _ in range(2):
            handovers.render(desk.act(), paper_id, renderer=renderer, store=store)

    file = desk.session.get_one(StoredFile, desk.papers[0].file_id)
    assert file.filename.startswith("handover-CALL-")
    assert store.read(file.sha256)[:5] == b"%PDF-"
    item = desk.papers[0].contents["items"][0]
    assert (item["serial_number"], item["own_cents"]) == ("SN-1", 297_00)
    printed = select(AuditEntry).where(AuditEntry.event == "protocol_printed")
    assert len(desk.session.scalars(printed).all()) == 1


def test_no_protocol_before_everything_came(desk: InKindDesk) -> None:
    desk.priced()
    with pytest.raises(Conflict, match="after buying"):
        handovers.prepare(desk.act(), desk.grant_id)


def test_each_delivery_has_a_protocol_and_a_time_of_its_own(session: Session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).funded()
    first, second = desk.assets
    came(desk, first)
    handed_over(desk)
    states = (first.state, second.state, desk.grant.state)
    came(desk, second)
    then = desk.act(now=NOW + timedelta(days=60))
    handed_over(desk, then)

    assert states == ("in_retention", "planned", "funded")
    assert [(each.number, each.retained_until) for each in desk.papers] == [
        (1, date(2028, 4, 15)),
        (2, date(2028, 6, 14)),
    ]
    assert (desk.grant.state, desk.grant.retained_until) == ("retained", date(2028, 6, 14))
    with pytest.raises(Invalid):
        assets.transfer(desk.act(desk.manager, IN_TWO_YEARS), second.id, condition_met=True)
    assets.transfer(desk.act(desk.manager, IN_TWO_YEARS), first.id, condition_met=True)
    assert (first.state, second.state) == ("transferred", "in_retention")


def came(desk: InKindDesk, asset: Asset) -> None:
    purchases.order(desk.act(), asset.id, ordered_on=TODAY)
    purchases.receive(desk.act(), asset.id, purchases.Received(TODAY, "SN", "Ruma"))


def handed_over(desk: InKindDesk, act: Act | None = None) -> int:
    """Hand over what has come, with the signed paper; return the protocol's id."""
    act = act or desk.act()
    paper_id = handovers.prepare(act, desk.grant_id)
    handovers.hand_over(act, paper_id, replace(SIGNED, signed_on=act.now.date()), SCAN)
    return paper_id


def test_a_thing_stands_on_one_protocol_only(session: Session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).received()
    first, second = desk.assets
    paper_id = handovers.prepare(desk.act(), desk.grant_id, [first.id])

    with pytest.raises(Conflict, match="no other protocol"):
        handovers.prepare(desk.act(), desk.grant_id, [first.id, second.id])
    handovers.drop(desk.act(), paper_id, reason="The wrong thing")
    again = handovers.prepare(desk.act(), desk.grant_id, [first.id, second.id])

    assert (first.handover_id, second.handover_id) == (again, again)
    assert [(each.number, each.state) for each in desk.papers] == [(1, "dropped"), (2, "prepared")]


def test_no_title_passes_without_the_signed_protocol_and_it_is_kept_once(desk: InKindDesk) -> None:
    desk.paid()
    paper_id = handovers.prepare(desk.act(), desk.grant_id)
    with pytest.raises(Conflict, match="who signed"):
        handovers.add_scan(desk.act(), paper_id, SCAN)
    handovers.hand_over(desk.act(), paper_id, SIGNED)
    then = desk.act(desk.manager, IN_TWO_YEARS)
    with pytest.raises(Conflict, match="signed protocol"):
        assets.transfer(then, desk.assets[0].id, condition_met=True)
    with pytest.raises(Invalid):
        handovers.add_scan(desk.act(), paper_id, None)

    handovers.add_scan(desk.act(), paper_id, SCAN)

    with pytest.raises(Conflict, match="kept already"):
        handovers.add_scan(desk.act(), paper_id, SCAN)
    assets.transfer(then, desk.assets[0].id, condition_met=True)
    assert desk.assets[0].state == "transferred"


def test_all_titles_whose_time_is_over_pass_by_one_printed_paper(session, tmp_path) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).retained()
    then = desk.act(desk.manager, IN_TWO_YEARS)
    with pytest.raises(Conflict, match="still keeps"):
        assets.transfer_all(desk.act(desk.manager), desk.grant_id, condition_met=True)

    assets.transfer_all(then, desk.grant_id, condition_met=True)

    paper = desk.papers[-1]
    assert [each.title_id for each in desk.assets] == [paper.id, paper.id]
    assert (paper.kind, paper.number, paper.state) == ("title", 1, "prepared")
    assert [each["title"] for each in paper.contents["items"]] == ["Machine 1", "Machine 2"]
    store = Store(tmp_path)
    with closing(Renderer()) as renderer:
        handovers.render(desk.act(), paper.id, renderer=renderer, store=store)
    file = session.get_one(StoredFile, paper.file_id)
    assert store.read(file.sha256)[:5] == b"%PDF-"
    handovers.add_scan(desk.act(), paper.id, SCAN)
    assert paper.state == "signed"


@pytest.mark.parametrize(
    ("signed", "place"),
    [
        (replace(SIGNED, signed_on=TODAY + timedelta(days=1)), "signed_on"),
        (replace(SIGNED, signed_on=TODAY - timedelta(days=1)), "signed_on"),
        (replace(SIGNED, handed_over_by=" "), "handed_over_by"),
        (replace(SIGNED, received_by=" "), "received_by"),
        (replace(SIGNED, conditions=("training",)), "conditions"),
    ],
)
def test_the_signed_protocol_is_refused_with_the_place(
    desk: InKindDesk, signed: Signed, place: str
) -> None:
    desk.received()
    paper_id = handovers.prepare(desk.act(), desk.grant_id)

    with pytest.raises(Invalid) as refusal:
        handovers.hand_over(desk.act(), paper_id, signed)

    assert list(refusal.value.fields) == [place]
    assert desk.grant.state == "funded"


def said(problem: Invalid) -> list[str]:
    return [in_words(each) for each in problem.fields.values() if isinstance(each, Message)]


def test_the_title_passes_on_the_day_when_the_condition_is_met(desk: InKindDesk) -> None:
    desk.retained()
    (asset,) = desk.assets

    with pytest.raises(Invalid) as early:
        assets.transfer(desk.act(desk.manager), asset.id, condition_met=True)
    then = desk.act(desk.manager, IN_TWO_YEARS)
    with pytest.raises(Invalid) as unmet:
        assets.transfer(then, asset.id)
    assets.transfer(then, asset.id, condition_met=True)

    assert said(early.value) == ["The authority keeps the title until 15 April 2028."]
    assert said(unmet.value) == ["Confirm that the condition of the agreement is met."]
    assert (asset.state, asset.ended_on) == ("transferred", date(2028, 4, 15))
    mail = desk.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail.subject == "The equipment is yours"


def test_only_the_fund_manager_moves_a_title(desk: InKindDesk) -> None:
    desk.retained()
    (asset,) = desk.assets

    for user in (desk.officer, desk.finance, desk.monitor):
        with pytest.raises(Forbidden):
            assets.repossess(desk.act(user), asset.id, taken_on=TODAY, reason="Given up.")


def test_a_thing_is_taken_back_with_day_and_reason(desk: InKindDesk) -> None:
    desk.retained()
    (asset,) = desk.assets
    manager = desk.act(desk.manager)

    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        assets.repossess(manager, asset.id, taken_on=tomorrow, reason=" ")
    assets.repossess(manager, asset.id, taken_on=TODAY, reason="The business was given up.")

    assert sorted(refusal.value.fields) == ["reason", "taken_on"]
    moved = select(AuditEntry).where(AuditEntry.event == "repossess")
    entry = desk.session.scalars(moved).one()
    assert (entry.before, entry.after, entry.detail["reason"]) == (
        "in_retention", "repossessed", "The business was given up.",
    )  # fmt: skip


def test_a_lost_thing_is_written_off_and_the_grant_closes(desk: InKindDesk) -> None:
    desk.retained()
    (asset,) = desk.assets
    manager = desk.act(desk.manager)
    with pytest.raises(Conflict, match="neither passed on nor taken back"):
        assets.close(manager, desk.grant_id)
    assets.write_off(manager, asset.id, reason="Burnt with the workshop; police report 12/26.")

    assets.close(manager, desk.grant_id)

    agreement = desk.session.get_one(Agreement, desk.agreement_id)
    award = desk.session.get_one(Award, desk.award.id)
    assert (desk.grant.state, agreement.state, award.state) == (
        "closed", "completed", "completed",
    )  # fmt: skip


def test_a_grant_with_an_unpaid_supplier_does_not_close(desk: InKindDesk) -> None:
    desk.received()
    paper_id = handovers.prepare(desk.act(), desk.grant_id)
    handovers.hand_over(desk.act(), paper_id, SIGNED)
    (asset,) = desk.assets
    assets.write_off(desk.act(desk.manager), asset.id, reason="Stolen.")

    with pytest.raises(Conflict, match="suppliers of these are not paid"):
        assets.close(desk.act(desk.manager), desk.grant_id)


def test_a_suspended_agreement_stops_everything(desk: InKindDesk) -> None:
    desk.received()
    desk.session.execute(
        text("UPDATE agreement SET state = 'suspended' WHERE id = :key"),
        {"key": desk.agreement_id},
    )
    desk.session.expire_all()

    with pytest.raises(Conflict, match="not in force"):
        handovers.prepare(desk.act(), desk.grant_id)
    assert desk.session.get_one(Asset, desk.assets[0].id).state == "received"
