"""The list of names on which assessors declare: leads and co-applicants, no content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    Declaration,
    Lot,
    Organisation,
    Stage,
    StageEntry,
    Submission,
)
from app.queries import assessments, visible
from app.queries.office_applications import stage_title
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_json import canonical
from app.rules.scheme_text import Text
from app.rules.search_text import sort_key


@dataclass(frozen=True, slots=True)
class Names:
    """Who applies with one application: the lead and the co-applicants, as the form says."""

    lead: str
    co_applicants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LotNames:
    """The list of names, and nothing else, on which impartiality is declared."""

    stage_id: int
    lot_id: int
    call_title: str
    lot_code: str
    lot_title: str
    stage_title: Text
    names: tuple[Names, ...]
    names_sha256: str
    declared: str
    declared_at: datetime | None


def lot_names(session: Session, actor: Actor, stage_id: int, lot_id: int) -> LotNames:
    """Return who applies in a lot, sorted by name; the content of nothing is read for it."""
    head = session.execute(
        select(
            Call.id, Call.title, Lot.code, Lot.title, stage_title(),
            Declaration.has_conflict, Declaration.declared_at,
        )
        .select_from(Stage)
        .join(Call, Call.id == Stage.call_id)
        .join(Lot, Lot.call_id == Call.id)
        .outerjoin(Declaration, assessments.own_declaration(actor.user_id))
        .where(
            Stage.id == stage_id, Lot.id == lot_id, visible.staff_scope(actor, Permission.ASSESS)
        )
    ).one_or_none()  # fmt: skip
    if head is None or not _is_called(session, actor, stage_id, lot_id):
        raise NotFound
    names = _names(session, scheme_of(session, head[0]), stage_id, lot_id)
    listed = {"names": [[each.lead, *each.co_applicants] for each in names]}
    return LotNames(
        stage_id=stage_id,
        lot_id=lot_id,
        call_title=head[1],
        lot_code=head[2],
        lot_title=head[3],
        stage_title=head[4],
        names=names,
        names_sha256=hashlib.sha256(canonical(listed)).hexdigest(),
        declared=assessments.declared_word(head[5]),
        declared_at=head[6],
    )


def _is_called(session: Session, actor: Actor, stage_id: int, lot_id: int) -> bool:
    """Names are shown to who has to declare, and to nobody else who is an assessor somewhere."""
    return any(
        (lot.stage_id, lot.lot_id) == (stage_id, lot_id)
        for lot in assessments.my_lots(session, actor)
    )


def _names(session: Session, scheme: Scheme, stage_id: int, lot_id: int) -> tuple[Names, ...]:
    questions = _partner_questions(scheme)
    rows = session.execute(
        select(StageEntry.application_id, Organisation.name)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            StageEntry.stage_id == stage_id,
            Application.lot_id == lot_id,
            StageEntry.state.in_(
                ("submitted", "admitted", "assessed", "passed", "failed", "reserve")
            ),
        )
    ).all()
    named = _partners(session, [row[0] for row in rows], questions)
    listed = [Names(name, named.get(key, ())) for key, name in rows]
    return tuple(sorted(listed, key=lambda each: (sort_key(each.lead), each.lead)))


def _partner_questions(scheme: Scheme) -> dict[str, str]:
    """Return the questions that name co-applicants, each with the column of their names."""
    return {
        question.key: _name_column(question)
        for stage in scheme.stages
        for section in stage.form
        for question in section.questions
        if question.fact == "co_applicants" and question.kind is QuestionKind.ROWS
    }


def _name_column(question: Question) -> str:
    keys = [column.key for column in question.columns]
    return "name" if "name" in keys else keys[0]


def _partners(
    session: Session, application_ids: list[int], questions: Mapping[str, str]
) -> dict[int, tuple[str, ...]]:
    """Return co-applicants by application, from all stages that were sent in."""
    found: dict[int, dict[str, None]] = {}
    for key, column in questions.items():
        rows = session.execute(
            select(Submission.application_id, Submission.snapshot["answers"][key])
            .where(Submission.application_id.in_(application_ids), Submission.stands)
            .order_by(Submission.id)
        )
        for application_id, given in rows:
            names = [
                str(row.get(column) or "").strip()
                for row in (given if isinstance(given, list) else [])
                if isinstance(row, Mapping)
            ]
            found.setdefault(application_id, {}).update(dict.fromkeys(filter(None, names)))
    return {application_id: tuple(names) for application_id, names in found.items()}
