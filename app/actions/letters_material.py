"""What all letters of one stage share, gathered once: rules, dates, sender, scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions import paper_parts
from app.documents import contexts as c
from app.queries import clarifications, letterhead, letters_sources, scores
from app.queries.days_off import days_off
from app.queries.letters_sources import AboutCall, AboutRun, Sheet
from app.queries.schemes import scheme_of
from app.rules.deadlines import ZONE, reply_until
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage
from app.rules.scheme_rules import selected_stage_keys
from app.settings import settings


@dataclass(frozen=True, slots=True)
class Material:
    """`dated_on` stands on the letters and is the day of their announcement.

    `agreed`, `sheets` and `asked` (references of letters with questions) are by entry, `unmet` by
    application; `opens_at` and
    `closes_at` are the times of the stage that follows, where they are known.
    """

    scheme: Scheme
    stage: Stage
    call: AboutCall
    run: AboutRun | None
    authority: c.Authority
    complaints_to: str
    dated_on: date
    opens_at: datetime | None
    closes_at: datetime | None
    agreed: Mapping[int, scores.Agreed]
    sheets: Mapping[int, tuple[Sheet, ...]]
    unmet: Mapping[int, Mapping[str, Any]]  # Any: JSON
    awarded: Mapping[int, tuple[str, ...]]
    asked: Mapping[int, tuple[str, ...]]
    base_url: str
    days_off: frozenset[date]

    @property
    def language(self) -> str:
        return self.scheme.languages[0]

    @property
    def place(self) -> int:
        """The number of the stage in the call, from 1."""
        return self.scheme.stages.index(self.stage) + 1

    @property
    def following(self) -> Stage | None:
        return self.scheme.stage_after(self.stage.key)

    @property
    def answer_by(self) -> date:
        """The last day to answer an offer: the days of the rules, moved to a working day."""
        return reply_until(self.dated_on, self.scheme.letters.offer_reply_days, self.days_off)

    @property
    def decided_on(self) -> date | None:
        decided_at = self.run.decided_at if self.run else None
        return decided_at.astimezone(ZONE).date() if decided_at else None


def gather(
    session: Session, *, call_id: int, stage_id: int, stage_key: str, dated_on: date
) -> Material:
    scheme = scheme_of(session, call_id)
    stage = scheme.stage(stage_key)
    following = scheme.stage_after(stage_key)
    opens_at, closes_at = (
        letters_sources.times_of(session, call_id, following.key) if following else (None, None)
    )
    sender = letterhead.sender(session, call_id)
    return Material(
        scheme=scheme,
        stage=stage,
        call=letters_sources.call(session, call_id),
        run=letters_sources.decided_run(session, stage_id),
        authority=paper_parts.authority(sender),
        complaints_to=sender.complaints_to or sender.email,
        dated_on=dated_on,
        opens_at=opens_at,
        closes_at=closes_at,
        agreed=scores.newest_agreed(session, stage_id),
        sheets=letters_sources.sheets(session, stage_id),
        unmet=letters_sources.unmet_items(session, call_id, selected_stage_keys(scheme)),
        asked=clarifications.asked_references(session, stage_id),
        awarded=letters_sources.awarded_references(session, call_id),
        base_url=settings().base_url,
        days_off=days_off(session, call_id, dated_on),
    )
