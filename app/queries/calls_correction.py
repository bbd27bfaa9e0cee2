"""A corrigendum in work: what it would change, and whether it may be published now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Call
from app.queries.calls_findings import CallFinding, findings_of
from app.queries.schemes import dates_of, scheme_from
from app.queries.stages import stage_rows
from app.rules.corrigendum import Change, Situation, changes, refusals
from app.rules.messages import Message
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import JsonObject, digest

_TAKES_FORMS = frozenset({"waiting", "open"})
_TAKES_APPLICATIONS = frozenset({"published", "suspended"})
_BEFORE_DECISIONS = _TAKES_APPLICATIONS | {"closed", "assessed", "ranked", "allocated"}


class Closing(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def closes_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A corrigendum beside what is published; `seen` names it as it was read."""

    before: Scheme
    after: Scheme
    title: tuple[str, str]
    summary: tuple[str, str]
    situation: Situation
    dates: CallDates | None
    changes: tuple[Change, ...]
    seen: str

    @property
    def says_more(self) -> bool:
        return self.title[0] != self.title[1] or self.summary[0] != self.summary[1]


def current_deadline(stages: Iterable[Closing]) -> datetime | None:
    """Return the deadline in force: the next one of the stages that are not closed."""
    ahead = [stage.closes_at for stage in stages if stage.state in _TAKES_FORMS and stage.closes_at]
    return min(ahead, default=None)


def standing(
    session: Session,
    call_id: int,
    now: datetime,
    closes_at: datetime | None = None,
    opens_at: datetime | None = None,
) -> Standing:
    """Return the corrigendum in work with the dates it would set; NotFound without one.

    Asks for no permission: whoever calls it has found the call by a query that did.
    """
    row = session.execute(
        select(
            Call.state, Call.template, Call.title, Call.summary, Call.correction, Call.opens_at
        ).where(Call.id == call_id)
    ).one_or_none()
    if row is None or row.correction is None:
        raise NotFound
    prepared: JsonObject = row.correction
    before, after = scheme_from(row.template), scheme_from(prepared["rules"])
    rows = stage_rows(session, call_id)
    deadline = current_deadline(rows)
    return Standing(
        before=before,
        after=after,
        title=(row.title, prepared["title"]),
        summary=(row.summary, prepared["summary"]),
        situation=Situation(
            now=now,
            closes_at=deadline,
            new_closes_at=None if closes_at == deadline else closes_at,
            begun=_begun(session, call_id),
            is_first_stage=bool(rows) and rows[0].state in _TAKES_FORMS,
            is_suspended=row.state == "suspended",
            opens_at=row.opens_at,
            new_opens_at=None if opens_at == row.opens_at else opens_at,
            is_closed=row.state not in _TAKES_APPLICATIONS,
            is_decided=row.state not in _BEFORE_DECISIONS,
        ),
        dates=dates_of(session, call_id),
        changes=changes(before, after),
        seen=digest(prepared),
    )


def correction_findings(found: Standing) -> tuple[Message, ...]:
    """Return why the corrigendum may not be published: what it may not change, and what it breaks.

    What was inconsistent before is no fault of the corrigendum.
    """
    said = refusals(
        found.changes,
        found.situation,
        prolong_days=found.before.call.corrigendum_days,
        says_more=found.says_more,
    )
    return (*said, *_broken(found))


def _broken(found: Standing) -> Sequence[Message]:
    now = found.situation.now
    known = [each.message for each in _errors(found.before, found.dates, now)]
    broken = _errors(found.after, _moved(found), now)
    return [each.message for each in broken if each.message not in known]


def _errors(scheme: Scheme, dates: CallDates | None, now: datetime) -> list[CallFinding]:
    return [each for each in findings_of(scheme, dates, now) if each.is_error]


def _moved(found: Standing) -> CallDates | None:
    new, dates = found.situation.new_closes_at, found.dates
    if dates is None:
        return dates
    dates = replace(dates, opens_at=found.situation.new_opens_at or dates.opens_at)
    if new is None:
        return dates
    if found.situation.is_first_stage:
        return replace(dates, closes_at=new)
    old = found.situation.closes_at
    later = tuple((key, new if at == old else at) for key, at in dates.stage_closes_at)
    return replace(dates, stage_closes_at=later)


def _begun(session: Session, call_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(Application)
        .where(Application.call_id == call_id, Application.state != "withdrawn")
    ).scalar_one()
