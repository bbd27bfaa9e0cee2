"""Whether lots, budget headings and payment plan of a scheme fit together."""

from collections.abc import Iterator

from app.rules.applicants import ApplicantType
from app.rules.scheme import Scheme
from app.rules.scheme_findings import Finding, error, repeated, warning
from app.rules.scheme_letters import ReportKind
from app.rules.scheme_money import (
    BudgetHeading,
    BudgetRules,
    InstalmentKind,
    Lot,
    PaymentModel,
    PaymentTrigger,
    SourceKind,
)


def lot_findings(scheme: Scheme, regions: frozenset[str], *, follows: bool) -> Iterator[Finding]:
    """Say what is wrong with the lots; a round that `follows` another may wait for its money."""
    if not scheme.lots:
        yield error("no_lots", "lots")
    yield from repeated((lot.code for lot in scheme.lots), "lots")
    total_cents = sum(lot.envelope_cents for lot in scheme.lots)
    if scheme.lots and total_cents != scheme.envelope_cents:
        difference_cents = scheme.envelope_cents - total_cents
        yield error(
            "lots_are_not_the_envelope",
            "envelope",
            lots_cents=total_cents,
            envelope_cents=scheme.envelope_cents,
            difference_cents=abs(difference_cents),
            currency=scheme.currency,
        )
    for place, lot in enumerate(scheme.lots):
        if lot.envelope_cents or not follows:
            yield from _amounts(lot, f"lots[{place}]", scheme.currency)
        yield from _rates(lot, f"lots[{place}]")
        yield from _admitted(scheme, lot, f"lots[{place}]", regions)


def _amounts(lot: Lot, path: str, currency: str) -> Iterator[Finding]:
    if lot.envelope_cents <= 0:
        yield error("envelope_not_positive", f"{path}.envelope", lot=lot.code)
    if lot.min_grant_cents < 0:
        yield error("negative", f"{path}.min_grant")
    maximum_cents = lot.envelope_cents if lot.max_grant_cents is None else lot.max_grant_cents
    if lot.min_grant_cents > maximum_cents:
        yield error(
            "min_above_max_grant",
            f"{path}.min_grant",
            lot=lot.code,
            min_cents=lot.min_grant_cents,
            max_cents=maximum_cents,
            currency=currency,
        )
    elif 0 < lot.envelope_cents < maximum_cents:
        yield warning("max_grant_above_envelope", f"{path}.max_grant", lot=lot.code)


def _rates(lot: Lot, path: str) -> Iterator[Finding]:
    for name in ("min_rate_percent", "max_rate_percent"):
        if not 0 <= getattr(lot, name) <= 100:
            yield error("percent_outside", f"{path}.{name}")
    if lot.min_rate_percent > lot.max_rate_percent:
        yield error("min_above_max_rate", f"{path}.min_rate_percent", lot=lot.code)
    for place, exception in enumerate(lot.rate_exceptions):
        where = f"{path}.rate_exceptions[{place}].max_percent"
        if not 0 <= exception.max_percent <= 100:
            yield error("percent_outside", where)
        elif exception.max_percent <= lot.max_rate_percent:
            yield warning("exception_without_effect", where, lot=lot.code)


def _admitted(scheme: Scheme, lot: Lot, path: str, regions: frozenset[str]) -> Iterator[Finding]:
    for kind in lot.applicant_types:
        if kind not in scheme.call.applicant_types:
            yield error("type_not_in_call", f"{path}.applicant_types", lot=lot.code, type=kind)
    if regions:
        for region in sorted(set(lot.regions) - regions):
            yield error("unknown_region", f"{path}.regions", region=region)


def call_findings(scheme: Scheme) -> Iterator[Finding]:
    call = scheme.call
    if not call.applicant_types:
        yield error("no_applicant_types", "call.applicant_types")
    for path, kinds in (
        ("call.applicant_types", call.applicant_types),
        ("call.co_applicants.types", call.co_applicants.types),
    ):
        for kind in kinds:
            if kind not in ApplicantType.__members__:
                yield error("unknown_type", path, type=kind)
    co_applicants = call.co_applicants
    if co_applicants.max is not None and co_applicants.min > co_applicants.max:
        yield error("min_above_max", "call.co_applicants.min")
    if co_applicants.min > 0 and not co_applicants.types:
        yield error("co_applicants_without_types", "call.co_applicants.types")
    shortest, longest = call.min_months, call.max_months
    if shortest is not None and longest is not None and shortest > longest:
        yield error("min_above_max", "call.min_months")
    if call.answers_until_days > call.questions_until_days:
        yield error("answers_before_questions", "call.answers_until_days")


def budget_findings(scheme: Scheme) -> Iterator[Finding]:
    if scheme.budget is None:
        if any(stage.with_budget for stage in scheme.stages):
            yield error("no_budget", "budget")
        return
    budget = scheme.budget
    items = (item.code for heading in budget.headings for item in heading.items)
    codes = [*(heading.code for heading in budget.headings), *(t.code for t in budget.totals)]
    yield from repeated([*codes, *items], "budget")
    yield from repeated((source.code for source in budget.sources), "budget.sources")
    yield from _total(budget)
    for place, heading in enumerate(budget.headings):
        yield from _heading(heading, set(codes), f"budget.headings[{place}]")
    if [source.kind for source in budget.sources].count(SourceKind.GRANT) != 1:
        yield error("one_grant_source", "budget.sources")


def _heading(heading: BudgetHeading, codes: set[str], path: str) -> Iterator[Finding]:
    limits = least, most = (heading.min_percent, heading.max_percent)
    if any(limit is not None and not 0 <= limit <= 100 for limit in limits):
        yield error("percent_outside", f"{path}.max_percent")
    if any(limit is not None for limit in limits) and heading.base not in codes - {heading.code}:
        yield error("unknown_base", f"{path}.base", heading=heading.code, base=heading.base)
    if least is not None and most is not None and least > most:
        yield error("min_above_max", f"{path}.min_percent")


def _total(budget: BudgetRules) -> Iterator[Finding]:
    """Each heading has to be counted exactly once in the total, and no total may add itself."""
    known = {heading.code for heading in budget.headings}
    for place, total in enumerate(budget.totals):
        # A total may add only what stands before it, so no circle is possible.
        for code in sorted(set(total.adds) - known):
            where = f"budget.totals[{place}].adds"
            yield error("unknown_in_total", where, total=total.code, code=code)
        known.add(total.code)
    adds = {total.code: total.adds for total in budget.totals}
    if budget.total not in adds:
        yield error("unknown_total", "budget.total", total=budget.total)
        return
    counted = _counted(budget.total, adds, depth=len(adds))
    for place, heading in enumerate(budget.headings):
        if counted.count(heading.code) != 1:
            yield error(
                "not_once_in_total",
                f"budget.headings[{place}]",
                heading=heading.code,
                times=counted.count(heading.code),
            )


def _counted(code: str, adds: dict[str, tuple[str, ...]], depth: int) -> list[str]:
    if code not in adds or depth < 0:
        return [code]
    return [found for part in adds[code] for found in _counted(part, adds, depth - 1)]


def payment_findings(scheme: Scheme) -> Iterator[Finding]:
    plan, path = scheme.payments, "payments.instalments"
    if plan.model in {PaymentModel.IN_KIND, PaymentModel.SERVICE} and not plan.instalments:
        return
    yield from repeated((instalment.key for instalment in plan.instalments), path)
    total = sum(instalment.percent for instalment in plan.instalments)
    if total != 100:
        yield error("plan_is_not_100", path, total=total)
    before_balance = sum(
        instalment.percent
        for instalment in plan.instalments
        if instalment.kind is not InstalmentKind.BALANCE
    )
    if before_balance > plan.prefinancing_cap_percent:
        cap = plan.prefinancing_cap_percent
        yield error("plan_above_cap", path, total=before_balance, cap=cap)
    kinds = [instalment.kind for instalment in plan.instalments]
    if kinds.count(InstalmentKind.BALANCE) != 1 or kinds[-1] is not InstalmentKind.BALANCE:
        yield error("one_balance_at_the_end", path)
    yield from _payments_fit(scheme, kinds)


def _payments_fit(scheme: Scheme, kinds: list[InstalmentKind]) -> Iterator[Finding]:
    afterwards = {PaymentModel.CASH_PRAG_OPT_3, PaymentModel.REIMBURSEMENT}
    if scheme.payments.model in afterwards and InstalmentKind.PREFINANCING in kinds:
        yield error("prefinancing_not_in_model", "payments.model", model=scheme.payments.model)
    reports = {report.kind for report in scheme.reports}
    needs = {
        PaymentTrigger.REPORT_ACCEPTED: ReportKind.INTERIM,
        PaymentTrigger.FINAL_REPORT_ACCEPTED: ReportKind.FINAL,
    }
    for place, instalment in enumerate(scheme.payments.instalments):
        where = f"payments.instalments[{place}]"
        report = needs.get(instalment.on)
        if report is not None and report not in reports:
            yield error("no_report_for_payment", f"{where}.on", key=instalment.key)
        if instalment.percent < 0:
            yield error("percent_outside", f"{where}.percent")
