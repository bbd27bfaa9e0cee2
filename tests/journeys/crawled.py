"""What the crawler's world has beside the demo world, so that more pages can be reached."""

from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    calls_correct,
    calls_stop,
    clarifications,
    ranking,
    recoveries,
    stand_ins,
)
from app.actions.act import Act
from app.actions.calls_correct import Correction
from app.actions.clarifications import Question
from app.actions.recoveries import NewOrder, NewReceipt
from app.actions.stand_ins import NewStandIn
from app.models import Agreement, Application, Authority, Organisation, StageEntry, User
from app.queries.checks import entry_check
from app.queries.days_off import days_off
from app.rules.clarifying import earliest_reply_on
from app.rules.permissions import Role
from tests.demo import NOW
from tests.make.applications import make_application
from tests.make.awards import IBAN
from tests.make.calls import make_call
from tests.make.people import act_as
from tests.make.scores import Scored, make_scored

AT = datetime.fromisoformat(NOW)


def add(session: Session) -> None:
    """Add all of it, by deeds where there is one."""
    authority = session.scalars(select(Authority)).one()
    _calls(session, authority)
    _corrected_and_suspended(session, authority)
    _question_and_shared_draft(session, authority)
    _recoveries(session)
    _stand_in(session, authority)


def _person(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.email == f"{name}@attd.example")).one()


def _act(session: Session, name: str) -> Act:
    return act_as(session, _person(session, name), now=AT)


def _calls(session: Session, authority: Authority) -> None:
    """A draft, and a ranked call with a tie to settle."""
    make_call(session, state="draft", authority=authority, title="A call that is being prepared")
    ranked = make_call(session, state="closed", authority=authority, title="A call to be allocated")
    lines = [Scored("A", "80.00", 100_000_00), Scored("A", "80.00", 100_000_00)]
    make_scored(session, ranked, lines)
    ranking.rank(act_as(session, _person(session, "manager")), ranked.stage_id)


def _corrected_and_suspended(session: Session, authority: Authority) -> None:
    dates = {"opens_at": AT - timedelta(days=3), "closes_at": AT + timedelta(days=60)}
    corrected = make_call(session, authority=authority, title="A call with a later end", **dates)
    stopped = make_call(session, authority=authority, title="A call that is suspended", **dates)
    act = _act(session, "manager")
    calls_correct.prepare(act, corrected.id)
    later = Correction("Roads are closed after the flood.", AT + timedelta(days=75))
    calls_correct.correct(act, corrected.id, later)
    calls_stop.suspend(act, stopped.id, reason="The money is not confirmed yet.")


def _question_and_shared_draft(session: Session, authority: Authority) -> None:
    """A question to an applicant, and a draft that its applicant lets the officers read."""
    someone = session.scalars(
        select(Organisation)
        .join(Application, Application.organisation_id == Organisation.id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(StageEntry.state == "submitted")
        .order_by(StageEntry.id)
    ).first()
    closed = make_call(session, state="closed", authority=authority, title="A call to be checked")
    made = make_application(session, call=closed, organisation=someone)
    entry = session.scalars(select(StageEntry).where(StageEntry.application_id == made.id)).one()
    act = _act(session, "officer")
    check = entry_check(session, act.actor, entry.id)
    items = check.stage.checklist
    asked = Question(
        (next(each.key for each in items if each.clarifiable),),
        "Which of the two amounts did you mean?",
        earliest_reply_on(AT.date(), 5, days_off(session, closed.id, AT.date())),
    )
    clarifications.ask(act, entry.id, asked)
    draft = session.scalars(
        select(Application).where(Application.state == "draft").order_by(Application.id)
    ).first()
    draft.draft_shared_at = AT


def _recoveries(session: Session) -> None:
    """An order that waits for a second person, and one with money that waits for one."""
    paid = session.scalars(
        select(Agreement).where(Agreement.paid_cents > 0, Agreement.iban != "")
        .order_by(Agreement.id).limit(2)
    ).all()  # fmt: skip
    new = NewOrder(
        1_000_00, "Costs were refused later.", 45, Fraction("5.65"), IBAN, "The Alliance"
    )
    finance, approver = _act(session, "finance"), _act(session, "approver")
    _, second = [recoveries.prepare(finance, each.id, new) for each in paid]
    recoveries.issue(approver, second)
    recoveries.record(finance, second, NewReceipt(500_00, 0, AT.date(), "2026-99"))


def _stand_in(session: Session, authority: Authority) -> None:
    officer, finance = _person(session, "officer"), _person(session, "finance")
    # From tomorrow on, so that nobody holds more today than the table of roles says.
    first, last = AT.date() + timedelta(days=1), AT.date() + timedelta(days=10)
    new = NewStandIn(Role.OFFICER, officer.id, finance.id, first, last, "On leave.")
    stand_ins.give(_act(session, "admin"), authority.id, new)
