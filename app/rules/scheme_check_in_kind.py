"""Whether what is given in kind fits lots, budget and payments of a scheme."""

from collections.abc import Iterator

from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_findings import Finding, error, repeated
from app.rules.scheme_in_kind import InKind
from app.rules.scheme_money import PaymentModel


def in_kind_findings(scheme: Scheme) -> Iterator[Finding]:
    yield from _conditions(scheme)
    gives_things = scheme.payments.model is PaymentModel.IN_KIND
    if scheme.in_kind is None:
        if gives_things:
            yield error("in_kind_missing", "in_kind")
        return
    if not gives_things:
        yield error("in_kind_without_model", "payments.model", model=scheme.payments.model)
    if not any(stage.with_budget for stage in scheme.stages):
        yield error("in_kind_without_budget", "in_kind")
    yield from _numbers(scheme.in_kind)
    yield from _own_share(scheme, scheme.in_kind)


def _numbers(rules: InKind) -> Iterator[Finding]:
    if rules.quotes_min < 1:
        yield error("not_positive", "in_kind.quotes_min")
    if rules.retention_months < 0:
        yield error("negative", "in_kind.retention_months")
    if any(month < 1 for month in rules.visit_months):
        yield error("not_positive", "in_kind.visit_months")
    keys = (condition.key for condition in rules.handover_conditions)
    yield from repeated(keys, "in_kind.handover_conditions")


def _own_share(scheme: Scheme, rules: InKind) -> Iterator[Finding]:
    """The highest rate of a lot must leave room for the own share that is promised."""
    if not 0 <= rules.own_share_percent <= 100:
        yield error("percent_outside", "in_kind.own_share_percent")
        return
    most = 100 - rules.own_share_percent
    for place, lot in enumerate(scheme.lots):
        rates = (lot.max_rate_percent, *(one.max_percent for one in lot.rate_exceptions))
        if max(rates) > most:
            yield error(
                "rate_above_own_share",
                f"lots[{place}].max_rate_percent",
                lot=lot.code,
                own=rules.own_share_percent,
                most=most,
            )


def _conditions(scheme: Scheme) -> Iterator[Finding]:
    facts = {question.fact for stage in scheme.stages for question in questions_of(stage)}
    for place, lot in enumerate(scheme.lots):
        for number, condition in enumerate(lot.grant_conditions):
            where = f"lots[{place}].grant_conditions[{number}]"
            if condition.fact not in facts - {""}:
                yield error("unknown_fact", f"{where}.fact", lot=lot.code, fact=condition.fact)
            if condition.max_grant_cents < lot.min_grant_cents:
                yield error(
                    "min_above_max_grant",
                    f"{where}.max_grant",
                    lot=lot.code,
                    min_cents=lot.min_grant_cents,
                    max_cents=condition.max_grant_cents,
                    currency=scheme.currency,
                )
