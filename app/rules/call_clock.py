"""What the clock makes of a call: opens soon, open, closed. Never stored, always computed.

The stored states only say how far the authority is. A job that comes late therefore
opens nothing late and closes nothing late.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.rules.deadlines import ZONE, end_of_day, is_late
from app.rules.messages import Message
from app.rules.scheme import Procedure, Scheme
from app.rules.scheme_grid import Stage, StageKind

# A request that arrived in time may still wait for its turn when the deadline passes.
SETTLE = timedelta(minutes=2)

_TAKES_FORMS = frozenset({"published"})
_STAGE_TAKES_FORMS = frozenset({"waiting", "open"})


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a stage takes applications, with the states that could forbid it."""

    call_state: str
    stage_state: str
    opens_at: datetime | None
    closes_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        """True from the opening to the very instant of the deadline, both included."""
        if self.call_state not in _TAKES_FORMS or self.stage_state not in _STAGE_TAKES_FORMS:
            return False
        if self.opens_at is None or self.closes_at is None:
            return False
        return self.opens_at <= at and not is_late(at, self.closes_at)


def phase(state: str, opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> str:
    """Return what a person is told: upcoming, open and closed by the clock, else the state."""
    if state != "published" or opens_at is None or closes_at is None:
        return state
    if at < opens_at:
        return "upcoming"
    return "closed" if is_late(at, closes_at) else "open"


def takes_forms(stage: Stage) -> bool:
    """True for a stage in which applicants hand something in by a form."""
    return bool(stage.form) or stage.with_budget


def holds_interviews(stage: Stage) -> bool:
    """True for a stage to which the shortlist is invited to come, with nothing to hand in."""
    return stage.kind is StageKind.INTERVIEW and not takes_forms(stage)


def opens_with_the_call(scheme: Scheme, stage: Stage) -> bool:
    """True for the first stage, and in an open procedure for all forms: they come together."""
    if stage == scheme.stages[0]:
        return True
    return scheme.call.procedure is Procedure.OPEN and takes_forms(stage)


def is_settled(closes_at: datetime | None, at: datetime) -> bool:
    """True when nothing that arrived in time can still be on its way."""
    return closes_at is not None and at > closes_at + SETTLE


def check_finding(stage: Stage, window: Window, at: datetime) -> Message | None:
    """Say why an application cannot be checked yet: its applicant may still change it.

    What was sent in can be taken back and sent in again until the deadline; nobody is asked,
    admitted or refused over papers that may be others tomorrow. A suspended call goes on.
    """
    if not takes_forms(stage) or window.stage_state not in _STAGE_TAKES_FORMS:
        return None
    if window.call_state == "suspended":
        return Message("check.call_suspended")
    if window.closes_at is None or is_settled(window.closes_at, at):
        return None
    return Message("check.stage_open", {"closes_at": window.closes_at})


def day_of(moment: datetime) -> date:
    """Return the day in Belgrade on which a moment falls."""
    return moment.astimezone(ZONE).date()


def days_before(moment: datetime, days: int) -> datetime:
    """Return the end of the day that lies so many calendar days before the moment's day.

    A deadline on 31 March with 21 days for questions takes them to the end of 10 March.
    """
    return end_of_day(day_of(moment) - timedelta(days=days))


def days_after(moment: datetime, days: int) -> datetime:
    """Return the same hour on the clock so many calendar days later, over summer time too."""
    return (moment.astimezone(ZONE) + timedelta(days=days)).astimezone(UTC)
