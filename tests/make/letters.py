"""A decided call with one application for every outcome, ready for its letters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import allocation, checks, decisions, judgements, preselection, ranking
from app.actions.act import Act
from app.models import (
    AgreedScore,
    Application,
    Assessment,
    CheckItem,
    Membership,
    Stage,
    StageEntry,
    User,
)
from app.queries.checks import entry_check
from app.rules.permissions import Role
from app.rules.scheme_grid import Grid
from tests.make.applications import make_application, make_entry
from tests.make.calls import MadeCall, make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.make.scores import Scored, make_scored

DECIDED_AT = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
PREPARED_AT = datetime(2026, 5, 21, 8, 0, tzinfo=UTC)
NEXT_OPENS = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
NEXT_CLOSES = datetime(2026, 7, 16, 21, 59, 59, 999999, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Decided:
    """Ids and people; `applications` by the outcome that their letter tells."""

    call: MadeCall
    stage_id: int
    manager: User
    second: User
    applications: Mapping[str, Application]
    applicants: Mapping[str, User]


def spread(grid: Grid, total: Fraction, **fixed: str) -> dict[str, str]:
    """Share a total over the sections by their maxima, in halves; the last one takes the rest."""
    given = {code.removeprefix("s"): Fraction(points) for code, points in fixed.items()}
    left = total - sum(given.values(), Fraction(0))
    open_ = [section for section in grid.sections if section.code not in given]
    room = sum((section.maximum for section in open_), Fraction(0))
    for section in open_[:-1]:
        points = Fraction(int(left * section.maximum / room * 2), 2)
        given[section.code] = points
        left, room = left - points, room - section.maximum
    given[open_[-1].code] = left
    return {
        section.code: f"{float(given[section.code]):.6f}"
        for section in sorted(grid.sections, key=lambda each: each.code)
    }


def _line(
    grid: Grid, lot: str, total: str, requested: int, outcome: str = "", **more: object
) -> Scored:
    fixed = more.pop("fixed", {})
    sections = spread(grid, Fraction(total), **fixed)
    return Scored(lot, total, requested, sections=sections, outcome=outcome, **more)


def make_decided(session: Session) -> Decided:
    """The last stage of the two-lot scheme, decided: awards, reserve, and every cut."""
    authority = make_authority(session, complaints_to="complaints@olg.example")
    manager, second = (
        make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
    )
    scheme = make_scheme("eu_integra_sctm", envelope_cents=1_500_000_00)
    envelopes = (500_000_00, 1_000_000_00)
    lots = tuple(
        replace(lot, envelope_cents=cents)
        for lot, cents in zip(scheme.lots, envelopes, strict=True)
    )
    scheme = replace(scheme, lots=lots)
    call = make_call(
        session,
        state="closed",
        scheme=scheme,
        authority=authority,
        code="GS-2026",
        title="Green squares: support to local governments",
    )
    stage_id = call.stages["full_application"]
    grid = scheme.stage("full_application").grid
    assert grid is not None
    town = make_organisation(session, name="Opština Žabalj")
    lines = {
        "AWARDED_FULL": _line(grid, "L2", "92", 1_000_000_00, organisation=town),
        "AWARDED_PARTIAL": _line(grid, "L2", "84.5", 620_000_00),
        "CAP_REACHED": _line(grid, "L2", "83", 700_000_00, organisation=town),
        "RESERVE": _line(grid, "L2", "79.333333", 640_000_00),
        "BELOW_THRESHOLD": _line(grid, "L1", "59.996667", 400_000_00),
        "SECTION_BELOW_MINIMUM": _line(
            grid, "L1", "71", 300_000_00, "SECTION_BELOW_MINIMUM", fixed={"s1": "11.5"}
        ),
        "SUB_SCORE_FLOOR": _line(
            grid, "L1", "68", 310_000_00, "SUB_SCORE_FLOOR", fixed={"s1": "13"}
        ),
        "INELIGIBLE": _line(grid, "L1", "88", 499_999_99),
    }
    made = dict(zip(lines, make_scored(session, call, list(lines.values())), strict=True))
    _mark_criterion(session, made["SUB_SCORE_FLOOR"], stage_id, {"1.3": "1"})
    for application in made.values():
        # Nine tenths of the costs, as the guidelines allow, to the cent.
        entry = _entry(session, application, stage_id)
        entry.total_cents = -(-(application.requested_cents or 0) * 10 // 9)
    _comment(session, made["AWARDED_PARTIAL"], stage_id)
    made["CHECK_FAILED"] = _fail_check(session, call, stage_id)
    _decide(session, call, stage_id, made, manager, second)
    return Decided(call, stage_id, manager, second, made, _applicants(session, made))


def make_shortlist(session: Session) -> Decided:
    """The first stage of the two-lot scheme, decided; the dates of the next one are set."""
    authority = make_authority(session, complaints_to="complaints@olg.example")
    manager, second = (
        make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
    )
    scheme = make_scheme("eu_integra_sctm", envelope_cents=600_000_00)
    lots = tuple(replace(lot, envelope_cents=300_000_00) for lot in scheme.lots)
    call = make_call(
        session,
        scheme=replace(scheme, lots=lots),
        authority=authority,
        stage_states={"concept_note": "closed"},
    )
    grid = call.scheme.stage("concept_note").grid
    assert grid is not None
    lines = {
        "PRESELECTED": _line(grid, "L1", "44", 400_000_00),
        "PRESELECTED_2": _line(grid, "L1", "41.5", 350_000_00),
        "NOT_PRESELECTED": _line(grid, "L1", "38", 300_000_00),
        "BELOW_THRESHOLD": _line(grid, "L1", "29.5", 200_000_00),
    }
    made_rows = make_scored(session, call, list(lines.values()), stage_key="concept_note")
    made = dict(zip(lines, made_rows, strict=True))
    ranking.rank(act_as(session, manager), call.stage_id)
    preselection.preselect(act_as(session, manager), call.stage_id)
    decisions.decide_preselection(
        act_as(session, second, now=DECIDED_AT), call.stage_id, reason="As ranked."
    )
    return Decided(call, call.stage_id, manager, second, made, _applicants(session, made))


def make_many(session: Session, number: int) -> Decided:
    """A decided one-stage call with so many refusals: a batch of letters."""
    authority = make_authority(session)
    manager, second = (
        make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
    )
    call = make_call(session, state="closed", authority=authority)
    grid = call.scheme.stage("application").grid
    assert grid is not None
    lot = next(iter(call.lots))
    lines = [_line(grid, lot, "15", 100_000_00) for _ in range(number)]
    made = make_scored(session, call, lines)
    by_name = {f"{place:03d}": each for place, each in enumerate(made)}
    _allocate_and_decide(session, call, call.stage_id, manager, second)
    return Decided(call, call.stage_id, manager, second, by_name, {})


def _decide(
    session: Session,
    call: MadeCall,
    stage_id: int,
    made: Mapping[str, Application],
    manager: User,
    second: User,
) -> None:
    """Allocate, find one of the selected ineligible, allocate again, admit the rest, decide."""
    ranking.rank(act_as(session, manager), stage_id)
    allocation.allocate(act_as(session, manager), call.id)
    for entry in _eligibility_entries(session, call):
        if entry.application_id == made["INELIGIBLE"].id:
            answers = {"taxes": checks.Answer("not_met", "The certificate shows an overdue debt.")}
            checks.answer(act_as(session, manager), entry.id, answers)
            checks.find_ineligible(
                act_as(session, manager), entry.id, reason="The debt was not settled in time."
            )
    allocation.discard(act_as(session, manager), call.id, reason="One is not eligible.")
    allocation.allocate(act_as(session, manager), call.id)
    met = {item.key: checks.Answer("met") for item in call.scheme.stage("eligibility").checklist}
    for entry in _eligibility_entries(session, call):
        if entry.state == "submitted":
            checks.answer(act_as(session, manager), entry.id, met)
            judge_all(act_as(session, manager), entry.id)
            checks.admit(act_as(session, manager), entry.id)
    decisions.decide(act_as(session, second, now=DECIDED_AT), call.id, reason="As proposed.")


def judge_all(act: Act, entry_id: int) -> None:
    """Every criterion that a person judges is met, as the last check asks for."""
    seen = entry_check(act.session, act.actor, entry_id)
    given = {each.criterion.key: checks.Answer("met") for each in seen.criteria}
    judgements.judge(act, entry_id, given)


def _allocate_and_decide(
    session: Session, call: MadeCall, stage_id: int, manager: User, second: User
) -> None:
    ranking.rank(act_as(session, manager), stage_id)
    allocation.allocate(act_as(session, manager), call.id)
    decisions.decide(act_as(session, second, now=DECIDED_AT), call.id, reason="As proposed.")


def _eligibility_entries(session: Session, call: MadeCall) -> list[StageEntry]:
    query = select(StageEntry).where(StageEntry.stage_id == call.stages["eligibility"])
    return list(session.scalars(query.order_by(StageEntry.id)))


def _fail_check(session: Session, call: MadeCall, stage_id: int) -> Application:
    """An application whose full form failed the officer's check."""
    town = make_organisation(session, name="Grad Niš", city="Niš", postcode="18000")
    application = make_application(
        session, call=call, organisation=town, lot="L1", state="ineligible", entry=False
    )
    detail = {
        "items": [{"key": "form_complete", "reason": "Section 4 of the form is empty."}],
        "reason": "The form was handed in without its description of the action.",
    }
    entry = make_entry(session, application, stage=session.get_one(Stage, stage_id), state="failed")
    entry.outcome, entry.outcome_detail = "CHECK_FAILED", detail
    application.outcome, application.outcome_detail = "CHECK_FAILED", detail
    session.add(
        CheckItem(
            entry_id=entry.id,
            key="form_complete",
            result="not_met",
            reason="Section 4 of the form is empty.",
            checked_at=DECIDED_AT,
        )
    )
    session.flush()
    return application


def _entry(session: Session, application: Application, stage_id: int) -> StageEntry:
    query = select(StageEntry).where(
        StageEntry.application_id == application.id, StageEntry.stage_id == stage_id
    )
    return session.scalars(query).one()


def _mark_criterion(
    session: Session, application: Application, stage_id: int, marks: Mapping[str, str]
) -> None:
    entry = _entry(session, application, stage_id)
    first = session.scalars(select(AgreedScore).where(AgreedScore.entry_id == entry.id)).one()
    session.add(
        AgreedScore(
            entry_id=entry.id,
            number=2,
            used=first.used,
            marks=dict(marks),
            sections=first.sections,
            total=first.total,
            outcome=first.outcome,
            flags=[],
            reason="One mark is at the floor.",
            agreed_at=first.agreed_at,
        )
    )
    session.flush()


def _comment(session: Session, application: Application, stage_id: int) -> None:
    """Two assessors whose words the letter joins without their names."""
    entry = _entry(session, application, stage_id)
    words = (
        {"1": "Strong team and stable finances", "3.1": "The plan is clear."},
        {"1": "One vacancy in procurement.", "3.1": "The plan is clear."},
    )
    for position, comments in enumerate(words, start=1):
        assessor = make_user(session, name=f"Assessor Secret {position}")
        session.add(
            Assessment(
                entry_id=entry.id,
                assessor_id=assessor.id,
                position=position,
                state="submitted",
                marks={},
                comments=comments,
                total=Decimal(80),
                assigned_at=DECIDED_AT,
            )
        )
    session.flush()


def _applicants(session: Session, made: Mapping[str, Application]) -> dict[str, User]:
    """Give every organisation a contact who can sign in."""
    people: dict[str, User] = {}
    by_organisation: dict[int, User] = {}
    for outcome, application in made.items():
        key = application.organisation_id
        if key not in by_organisation:
            by_organisation[key] = make_user(session)
            session.add(
                Membership(
                    organisation_id=key,
                    user_id=by_organisation[key].id,
                    role="contact",
                    state="admitted",
                    asked_at=DECIDED_AT,
                    answered_at=DECIDED_AT,
                )
            )
        people[outcome] = by_organisation[key]
    session.flush()
    return people
