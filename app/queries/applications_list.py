"""The applicant's overview: all own applications, and one over all its stages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    CallVersion,
    Lot,
    Organisation,
    Stage,
    StageEntry,
    Submission,
    User,
)
from app.queries import visible
from app.queries.applications import (
    closes_at_of_stage,
    is_open,
    opens_at_of_stage,
    own_work,
    shown_state,
)
from app.queries.calls_news import CallNews, is_newest_version, news_columns
from app.queries.schemes import scheme_named
from app.rules.call_clock import holds_interviews
from app.rules.permissions import Actor, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import Text


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of "my applications": one application at its present stage."""

    application_id: int
    reference: str
    title: str
    call_title: str
    organisation: str
    lot_code: str
    stage_key: str
    stage_title: Text
    state: str
    is_draft: bool
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    submitted_at: datetime | None
    received_at: datetime | None
    """When this stage was sent in; with `is_draft` it was taken back and stands meanwhile."""
    requested_cents: int | None
    currency: str
    call_state: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of one application, as the overview of the application lists it."""

    stage_key: str
    position: int
    entry_state: str
    opens_at: datetime | None
    closes_at: datetime | None
    announced: bool
    received_at: datetime | None
    submitted_by: str
    requested_cents: int | None
    has_receipt: bool


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """One application over all its stages; stages without an entry are not in `stages`."""

    application_id: int
    call_id: int
    reference: str
    title: str
    state: str
    organisation: str
    lot_code: str
    call_code: str
    call_title: str
    call_state: str
    currency: str
    news: CallNews
    scheme: Scheme
    stages: tuple[StageLine, ...]
    next_stage: StageLine | None

    @property
    def shown_state(self) -> str:
        announced = self.call_state in {"announced", "archived"} or self.stages[-1].announced
        return shown_state(self.state, announced=announced)

    def may_take_back(self, now: datetime) -> bool:
        """True until the deadline for what was sent in and no officer has closed the check of."""
        last = self.stages[-1]
        in_time = is_open(self.call_state, last.opens_at, last.closes_at, now)
        if self.interview is not None:
            return False
        return in_time and last.entry_state == "submitted" and self.state == "submitted"

    @property
    def interview(self) -> StageLine | None:
        """The interview to which the applicant was invited, where that is the present stage."""
        last = self.stages[-1]
        return last if holds_interviews(self.scheme.stage(last.stage_key)) else None

    def may_begin_next(self, now: datetime) -> bool:
        """True where an invitation is announced and the invited stage is open by the clock."""
        following = self.next_stage
        return (
            self.state == "invited"
            and self.stages[-1].announced
            and following is not None
            and is_open(self.call_state, following.opens_at, following.closes_at, now)
        )


def own_applications(
    session: Session, actor: Actor, now: datetime, *, organisation_id: int | None = None
) -> tuple[OwnLine, ...]:
    """Return the applications of the actor's organisations (or of one), the newest first."""
    one = () if organisation_id is None else (Application.organisation_id == organisation_id,)
    rows = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Application.state,
            Application.submitted_at,
            Application.requested_cents,
            Call.title.label("call_title"),
            Call.state.label("call_state"),
            Call.currency,
            Organisation.name.label("organisation"),
            Lot.code.label("lot_code"),
            Stage.key.label("stage_key"),
            (Stage.state == "announced").label("announced"),
            opens_at_of_stage().label("opens_at"),
            closes_at_of_stage().label("closes_at"),
            StageEntry.state.label("entry_state"),
            StageEntry.received_at,
            _stage_title().label("stage_title"),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.id == _last_entry())
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION), *one)
        .order_by(Application.created_at.desc(), Application.id.desc())
    )
    return tuple(_own_line(row, now) for row in rows)


def _own_line(row: Any, now: datetime) -> OwnLine:  # Any: a row of many columns
    announced = row.announced or row.call_state in {"announced", "archived"}
    return OwnLine(
        application_id=row.id,
        reference=row.reference,
        title=row.title,
        call_title=row.call_title,
        organisation=row.organisation,
        lot_code=row.lot_code,
        stage_key=row.stage_key,
        stage_title=row.stage_title,
        state=shown_state(row.state, announced=announced),
        is_draft=row.entry_state == "open",
        is_open=is_open(row.call_state, row.opens_at, row.closes_at, now),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        requested_cents=row.requested_cents,
        currency=row.currency,
        call_state=row.call_state,
    )


def own_application(session: Session, actor: Actor, application_id: int) -> OwnApplication:
    """Return one application with its stages; NotFound where it is not the actor's own."""
    row = session.execute(_own(actor, application_id)).one_or_none()
    if row is None:
        raise NotFound
    every = _stages(session, row.call_id, application_id)
    begun = tuple(stage for stage in every if stage.entry_state)
    following = next((s for s in every if begun and s.position > begun[-1].position), None)
    values = dict(row._mapping)  # noqa: SLF001 - the public way to read a row by name
    told = [values.pop(column.name) for column in news_columns()]
    # By the digest that is here already: one question less than asking for it again.
    scheme = scheme_named(session, row.call_id, values.pop("digest"))
    return OwnApplication(
        **values,
        news=CallNews(row.call_id, row.call_state, *told),
        scheme=scheme,
        stages=begun,
        next_stage=following,
    )


def _own(actor: Actor, application_id: int) -> Any:  # Any: a select of many columns
    return (
        select(
            Application.id.label("application_id"),
            Application.call_id,
            Application.reference,
            Application.title,
            Application.state,
            Organisation.name.label("organisation"),
            Lot.code.label("lot_code"),
            Call.code.label("call_code"),
            Call.title.label("call_title"),
            Call.state.label("call_state"),
            Call.currency,
            Call.digest,
            *news_columns(),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(CallVersion, is_newest_version())
        .where(
            Application.id == application_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    )


def _stages(session: Session, call_id: int, application_id: int) -> tuple[StageLine, ...]:
    mine = (StageEntry.stage_id == Stage.id) & (StageEntry.application_id == application_id)
    rows = session.execute(
        select(
            Stage.key,
            Stage.position,
            func.coalesce(StageEntry.state, ""),
            opens_at_of_stage(),
            closes_at_of_stage(),
            Stage.state == "announced",
            StageEntry.received_at,
            func.coalesce(User.name, ""),
            StageEntry.requested_cents,
            Submission.receipt_file_id.is_not(None),
        )
        .join(Call, Call.id == Stage.call_id)
        .outerjoin(StageEntry, mine & own_work(StageEntry))
        .outerjoin(User, User.id == StageEntry.submitted_by)
        .outerjoin(Submission, (Submission.entry_id == StageEntry.id) & Submission.stands)
        .where(Stage.call_id == call_id)
        .order_by(Stage.position)
    )
    return tuple(StageLine(*tuple(row)) for row in rows)


def _last_entry() -> ColumnElement[int]:
    entry, stage = aliased(StageEntry), aliased(Stage)
    return (
        select(entry.id)
        .join(stage, stage.id == entry.stage_id)
        .where(entry.application_id == Application.id, own_work(entry))
        .order_by(stage.position.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )


def _stage_title() -> ColumnElement[Any]:  # Any: JSON
    """Read the title of the row's stage out of the frozen scheme, without loading all of it."""
    return func.jsonb_path_query_first(
        Call.template,
        cast("$.stages[*] ? (@.key == $key).title", JSONPATH),
        func.jsonb_build_object("key", Stage.key),
    )
