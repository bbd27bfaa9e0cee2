"""Why not: each cut as its own reason, and the agreed score with the words of the assessors."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app import i18n
from app.actions.letters_material import Material
from app.documents import contexts as c
from app.queries.letters_sources import Source
from app.queries.scores import Agreed
from app.rules import comments
from app.rules.aid_ceiling import ABOVE
from app.rules.messages import Message
from app.rules.money import floor_cents
from app.rules.scheme_form import ChecklistItem
from app.rules.scheme_grid import GridSection
from app.rules.scheme_json import decimal_text
from app.rules.scheme_letters import Outcome
from app.rules.scheme_text import said


def points(written: str | Decimal | Fraction | None) -> str:
    """Return points with two decimals, or more where rounding would hide which side they are on."""
    if written is None:
        return ""
    exact = Decimal(decimal_text(written) if isinstance(written, Fraction) else written)
    short = exact.quantize(Decimal("0.01")) if exact == round(exact, 2) else exact.normalize()
    return f"{short:f}"


def whole(number: Fraction | None) -> str:
    """Return a maximum, minimum or threshold as the guidelines print it."""
    return "" if number is None else decimal_text(number)


def scores_of(material: Material, source: Source) -> c.Scores | None:
    """Return the agreed score by section, None where the entry fell before it was assessed."""
    agreed, grid = material.agreed.get(source.entry_id), material.stage.grid
    if agreed is None or grid is None:
        return None
    return c.Scores(
        stage=said(material.stage.title, material.language),
        sections=tuple(
            section_score(material, section, agreed, source.entry_id) for section in grid.sections
        ),
        total=points(agreed.total),
        maximum=whole(grid.maximum),
        threshold=whole(grid.threshold),
    )


def section_score(
    material: Material, section: GridSection, agreed: Agreed, entry_id: int
) -> c.SectionScore:
    return c.SectionScore(
        title=section_title(material, section),
        score=points(agreed.sections.get(section.code)),
        maximum=whole(section.maximum),
        minimum=whole(section.minimum),
        comment=_comment(material, section, agreed, entry_id),
    )


def section_title(material: Material, section: GridSection) -> str:
    return f"{section.code}. {said(section.title, material.language)}"


def _comment(material: Material, section: GridSection, agreed: Agreed, entry_id: int) -> str:
    """Return what the committee agreed to say, also when that is nothing."""
    if section.code in agreed.comments:
        return agreed.comments[section.code]
    # Agreed before comments were kept with the score.
    sheets = (sheet.comments for sheet in material.sheets.get(entry_id, ()))
    return comments.of_section(section, sheets)


def reasons_of(material: Material, source: Source) -> tuple[c.Reason, ...]:
    """Return the reasons of a refusal, in the order in which the cuts apply; at least one."""
    found = tuple(_REASONS[Outcome(source.outcome)](material, source))
    if not found:
        raise ValueError(f"{source.reference}: nothing is known about {source.outcome}.")
    return found


def _section_minimum(material: Material, source: Source) -> Iterable[c.Reason]:
    agreed = material.agreed[source.entry_id]
    for section in _sections(material):
        score = agreed.sections.get(section.code)
        if section.minimum is not None and score and Fraction(score) < section.minimum:
            yield c.BelowSectionMinimum(
                section=section_title(material, section),
                score=points(score),
                minimum=whole(section.minimum),
                maximum=whole(section.maximum),
            )


def _score_floor(material: Material, source: Source) -> Iterable[c.Reason]:
    """Name each criterion under the floor: by its agreed mark, else by the lowest single mark."""
    grid, agreed = material.stage.grid, material.agreed[source.entry_id]
    if grid is None or grid.sub_score_floor is None:
        return
    floor = grid.sub_score_floor
    sheets = [agreed.marks, *(sheet.marks for sheet in material.sheets.get(source.entry_id, ()))]
    section = next(each for each in grid.sections if each.code == floor.section)
    for marks in sheets:
        low = [
            c.BelowScoreFloor(
                section=section_title(material, section),
                criterion=f"{one.code} {said(one.text, material.language)}",
                score=points(Fraction(marks[one.code])).removesuffix(".00"),
                floor=whole(floor.value),
                maximum=whole(one.max),
            )
            for one in section.criteria
            if one.code in marks and Fraction(marks[one.code]) <= floor.value
        ]
        if low:
            yield from low
            return


def _threshold(material: Material, source: Source) -> Iterable[c.Reason]:
    grid = material.stage.grid
    if grid is not None:
        yield c.BelowThreshold(
            score=points(material.agreed[source.entry_id].total),
            threshold=whole(grid.threshold),
            maximum=whole(grid.maximum),
        )


def _preselection(material: Material, source: Source) -> Iterable[c.Reason]:
    grid, limit = material.stage.grid, material.stage.preselection
    if grid is None or limit is None or material.run is None:
        return
    lot = next(each for each in material.run.result["lots"] if each["code"] == source.lot)
    yield c.OutsidePreselection(
        score=points(material.agreed[source.entry_id].total),
        threshold=whole(grid.threshold),
        cut_off_score=points(lot["cut_off"]),
        rank=rank(source),
        limit_percent=whole(limit.percent),
        limit_cents=floor_cents(Fraction(lot["limit"]) * 100),
        currency=material.call.currency,
    )


def _cap(material: Material, source: Source) -> Iterable[c.Reason]:
    grid, cap = material.stage.grid, material.scheme.allocation.caps.awards_per_lead
    if grid is None or cap is None:
        return
    with i18n.speaking(material.language):
        rule = i18n.ngettext(
            "A lead applicant may receive at most %(num)s grant in this call.",
            "A lead applicant may receive at most %(num)s grants in this call.",
            cap,
        ) % {"num": cap}
    yield c.CapReached(
        cap=rule,
        awarded=material.awarded.get(source.organisation_id, ()),
        score=points(material.agreed[source.entry_id].total),
        threshold=whole(grid.threshold),
    )


def _check(material: Material, source: Source) -> Iterable[c.Reason]:
    for number, item, finding in _unmet(material.stage.checklist, source.outcome_detail, material):
        yield c.AdministrativeFailure(number=str(number), item=item, finding=finding)


def _ineligible(material: Material, source: Source) -> Iterable[c.Reason]:
    """The check of those provisionally selected says why; its list stands in a later stage.

    Whoever would pass the ceiling of aid passed every check: the sums are the reason.
    """
    if source.outcome_detail.get("code") == ABOVE:
        yield _above_the_ceiling(material, source.outcome_detail["values"])
        return
    detail = material.unmet.get(source.application_id, source.outcome_detail)
    conditions = _conditions(material)
    for found in detail.get("items", ()):
        if found["key"] in conditions:
            criterion, document = conditions[found["key"]]
            heard_by = found.get("heard_by")
            yield c.Ineligible(
                criterion=criterion,
                document=str(found.get("document") or document),
                finding=str(found["reason"]),
                heard_by=date.fromisoformat(heard_by) if heard_by else None,
            )


def _above_the_ceiling(material: Material, values: Mapping[str, Any]) -> c.Reason:
    """Print the sums as they were when the allocation was computed."""
    years = material.scheme.state_aid.ceiling_years or 0
    with i18n.speaking(material.language):
        rule = i18n.ngettext(
            "All de minimis aid of a single undertaking stays within the ceiling of %(num)s year.",
            "All de minimis aid of a single undertaking stays within the ceiling of %(num)s years.",
            years,
        ) % {"num": years}
        finding = i18n.text(Message(ABOVE, dict(values)))
    return c.Ineligible(criterion=rule, document="", finding=finding)


def _conditions(material: Material) -> dict[str, tuple[str, str]]:
    """Return each condition in words, with the title of the document that shows it, by key."""
    language, stages = material.language, material.scheme.stages
    papers = {each.key: said(each.title, language) for stage in stages for each in stage.documents}
    found = {
        each.key: (said(each.question, language), papers.get(each.evidence, ""))
        for each in material.scheme.eligibility
    }
    return found | {
        item.key: (said(item.question, language), papers.get(item.document, ""))
        for stage in stages
        for item in stage.checklist
    }


def _unmet(
    checklist: tuple[ChecklistItem, ...],
    detail: Mapping[str, Any],  # Any: JSON
    material: Material,
) -> Iterable[tuple[int, str, str]]:
    found = {each["key"]: str(each["reason"]) for each in detail.get("items", ())}
    for number, item in enumerate(checklist, start=1):
        if item.key in found:
            yield number, said(item.question, material.language), found[item.key]


def remark(material: Material, source: Source) -> str:
    """Return what the officer wrote about a failed check as a whole."""
    detail = material.unmet.get(source.application_id, source.outcome_detail)
    return str(detail.get("reason", ""))


def rank(source: Source) -> str:
    return "" if source.rank is None else str(source.rank)


def _sections(material: Material) -> tuple[GridSection, ...]:
    return material.stage.grid.sections if material.stage.grid else ()


_REASONS: dict[Outcome, Callable[[Material, Source], Iterable[c.Reason]]] = {
    Outcome.CHECK_FAILED: _check,
    Outcome.SECTION_BELOW_MINIMUM: _section_minimum,
    Outcome.SUB_SCORE_FLOOR: _score_floor,
    Outcome.BELOW_THRESHOLD: _threshold,
    Outcome.NOT_PRESELECTED: _preselection,
    Outcome.CAP_REACHED: _cap,
    Outcome.INELIGIBLE: _ineligible,
}
