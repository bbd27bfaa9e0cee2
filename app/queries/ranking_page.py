"""The committee's list of one stage: marks, totals, ranks, the run and what it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import AllocationRun, Award, Call, Lot, Stage, User
from app.queries import scores, visible
from app.queries.ranking import IN_RUNNING, Candidate, OpenCheck, candidates, open_checks
from app.queries.ranking_lists import Line, LotList, Opinion, Run, StageRanking, Tie
from app.queries.schemes import scheme_named
from app.rules.call_clock import holds_interviews
from app.rules.messages import Message
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import selected_stage_keys
from app.rules.scheme_text import said
from app.rules.scoring_model import SUB_SCORE_FLOOR_BY_ONE

IN = ("passed", "PASSED")
_NONE = Fraction(0)


def stage_ranking(session: Session, actor: Actor, stage_id: int) -> StageRanking:
    """Return the list of one stage; NotFound for people who may not see assessments."""
    head = _head(session, actor, stage_id)
    scheme = scheme_named(session, head.id, head.digest)
    stage = scheme.stage(head.key)
    run = _run(session, stage_id)
    lots = _lots(session, head.id, stage_id, actor, run)
    following, direct = scheme.stage_after(stage.key), scheme.call.direct
    language = scheme.languages[0]
    return StageRanking(
        call_id=head.id,
        call_code=head.code,
        call_title=head.title,
        call_state=head.state,
        currency=head.currency,
        stage_id=stage_id,
        stage_key=head.key,
        stage_title=said(stage.title, language),
        stage_state=head.stage_state,
        next_stage_key=following.key if following else "",
        next_stage_title=said(following.title, language) if following else "",
        next_is_interview=following is not None and holds_interviews(following),
        legal_ground=said(direct.justification, language) if direct else "",
        is_last=scheme.last_scored_stage() == stage,
        facts=Facts(authority_id=head.authority_id, call_id=head.id),
        envelope_cents=head.envelope_cents,
        awarded_cents=head.awarded_cents,
        section_titles=tuple((each.code, said(each.title, language)) for each in _sections(stage)),
        lots=lots,
        ties=_ties(lots),
        run=run[0] if run else None,
        scheme=scheme,
        open_checks=_open_checks(session, head.id, scheme, stage, run),
        maximum=stage.grid.maximum if stage.grid else _NONE,
        kept=_kept(scheme, stage, language),
    )


@dataclass(frozen=True, slots=True)
class _Head:
    id: int
    authority_id: int
    code: str
    title: str
    state: str
    currency: str
    envelope_cents: int
    awarded_cents: int
    digest: str | None
    key: str
    stage_state: str


def _head(session: Session, actor: Actor, stage_id: int) -> _Head:
    head = session.execute(
        select(
            Call.id, Call.authority_id, Call.code, Call.title, Call.state, Call.currency,
            Call.envelope_cents, Call.awarded_cents, Call.digest,
            Stage.key, Stage.state.label("stage_state"),
        )
        .join(Stage, Stage.call_id == Call.id)
        .where(Stage.id == stage_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()  # fmt: skip
    if head is None:
        raise NotFound
    return _Head(**head._asdict())


def _open_checks(
    session: Session,
    call_id: int,
    scheme: Scheme,
    stage: SchemeStage,
    run: tuple[Run, Mapping[str, Any]] | None,
) -> tuple[OpenCheck, ...]:
    undecided = run is not None and run[0].decided_at is None
    if not undecided or scheme.last_scored_stage() != stage:
        return ()
    return open_checks(session, call_id, selected_stage_keys(scheme))


def _kept(
    scheme: Scheme, stage: SchemeStage, language: str
) -> tuple[tuple[str, Fraction, str], ...]:
    return tuple(
        (
            said(each.title, language),
            each.maximum,
            said(scheme.stage(each.carry_over.stage).title, language),
        )
        for each in _sections(stage)
        if each.carry_over is not None
    )


def _sections(stage: SchemeStage) -> Sequence[Any]:
    return stage.grid.sections if stage.grid else ()


def _run(session: Session, stage_id: int) -> tuple[Run, Mapping[str, Any]] | None:
    runner, decider = aliased(User), aliased(User)
    row = session.execute(
        select(
            AllocationRun.id,
            AllocationRun.kind,
            AllocationRun.digest,
            AllocationRun.run_at,
            runner.name.label("run_by"),
            AllocationRun.run_by.label("run_by_id"),
            AllocationRun.decided_at,
            decider.name.label("decided_by"),
            AllocationRun.decision_reason,
            AllocationRun.explanation,
        )
        .outerjoin(runner, runner.id == AllocationRun.run_by)
        .outerjoin(decider, decider.id == AllocationRun.decided_by)
        .where(AllocationRun.stage_id == stage_id, AllocationRun.discarded_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Run(*row[:-1]), row.explanation


def _lots(
    session: Session,
    call_id: int,
    stage_id: int,
    actor: Actor,
    run: tuple[Run, Mapping[str, Any]] | None,
) -> tuple[LotList, ...]:
    listed = candidates(session, actor, stage_id)
    opinions = scores.opinions_of(session, stage_id)
    agreed = scores.newest_agreed(session, stage_id)
    shared = _shared_ranks(listed)
    explanation = run[1] if run else {}
    lists = []
    for code, title, envelope, transferred, awarded, given in session.execute(_lots_of(call_id)):
        awards = given if run and run[0].kind == "allocation" else {}
        mine = sorted((each for each in listed if each.lot == code), key=_place)
        lines = tuple(_line(each, opinions, agreed, awards, explanation, shared) for each in mine)
        inside = [
            place for place, line in enumerate(lines, start=1) if line.entry_state == "passed"
        ]
        cut_after = (inside[-1] if inside else 0) if run else None
        lists.append(LotList(code, title, envelope, transferred, awarded, lines, cut_after))
    return tuple(lists)


def _lots_of(call_id: int) -> Select[*tuple[Any, ...]]:  # Any: a row of columns
    """Return the lots with their money and what each application was awarded, by its id as text."""
    given = (
        select(func.json_object_agg(Award.application_id, Award.awarded_cents))
        .where(Award.lot_id == Lot.id, Award.state.not_in(("discarded", "revoked")))
        .scalar_subquery()
    )
    return (
        select(
            Lot.code, Lot.title, Lot.envelope_cents, Lot.transferred_cents, Lot.awarded_cents,
            func.coalesce(given, cast({}, JSON)),
        )
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    )  # fmt: skip


def _place(each: Candidate) -> tuple[bool, int, Decimal, str]:
    """Ranked ones by rank, the others below by total; equals by reference."""
    return (each.rank is None, each.rank or 0, -(each.score or Decimal(-1)), each.reference)


def _shared_ranks(listed: Sequence[Candidate]) -> set[tuple[str, int]]:
    seen: set[tuple[str, int]] = set()
    shared: set[tuple[str, int]] = set()
    for each in listed:
        if each.rank is not None:
            place = (each.lot, each.rank)
            (shared if place in seen else seen).add(place)
    return shared


def _line(
    each: Candidate,
    opinions: Mapping[int, Sequence[scores.Marked]],
    scored: Mapping[int, scores.Agreed],
    awards: Mapping[str, int],
    explanation: Mapping[str, Any],
    shared: set[tuple[str, int]],
) -> Line:
    is_scored = each.entry_state in IN_RUNNING
    agreed = scored.get(each.entry_id) if is_scored else None
    marked = opinions.get(each.entry_id, ()) if is_scored else ()
    mark = "=" if each.rank is not None and (each.lot, each.rank) in shared else ""
    told = explanation.get(each.reference, {})
    return Line(
        entry_id=each.entry_id,
        application_id=each.application_id,
        reference=each.reference,
        title=each.title,
        organisation_id=each.organisation_id,
        organisation=each.organisation,
        region=each.region,
        application_state=each.application_state,
        entry_state=each.entry_state,
        requested_cents=each.requested_cents,
        opinions=tuple(Opinion(one.assessor, one.state, one.total) for one in marked),
        total=agreed.total if agreed else None,
        sections=agreed.sections if agreed else {},
        cut=agreed.outcome if agreed else "",
        needs_committee=bool(
            agreed and SUB_SCORE_FLOOR_BY_ONE in agreed.flags and not agreed.reason
        ),
        rank="" if each.rank is None else f"{each.rank}{mark}",
        awarded_cents=awards.get(str(each.application_id)),
        left_cents=told.get("after_cents"),
        outcome=each.outcome,
        why=Message(told["code"], told.get("values", {})) if told else None,
    )


def _ties(lots: Sequence[LotList]) -> tuple[Tie, ...]:
    found = []
    for lot in lots:
        by_rank: dict[str, list[str]] = {}
        for line in lot.lines:
            if line.rank.endswith("="):
                by_rank.setdefault(line.rank, []).append(line.reference)
        found += [Tie(lot.code, rank, tuple(each)) for rank, each in by_rank.items()]
    return tuple(found)
