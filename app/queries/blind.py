"""What an assessor may read of an application. `BlindApplication` has no field for a name.

Everything comes from what was received (the immutable submission) and passes one filter:
answers that reveal who applies, and documents that are not meant for assessors, are not
in the dataclass, so no template can show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, exists, literal, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Assessment,
    Attachment,
    Call,
    Declaration,
    Stage,
    StageEntry,
    StoredFile,
    Submission,
)
from app.queries import visible
from app.queries.kept import Statement, kept
from app.queries.schemes import scheme_named
from app.rules.assigning import GONE
from app.rules.call_clock import takes_forms
from app.rules.permissions import Actor, Permission
from app.rules.scheme_form import DocumentRequirement, FormSection, Question
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_text import Text

USER_ID = bindparam("user_id", type_=BigInteger())


@dataclass(frozen=True, slots=True)
class BlindAnswer:
    question: Question
    value: Any  # Any: answers of every kind


@dataclass(frozen=True, slots=True)
class BlindSection:
    title: Text
    answers: tuple[BlindAnswer, ...]


@dataclass(frozen=True, slots=True)
class BlindLine:
    heading: str
    description: str
    unit: str
    units: str
    unit_value_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class BlindFile:
    """A document under the title of its requirement: the applicant's file name may tell a name."""

    attachment_id: int
    title: Text
    number: int
    ending: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BlindApplication:
    """One application as received, without anything that says whose it is."""

    blind_code: str
    currency: str
    sections: tuple[BlindSection, ...]
    lines: tuple[BlindLine, ...]
    sources: tuple[tuple[str, int], ...]
    requested_cents: int | None
    total_cents: int | None
    files: tuple[BlindFile, ...]


@dataclass(frozen=True, slots=True)
class BlindDownload:
    sha256: str
    filename: str
    media_type: str


def mine(actor: Actor) -> tuple[Any, ...]:  # Any: conditions
    """Conditions for assessments that are the actor's to work on: still theirs, no conflict.

    Needs Assessment, StageEntry, Application and Call in the FROM.
    """
    return mine_within(visible.staff_reach(actor, Permission.ASSESS), literal(actor.user_id))


def mine_within(
    reach: visible.Reach, assessor_id: ColumnElement[Any] = USER_ID
) -> tuple[Any, ...]:  # Any: conditions
    """Return the same for statements that are kept: `user_id` is given when they are executed."""
    conflict = exists().where(
        Declaration.user_id == Assessment.assessor_id,
        Declaration.lot_id == Application.lot_id,
        Declaration.has_conflict,
    )
    return (
        Assessment.assessor_id == assessor_id,
        Assessment.state.not_in(GONE),
        reach.scope(),
        StageEntry.state != "withdrawn",
        ~conflict,
    )


def declared() -> Any:  # Any: a condition
    """True where the assessor of the row has declared to be impartial in its lot and stage."""
    return exists().where(
        Declaration.user_id == Assessment.assessor_id,
        Declaration.lot_id == Application.lot_id,
        Declaration.stage_id == StageEntry.stage_id,
        ~Declaration.has_conflict,
    )


def blind_application(session: Session, actor: Actor, assessment_id: int) -> BlindApplication:
    """Return the application behind one's own assessment, once impartiality is declared."""
    reach = visible.staff_reach(actor, Permission.ASSESS)
    given = {"assessment_id": assessment_id, "user_id": actor.user_id}
    row = session.execute(_received(reach), given).one_or_none()
    if row is None:
        raise NotFound
    scheme = scheme_named(session, row.call_id, row.digest)
    stage, source = scheme.stage(row.key), scheme.stage(row.source_key)
    if source != stage:
        if takes_forms(stage):
            raise NotFound
        # Whoever holds an interview reads what was sent in before it.
        stage = replace(source, blind=stage.blind)
    snapshot: Mapping[str, Any] = row.snapshot  # Any: JSON
    return BlindApplication(
        blind_code=row.blind_code,
        currency=row.currency,
        sections=blind_sections(stage, snapshot.get("answers", {})),
        lines=tuple(BlindLine(**line) for line in snapshot.get("lines", ())),
        sources=tuple((each["kind"], each["amount_cents"]) for each in snapshot.get("sources", ())),
        requested_cents=row.requested_cents,
        total_cents=row.total_cents,
        files=_files(session, row.id, stage),
    )


@kept
def _received(reach: visible.Reach) -> Statement:
    """Read the newest that was sent in up to the stage: an interview has no form of its own."""
    source, source_stage = aliased(StageEntry), aliased(Stage)
    return (
        select(
            Application.blind_code,
            Application.call_id,
            Call.currency,
            Call.digest,
            Stage.key,
            source_stage.key.label("source_key"),
            source.id,
            StageEntry.requested_cents,
            StageEntry.total_cents,
            Submission.snapshot,
        )
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(source, source.application_id == Application.id)
        .join(source_stage, source_stage.id == source.stage_id)
        .join(Submission, (Submission.entry_id == source.id) & Submission.stands)
        .where(
            Assessment.id == bindparam("assessment_id"),
            source_stage.position <= Stage.position,
            *mine_within(reach),
            declared(),
        )
        .order_by(source_stage.position.desc())
        .limit(1)
    )


def blind_file(session: Session, actor: Actor, assessment_id: int, number: int) -> BlindDownload:
    """Return a document of the application behind one's own assessment, under a neutral name."""
    found = blind_application(session, actor, assessment_id)
    file = next((each for each in found.files if each.attachment_id == number), None)
    if file is None:
        raise NotFound
    stored = session.execute(
        select(StoredFile.sha256, StoredFile.media_type)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.id == file.attachment_id)
    ).one()
    name = f"{found.blind_code}-{file.attachment_id}{file.ending}"
    return BlindDownload(stored.sha256, name, stored.media_type)


def blind_sections(stage: SchemeStage, answers: Mapping[str, Any]) -> tuple[BlindSection, ...]:
    """Return the form without what reveals who applies; a stage that is not blind shows all."""
    sections = tuple(_section(section, answers, blind=stage.blind) for section in stage.form)
    return tuple(section for section in sections if section.answers)


def all_sections(
    stage: SchemeStage, answers: Mapping[str, Any]
) -> tuple[BlindSection, ...]:  # Any: see BlindAnswer
    """Return the whole form with nothing left out, for those whose application it is."""
    return tuple(_section(section, answers, blind=False) for section in stage.form)


def shown_documents(stage: SchemeStage) -> tuple[DocumentRequirement, ...]:
    """Return the documents that assessors of this stage may open."""
    if stage.blind:
        return tuple(each for each in stage.documents if each.blind_visible)
    return tuple(each for each in stage.documents if not each.restricted)


def _section(section: FormSection, answers: Mapping[str, Any], *, blind: bool) -> BlindSection:
    if blind and section.reveals_identity:
        return BlindSection(section.title, ())
    shown = [each for each in section.questions if not (blind and each.reveals_identity)]
    return BlindSection(
        section.title, tuple(_answer(each, answers.get(each.key), blind=blind) for each in shown)
    )


def _answer(question: Question, value: Any, *, blind: bool) -> BlindAnswer:  # Any: see BlindAnswer
    hidden = {column.key for column in question.columns if blind and column.reveals_identity}
    if not hidden:
        return BlindAnswer(question, value)
    columns = tuple(column for column in question.columns if column.key not in hidden)
    rows = [
        {key: each for key, each in row.items() if key not in hidden}
        for row in (value if isinstance(value, list) else [])
    ]
    return BlindAnswer(replace(question, columns=columns), rows)


_SHOWN = (
    select(Attachment.id, Attachment.requirement, StoredFile.filename, StoredFile.size_bytes)
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .where(
        Attachment.entry_id == bindparam("entry_id"),
        Attachment.removed_at.is_(None),
        Attachment.requirement.in_(bindparam("requirements", expanding=True)),
    )
    .order_by(Attachment.id)
)


def _files(session: Session, entry_id: int, stage: SchemeStage) -> tuple[BlindFile, ...]:
    titles = {each.key: each.title for each in shown_documents(stage)}
    rows = session.execute(_SHOWN, {"entry_id": entry_id, "requirements": sorted(titles)})
    counted: dict[str, int] = {}
    found: list[BlindFile] = []
    for key, requirement, filename, size_bytes in rows:
        counted[requirement] = counted.get(requirement, 0) + 1
        ending = f".{filename.rpartition('.')[2].lower()}" if "." in filename else ""
        found.append(BlindFile(key, titles[requirement], counted[requirement], ending, size_bytes))
    return tuple(found)
