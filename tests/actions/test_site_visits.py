"""Visits: recorded by who may, needed before the ranking, and what follows when one disagrees."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import allocation, ranking, site_visits
from app.actions.site_visits import NewVisit
from app.errors import Conflict, Forbidden, Invalid
from app.models import Application, Award, SiteVisit, StageEntry
from app.rules.permissions import Role
from tests.make.calls import make_call
from tests.make.in_kind import in_kind_scheme
from tests.make.people import NOW, act_as, make_authority, make_user
from tests.make.scores import Scored, make_scored

SEEN = NewVisit(NOW.date(), "Petar Provera, Ana Anić", "The premises are ready.", "confirmed")
DOUBT = NewVisit(NOW.date(), "Petar Provera", "There is no workshop.", "not_confirmed")


class Office:
    """Two assessed applications in one lot, not visited yet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        authority = make_authority(session)
        scheme = in_kind_scheme()
        self.call = make_call(session, state="closed", scheme=scheme, authority=authority)
        self.officer = make_user(session, roles=[Role.OFFICER], authority=authority)
        self.manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
        self.finance = make_user(session, roles=[Role.FINANCE], authority=authority)
        lines = [Scored("SRB", "80", 1_683_00), Scored("SRB", "70", 2_000_00)]
        self.first, self.second = make_scored(session, self.call, lines)

    def act(self, user=None):
        return act_as(self.session, user or self.officer)

    def rank(self) -> None:
        ranking.rank(self.act(self.manager), self.call.stage_id)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_without_its_visit_an_application_is_not_ranked_and_the_message_names_it(office) -> None:
    site_visits.record(office.act(), office.first.id, SEEN)

    with pytest.raises(Conflict) as refusal:
        office.rank()

    assert refusal.value.values["references"] == office.second.reference
    assert "not visited yet" in refusal.value.message


def test_with_all_visits_the_list_is_ranked_and_the_money_allocated(office) -> None:
    for application in (office.first, office.second):
        site_visits.record(office.act(), application.id, SEEN)
    office.rank()

    allocation.allocate(office.act(office.manager), office.call.id)

    awarded = office.session.scalars(select(Award.awarded_cents).order_by(Award.id)).all()
    assert awarded == [1_683_00, 2_000_00]


def test_a_visit_that_does_not_confirm_holds_the_ranking_until_it_is_settled(office) -> None:
    site_visits.record(office.act(), office.first.id, SEEN)
    site_visits.record(office.act(), office.second.id, DOUBT)
    with pytest.raises(Conflict) as refusal:
        office.rank()
    assert refusal.value.values["references"] == office.second.reference

    reason = "The workshop of the application does not exist."
    site_visits.refuse(office.act(), office.second.id, key="green_gate", reason=reason)
    office.rank()
    allocation.allocate(office.act(office.manager), office.call.id)

    application = office.session.get_one(Application, office.second.id)
    entry = office.session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    assert (application.state, entry.state, entry.rank) == ("ineligible", "failed", None)
    assert application.outcome == "INELIGIBLE"
    assert application.outcome_detail["items"] == [{"key": "green_gate", "reason": reason}]
    assert office.session.scalars(select(Award.application_id)).all() == [office.first.id]


def test_the_newest_visit_counts(office) -> None:
    site_visits.record(office.act(), office.first.id, DOUBT)
    site_visits.record(office.act(), office.first.id, SEEN)
    site_visits.record(office.act(), office.second.id, SEEN)

    office.rank()

    with pytest.raises(Conflict, match="does not say"):
        site_visits.refuse(office.act(), office.first.id, key="green_gate", reason="Late.")


def test_a_refusal_needs_a_published_condition_a_reason_and_an_unranked_list(office) -> None:
    site_visits.record(office.act(), office.first.id, SEEN)
    site_visits.record(office.act(), office.second.id, DOUBT)

    with pytest.raises(Invalid) as refusal:
        site_visits.refuse(office.act(), office.second.id, key="moon", reason=" ")
    assert sorted(refusal.value.fields) == ["key", "reason"]

    site_visits.record(office.act(), office.second.id, SEEN)
    office.rank()
    site_visits.record(office.act(), office.second.id, DOUBT)
    with pytest.raises(Conflict, match="Take the ranking back first"):
        site_visits.refuse(office.act(), office.second.id, key="green_gate", reason="No.")


def test_a_visit_is_refused_with_every_place_that_is_wrong(office) -> None:
    wrong = NewVisit(NOW.date() + timedelta(days=1), " ", " ", "perhaps")
    early = NewVisit(date(2020, 1, 1), "Petar", "Seen.", "confirmed")

    with pytest.raises(Invalid) as refusal:
        site_visits.record(office.act(), office.first.id, wrong)
    with pytest.raises(Invalid) as before:
        site_visits.record(office.act(), office.first.id, early)

    assert sorted(refusal.value.fields) == ["findings", "result", "visited_on", "visitors"]
    assert sorted(before.value.fields) == ["visited_on"]


def test_who_is_out_of_the_running_is_not_visited_and_finance_records_none(office) -> None:
    with pytest.raises(Forbidden):
        site_visits.record(office.act(office.finance), office.first.id, SEEN)
    office.session.execute(text("UPDATE application SET state = 'withdrawn'"))
    office.session.expire_all()

    with pytest.raises(Conflict, match="no longer in the running"):
        site_visits.record(office.act(), office.first.id, SEEN)


def test_a_visit_is_written_once(office) -> None:
    key = site_visits.record(office.act(), office.first.id, SEEN)

    assert office.session.get_one(SiteVisit, key).purpose == "before_award"
    with pytest.raises(DBAPIError, match="written once"):
        office.session.execute(text("UPDATE site_visit SET result = 'confirmed'"))
