"""The committee agrees scores: the mean by the published rule, or its own with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import AgreedScore, Application, Stage, StageEntry
from app.queries import scores
from app.queries.assessing import place_of
from app.queries.schemes import scheme_of
from app.queries.stages import applications_in
from app.rules import comments as joined
from app.rules import scoring
from app.rules.permissions import Permission
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import scoring_discrepancy, scoring_grid
from app.rules.scoring_model import (
    SUB_SCORE_FLOOR_BY_ONE,
    Assessment,
    Grid,
    Outcome,
    ThirdNeeded,
)
from app.rules.scoring_model import AgreedScore as Result

COMMITTEE = "committee"
Comments = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What became of a round of agreeing: entries by id."""

    agreed: tuple[int, ...]
    third_needed: tuple[int, ...]
    waiting: tuple[int, ...]


def agree_all(act: Act, stage_id: int) -> Agreement:
    """Agree every entry whose assessments are all in, by the published rule; name the others.

    An entry that has an agreed score keeps it: a change is the committee's, with a reason.
    """
    stage = act.load(Stage, stage_id, to=Permission.AGREE_SCORES)
    # Locked before the marks are read: an officer may give an assessment back just now.
    # Applications before entries: the order in which everybody locks.
    act.load_many(
        Application,
        Application.id.in_(applications_in(stage.id, {"admitted"})),
        to=Permission.AGREE_SCORES,
        within=stage,
    )
    act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.state == "admitted",
        to=Permission.AGREE_SCORES,
        within=stage,
    )
    scheme_stage = scheme_of(act.session, stage.call_id).stage(stage.key)
    carried = scores.carried_totals(act.session, stage.call_id, scheme_stage)
    listed = scores.of_stage(act.session, act.actor, stage_id)
    agreed: dict[int, Result] = {}
    said: dict[int, Comments] = {}
    third: list[int] = []
    waiting: list[int] = []
    for entry in listed.values():
        if entry.agreed is not None:
            continue
        if len(entry.marked) < 2 or not entry.all_submitted:
            waiting.append(entry.entry_id)
            continue
        result = _scored(scheme_stage, carried[entry.application_id], entry)
        if isinstance(result, ThirdNeeded):
            third.append(entry.entry_id)
        else:
            agreed[entry.entry_id] = result
            said[entry.entry_id] = _joined(scheme_stage, entry)
    _keep(act, stage, agreed, said, reason="")
    return Agreement(tuple(agreed), tuple(third), tuple(waiting))


def change(
    act: Act,
    entry_id: int,
    *,
    marks: Mapping[str, Fraction],
    reason: str,
    comments: Comments | None = None,
) -> None:
    """Set the committee's own marks, all of them, as a new version with its written reason.

    `comments` by section code are what the applicant will read; None keeps those that stand.
    """
    entry, stage, scheme_stage, carried = _loaded(act, entry_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the committee changes the score.")})
    grid = scoring_grid(scheme_stage, carried)
    _check_marks(grid, marks)
    result = scoring.agree(grid, [Assessment(COMMITTEE, marks)])
    said = _present_comments(act, stage.id, entry_id, scheme_stage) | dict(comments or {})
    known = {section.code for section in grid.sections}
    kept = {code: text.strip() for code, text in said.items() if code in known}
    _keep(act, stage, {entry.id: result}, {entry.id: kept}, reason=reason.strip())


def _present_comments(
    act: Act, stage_id: int, entry_id: int, scheme_stage: SchemeStage
) -> dict[str, str]:
    """Return the comments that stand, or what the assessors wrote where none are agreed yet."""
    newest = scores.newest_agreed(act.session, stage_id).get(entry_id)
    if newest is not None and newest.comments:
        return dict(newest.comments)
    entry = scores.of_stage(act.session, act.actor, stage_id).get(entry_id)
    return _joined(scheme_stage, entry) if entry else {}


def settle_flag(act: Act, entry_id: int, *, reject: bool, reason: str) -> None:
    """Decide on a mark at the floor by one assessor whose agreed mark is above it (S3, U)."""
    entry, stage, scheme_stage, carried = _loaded(act, entry_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the committee decides so.")})
    newest = scores.newest_agreed(act.session, stage.id).get(entry_id)
    if newest is None or SUB_SCORE_FLOOR_BY_ONE not in newest.flags or newest.reason:
        raise Conflict(N_("There is no low mark of one assessor to settle here any more."))
    del scheme_stage, carried
    values: dict[str, object] = {
        "used": list(newest.used),
        "marks": dict(newest.marks),
        "sections": dict(newest.sections),
        "total": newest.total,
        "outcome": Outcome.SUB_SCORE_FLOOR.value if reject else newest.outcome,
        "failed_section": newest.failed_section,
        "flags": list(newest.flags),
        "comments": dict(newest.comments),
    }
    _write(act, stage, {entry.id: values}, reason=reason.strip())
    act.record(entry, "settle_flag", reject=reject, reason=reason.strip())


def _loaded(act: Act, entry_id: int) -> tuple[StageEntry, Stage, SchemeStage, dict[str, Fraction]]:
    place = place_of(act.session, entry_id)
    stage = act.load(Stage, place.stage_id, to=Permission.AGREE_SCORES)
    act.load(Application, place.application_id, to=Permission.AGREE_SCORES)
    entry = act.load(StageEntry, entry_id, to=Permission.AGREE_SCORES)
    if stage.state not in ("open", "closed", "assessed"):
        raise Conflict(N_("The list is ranked already. Take the ranking back first."))
    scheme_stage = scheme_of(act.session, stage.call_id).stage(stage.key)
    carried = scores.carried_totals(act.session, stage.call_id, scheme_stage)
    return entry, stage, scheme_stage, carried[entry.application_id]


def _scored(
    stage: SchemeStage, carried: Mapping[str, Fraction], entry: scores.ScoredEntry
) -> Result | ThirdNeeded:
    assessments = [
        Assessment(each.assessor, {code: Fraction(mark) for code, mark in each.marks.items()})
        for each in entry.marked
    ]
    return scoring.score(scoring_grid(stage, carried), assessments, scoring_discrepancy(stage))


def _joined(stage: SchemeStage, entry: scores.ScoredEntry) -> dict[str, str]:
    sheets = (each.comments for each in entry.marked if each.state == "submitted")
    return joined.of_sections(stage.grid, sheets) if stage.grid else {}


def _check_marks(grid: Grid, marks: Mapping[str, Fraction]) -> None:
    wrong: dict[str, str] = {}
    for one in grid.criteria:
        if one.code not in marks:
            wrong[one.code] = N_("Give a mark.")
        elif not one.min <= marks[one.code] <= one.max:
            wrong[one.code] = N_("This mark is outside the scale of the grid.")
    if wrong:
        raise Invalid(wrong)


def _keep(
    act: Act,
    stage: Stage,
    results: Mapping[int, Result],
    said: Mapping[int, Comments],
    *,
    reason: str,
) -> None:
    """Write agreed scores as new versions, and onto the entries, in a handful of statements."""
    values: dict[int, dict[str, object]] = {
        entry_id: {
            "used": list(result.used),
            "marks": {code: scoring.score_text(mark) for code, mark in result.marks.items()},
            "sections": {code: scoring.score_text(sum_) for code, sum_ in result.sections.items()},
            "total": Decimal(scoring.score_text(result.total)),
            "outcome": result.outcome.value,
            "failed_section": result.failed_section,
            "flags": list(result.flags),
            "comments": dict(said[entry_id]),
        }
        for entry_id, result in results.items()
    }
    _write(act, stage, values, reason=reason)


def _write(act: Act, stage: Stage, values: Mapping[int, dict[str, object]], *, reason: str) -> None:
    if not values:
        return
    _assess_applications(act, stage, sorted(values))
    entries = act.load_many(
        StageEntry, StageEntry.id.in_(sorted(values)), to=Permission.AGREE_SCORES, within=stage
    )
    numbers = scores.next_numbers(act.session, sorted(values))
    act.create_many(
        AgreedScore,
        (
            values[entry.id] | _version(act.now, act.actor.user_id, entry.id, numbers, reason)
            for entry in entries
        ),
        to=Permission.AGREE_SCORES,
        within=stage,
    )
    scores_told = {
        entry.id: {"was": {"score": entry.score}, "now": {"score": values[entry.id]["total"]}}
        for entry in entries
    }
    for entry in entries:
        entry.score = Decimal(str(values[entry.id]["total"]))
        sections = values[entry.id]["sections"]
        entry.sections = dict(sections) if isinstance(sections, Mapping) else {}
    act.move_many(entries, "agree", scores_told, reason=reason)


def _assess_applications(act: Act, stage: Stage, entry_ids: Sequence[int]) -> None:
    """Tell the applications that their stage has a score; a changed score tells them nothing."""
    applications = act.load_many(
        Application,
        Application.id.in_(scores.applications_of(entry_ids)),
        Application.state == "admitted",
        to=Permission.AGREE_SCORES,
        within=stage,
    )
    act.move_many(applications, "assess")


def _version(
    now: datetime, user_id: int | None, entry_id: int, numbers: Mapping[int, int], reason: str
) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "number": numbers[entry_id],
        "reason": reason,
        "agreed_by": user_id,
        "agreed_at": now,
    }
