"""What an applicant reads of the assessment: exactly what the released letters say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Letter, Stage
from app.queries import visible
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class SectionFeedback:
    """Points are decimal text as printed; `minimum` is empty where the section has none."""

    title: str
    score: str
    maximum: str
    minimum: str
    comment: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """The agreed score of one stage, as its letter states it."""

    letter_id: int
    stage: str
    released_at: datetime
    sections: tuple[SectionFeedback, ...]
    total: str
    maximum: str
    threshold: str


def feedback(
    session: Session, actor: Actor, application_id: int
) -> tuple[str, str, tuple[Feedback, ...]]:
    """Return reference, title, and the points of each stage whose letter is released.

    A letter of a scheme that publishes no points has none; a replaced letter counts no more.
    """
    head = session.execute(
        select(Application.reference, Application.title).where(
            Application.id == application_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    ).one_or_none()
    if head is None:
        raise NotFound
    rows = session.execute(
        select(Letter.id, Letter.released_at, Letter.context["scores"])
        .join(Stage, Stage.id == Letter.stage_id)
        .where(
            Letter.application_id == application_id,
            Letter.released_at.is_not(None),
            Letter.state != "superseded",
        )
        .order_by(Stage.position, Letter.number)
    )
    found = tuple(_feedback(key, at, scores) for key, at, scores in rows if scores)
    return head.reference, head.title, found


def _feedback(
    letter_id: int, released_at: datetime, scores: Mapping[str, Any]
) -> Feedback:  # Any: JSON
    return Feedback(
        letter_id=letter_id,
        stage=scores["stage"],
        released_at=released_at,
        sections=tuple(
            SectionFeedback(
                title=each["title"],
                score=each["score"],
                maximum=each["maximum"],
                minimum=each.get("minimum", ""),
                comment=each.get("comment", ""),
            )
            for each in scores["sections"]
        ),
        total=scores["total"],
        maximum=scores["maximum"],
        threshold=scores.get("threshold", ""),
    )
