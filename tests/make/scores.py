"""Assessed applications: a list as the handbook prints it, ready to be ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from app.models import AgreedScore, Application, Organisation, Stage, StageEntry
from tests.make.applications import RECEIVED, make_application, make_entry
from tests.make.calls import MadeCall
from tests.make.people import make_organisation


@dataclass(frozen=True, slots=True)
class Scored:
    """One line of a list: lot, total, request; the rest where the test is about it."""

    lot: str
    total: str
    requested_cents: int
    sections: Mapping[str, str] | None = None
    region: str = "RS21"
    organisation: Organisation | None = None
    outcome: str = ""
    flags: tuple[str, ...] = ()


def make_scored(
    session: Session, call: MadeCall, lines: Sequence[Scored], *, stage_key: str = ""
) -> list[Application]:
    """Add assessed applications with an agreed score at the stage (the last scored one)."""
    scored_stage = call.scheme.last_scored_stage()
    key = stage_key or (scored_stage.key if scored_stage else "")
    stage = session.get_one(Stage, call.stages[key])
    return [_one(session, call, stage, line) for line in lines]


def _one(session: Session, call: MadeCall, stage: Stage, line: Scored) -> Application:
    application = make_application(
        session,
        call=call,
        organisation=line.organisation or make_organisation(session),
        lot=line.lot,
        state="assessed",
        requested_cents=line.requested_cents,
        region=line.region,
        entry=False,
    )
    entry = make_entry(
        session,
        application,
        stage=stage,
        state="assessed",
        requested_cents=line.requested_cents,
        received_at=RECEIVED,
    )
    _score(session, call, stage, entry, line)
    return application


def _score(session: Session, call: MadeCall, stage: Stage, entry: StageEntry, line: Scored) -> None:
    grid = call.scheme.stage(stage.key).grid
    threshold = grid.threshold if grid and grid.threshold is not None else 0
    passed = Decimal(line.total) >= Decimal(str(float(threshold)))
    sections = dict(line.sections or {})
    entry.score, entry.sections = Decimal(line.total), sections
    session.add(
        AgreedScore(
            entry_id=entry.id,
            number=1,
            used=["A", "B"],
            marks={},
            sections=sections,
            total=Decimal(line.total),
            outcome=line.outcome or ("PASSED" if passed else "BELOW_THRESHOLD"),
            failed_section=None,
            flags=list(line.flags),
            agreed_at=RECEIVED,
        )
    )
    session.flush()
