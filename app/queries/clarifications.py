"""Questions to applicants: for deeds, beside the items of a check, and for whoever answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    Clarification,
    ClarificationFile,
    Stage,
    StageEntry,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_text import Text


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file that came with an answer; `key` is what its page is found by."""

    key: int
    filename: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what became of it; `items` are keys of the stage's checklist.

    `letter_sha256` is empty until the letter is printed, `failure` says why it is not.
    """

    id: int
    entry_id: int
    number: int
    state: str
    items: tuple[str, ...]
    question: str
    reply_by: datetime
    asked_at: datetime
    asked_by: str
    reminded_at: datetime | None
    seen_at: datetime | None
    reply: str
    replied_at: datetime | None
    replied_by: str
    reference: str
    letter_sha256: str
    letter_filename: str
    letter_bytes: int
    failure: str
    files: tuple[AnswerFile, ...] = ()

    def is_open(self, at: datetime) -> bool:
        return self.state == "asked" and at <= self.reply_by

    def shown_state(self, at: datetime) -> str:
        """Return the state as people see it: the clock ends a question before the job does."""
        return "unanswered" if self.state == "asked" and at > self.reply_by else self.state


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question as its applicant sees it, with the items in the words of the published list."""

    question: Question
    application_id: int
    application_title: str
    reference: str
    call_title: str
    stage_title: Text
    asked_items: tuple[Text, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class About:
    reference: str
    call_title: str


@dataclass(frozen=True, slots=True)
class Waiting:
    number: int
    reply_by: datetime


@dataclass(frozen=True, slots=True)
class Download:
    sha256: str
    filename: str
    media_type: str


# --- for deeds -----------------------------------------------------------------------


def application_of(session: Session, clarification_id: int) -> int:
    """Return the application, which has to be locked first; NotFound without a question."""
    found = session.execute(
        select(Clarification.application_id).where(Clarification.id == clarification_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def entry_of(session: Session, clarification_id: int) -> int:
    found = session.execute(
        select(Clarification.entry_id).where(Clarification.id == clarification_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def last_number(session: Session, entry_id: int) -> int:
    query = select(func.coalesce(func.max(Clarification.number), 0))
    return session.execute(query.where(Clarification.entry_id == entry_id)).scalar_one()


def waiting_of(session: Session, entry_id: int) -> Waiting | None:
    """Return the question of an entry that nobody has ended yet, by person or by clock."""
    row = session.execute(
        select(Clarification.number, Clarification.reply_by).where(
            Clarification.entry_id == entry_id, Clarification.state == "asked"
        )
    ).one_or_none()
    return None if row is None else Waiting(*row)


def due(session: Session, before: datetime) -> tuple[int, ...]:
    query = select(Clarification.id).where(
        Clarification.state == "asked", Clarification.reply_by < before
    )
    return tuple(session.execute(query.order_by(Clarification.id)).scalars())


def unprinted(session: Session, clarification_id: int) -> dict[str, Any] | None:  # Any: JSON
    """Return the contents of a letter to print, None where it is printed already."""
    return session.execute(
        select(Clarification.context).where(
            Clarification.id == clarification_id, Clarification.file_id.is_(None)
        )
    ).scalar_one_or_none()


def about(session: Session, clarification_id: int) -> About:
    row = session.execute(
        select(Application.reference, Call.title)
        .join(Clarification, Clarification.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Clarification.id == clarification_id)
    ).one()
    return About(*row)


def asked_references(session: Session, stage_id: int) -> dict[int, tuple[str, ...]]:
    """Return the references of the letters that asked, by entry; not of those taken back."""
    rows = session.execute(
        select(Clarification.entry_id, Clarification.context["letter"]["reference"].astext)
        .join(StageEntry, StageEntry.id == Clarification.entry_id)
        .where(StageEntry.stage_id == stage_id, Clarification.state != "taken_back")
        .order_by(Clarification.entry_id, Clarification.number)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for entry_id, reference in rows:
        found[entry_id].append(reference)
    return {key: tuple(each) for key, each in found.items()}


# --- for pages -----------------------------------------------------------------------


def of_entry(session: Session, entry_id: int) -> tuple[Question, ...]:
    """Return the questions of an entry, oldest first; for whoever has found the entry already."""
    return _questions(session, Clarification.entry_id == entry_id)


def own_question(session: Session, actor: Actor, clarification_id: int) -> OwnQuestion:
    """Return a question to one's own organisation; NotFound for everybody else."""
    found = _own(session, actor, Clarification.id == clarification_id)
    if not found:
        raise NotFound
    return found[0]


def own_questions(
    session: Session, actor: Actor, application_id: int | None = None
) -> tuple[OwnQuestion, ...]:
    """Return the questions to one's own organisations, newest first."""
    wanted = [] if application_id is None else [Clarification.application_id == application_id]
    return tuple(reversed(_own(session, actor, *wanted)))


def letter(session: Session, actor: Actor, clarification_id: int, *, own: bool) -> Download:
    """Return the printed letter: to its applicant (`own`), or to staff who see the application."""
    return _download(
        session.execute(
            select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
            .join(Clarification, Clarification.file_id == StoredFile.id)
            .join(Application, Application.id == Clarification.application_id)
            .join(Call, Call.id == Application.call_id)
            .where(Clarification.id == clarification_id, _scope(actor, own=own))
        ).one_or_none()
    )


def answer_file(session: Session, actor: Actor, key: int, *, own: bool) -> Download:
    """Return a file that came with an answer, as `letter`."""
    return _download(
        session.execute(
            select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
            .join(ClarificationFile, ClarificationFile.file_id == StoredFile.id)
            .join(Clarification, Clarification.id == ClarificationFile.clarification_id)
            .join(Application, Application.id == Clarification.application_id)
            .join(Call, Call.id == Application.call_id)
            .where(ClarificationFile.id == key, _scope(actor, own=own))
        ).one_or_none()
    )


def _scope(actor: Actor, *, own: bool) -> ColumnElement[bool]:
    if own:
        return visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return visible.staff_scope(actor, Permission.SEE_APPLICATIONS)


def is_waiting() -> ColumnElement[bool]:
    """True where a question of the row's entry waits for its answer; needs StageEntry."""
    return (
        select(Clarification.id)
        .where(Clarification.entry_id == StageEntry.id, Clarification.state == "asked")
        .correlate(StageEntry)
        .exists()
    )


def _own(session: Session, actor: Actor, *wanted: ColumnElement[bool]) -> tuple[OwnQuestion, ...]:
    rows = session.execute(
        select(
            Clarification.id,
            Application.id.label("application_id"),
            Application.title,
            Application.reference,
            Application.organisation_id,
            Call.id.label("call_id"),
            Call.title.label("call_title"),
            Call.authority_id,
            Stage.key,
        )
        .join(Application, Application.id == Clarification.application_id)
        .join(StageEntry, StageEntry.id == Clarification.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Application.call_id)
        .where(visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION), *wanted)
        .order_by(Clarification.asked_at, Clarification.id)
    ).all()
    if not rows:
        return ()
    asked = _questions(session, Clarification.id.in_([row.id for row in rows]))
    by_id = {each.id: each for each in asked}
    return tuple(_own_question(session, row, by_id[row.id]) for row in rows)


def _own_question(session: Session, row: Any, question: Question) -> OwnQuestion:  # Any: a row
    stage = scheme_of(session, row.call_id).stage(row.key)
    return OwnQuestion(
        question=question,
        application_id=row.application_id,
        application_title=row.title,
        reference=row.reference,
        call_title=row.call_title,
        stage_title=stage.title,
        asked_items=tuple(e.question for e in stage.checklist if e.key in question.items),
        facts=Facts(
            authority_id=row.authority_id,
            call_id=row.call_id,
            organisation_id=row.organisation_id,
        ),
    )


def _questions(session: Session, *wanted: ColumnElement[bool]) -> tuple[Question, ...]:
    rows = session.execute(_columns().where(*wanted)).all()
    files = _files(session, [row.id for row in rows])
    return tuple(_question(row, files.get(row.id, ())) for row in rows)


def _question(row: Any, files: tuple[AnswerFile, ...]) -> Question:  # Any: see _columns
    values = dict(row._mapping)  # noqa: SLF001 - the public way to read a row by name
    return Question(**values | {"items": tuple(values["items"]), "files": files})


def _columns() -> Any:  # Any: a statement of many columns
    asker, replier = aliased(User), aliased(User)
    letter_row = aliased(StoredFile)
    return (
        select(
            Clarification.id,
            Clarification.entry_id,
            Clarification.number,
            Clarification.state,
            Clarification.items,
            Clarification.question,
            Clarification.reply_by,
            Clarification.asked_at,
            func.coalesce(asker.name, "").label("asked_by"),
            Clarification.reminded_at,
            Clarification.seen_at,
            Clarification.reply,
            Clarification.replied_at,
            func.coalesce(replier.name, "").label("replied_by"),
            Clarification.context["letter"]["reference"].astext.label("reference"),
            func.coalesce(letter_row.sha256, "").label("letter_sha256"),
            func.coalesce(letter_row.filename, "").label("letter_filename"),
            func.coalesce(letter_row.size_bytes, 0).label("letter_bytes"),
            Clarification.failure,
        )
        .outerjoin(asker, asker.id == Clarification.asked_by)
        .outerjoin(replier, replier.id == Clarification.replied_by)
        .outerjoin(letter_row, letter_row.id == Clarification.file_id)
        .order_by(Clarification.asked_at, Clarification.id)
    )


def _files(session: Session, keys: Sequence[int]) -> dict[int, tuple[AnswerFile, ...]]:
    rows = session.execute(
        select(
            ClarificationFile.clarification_id,
            ClarificationFile.id,
            StoredFile.filename,
            StoredFile.size_bytes,
            StoredFile.sha256,
        )
        .join(StoredFile, StoredFile.id == ClarificationFile.file_id)
        .where(ClarificationFile.clarification_id.in_(keys))
        .order_by(ClarificationFile.id)
    )
    found: dict[int, list[AnswerFile]] = defaultdict(list)
    for clarification_id, key, filename, size_bytes, sha256 in rows:
        found[clarification_id].append(AnswerFile(key, filename, size_bytes, sha256))
    return {key: tuple(each) for key, each in found.items()}


def _download(row: Any) -> Download:  # Any: a row or none
    if row is None:
        raise NotFound
    return Download(*row)
