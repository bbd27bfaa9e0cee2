"""The scheme that gives equipment, from the empty template to the last title, by deeds alone."""

from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app import db
from app.actions import assets, calls
from app.actions.calls import LotChange
from app.demo import asides, cast, giving, traders
from app.demo.applying import Papers
from app.demo.world import world
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Invalid
from app.models import Agreement, Application, Asset, Award, Call, InKindGrant, Letter, Lot
from app.queries.calls_results import public_results
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_text import said
from tests.make.people import act_as, make_authority, make_user

BASE_DAY = date(2026, 11, 21)


def test_the_call_is_published_only_when_every_country_has_its_money(session) -> None:
    authority = make_authority(session)
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
    act = act_as(session, manager)
    call_id = calls.start(
        act, authority_id=authority.id, template_key="green_growth_grants", code="G-1", title="G"
    )
    calls.change_dates(
        act,
        call_id,
        opens_at=datetime(2026, 4, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 5, 15, 15, tzinfo=UTC),
        reserve_valid_until=date(2027, 5, 15),
    )
    scheme = scheme_of(session, call_id)

    with pytest.raises(Invalid) as refusal:
        calls.publish(act, call_id)
    lots = [
        LotChange(
            code=lot.code,
            title=said(lot.title, "en"),
            envelope_cents=40_000_00,
            min_grant_cents=lot.min_grant_cents,
            max_grant_cents=lot.max_grant_cents,
        )
        for lot in scheme.lots
    ]
    calls.change_lots(act, call_id, envelope_cents=200_000_00, lots=lots)
    calls.publish(act, call_id)

    places = {each.partition(":")[2] for each in refusal.value.fields}
    assert places == {"envelope", *(f"lots[{place}].envelope" for place in range(5))}
    call = session.get_one(Call, call_id)
    assert (call.state, call.envelope_cents) == ("published", 200_000_00)


@pytest.fixture
def told(sessions: db.Sessions, tmp_path) -> giving.Playing:
    stage = cast.Stage(sessions=sessions, base_day=BASE_DAY, world=world())
    gifts = traders.gifts()[0]
    first = gifts.call.published - 10
    cast.gather(stage, stage.at(first))
    asides.first_account(stage, first)
    traders.settle(stage, gifts.traders, stage.at(first + 1))
    with closing(Renderer()) as renderer:
        return giving.tell(stage, gifts, Papers(Store(tmp_path), renderer), giving.give)


def test_from_the_call_to_the_closing_of_one_grant(told, sessions: db.Sessions) -> None:
    stage = told.world
    with sessions() as session:
        grant = session.scalars(select(InKindGrant).order_by(InKindGrant.id)).first()
        asset = session.scalars(select(Asset).where(Asset.grant_id == grant.id)).one()
        lot = session.scalars(select(Lot).where(Lot.call_id == told.call_id, Lot.code == "SRB"))
        assert lot.one().awarded_cents == 4_983_00
        states = session.scalars(select(Application.state).order_by(Application.reference)).all()
        assert states == ["awarded", "awarded", "awarded", "reserve"]
        letters = session.scalars(select(Letter.kind).order_by(Letter.kind)).all()
        assert letters == ["award", "award", "award", "reserve"]
        assert (grant.state, asset.state, asset.support_cents) == (
            "retained", "in_retention", 1_683_00,
        )  # fmt: skip
        results = public_results(session, told.call_id)
        assert results is not None
        winners = [each for lot_of in results.lots for each in lot_of.winners]
        assert [(each.organisation, each.place, each.awarded_cents) for each in winners] == [
            ("", "", 1_700_00),
            ("", "", 1_683_00),
            ("", "", 1_600_00),
        ]

    two_years_later = stage.at((grant.retained_until - BASE_DAY).days)
    with stage.acting("manager", two_years_later) as act:
        assets.transfer(act, asset.id, condition_met=True)
        assets.close(act, grant.id)

    with sessions() as session:
        agreement = session.get_one(Agreement, grant.agreement_id)
        assert session.get_one(InKindGrant, grant.id).state == "closed"
        assert (agreement.state, agreement.paid_cents) == ("completed", 1_683_00)
        assert session.get_one(Award, agreement.award_id).state == "completed"
