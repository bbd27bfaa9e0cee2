"""From a call's scheme to the words of the calculating rules: grids, policy, lots.

The scheme says what was published; `scoring` and `allocation` compute. This module
is the only place that knows both vocabularies.
"""

from collections.abc import Mapping
from fractions import Fraction

from app.rules import scoring_model as scoring
from app.rules.first_come import tie_breakers
from app.rules.money import format_cents
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage, StageEntrants
from app.rules.scheme_json import decimal_text
from app.rules.scheme_money import AwardOrder


def scoring_grid(stage: Stage, carried: Mapping[str, Fraction]) -> scoring.Grid:
    """Return the stage's grid; `carried` has the agreed totals of carried-over sections, by code.

    KeyError when a carried-over section has no total yet: the earlier stage must be agreed first.
    """
    if stage.grid is None:
        raise ValueError(f"stage {stage.key} is not scored")
    sections = tuple(
        scoring.Section(
            code=section.code,
            criteria=tuple(
                scoring.Criterion(one.code, one.min, one.max, one.multiplier)
                for one in section.criteria
            ),
            minimum=section.minimum,
            carried_over=carried[section.code] if section.carry_over else None,
        )
        for section in stage.grid.sections
    )
    return scoring.Grid(sections, stage.grid.threshold, stage.grid.sub_score_floor)


def scoring_discrepancy(stage: Stage) -> scoring.Discrepancy:
    chosen = stage.discrepancy
    return scoring.Discrepancy(
        chosen.kind, chosen.over or Fraction(0), scoring.Resolve(chosen.resolve)
    )


def policy_json(scheme: Scheme) -> dict[str, object]:
    """Return the policy as `spec/allocation.md` writes it, so that an outsider can run it.

    The product's further keys (validity of the reserve list, …) are not in it. First come is
    said by a tie-breaker among equals (`app.rules.first_come`): the specification knows merit only.
    """
    chosen = scheme.allocation
    written: dict[str, object] = {
        "order": AwardOrder.MERIT.value,
        "overflow": chosen.overflow.value,
        "partial_min_share": decimal_text(chosen.partial_min_share),
        "lot_mode": chosen.lot_mode.value,
        "tie_breakers": list(tie_breakers(chosen)),
        "floors": [
            {"dimension": each.dimension, "min_awards": each.min_awards} for each in chosen.floors
        ],
        "pro_rata": chosen.pro_rata,
    }
    if chosen.realloc_order:
        written["realloc_order"] = list(chosen.realloc_order)
    if chosen.caps.awards_per_lead is not None:
        written["caps"] = {"awards_per_lead": chosen.caps.awards_per_lead}
    return written


def lots_json(scheme: Scheme) -> list[dict[str, object]]:
    """Return the lots, each with the threshold of the last scored stage."""
    stage = scheme.last_scored_stage()
    threshold = stage.grid.threshold if stage and stage.grid else None
    return [
        {
            "code": lot.code,
            "envelope": format_cents(lot.envelope_cents),
            "min_grant": format_cents(lot.min_grant_cents),
            "max_grant": None if lot.max_grant_cents is None else format_cents(lot.max_grant_cents),
            "threshold": decimal_text(threshold or Fraction(0)),
        }
        for lot in scheme.lots
    ]


def tie_numbers(stage: Stage, sections: Mapping[str, str]) -> dict[str, str]:
    """Return the agreed section totals under the names that tie-breakers use.

    A section without a name of its own is called by its code.
    """
    grid_sections = stage.grid.sections if stage.grid else ()
    return {
        section.name or section.code: sections[section.code]
        for section in grid_sections
        if section.code in sections
    }


def selected_stage_keys(scheme: Scheme) -> list[str]:
    """Return the stages that only the provisionally selected take part in."""
    selected = StageEntrants.PROVISIONALLY_SELECTED
    return [stage.key for stage in scheme.stages if stage.entrants is selected]


def is_last_check(scheme: Scheme, stage: Stage) -> bool:
    """True for the last stage with a checklist: after it nobody asks about eligibility again."""
    checked = [each.key for each in scheme.stages if each.checklist]
    return bool(checked) and checked[-1] == stage.key
