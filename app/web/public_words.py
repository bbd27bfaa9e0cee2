"""The rules of a scheme in plain words, for whoever has to live by them.

Every sentence says what a parameter does, not what it is called (handbook 6.1, 7).
"""

from collections.abc import Iterator
from fractions import Fraction

from app.i18n import (
    format_date,
    format_list,
    format_money,
    format_score,
    gettext,
    language,
    sentence,
)
from app.i18n.marks import N_
from app.queries.scheme_words import word_of
from app.rules.call_clock import holds_interviews
from app.rules.first_come import is_first_come
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Boundary, DiscrepancyKind, FloorOn, Preselection, Stage
from app.rules.scheme_money import AllocationPolicy, LotMode, Overflow, PaymentPlan
from app.rules.scheme_text import said

_DIMENSIONS = {
    "country": N_("country"),
    "region": N_("region"),
    "district": N_("district"),
    "place": N_("city or municipality"),
}
_OVERFLOW = {
    Overflow.STOP: N_(
        "Grants are awarded down the list until an application no longer fits into the money that "
        "is left. It and all below it go on the reserve list."
    ),
    Overflow.PARTIAL_OFFER: N_(
        "Grants are awarded down the list until an application no longer fits into the money that "
        "is left. It is offered what is left if that is at least {share} of its request and not "
        "less than the smallest grant of the lot. All below it go on the reserve list."
    ),
    Overflow.SKIP_AND_FILL: N_(
        "Grants are awarded down the list. An application that does not fit into the money that "
        "is left goes on the reserve list, and the next one that fits is awarded."
    ),
    Overflow.PARTIAL_THEN_SKIP: N_(
        "Grants are awarded down the list. An application that does not fit is offered what is "
        "left if that is at least {share} of its request and not less than the smallest grant of "
        "the lot; if not, it goes on the reserve list. Then the next ones are tried."
    ),
}
_LOT_MODES = {
    LotMode.SEPARATE: N_(
        "Each lot has its own ranked list and its own money. Money that is left in a lot is not "
        "moved to another."
    ),
    LotMode.REALLOCATE_REMAINDER: N_(
        "Each lot has its own ranked list and its own money. Money that no application of its own "
        "lot needs moves to lots that need more, in this order: {lots}. It moves before partial "
        "offers are made."
    ),
    LotMode.COMMON_POT: N_("All lots share one ranked list and one pot of money."),
}


_SAME_INSTANT = N_(
    "Where two were received at the same instant and it matters, the committee decides, with a "
    "written reason."
)
_SAME_INSTANT_BY = N_(
    "Where two were received at the same instant, this decides, one after the other: {names}. If "
    "all are equal and it matters, the committee decides with a written reason."
)


def direct_words(scheme: Scheme) -> tuple[str, ...]:
    """Say that no competition is held, and why; nothing where everybody may apply."""
    direct = scheme.call.direct
    if direct is None:
        return ()
    return (
        gettext(
            N_(
                "This grant is awarded without a competition. Only those who are named here may "
                "hand in an application; it is checked and assessed, and two people decide."
            )
        ),
        sentence(
            N_("Ground in law: {ground}. {justification}"),
            {
                "ground": gettext(word_of(direct.ground)),
                "justification": said(direct.justification, language()),
            },
        ),
        sentence(N_("Named: {names}."), {"names": ", ".join(direct.named)}),
    )


def percent(value: Fraction) -> str:
    return f"{format_score(value, trim=True)}\u00a0%"


def allocation_words(scheme: Scheme) -> tuple[str, ...]:
    """Say who gets money and who does not, in the order in which it is decided."""
    policy = scheme.allocation
    lines = list(_order(scheme))
    if len(scheme.lots) > 1:
        order = policy.realloc_order or tuple(lot.code for lot in scheme.lots)
        lines.append(sentence(_LOT_MODES[policy.lot_mode], {"lots": ", ".join(order)}))
    if policy.pro_rata:
        lines.append(
            gettext(
                N_(
                    "If the requests of all who passed are more than the money, every grant is cut "
                    "in the same proportion, to the cent."
                )
            )
        )
    else:
        share = percent(policy.partial_min_share * 100)
        lines.append(sentence(_OVERFLOW[policy.overflow], {"share": share}))
    return (*lines, *_floors_and_caps(policy), *_reserve(policy), *_rounds(scheme))


def _order(scheme: Scheme) -> Iterator[str]:
    if not is_first_come(scheme.allocation):
        yield gettext(N_("Applications are ranked by their total score, the highest first."))
        yield _ties(scheme)
        return
    yield gettext(
        N_(
            "Applications that reach the threshold are served in the order in which they were "
            "received, the earliest first. Who takes an application back and sends it in again is "
            "served by the later time."
        )
    )
    names = "; ".join(_tie_names(scheme))
    yield sentence(_SAME_INSTANT_BY if names else _SAME_INSTANT, {"names": names})


def _ties(scheme: Scheme) -> str:
    names = _tie_names(scheme)
    if not names:
        return gettext(
            N_(
                "Where totals are equal and it matters, the committee decides, with a written "
                "reason."
            )
        )
    return sentence(
        N_(
            "Where totals are equal, this decides, one after the other: {names}. If all are equal "
            "and it matters, the committee decides with a written reason."
        ),
        {"names": "; ".join(names)},
    )


def _tie_names(scheme: Scheme) -> list[str]:
    stage = scheme.last_scored_stage()
    sections = stage.grid.sections if stage and stage.grid else ()
    titles = {section.name: said(section.title, language()) for section in sections}
    return [
        gettext(N_("the lower amount requested"))
        if name == "requested_asc"
        else sentence(N_("the higher score for “{section}”"), {"section": titles.get(name, name)})
        for name in scheme.allocation.tie_breakers
    ]


def _floors_and_caps(policy: AllocationPolicy) -> Iterator[str]:
    for floor in policy.floors:
        values = {
            "number": floor.min_awards,
            "dimension": gettext(_DIMENSIONS.get(floor.dimension, floor.dimension)),
        }
        yield sentence(
            N_("The best {number} of each {dimension} that reach the threshold are placed first."),
            values,
        )
    caps = policy.caps
    if caps.awards_per_lead is not None:
        yield sentence(
            N_("A lead applicant can be awarded at most this many grants: {number}."),
            {"number": caps.awards_per_lead},
        )
    if caps.awards_per_strategy is not None:
        yield sentence(
            N_("For one territorial strategy at most this many grants are awarded: {number}."),
            {"number": caps.awards_per_strategy},
        )
    if caps.region_max_percent is not None:
        yield sentence(
            N_("One region can get at most {share} of the money of a lot."),
            {"share": percent(caps.region_max_percent)},
        )


def _reserve(policy: AllocationPolicy) -> Iterator[str]:
    if policy.pro_rata:
        return
    if policy.reserve_valid_until is None:
        yield gettext(N_("Money that becomes free goes to the reserve list, in its order."))
    else:
        yield sentence(
            N_(
                "Money that becomes free goes to the reserve list, in its order. The list is valid "
                "until {valid_on}."
            ),
            {"valid_on": policy.reserve_valid_until},
        )


def _rounds(scheme: Scheme) -> Iterator[str]:
    if scheme.rounds is None:
        return
    yield sentence(
        N_(
            "The money is given out in rounds. What comes in until a cut-off is ranked together "
            "and decided out of what is left of the money. Cut-offs: {days}."
        ),
        {"days": ", ".join(format_date(day) for day in scheme.rounds.cut_offs)},
    )
    yield gettext(
        N_(
            "Money that a round leaves moves to the next one, by two people; both rounds then "
            "tell it in a new version. An application counts in the round in which it was handed "
            "in; who got no grant can apply again in the next one."
        )
    )
    if not scheme.rounds.keeps_reserve and not scheme.allocation.pro_rata:
        yield gettext(N_("The reserve list of a round ends with the next cut-off at the latest."))


def scoring_words(stage: Stage) -> tuple[str, ...]:
    """Say how marks become a decision: who assesses, what is compared, what cuts."""
    return tuple(_scoring(stage))


def _scoring(stage: Stage) -> Iterator[str]:
    if stage.assessors:
        yield sentence(_assessing(stage), {"number": stage.assessors})
    if stage.site_visit and stage.site_visit.required:
        yield gettext(N_("Everybody in the running is visited before the ranking."))
    yield from _discrepancy(stage)
    floor = stage.grid.sub_score_floor if stage.grid else None
    section = stage.section(floor.section) if floor else None
    if floor and section:
        yield sentence(
            N_("A mark of {value} or less for any question of “{section}” rejects.")
            if floor.on is FloorOn.AGREED
            else N_("A mark of {value} or less by any assessor in “{section}” rejects."),
            {"value": floor.value, "section": said(section.title, language())},
        )
    if stage.preselection:
        yield _preselection(stage.preselection)


def _assessing(stage: Stage) -> str:
    if stage.assessors == 1:
        return _assessing_alone(stage)
    if holds_interviews(stage):
        return N_("{number} assessors hold the interview and mark each applicant.")
    if stage.blind:
        return N_("{number} assessors read each application, without the names of the applicants.")
    return N_("{number} assessors read each application.")


def _assessing_alone(stage: Stage) -> str:
    if holds_interviews(stage):
        return N_("One assessor holds the interview and marks each applicant.")
    if stage.blind:
        return N_("One assessor reads each application, without the names of the applicants.")
    return N_("One assessor reads each application.")


def _discrepancy(stage: Stage) -> Iterator[str]:
    rule = stage.discrepancy
    if rule.over is None:
        return
    if rule.kind is DiscrepancyKind.PCT_OF_HIGHER:
        yield sentence(
            N_(
                "If two totals differ by more than {over} of the higher one, a third assessor "
                "reads the application and the two closest totals count."
            ),
            {"over": percent(rule.over)},
        )
    elif rule.kind is DiscrepancyKind.POINTS:
        yield sentence(
            N_(
                "If two totals differ by more than {over} points, a third assessor reads the "
                "application and the two closest totals count."
            ),
            {"over": rule.over},
        )


def _preselection(rule: Preselection) -> str:
    marked = (
        N_(
            "The best go on to the next stage until their requests reach {percent} of the money of "
            "the lot; the one that crosses this line is in, with all of equal score."
        )
        if rule.boundary is Boundary.INCLUDE_CROSSING
        else N_(
            "The best go on to the next stage as long as their requests stay within {percent} of "
            "the money of the lot."
        )
    )
    return sentence(marked, {"percent": percent(rule.percent)})


def payment_words(plan: PaymentPlan, currency: str) -> tuple[str, ...]:
    """Say what bounds the payments, besides the instalments themselves."""
    return tuple(_payments(plan, currency))


def _payments(plan: PaymentPlan, currency: str) -> Iterator[str]:
    yield sentence(
        N_("Payments before the balance are at most {cap} of the grant."),
        {"cap": percent(plan.prefinancing_cap_percent)},
    )
    yield sentence(
        N_("A further payment needs {share} of the one before to be used."),
        {"share": percent(plan.consumption_min_percent)},
    )
    if plan.no_profit:
        yield gettext(N_("The grant may not produce a profit."))
    if plan.verification_above_cents is not None:
        yield sentence(
            N_("Above a grant of {above}, an auditor verifies the expenditure."),
            {"above": format_money(plan.verification_above_cents, currency)},
        )
    if plan.guarantee_above_cents is not None:
        yield sentence(
            N_("Above a first payment of {above}, a financial guarantee may be asked for."),
            {"above": format_money(plan.guarantee_above_cents, currency)},
        )
    if plan.transfer_between_headings_max_percent is not None:
        yield sentence(
            N_("Up to {share} of a budget heading may be moved to another without an amendment."),
            {"share": percent(plan.transfer_between_headings_max_percent)},
        )


def listed(words: list[str]) -> str:
    return format_list(words)
