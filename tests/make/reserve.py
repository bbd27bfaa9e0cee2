"""The handbook's A4 after its announcement: T1 and T3 in full, T2 in part, T4 on the reserve."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import allocation, decisions, ranking
from app.models import Application, Award, Call, Letter, Lot, Stage, User
from app.rules.permissions import Role
from app.rules.scheme_letters import StateAid
from tests.make.calls import MadeCall, make_call, make_scheme
from tests.make.letters import spread
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.make.scores import Scored, make_scored

ANNOUNCED_AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
ANSWER_BY = date(2026, 6, 16)
# T2 and T3 tie on points; T3 leads by its relevance (section 2).
A4 = {
    "T1": ("85", 290_123_46, "18"),
    "T2": ("80", 300_000_00, "17"),
    "T3": ("80", 350_000_00, "18"),
    "T4": ("78", 250_000_00, "17"),
}


@dataclass(frozen=True, slots=True)
class Reserve:
    """Ids and people of an announced call; applications and applicants by the handbook's names."""

    call: MadeCall
    manager: User
    second: User
    applications: Mapping[str, Application]
    applicants: Mapping[str, User]

    def award(self, session: Session, name: str) -> Award | None:
        query = select(Award).where(
            Award.application_id == self.applications[name].id,
            Award.state.not_in(("discarded", "revoked")),
        )
        return session.scalars(query).one_or_none()

    def awarded_cents(self, session: Session) -> int:
        session.expire_all()
        return session.scalars(select(Lot.awarded_cents).where(Lot.call_id == self.call.id)).one()


def make_reserve(
    session: Session,
    *,
    until: date | None = None,
    state_aid: StateAid | None = None,
    **policy: Any,
) -> Reserve:
    authority = make_authority(session)
    manager, second = (
        make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
    )
    scheme = make_scheme("eu_integra_sctm", envelope_cents=900_000_00)
    lot = replace(scheme.lots[0], envelope_cents=900_000_00)
    rules = replace(
        scheme.allocation, realloc_order=(lot.code,), reserve_valid_until=until, **policy
    )
    # The check of the provisionally selected has its own tests.
    scheme = replace(
        scheme, lots=(lot,), stages=scheme.stages[:2], allocation=rules,
        state_aid=state_aid or scheme.state_aid,
    )  # fmt: skip
    call = make_call(session, state="closed", scheme=scheme, authority=authority)
    stage_id = list(call.stages.values())[1]
    grid = scheme.stages[1].grid
    assert grid is not None
    lines = [
        Scored(lot.code, total, cents, sections=spread(grid, Fraction(total), s2=relevance))
        for total, cents, relevance in A4.values()
    ]
    people = [make_user(session, name=name) for name in A4]
    lines = [
        replace(line, organisation=make_organisation(session, contact=person))
        for line, person in zip(lines, people, strict=True)
    ]
    made = dict(zip(A4, make_scored(session, call, lines), strict=True))
    ranking.rank(act_as(session, manager), stage_id)
    allocation.allocate(act_as(session, manager), call.id)
    decisions.decide(act_as(session, second), call.id, reason="As ranked.")
    _announce(session, call, stage_id)
    return Reserve(call, manager, second, made, dict(zip(A4, people, strict=True)))


def _announce(session: Session, call: MadeCall, stage_id: int) -> None:
    """Announce without printing letters: they have their own tests."""
    for award in session.scalars(select(Award).where(Award.call_id == call.id)):
        award.state, award.answer_by = "announced", ANSWER_BY
        session.get_one(Application, award.application_id).state = "awarded"
    session.get_one(Stage, stage_id).state = "announced"
    session.get_one(Call, call.id).state = "announced"
    session.flush()


def print_letters(session: Session, activation_id: int) -> list[Letter]:
    """Mark the letters of an activation as printed."""
    found = session.scalars(
        select(Letter).where(
            Letter.activation_id == activation_id, Letter.state.in_(("queued", "rendered"))
        )
    ).all()
    for letter in found:
        letter.state = "rendered"
    session.flush()
    return list(found)
