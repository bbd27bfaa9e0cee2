"""What an allocation may count by, besides points: when an application came, and from where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import registers
from app.models import Application, Organisation, Stage, StageEntry, Submission
from app.queries.schemes import scheme_of
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_form import QuestionKind


@dataclass(frozen=True, slots=True)
class Standing:
    """`received_at` is when what stands was sent in, the newest stage if there are several.

    Who takes an application back and sends it in again came later. `place` is the key of the
    local government where the action happens, else that of the applicant, empty if unknown.
    """

    received_at: datetime
    country: str
    place: str

    def group(self, dimension: str) -> str | None:
        """Return the value by which a floor counts; None is in no group."""
        if dimension == "country":
            return self.country or None
        if dimension == "place":
            return self.place or None
        found = registers.local_government(self.place) if dimension == "district" else None
        return found.district_latn if found else None


def leads(session: Session, call_id: int, scheme: Scheme) -> dict[int, str]:
    """Return by organisation the name under which its applications stand in published inputs.

    Only where a cap counts, and only those who sent in several: nobody else can reach it. It says
    which belong together, is the same in every decision of the call, and in no other call.
    """
    if scheme.allocation.caps.awards_per_lead is None:
        return {}
    rows = session.execute(
        select(Application.organisation_id)
        .where(Application.call_id == call_id, Application.submitted_at.is_not(None))
        .group_by(Application.organisation_id)
        .having(func.count() > 1)
        .order_by(func.min(Application.reference))
    ).scalars()
    return {key: f"LEAD-{number}" for number, key in enumerate(rows, start=1)}


def standings(session: Session, call_id: int) -> dict[int, Standing]:
    """Return what stands of every application that was sent in to a call."""
    asked = _place_questions(scheme_of(session, call_id))
    rows = session.execute(
        select(
            Application.id,
            Submission.received_at,
            Organisation.country,
            Organisation.register_code,
            Submission.snapshot["answers"],
        )
        .join(Submission, Submission.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.id == Submission.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Application.call_id == call_id, Submission.stands)
        .order_by(Stage.position)
    )
    found: dict[int, Standing] = {}
    for key, received_at, country, register_code, answers in rows:
        before = found[key].place if key in found else ""
        place = _place(answers, asked) or before or register_code or ""
        found[key] = Standing(received_at, country, place)
    return found


def _place_questions(scheme: Scheme) -> tuple[str, ...]:
    return tuple(
        question.key
        for stage in scheme.stages
        for question in questions_of(stage)
        if question.fact == "place" and question.kind is QuestionKind.PLACE
    )


def _place(answers: Mapping[str, object], asked: Iterable[str]) -> str:
    named = (answers.get(key) for key in asked)
    known = registers.place_keys()
    return next((key for key in named if isinstance(key, str) and key in known), "")
