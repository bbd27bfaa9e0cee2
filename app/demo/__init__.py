"""The demo world: the same story for the same base day, told through the real deeds."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Sessions
from app.demo import (
    asides,
    buying,
    cast,
    giving,
    interviewing,
    rolling,
    single,
    starting,
    story,
    traders,
)
from app.demo.papers import Papers
from app.demo.world import PlannedCall, world
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Authority, User
from app.settings import settings


@dataclass(frozen=True, slots=True)
class SignIn:
    name: str
    role: str
    email: str
    password: str


def build(sessions: Sessions, *, base_day: date) -> None:
    """Fill an empty database; Conflict where anything else is in it."""
    with sessions() as session:
        if session.scalar(select(func.count()).select_from(User)):
            raise Conflict(
                N_("This database is not empty. The demo world is only built in an empty one.")
            )
    stage = cast.Stage(sessions=sessions, base_day=base_day, world=world())
    calls = (*stage.world.calls, *(told.call for told in traders.gifts()))
    first = min(call.published for call in calls) - 10
    cast.gather(stage, stage.at(first))
    places = dict.fromkeys(each.place for call in stage.world.calls for each in call.applications)
    asides.first_account(stage, first)
    cast.settle_towns(stage, places, stage.at(first + 1))
    with closing(Renderer()) as renderer:
        papers = Papers(Store(settings().files_place), renderer)
        asides.letterhead(stage, papers, first + 1)
        for planned in stage.world.larger:
            _tell(stage, planned, papers)
        for told, give in zip(traders.gifts(), (giving.give, buying.give), strict=True):
            traders.settle(stage, told.traders, stage.at(told.call.published + 1))
            giving.tell(stage, told, papers, give)
        for planned in (*stage.world.smaller, *stage.world.others):
            _tell(stage, planned, papers)
        asides.wishes(stage, papers)
    asides.staff(stage)


def _tell(stage: cast.Stage, planned: PlannedCall, papers: Papers) -> None:
    if planned.until == "draft":
        starting.draft(stage, planned)
        return
    play = starting.publish(stage, planned, papers)
    rolling.receive(play)
    has_two_stages = planned.next_closes or planned.until == "assessment"
    if planned.until == "interviews":
        interviewing.tell(play)
    else:
        (story if has_two_stages else single).tell(play)


def sign_ins(session: Session) -> Sequence[SignIn]:
    """Return who can sign in, empty in a database that is not the demo world."""
    told = world()
    if session.scalar(select(Authority.id).where(Authority.name == told.authority["name"])) is None:
        return []
    staff = [SignIn(each.name, each.job, each.email, told.password) for each in told.staff]
    jobs = {cast.clerk_email(each.place): each.job for each in told.visitors}
    clerks = session.execute(
        select(User.name, User.email).where(User.email.in_(jobs)).order_by(User.id)
    )
    return [*staff, *(SignIn(name, jobs[email], email, told.password) for name, email in clerks)]
