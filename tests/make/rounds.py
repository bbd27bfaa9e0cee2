"""SP-4 of the handbook in rounds: one envelope, decided at the end of each quarter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import allocation, calls, decisions, ranking, round_moves, rounds
from app.actions.act import Act
from app.models import Application, Award, Call, Lot, Stage, User
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme import Scheme
from app.rules.scheme_rounds import Rounds
from tests.make.calls import MadeCall, make_call
from tests.make.letters import spread
from tests.make.people import act_as, make_authority, make_user
from tests.make.profiles import profile
from tests.make.scores import Scored, make_scored

CUT_OFFS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
# Round 2 is prepared while round 1 takes applications, and decided after round 1 is.
PREPARED_AT = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DECIDED_AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
LAPSED_AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ENVELOPE = 150_000_00


def rolling(**policy: object) -> Scheme:
    scheme = profile("sp4_market_actors")
    lot = replace(scheme.lots[0], envelope_cents=ENVELOPE)
    changed = {"reserve_valid_until": CUT_OFFS[1], **policy}
    return replace(
        scheme,
        lots=(lot,),
        envelope_cents=ENVELOPE,
        rounds=Rounds(CUT_OFFS),
        allocation=replace(scheme.allocation, **changed),
    )


class Rolling:
    """The rounds of a scheme with two managers, each of whom can propose and agree."""

    def __init__(self, session: Session, scheme: Scheme | None = None) -> None:
        self.session = session
        authority = make_authority(session)
        self.first, self.second = (
            make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
        )
        self.one = make_call(
            session, state="closed", scheme=scheme or rolling(), authority=authority, code="ROUND-1"
        )

    def act(self, user: User | None = None, *, now: datetime = DECIDED_AT) -> Act:
        return act_as(self.session, user or self.first, now=now)

    def applied(self, call: MadeCall, *lines: tuple[str, int]) -> list[Application]:
        """Add applications with points and request, assessed at the last stage."""
        stage = call.scheme.last_scored_stage()
        assert stage is not None
        assert stage.grid is not None
        lot = call.scheme.lots[0].code
        scored: Sequence[Scored] = [
            Scored(lot, total, cents, sections=spread(stage.grid, Fraction(total)))
            for total, cents in lines
        ]
        return make_scored(self.session, call, scored)

    def announced(self, call: MadeCall, *lines: tuple[str, int]) -> list[Application]:
        """Decide a round: rank, allocate, decide, announce (letters have their own tests)."""
        made = self.applied(call, *lines)
        self.allocated(call)
        decisions.decide(self.act(self.second), call.id, reason="As ranked.")
        for award in self.session.scalars(select(Award).where(Award.call_id == call.id)):
            award.state = "announced"
            self.session.get_one(Application, award.application_id).state = "awarded"
        self.session.get_one(Stage, self.last_stage(call)).state = "announced"
        self.session.get_one(Call, call.id).state = "announced"
        self.session.flush()
        return made

    def allocated(self, call: MadeCall) -> None:
        ranking.rank(self.act(), self.last_stage(call))
        allocation.allocate(self.act(), call.id)

    def last_stage(self, call: MadeCall) -> int:
        stage = call.scheme.last_scored_stage()
        assert stage is not None
        return call.stages[stage.key]

    def after(self, call: MadeCall, code: str = "ROUND-2") -> MadeCall:
        """Begin and publish the round after another, and close it."""
        number = int(code[-1])
        now = PREPARED_AT + timedelta(days=90 * (number - 2))
        key = rounds.begin_next(self.act(now=now), call.id, code=code, title=f"Round {number}")
        calls.publish(self.act(now=now), key)
        row = self.session.get_one(Call, key)
        stages = list(self.session.scalars(select(Stage).where(Stage.call_id == key)))
        row.state = "closed"
        for stage in stages:
            stage.state = "announced" if stage.position < len(stages) else "closed"
        self.session.flush()
        lots = self.session.scalars(select(Lot).where(Lot.call_id == key))
        return MadeCall(
            id=key,
            authority_id=row.authority_id,
            code=row.code,
            scheme=scheme_of(self.session, key),
            lots={lot.code: lot.id for lot in lots},
            stages={stage.key: stage.id for stage in stages},
        )

    def moved(self, giver: MadeCall, cents: int, *, now: datetime = DECIDED_AT) -> int:
        """Let one propose that money of the first lot moves, and the other agree."""
        lot = giver.scheme.lots[0].code
        key = round_moves.propose(
            self.act(now=now), giver.id, amounts={lot: cents}, reason="Left over."
        )
        round_moves.agree(self.act(self.second, now=now), key)
        return key

    def money(self, call: MadeCall) -> tuple[int, int, int, int]:
        """Return envelope of the call, of its lot, of its template; what is awarded."""
        self.session.expire_all()
        row = self.session.get_one(Call, call.id)
        lot = self.session.get_one(Lot, call.lot_id)
        template = int(row.template["envelope_cents"])
        return row.envelope_cents, lot.envelope_cents, template, lot.awarded_cents
