"""Whether stages and grids of a scheme fit together and can be scored by spec/scoring.md."""

from collections.abc import Iterator

from app.rules.call_clock import holds_interviews, takes_forms
from app.rules.scheme import Procedure, Scheme, questions_of
from app.rules.scheme_findings import Finding, error, repeated, warning
from app.rules.scheme_form import QuestionKind
from app.rules.scheme_grid import (
    Criterion,
    DiscrepancyKind,
    Grid,
    GridSection,
    Stage,
    StageEntrants,
    StageKind,
)

# Earlier than this nobody has a draft that a reminder would bring to mind.
MOST_REMINDER_DAYS = 60


def stage_findings(scheme: Scheme) -> Iterator[Finding]:
    if not scheme.stages:
        yield error("no_stages", "stages")
        return
    yield from repeated((stage.key for stage in scheme.stages), "stages")
    if scheme.stages[0].entrants is not StageEntrants.ALL:
        yield error("first_stage_is_for_all", "stages[0].entrants")
    if scheme.last_scored_stage() is None:
        yield error("nothing_scored", "stages")
    yield from _procedure(scheme)
    yield from _requests(scheme)
    for place, stage in enumerate(scheme.stages):
        yield from _stage(scheme, stage, place)
        if stage.grid:
            yield from _grid(scheme, stage.grid, place)


def _procedure(scheme: Scheme) -> Iterator[Finding]:
    with_form = [stage for stage in scheme.stages if stage.form]
    if not with_form:
        yield error("no_form", "stages")
    elif scheme.call.procedure is Procedure.SINGLE_STAGE and len(with_form) > 1:
        yield error("single_stage_has_more", "call.procedure")
    elif scheme.call.procedure is not Procedure.SINGLE_STAGE and len(with_form) == 1:
        yield error("procedure_needs_two_forms", "call.procedure")


def _requests(scheme: Scheme) -> Iterator[Finding]:
    """Money can be given only to requests that are known: by the budget or a question."""
    for place, stage in enumerate(scheme.stages):
        facts = {question.fact: question.kind for question in questions_of(stage)}
        asks = stage.with_budget or facts.get("requested") is QuestionKind.AMOUNT
        if stage.preselection and not asks:
            yield error("preselection_without_request", f"stages[{place}].form")
    if not any(stage.with_budget for stage in scheme.stages) and not any(
        question.fact == "requested" for stage in scheme.stages for question in questions_of(stage)
    ):
        yield error("no_request", "stages")


def _stage(scheme: Scheme, stage: Stage, place: int) -> Iterator[Finding]:
    path = f"stages[{place}]"
    if stage.grid and not 2 <= stage.assessors <= 3:
        yield error("two_or_three_assessors", f"{path}.assessors")
    if stage.discrepancy.kind is not DiscrepancyKind.NONE and stage.discrepancy.over is None:
        yield error("discrepancy_without_limit", f"{path}.discrepancy.over")
    if stage.discrepancy.resolve != "MEAN_OF_CLOSEST_TWO":
        resolve = stage.discrepancy.resolve
        yield error("resolve_not_supported", f"{path}.discrepancy.resolve", value=resolve)
    if not (stage.form or stage.grid or stage.checklist):
        yield error("empty_stage", path, stage=stage.key)
    if stage.amount_change_max_percent is not None and place == 0:
        yield warning("nothing_to_compare", f"{path}.amount_change_max_percent")
    if (
        place == 0
        and stage.deadline_days is not None
        and stage.deadline_days < scheme.call.min_days
    ):
        yield error("deadline_under_min_days", f"{path}.deadline_days", days=scheme.call.min_days)
    if any(not 1 <= days <= MOST_REMINDER_DAYS for days in stage.reminder_days):
        yield error("reminder_days_outside", f"{path}.reminder_days", most=MOST_REMINDER_DAYS)
    if stage.preselection:
        yield from _preselection(scheme, stage, place)
    yield from _by_invitation(scheme, stage, place)


def _by_invitation(scheme: Scheme, stage: Stage, place: int) -> Iterator[Finding]:
    """Who passed is invited to hand in a form or to come; to anything else nobody gets."""
    path = f"stages[{place}]"
    is_interview = stage.kind is StageKind.INTERVIEW
    invited = stage.entrants is StageEntrants.PASSED_PREVIOUS
    if invited and place and scheme.stages[place - 1].grid is None:
        yield error("invited_after_unscored", f"{path}.entrants", stage=stage.key)
    if invited and not takes_forms(stage) and not is_interview:
        yield error("invited_to_nothing", path, stage=stage.key)
    if not is_interview:
        return
    if not invited:
        yield error("interview_by_invitation", f"{path}.entrants", stage=stage.key)
    if not holds_interviews(stage) or stage.documents:
        yield error("interview_with_form", path, stage=stage.key)
    if stage.grid is None:
        yield error("interview_without_grid", f"{path}.grid", stage=stage.key)
    if stage.blind:
        yield error("interview_blind", f"{path}.blind", stage=stage.key)


def _preselection(scheme: Scheme, stage: Stage, place: int) -> Iterator[Finding]:
    path = f"stages[{place}].preselection"
    assert stage.preselection is not None
    if stage.grid is None:
        yield error("preselection_without_grid", path)
    if stage is scheme.last_scored_stage():
        yield error("preselection_at_the_end", path)
    if stage.preselection.percent <= 0:
        yield error("not_positive", f"{path}.percent")
    elif stage.preselection.percent < 100:
        yield warning("preselection_under_100", f"{path}.percent")


def _grid(scheme: Scheme, grid: Grid, place: int) -> Iterator[Finding]:
    path = f"stages[{place}].grid"
    yield from repeated((section.code for section in grid.sections), f"{path}.sections")
    yield from repeated((s.name for s in grid.sections if s.name), f"{path}.sections")
    criteria = [criterion for section in grid.sections for criterion in section.criteria]
    yield from repeated((criterion.code for criterion in criteria), f"{path}.sections")
    if not criteria:
        yield error("no_criteria", f"{path}.sections")
    total = sum(section.maximum for section in grid.sections)
    if total != grid.maximum:
        yield error("grid_sum", f"{path}.maximum", stated=grid.maximum, total=total)
    if grid.threshold is not None and not 0 <= grid.threshold <= grid.maximum:
        yield error(
            "threshold_outside",
            f"{path}.threshold",
            threshold=grid.threshold,
            maximum=grid.maximum,
        )
    yield from _floor(grid, f"{path}.sub_score_floor")
    for number, section in enumerate(grid.sections):
        yield from _section(scheme, section, place, f"{path}.sections[{number}]")


def _floor(grid: Grid, path: str) -> Iterator[Finding]:
    floor = grid.sub_score_floor
    if floor is None:
        return
    section = next((section for section in grid.sections if section.code == floor.section), None)
    if section is None or section.carry_over:
        yield error("floor_section", f"{path}.section", section=floor.section)
    elif any(not criterion.min <= floor.value < criterion.max for criterion in section.criteria):
        yield error("floor_value", f"{path}.value", section=floor.section)


def _section(scheme: Scheme, section: GridSection, place: int, path: str) -> Iterator[Finding]:
    if bool(section.criteria) is bool(section.carry_over):
        yield error("criteria_or_carry_over", path, section=section.code)
    if section.carry_over:
        yield from _carry_over(scheme, section, place, path)
    total = sum(criterion.max * criterion.multiplier for criterion in section.criteria)
    if section.criteria and total != section.maximum:
        yield error(
            "section_sum",
            f"{path}.maximum",
            section=section.code,
            stated=section.maximum,
            total=total,
        )
    if section.minimum is not None and not 0 <= section.minimum <= section.maximum:
        yield error("minimum_outside", f"{path}.minimum", section=section.code)
    for number, criterion in enumerate(section.criteria):
        yield from _criterion(criterion, f"{path}.criteria[{number}]")


def _criterion(criterion: Criterion, path: str) -> Iterator[Finding]:
    low, high, code = criterion.min, criterion.max, criterion.code
    if not 0 <= low < high:
        yield error("marks_outside", f"{path}.max", criterion=code)
    elif criterion.step <= 0 or (high - low) % criterion.step != 0:
        yield error("step_does_not_fit", f"{path}.step", criterion=code)
    if criterion.multiplier <= 0:
        yield error("not_positive", f"{path}.multiplier")
    if any(not low <= mark <= high for mark in criterion.comment_at):
        yield error("comment_mark_outside", f"{path}.comment_at", criterion=code)


def _carry_over(scheme: Scheme, section: GridSection, place: int, path: str) -> Iterator[Finding]:
    assert section.carry_over is not None
    wanted = section.carry_over
    earlier = {stage.key: stage for stage in scheme.stages[:place]}
    source = earlier[wanted.stage].section(wanted.section) if wanted.stage in earlier else None
    if wanted.stage not in earlier:
        yield error("carry_over_stage", f"{path}.carry_over.stage", stage=wanted.stage)
    elif source is None:
        yield error("carry_over_section", f"{path}.carry_over.section", section=wanted.section)
    elif source.maximum != section.maximum:
        yield error(
            "carry_over_maximum",
            f"{path}.maximum",
            section=section.code,
            stated=section.maximum,
            maximum=source.maximum,
        )
