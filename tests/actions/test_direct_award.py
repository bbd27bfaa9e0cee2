"""An award without a competition: from the invitation to the decision of two people."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.actions import allocation, applications, calls, decisions, invitations, ranking
from app.actions.site_visits import NewVisit, record
from app.errors import Conflict, Forbidden, Invalid
from app.models import AllocationRun, AuditEntry, Award, Call, Mail, OrganisationIdentifier
from app.queries.named import named_lines
from app.rules.permissions import Role
from tests.actions.test_calls import CLOSES, OPENS
from tests.make.calls import make_call
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user
from tests.make.profiles import profile
from tests.make.scores import Scored, make_scored

NUMBER = ("NUI", "810000007")
WHY = "By law only the correctional service runs workshops in its institutions."
COST = 20_000_00


class Desk:
    """The service that is named, another one, and two managers."""

    def __init__(self, session) -> None:
        self.session = session
        self.authority = make_authority(session)
        self.manager, self.second = (
            make_user(session, roles=[Role.FUND_MANAGER], authority=self.authority)
            for _ in range(2)
        )
        self.head, self.stranger = make_user(session), make_user(session)
        self.service = self.organisation(self.head, "Correctional Service", [NUMBER])
        self.other = self.organisation(self.stranger, "Another Service", [("NUI", "810000015")])

    def organisation(self, contact, name: str, numbers):
        made = make_organisation(
            self.session, contact=contact, name=name, applicant_type="PUBLIC_INSTITUTION",
            country="XK", numbers=numbers,
        )  # fmt: skip
        mine = OrganisationIdentifier.organisation_id == made.id
        for each in self.session.scalars(select(OrganisationIdentifier).where(mine)):
            each.country = "XK"
        self.session.flush()
        return made

    def call(self, state: str = "draft"):
        times = {"opens_at": OPENS, "closes_at": CLOSES} if state == "draft" else {}
        scheme = profile("sp3_institutions")
        return make_call(
            self.session, state=state, scheme=scheme, authority=self.authority, **times
        )


@pytest.fixture
def desk(session) -> Desk:
    return Desk(session)


def test_publishing_invites_the_people_of_the_named_organisation_and_nobody_else(desk) -> None:
    call = desk.call()

    calls.publish(act_as(desk.session, desk.manager), call.id)

    (mail,) = desk.session.scalars(select(Mail)).all()
    title = desk.session.get_one(Call, call.id).title
    assert (mail.to, mail.subject) == (desk.head.email, f"You are invited to apply: {title}")
    assert "invites Correctional Service to hand in an application" in mail.body
    assert WHY in mail.body
    assert f"/calls/{call.id}" in mail.body
    detail = desk.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.event == "invite_named")
    ).one()
    assert detail["named"] == 1


def test_only_who_is_named_may_begin(desk) -> None:
    call = desk.call("published")
    begun = {"call_id": call.id, "lot_code": "W"}

    with pytest.raises(Invalid) as refused:
        applications.begin(
            act_as(desk.session, desk.stranger), organisation_id=desk.other.id, **begun
        )
    key = applications.begin(
        act_as(desk.session, desk.head), organisation_id=desk.service.id, **begun
    )

    assert [said.code for said in refused.value.fields.values()] == ["applications.not_named"]
    assert key > 0


def test_two_people_decide_and_the_decision_names_its_legal_ground(desk) -> None:
    call = desk.call("closed")
    (application,) = make_scored(
        desk.session, call, [Scored("W", "40", COST, organisation=desk.service)]
    )
    visit = NewVisit(NOW.date(), "Two officers", "Room for twelve.", "confirmed")
    record(act_as(desk.session, desk.manager), application.id, visit)
    ranking.rank(act_as(desk.session, desk.manager), call.stage_id)
    allocation.allocate(act_as(desk.session, desk.manager), call.id)

    with pytest.raises(Forbidden):
        decisions.decide(act_as(desk.session, desk.manager), call.id, reason=WHY)
    with pytest.raises(Invalid):
        decisions.decide(act_as(desk.session, desk.second), call.id, reason=" ")
    decisions.decide(act_as(desk.session, desk.second), call.id, reason=WHY)

    (award,) = desk.session.scalars(select(Award)).all()
    assert (award.state, award.awarded_cents) == ("decided", COST)
    assert desk.session.scalars(select(AllocationRun)).one().decision_reason == WHY
    decided = desk.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "decide", AuditEntry.object_type == "call")
    ).one()
    assert decided.detail["legal_ground"] == "SPECIAL_COMPETENCE"


def test_who_gets_an_account_after_publication_is_invited_once(session) -> None:
    desk = Desk(session)
    number = session.scalars(
        select(OrganisationIdentifier).where(
            OrganisationIdentifier.organisation_id == desk.service.id
        )
    ).one()
    number.number = "810000023"
    session.flush()
    call, act = desk.call(), act_as(session, desk.manager)
    calls.publish(act, call.id)
    direct = profile("sp3_institutions").call.direct
    (before,) = named_lines(session, call.id, direct)
    number.number = NUMBER[1]
    session.flush()

    with pytest.raises(Forbidden):
        invitations.invite_new(act_as(session, desk.head), call.id)
    written = invitations.invite_new(act, call.id)

    assert (before.organisation, before.addresses, before.is_out_of_reach) == ("", 0, True)
    (after,) = named_lines(session, call.id, direct)
    assert (after.organisation, after.addresses) == ("Correctional Service", 1)
    assert (written, after.invited_at, after.is_out_of_reach) == (1, act.now, False)
    assert [each.to for each in session.scalars(select(Mail))] == [desk.head.email]
    with pytest.raises(Conflict, match="was invited already"):
        invitations.invite_new(act, call.id)


def test_whoever_is_named_by_two_numbers_gets_one_invitation(session) -> None:
    desk = Desk(session)
    lei = "5493001KJTIIGC8Y1R12"
    desk.organisation(desk.stranger, "Third Service", [("NUI", "810000023"), ("LEI", lei)])
    scheme = profile("sp3_institutions")
    direct = replace(scheme.call.direct, named=("XK:NUI:810000023", f"LEI:{lei}"))
    both = replace(scheme, call=replace(scheme.call, direct=direct))
    call = make_call(session, state="published", scheme=both, authority=desk.authority)

    written = invitations.invite_new(act_as(session, desk.manager), call.id)

    assert written == 1
    assert [each.to for each in session.scalars(select(Mail))] == [desk.stranger.email]
    told = [(each.number, each.invited_at) for each in named_lines(session, call.id, direct)]
    assert told == [("XK:NUI:810000023", NOW), (f"LEI:{lei}", NOW)]


def test_nobody_is_invited_by_name_where_everybody_may_apply(session) -> None:
    desk = Desk(session)
    call = make_call(session, authority=desk.authority)

    with pytest.raises(Conflict, match="Everybody may apply"):
        invitations.invite_new(act_as(session, desk.manager), call.id)
