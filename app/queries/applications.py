"""One application in one stage, with all that is in it, as its applicant sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    Lot,
    Organisation,
    OrganisationIdentifier,
    Stage,
    StageEntry,
    Submission,
    User,
)
from app.queries import visible
from app.queries.applications_parts import (
    Applicant,
    Attached,
    Earlier,
    Line,
    Source,
    earlier_of,
    files_of,
    lines_of,
    sources_of,
)
from app.queries.facts import remember
from app.queries.kept import Statement, kept
from app.queries.schemes import scheme_named
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as StageRules
from app.rules.scheme_grid import StageKind
from app.rules.scheme_money import Lot as LotRules

# What an applicant reads while the authority works and nothing is announced.
UNDER_ASSESSMENT = "under_assessment"
_INSIDE = frozenset({"admitted", "assessed", "proposed", "reserve", "unsuccessful", "ineligible"})
_ANNOUNCED = ("announced", "archived")


@dataclass(frozen=True, slots=True)
class Entry:
    """One application in one stage."""

    entry_id: int
    application_id: int
    call_id: int
    lot_id: int
    stage_id: int
    reference: str
    title: str
    application_state: str
    state: str
    stage_key: str
    opens_at: datetime | None
    closes_at: datetime | None
    call_code: str
    call_title: str
    call_state: str
    currency: str
    lot_code: str
    stage_announced: bool
    applicant: Applicant
    answers: Mapping[str, Any]  # Any: answers of every kind
    requested_cents: int | None
    total_cents: int | None
    saved_at: datetime | None
    saved_by: str
    received_at: datetime | None
    submitted_by: str
    lead_numbers: tuple[str, ...]
    """Identifiers of the applicant as SCHEME:NUMBER."""
    version: int
    application_version: int
    """Both tell an act that locks the rows later whether this is still what they hold."""
    scheme: Scheme
    earlier: Earlier | None
    lines: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    files: tuple[Attached, ...] = ()

    @property
    def stage(self) -> StageRules:
        return self.scheme.stage(self.stage_key)

    @property
    def lot(self) -> LotRules:
        return self.scheme.lot(self.lot_code)

    @property
    def is_draft(self) -> bool:
        return self.state == "open"

    @property
    def is_taken_back(self) -> bool:
        """True for a draft of what was sent in already: that stands until it is sent in again."""
        return self.is_draft and self.received_at is not None

    def takes_applications(self, now: datetime) -> bool:
        """True while the stage is open by the clock and the call was not stopped."""
        return is_open(self.call_state, self.opens_at, self.closes_at, now)

    @property
    def shown_state(self) -> str:
        call_announced = self.call_state in _ANNOUNCED
        return shown_state(self.application_state, announced=self.stage_announced or call_announced)


def is_open(
    call_state: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> bool:
    """True from the opening to the very instant of closing (handbook 4.5: `<=`)."""
    if call_state in {"draft", "suspended", "cancelled"} or opens_at is None or closes_at is None:
        return False
    return opens_at <= now <= closes_at


def shown_state(state: str, *, announced: bool) -> str:
    """Return the state as the applicant may know it: nothing inside before it is announced."""
    if state in _INSIDE | {"awarded", "rejected", "invited"} and not announced:
        return UNDER_ASSESSMENT
    return state


def entry_of(
    session: Session,
    actor: Actor,
    application_id: int,
    stage_key: str,
    *,
    whole: bool = True,
    scheme: Scheme | None = None,
) -> Entry:
    """Return the applicant's own entry in a stage; else NotFound.

    Without `whole` its budget and files stay unread. `scheme` is the call's, where the
    caller has read it already.
    """
    given = {"application_id": application_id, "stage_key": stage_key}
    row = session.execute(
        _own_entry(actor.is_system), given | visible.organisations_given(actor)
    ).one_or_none()
    if row is None:
        raise NotFound
    found = _frame(session, row, scheme)
    return with_contents(session, found) if whole else found


def frame(session: Session, entry_id: int) -> Entry:
    """Return an entry without its budget and files, for an act that has locked it already."""
    row = session.execute(_ENTRY, {"entry_id": entry_id}).one_or_none()
    if row is None:
        raise NotFound
    return _frame(session, row)


def whole(session: Session, entry_id: int) -> Entry:
    """Return an entry with everything in it, for an act that has locked it already."""
    return with_contents(session, frame(session, entry_id))


def with_contents(session: Session, entry: Entry) -> Entry:
    """Return an entry that was read without its budget and files, with them."""
    return replace(with_budget(session, entry), files=files_of(session, entry.entry_id))


def with_budget(session: Session, entry: Entry) -> Entry:
    """Return an entry that was read without its budget, with it; its files stay unread."""
    lines, sources = lines_of(session, entry.entry_id), sources_of(session, entry.entry_id)
    return replace(entry, lines=lines, sources=sources)


def application_of(session: Session, entry_id: int) -> int:
    """Return the application of an entry, which has to be locked first; NotFound without one."""
    found = session.execute(
        select(StageEntry.application_id).where(StageEntry.id == entry_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def taken_back(session: Session, stage_id: int) -> tuple[int, ...]:
    """Return the entries of a stage that were sent in and are drafts again, by application."""
    return tuple(
        session.execute(
            select(StageEntry.id)
            .where(
                StageEntry.stage_id == stage_id,
                StageEntry.state == "open",
                StageEntry.received_at.is_not(None),
            )
            .order_by(StageEntry.application_id)
        ).scalars()
    )


def closes_at_of_stage() -> ColumnElement[datetime | None]:
    """Return the deadline of a stage: the call's own for the first one."""
    return case((Stage.position == 1, Call.closes_at), else_=Stage.closes_at)


def opens_at_of_stage() -> ColumnElement[datetime | None]:
    return case((Stage.position == 1, Call.opens_at), else_=Stage.opens_at)


def own_work(entry: type[StageEntry]) -> ColumnElement[bool]:
    """A draft, what the applicant has sent in, or the interview to which a letter invited.

    An entry that the authority opens by itself, as for the check of those provisionally
    selected, would tell who is selected before anything is announced.
    """
    submission, stage = aliased(Submission), aliased(Stage)
    sent = select(submission.id).where(submission.entry_id == entry.id).exists()
    interview = select(stage.id).where(
        stage.id == entry.stage_id, stage.kind == StageKind.INTERVIEW.value
    )
    return or_(entry.received_at.is_(None), sent, interview.exists())


def _entries() -> Select[Any]:  # Any: a row of many columns
    return (
        select(
            StageEntry.id.label("entry_id"),
            StageEntry.application_id,
            StageEntry.stage_id,
            StageEntry.state,
            StageEntry.answers,
            StageEntry.requested_cents,
            StageEntry.total_cents,
            StageEntry.saved_at,
            StageEntry.received_at,
            StageEntry.version,
            Application.version.label("application_version"),
            Application.call_id,
            Application.lot_id,
            Application.reference,
            Application.title,
            Application.state.label("application_state"),
            Stage.key.label("stage_key"),
            Stage.position.label("stage_position"),
            (Stage.state == "announced").label("stage_announced"),
            opens_at_of_stage().label("opens_at"),
            closes_at_of_stage().label("closes_at"),
            *_of_call(),
            Lot.code.label("lot_code"),
            func.coalesce(User.name, "").label("submitted_by"),
            _saved_by().label("saved_by"),
            _lead_numbers().label("lead_numbers"),
            *(getattr(Organisation, name).label(f"org_{name}") for name in _ORGANISATION),
            Organisation.id.label("org_organisation_id"),
        )
        .join(Application, Application.id == StageEntry.application_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(User, User.id == StageEntry.submitted_by)
    )


def _of_call() -> tuple[ColumnElement[Any], ...]:  # Any: columns of every kind
    return (
        Call.code.label("call_code"),
        Call.title.label("call_title"),
        Call.state.label("call_state"),
        Call.currency.label("currency"),
        Call.digest.label("digest"),
        Call.authority_id.label("authority_id"),
    )


def _saved_by() -> ColumnElement[str]:
    name = select(User.name).where(User.id == StageEntry.saved_by)
    return func.coalesce(name.correlate(StageEntry).scalar_subquery(), "")


def _lead_numbers() -> ColumnElement[list[str]]:
    number = OrganisationIdentifier
    whole = func.concat(number.scheme, ":", number.number)
    return (
        select(func.coalesce(func.array_agg(whole), cast([], ARRAY(Text))))
        .where(number.organisation_id == Application.organisation_id)
        .correlate(Application)
        .scalar_subquery()
    )


_ORGANISATION = tuple(field.name for field in fields(Applicant) if field.name != "organisation_id")
_OWN = frozenset(field.name for field in fields(Entry)) - {
    "applicant", "scheme", "lines", "sources", "files", "earlier",
}  # fmt: skip


# Made once: putting forty columns together costs as much as the database takes to answer.
_ENTRIES = _entries()
_ENTRY = _ENTRIES.where(StageEntry.id == bindparam("entry_id"))


@kept
def _own_entry(is_system: bool) -> Statement:  # noqa: FBT001 - what shapes it, see `kept`
    return _ENTRIES.where(
        own_work(StageEntry),
        Application.id == bindparam("application_id"),
        Stage.key == bindparam("stage_key"),
        visible.of_organisations_given(Permission.SEE_OWN_APPLICATION, is_system=is_system),
    )


def _frame(
    session: Session,
    row: Row[Any],  # Any: see _entries
    scheme: Scheme | None = None,
) -> Entry:
    values = row._mapping  # noqa: SLF001 - the public way to read a row by name
    organisation = {
        name.removeprefix("org_"): value for name, value in values.items() if name[:4] == "org_"
    }
    first = row.stage_position == 1
    facts = Facts(row.authority_id, row.call_id, row.org_organisation_id)
    remember(session, Application, row.application_id, facts)
    return Entry(
        **{name: values[name] for name in _OWN},
        applicant=Applicant(**organisation),
        scheme=scheme or scheme_named(session, row.call_id, row.digest),
        earlier=None if first else earlier_of(session, row.application_id, row.stage_position),
    )
