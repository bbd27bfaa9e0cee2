"""The officer's check of one entry: the published list, what stands there, what rules can see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import registers
from app.errors import NotFound
from app.models import Application, Call, CheckItem, Organisation, Stage, StageEntry, User
from app.queries import applications, judgements, visible
from app.queries.applications_case import case_of
from app.queries.applications_parts import Attached
from app.queries.clarifications import Question, of_entry
from app.rules.call_clock import Window, check_finding
from app.rules.eligibility import Result, officer_criteria
from app.rules.messages import Message
from app.rules.permissions import Actor, Facts, Permission
from app.rules.readiness import PartKind, budget_findings, readiness, stated_findings
from app.rules.scheme_form import ChecklistItem, EligibilityCriterion
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import is_last_check
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class Judged:
    """What the system sees by itself; a person still decides."""

    result: Result
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item of the list with its answer; `result` is empty while nobody has looked."""

    item: ChecklistItem
    result: str
    reason: str
    checked_by: str
    checked_at: datetime | None
    judged: Judged | None
    files: tuple[Attached, ...]


@dataclass(frozen=True, slots=True)
class CheckedCriterion:
    """A criterion of the guidelines that a person judges; `judged` is None until somebody has."""

    criterion: EligibilityCriterion
    judged: judgements.Judged | None


@dataclass(frozen=True, slots=True)
class EntryCheck:
    entry: applications.Entry
    stage: SchemeStage
    items: tuple[CheckedItem, ...]
    unmatched: tuple[Judged, ...]
    criteria: tuple[CheckedCriterion, ...]
    questions: tuple[Question, ...]
    facts: Facts
    outcome: str
    reason: str
    window: Window

    def not_yet(self, at: datetime) -> Message | None:
        """Say why it cannot be checked at that moment: its applicant may still change it."""
        return check_finding(self.stage, self.window, at)

    @property
    def judges_all(self) -> bool:
        """True where no criterion may be left open: nobody asks about it after this check."""
        return is_last_check(self.entry.scheme, self.stage)

    @property
    def is_open(self) -> bool:
        return self.entry.state == "submitted"


def call_state(session: Session, call_id: int) -> str:
    return session.execute(select(Call.state).where(Call.id == call_id)).scalar_one()


def application_of(session: Session, entry_id: int) -> int:
    """Return the application's id, so that an act can lock it before the entry."""
    found = session.execute(
        select(StageEntry.application_id).where(StageEntry.id == entry_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def entry_check(session: Session, actor: Actor, entry_id: int) -> EntryCheck:
    """Return the check of an entry that was sent in; NotFound for others."""
    row = _found(session, actor, entry_id)
    entry = applications.whole(session, entry_id)
    judged = dict(_judged(entry, row.register_code))
    given = _answers(session, entry_id)
    known = {item.key for item in entry.stage.checklist}
    return EntryCheck(
        entry=entry,
        stage=entry.stage,
        items=tuple(_item(item, given, judged, entry) for item in entry.stage.checklist),
        unmatched=tuple(each for key, each in judged.items() if key not in known),
        criteria=_criteria(session, entry),
        questions=of_entry(session, entry_id),
        facts=Facts(authority_id=row.authority_id, call_id=row.id),
        outcome=row.outcome,
        reason=str(row.outcome_detail.get("reason", "")),
        window=Window(row.state, row.stage_state, row.opens_at, row.closes_at),
    )


def _found(session: Session, actor: Actor, entry_id: int) -> Any:  # Any: a row of columns
    row = session.execute(
        select(
            Call.authority_id,
            Call.id,
            Organisation.register_code,
            StageEntry.outcome,
            StageEntry.outcome_detail,
            Call.state,
            Stage.state.label("stage_state"),
            Stage.opens_at,
            Stage.closes_at,
        )
        .join(Application, Application.call_id == Call.id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            StageEntry.id == entry_id,
            StageEntry.received_at.is_not(None),
            # Taken back to be changed: what is in it now is a draft, and nobody else's business.
            StageEntry.state != "open",
            visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _criteria(session: Session, entry: applications.Entry) -> tuple[CheckedCriterion, ...]:
    wanted = officer_criteria(entry.scheme.eligibility, entry.lot.code)
    given = judgements.judgements_of(session, entry.application_id) if wanted else {}
    return tuple(CheckedCriterion(each, given.get(each.key)) for each in wanted)


_Given = Mapping[str, tuple[str, str, str, datetime]]


def _answers(session: Session, entry_id: int) -> _Given:
    rows = session.execute(
        select(
            CheckItem.key,
            CheckItem.result,
            CheckItem.reason,
            func.coalesce(User.name, ""),
            CheckItem.checked_at,
        )
        .outerjoin(User, User.id == CheckItem.checked_by)
        .where(CheckItem.entry_id == entry_id)
        .order_by(CheckItem.id)
    )
    return {key: (result, reason, by, at) for key, result, reason, by, at in rows}


def _item(
    item: ChecklistItem, given: _Given, judged: Mapping[str, Judged], entry: applications.Entry
) -> CheckedItem:
    result, reason, checked_by, checked_at = given.get(item.key, ("", "", "", None))
    return CheckedItem(
        item=item,
        result=result,
        reason=reason,
        checked_by=checked_by,
        checked_at=checked_at,
        judged=judged.get(item.key),
        files=tuple(
            file for file in entry.files if item.document and file.requirement == item.document
        ),
    )


def _judged(entry: applications.Entry, register_code: str | None) -> Iterator[tuple[str, Judged]]:
    """Yield what can be seen without a person, by the well-known keys of checklist items.

    A checklist that uses one of these keys shows the finding beside its item; the others
    are shown above the list.
    """
    if entry.stage.form:
        yield "in_time", _in_time(entry)
        yield "form_complete", _complete(entry)
        yield from _amount(entry)
    yield "lead_is_local_government", _registered(entry, register_code)


def _in_time(entry: applications.Entry) -> Judged:
    values: dict[str, object] = {"received_at": entry.received_at, "closes_at": entry.closes_at}
    if entry.received_at is None or entry.closes_at is None:
        return Judged(Result.TO_CLARIFY, (Message("check.no_deadline", values),))
    in_time = entry.received_at <= entry.closes_at
    code = "check.in_time" if in_time else "check.late"
    return Judged(Result.MET if in_time else Result.NOT_MET, (Message(code, values),))


def _complete(entry: applications.Entry) -> Judged:
    parts = [part for part in readiness(case_of(entry)) if part.kind is not PartKind.BUDGET]
    wrong = tuple(
        Message(
            "check.part_incomplete",
            {
                "part": said(part.title, entry.scheme.languages[0])
                or Message(f"check.part_{part.kind.value}"),
                "first": part.messages[0],
            },
        )
        for part in parts
        if part.messages
    )
    if wrong:
        return Judged(Result.TO_CLARIFY, wrong)
    return Judged(Result.MET, (Message("check.complete", {"parts": len(parts)}),))


def _amount(entry: applications.Entry) -> Iterator[tuple[str, Judged]]:
    """The request against the limits of the lot, as the applicant's own form checks it."""
    case = case_of(entry)
    money = case.money
    if money.requested_cents is None or not money.total_cents:
        return
    found = (
        budget_findings(case)
        if case.has_budget
        else stated_findings(money.requested_cents, money.total_cents, case.limits)
    )
    values: dict[str, object] = {
        "requested_cents": money.requested_cents,
        "total_cents": money.total_cents,
        "currency": entry.currency,
    }
    key = "amount_within_limits"
    if found:
        yield key, Judged(Result.TO_CLARIFY, (Message("check.amount", values), *found))
    else:
        yield key, Judged(Result.MET, (Message("check.amount_within", values),))


def _registered(entry: applications.Entry, register_code: str | None) -> Judged:
    place = registers.local_government(register_code) if register_code else None
    if place is None:
        values: dict[str, object] = {"name": entry.applicant.name}
        return Judged(Result.TO_CLARIFY, (Message("check.not_in_register", values),))
    values = {"name": place.name_latn, "code": place.statistical_code or place.key}
    return Judged(Result.MET, (Message("check.in_register", values),))


def next_unchecked(session: Session, entry_id: int) -> tuple[int, str] | None:
    """Return the next entry of the same stage that waits for its check, with its reference.

    For whoever has found `entry_id` already; after the last it begins again at the first.
    """
    here = session.execute(
        select(StageEntry.stage_id, Application.reference)
        .join(Application, Application.id == StageEntry.application_id)
        .where(StageEntry.id == entry_id)
    ).one()
    row = session.execute(
        select(StageEntry.id, Application.reference)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            StageEntry.stage_id == here.stage_id,
            StageEntry.state == "submitted",
            StageEntry.id != entry_id,
        )
        .order_by((Application.reference > here.reference).desc(), Application.reference)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.id, row.reference)
