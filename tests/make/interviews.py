"""A call whose shortlist is interviewed: everybody at the authority, and what they do."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    assessments,
    checks,
    decisions,
    judgements,
    letters,
    preselection,
    ranking,
    stages,
)
from app.actions.act import Act
from app.models import Application, Declaration, Letter, StageEntry
from app.models import Assessment as Sheet
from app.queries import blind
from app.rules.permissions import Role
from app.rules.scheme import Scheme
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.make.profiles import profile
from tests.make.scores import Scored, make_scored

DECIDED = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
BEGIN, END = (datetime(2026, 5, day, 8, 0, tzinfo=UTC) for day in (4, 6))
AFTER = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
COST = 48_000_00


class Desk:
    """Three cities apply, two are asked to an interview (money for six: 200 % is no limit)."""

    def __init__(self, session: Session, scheme: Scheme | None = None) -> None:
        self.session = session
        self.authority = make_authority(session)
        people = {
            "manager": [Role.FUND_MANAGER],
            "second": [Role.FUND_MANAGER],
            "officer": [Role.OFFICER],
            "chair": [Role.CHAIR],
            "one": [Role.ASSESSOR],
            "two": [Role.ASSESSOR],
        }
        self.people = {
            name: make_user(session, roles=roles, authority=self.authority)
            for name, roles in people.items()
        }
        self.clerk = make_user(session)
        self.call = make_call(
            session,
            scheme=scheme or profile("sp2_territorial_strategies"),
            authority=self.authority,
            stage_states={"interest": "closed"},
        )
        city = make_organisation(session, contact=self.clerk)
        lines = [
            Scored("T", "90", COST, organisation=city),
            Scored("T", "80", COST, region="RS12"),
            Scored("T", "40", COST, region="RS22"),
        ]
        self.applications = make_scored(session, self.call, lines, stage_key="interest")
        self.first, self.last = self.call.stages["interest"], self.call.stages["interview"]

    def act(self, name: str = "manager", at: datetime = DECIDED) -> Act:
        return act_as(self.session, self.people.get(name), now=at)

    def invite(self, *, begin: datetime = BEGIN) -> None:
        self.decide()
        stages.set_dates(self.act(), self.last, opens_at=BEGIN, closes_at=END)
        letters.prepare(self.act(), self.first)
        for letter in self.letters():
            letter.state = "rendered"
        self.session.flush()
        decisions.announce_preselection(self.act(), self.first, opens_at=begin, closes_at=END)

    def decide(self) -> None:
        ranking.rank(self.act(), self.first)
        preselection.preselect(self.act(), self.first)
        decisions.decide_preselection(self.act("second"), self.first, reason="As ranked.")

    def letters(self) -> list[Letter]:
        return list(self.session.scalars(select(Letter).where(Letter.stage_id == self.first)))

    def entries(self) -> list[StageEntry]:
        return list(
            self.session.scalars(
                select(StageEntry)
                .join(Application)
                .where(StageEntry.stage_id == self.last)
                .order_by(Application.reference)
            )
        )

    def states(self) -> list[str]:
        query = select(Application.state).order_by(Application.reference)
        return list(self.session.scalars(query))

    def came(self, entry: StageEntry) -> None:
        """It is the last check, so what an officer has to judge is judged in it."""
        officer = self.act("officer", BEGIN)
        checks.answer(officer, entry.id, {"came": checks.Answer("met")})
        judgements.judge(officer, entry.id, {"no_strategy_yet": checks.Answer("met")})
        checks.admit(officer, entry.id)

    def interview(self, entry: StageEntry, mark: str) -> None:
        """Two people hold the interview; both give the same mark."""
        people = ("one", "two")
        ids = [self.people[name].id for name in people]
        assessments.assign(self.act("officer", BEGIN), entry.id, ids)
        lot_id = self.call.lot_id
        for name in people:
            act = self.act(name, BEGIN)
            mine = (Sheet.entry_id == entry.id, Sheet.assessor_id == self.people[name].id)
            key = self.session.scalars(select(Sheet.id).where(*mine)).one()
            if not self.declared(name):
                assessments.declare(act, stage_id=self.last, lot_id=lot_id, has_conflict=False)
            assessments.save(act, key, marks={"1.1": mark}, comments={"1": "Well prepared."})
            assessments.submit(act, key)
            self.read = blind.blind_application(self.session, act.actor, key)

    def declared(self, name: str) -> bool:
        mine = (Declaration.user_id == self.people[name].id, Declaration.stage_id == self.last)
        query = select(Declaration.id).where(*mine)
        return self.session.scalar(query) is not None
