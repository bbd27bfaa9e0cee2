"""Decisions that everybody may compute again: shortlists, allocations, money given out again.

A shortlist is published when its letters have left: the days to complain begin then. An
allocation is, when its awards are announced, and money from the reserve list when that is told.
Each is three files: input, result, and both in the one byte form of which the digest is the
SHA-256 (`rules.proof`). Nothing in them names anybody or tells the place of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import AllocationRun, Application, Call, Organisation, ReserveActivation, Stage
from app.queries.calls_public import was_published
from app.rules import proof
from app.rules.applicants import PERSONS
from app.rules.canonical import digest
from app.rules.money import format_cents

SHORTLIST, ALLOCATION, RESERVE = "shortlist", "allocation", "reserve"
INPUT, RESULT, DECISION = "input", "result", "decision"
PARTS = (DECISION, INPUT, RESULT)

_RULES = {SHORTLIST: proof.SHORTLIST, ALLOCATION: proof.ALLOCATE, RESERVE: proof.RELEASE}
_KIND_OF_RUN = {"preselection": SHORTLIST, "allocation": ALLOCATION}

Json = dict[str, Any]  # Any: JSON of the rules


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `stage` is the key of the stage that it ended.

    `hides_places`: what stands in the file instead of places gives the same result.
    """

    kind: str
    number: int
    code: str
    stage: str
    computed_at: datetime
    decided_at: datetime | None
    digest: str
    hides_places: bool = False

    @property
    def rule(self) -> str:
        """The word after `envelope rules`."""
        return _RULES[self.kind]

    def filename(self, part: str) -> str:
        return f"{self.code}-{self.kind}-{self.number}-{part}.json"


@dataclass(frozen=True, slots=True)
class Proof:
    """The whole of a decision: what it was computed from, and what came out."""

    decision: Decision
    inputs: Json
    result: Json

    @property
    def both(self) -> Json:
        return {"inputs": self.inputs, "result": self.result}


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A published call with its decisions in the order in which they were made."""

    call_id: int
    code: str
    title: str
    digest: str
    is_announced: bool
    decisions: tuple[Decision, ...]


def checked_call(session: Session, call_id: int) -> CheckedCall:
    """Return a call with what can be computed again; NotFound for a draft."""
    row = session.execute(
        select(
            Call.code, Call.title, func.coalesce(Call.digest, "").label("digest"),
            Call.announced_at.is_not(None).label("is_announced"),
        ).where(Call.id == call_id, was_published())
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return CheckedCall(call_id, **row._asdict(), decisions=_decisions(session, call_id))


def decision_proof(session: Session, call_id: int, kind: str, number: int) -> Proof:
    """Return a decision with all of it; NotFound for one that is not everybody's."""
    if kind == RESERVE:
        given = _given_again(session, call_id)
        found = next((each for each in given if each.decision.number == number), None)
    else:
        found = _run(session, call_id, number)
    if found is None or found.decision.kind != kind:
        raise NotFound
    return found


def _decisions(session: Session, call_id: int) -> tuple[Decision, ...]:
    """What runs were computed from may be large: it is read only where its digest is not kept."""
    hidden = AllocationRun.public_inputs.is_not(None)
    rows = session.execute(
        _published(call_id).add_columns(
            AllocationRun.public_inputs, case((hidden, AllocationRun.result)).label("result")
        )
    )
    given = [each.decision for each in _given_again(session, call_id)]
    return (*map(_decision, rows), *given)


def _decision(row: Any) -> Decision:  # Any: the columns of `_published` and two more
    hides = row.public_inputs is not None
    both = {"inputs": row.public_inputs, "result": row.result}
    return Decision(
        kind=_KIND_OF_RUN[row.kind],
        number=row.id,
        code=row.code,
        stage=row.stage,
        computed_at=row.run_at,
        decided_at=row.decided_at,
        digest=digest(both) if hides else row.digest,
        hides_places=hides,
    )


def _run(session: Session, call_id: int, number: int) -> Proof | None:
    row = session.execute(
        _published(call_id)
        .add_columns(AllocationRun.public_inputs, AllocationRun.inputs, AllocationRun.result)
        .where(AllocationRun.id == number)
    ).one_or_none()
    if row is None:
        return None
    return Proof(_decision(row), row.public_inputs or row.inputs, row.result)


def _published(call_id: int) -> Select[*tuple[Any, ...]]:  # Any: more columns are added
    """Shortlists from before 0030 do not say their threshold: nobody can compute them again."""
    shortlist = and_(
        AllocationRun.kind == "preselection",
        Stage.state == "announced",
        AllocationRun.inputs.has_key("threshold"),
    )
    allocation = and_(AllocationRun.kind == "allocation", Call.state.in_(("announced", "archived")))
    return (
        select(
            AllocationRun.id, AllocationRun.kind, Call.code, Stage.key.label("stage"),
            AllocationRun.run_at, AllocationRun.decided_at, AllocationRun.digest,
        )
        .join(Stage, Stage.id == AllocationRun.stage_id)
        .join(Call, Call.id == AllocationRun.call_id)
        .where(
            Call.id == call_id,
            was_published(),
            AllocationRun.discarded_at.is_(None),
            or_(shortlist, allocation),
            or_(AllocationRun.public_inputs.is_not(None), _tells_no_place_of_a_person()),
        )
        .order_by(AllocationRun.id)
    )  # fmt: skip


def _tells_no_place_of_a_person() -> ColumnElement[bool]:
    """Only runs from before 0030 can tell one: they keep no other input for everybody."""
    path = cast("$.applications[*] ? (exists(@.place) || exists(@.district))", JSONPATH)
    of_persons = exists().where(
        Application.call_id == Call.id,
        Organisation.id == Application.organisation_id,
        Organisation.applicant_type.in_(sorted(PERSONS)),
    )
    return ~(func.jsonb_path_exists(AllocationRun.inputs, path) & of_persons)


def _given_again(session: Session, call_id: int) -> list[Proof]:
    """Return what the reserve list was given, as far as the digest on file covers what is shown.

    Before 0030 it covered the names of organisations, which nobody outside may read.
    """
    rows = session.execute(
        select(ReserveActivation, Call.code, Stage.key)
        .join(Call, Call.id == ReserveActivation.call_id)
        .join(Stage, Stage.id == ReserveActivation.stage_id)
        .where(ReserveActivation.call_id == call_id, ReserveActivation.state == "announced")
        .order_by(ReserveActivation.id)
    )
    found = [_given(activation, code, key) for activation, code, key in rows]
    return [each for each in found if digest(each.both) == each.decision.digest]


def _given(activation: ReserveActivation, code: str, stage: str) -> Proof:
    decision = Decision(
        kind=RESERVE,
        number=activation.id,
        code=code,
        stage=stage,
        computed_at=activation.proposed_at,
        decided_at=activation.decided_at,
        digest=activation.digest,
    )
    return Proof(decision, activation.inputs, _result(activation.lines, activation.transfers))


def _result(lines: Sequence[Json], transfers: Mapping[str, int]) -> Json:
    """Return the lines of an activation as the rule writes them, without names."""
    return {
        "lines": [
            {
                "id": line["reference"],
                "added": format_cents(line["added_cents"]),
                "awarded": format_cents(line["before_cents"] + line["added_cents"]),
                "reason": line["reason"],
            }
            for line in lines
        ],
        "transfers": {code: format_cents(cents) for code, cents in transfers.items()},
    }
