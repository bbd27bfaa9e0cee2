"""A scheme that gives things is told what does not fit."""

from dataclasses import replace
from fractions import Fraction

from app.rules.scheme import Scheme
from app.rules.scheme_check_in_kind import in_kind_findings
from app.rules.scheme_in_kind import HandoverCondition, InKind
from app.rules.scheme_money import GrantCondition, PaymentModel
from app.rules.scheme_text import Text
from tests.rules.make_scheme import one_stage

RULES = InKind(own_share_percent=Fraction(15))


def in_kind(rules: InKind | None = RULES, max_rate: int = 85) -> Scheme:
    scheme = one_stage()
    lots = tuple(replace(lot, max_rate_percent=Fraction(max_rate)) for lot in scheme.lots)
    payments = replace(scheme.payments, model=PaymentModel.IN_KIND, instalments=())
    stages = tuple(replace(stage, with_budget=True) for stage in scheme.stages)
    return replace(scheme, lots=lots, payments=payments, stages=stages, in_kind=rules)


def told(scheme: Scheme) -> list[tuple[str, str]]:
    return [
        (each.message.code.removeprefix("scheme."), each.message.path)
        for each in in_kind_findings(scheme)
    ]


def test_a_scheme_that_fits_has_no_finding() -> None:
    assert told(in_kind()) == []
    assert told(one_stage()) == []


def test_the_rules_and_the_payment_model_need_each_other() -> None:
    assert told(in_kind(None)) == [("in_kind_missing", "in_kind")]
    assert told(replace(one_stage(), in_kind=RULES))[0] == (
        "in_kind_without_model",
        "payments.model",
    )


def test_things_need_a_budget_that_lists_them() -> None:
    scheme = in_kind()
    bare = tuple(replace(stage, with_budget=False) for stage in scheme.stages)

    assert told(replace(scheme, stages=bare)) == [("in_kind_without_budget", "in_kind")]


def test_a_rate_that_leaves_no_room_for_the_own_share_is_an_error() -> None:
    assert told(in_kind(max_rate=86)) == [("rate_above_own_share", "lots[0].max_rate_percent")]


def test_impossible_numbers_are_errors() -> None:
    twice = (HandoverCondition("a", Text({"en": "A?"})), HandoverCondition("a", Text({"en": "B?"})))
    wrong = replace(
        RULES, quotes_min=0, retention_months=-1, visit_months=(0,), handover_conditions=twice
    )

    assert told(in_kind(wrong)) == [
        ("not_positive", "in_kind.quotes_min"),
        ("negative", "in_kind.retention_months"),
        ("not_positive", "in_kind.visit_months"),
        ("repeated", "in_kind.handover_conditions"),
    ]
    assert told(in_kind(replace(RULES, own_share_percent=Fraction(101)))) == [
        ("percent_outside", "in_kind.own_share_percent")
    ]


def test_a_condition_of_the_grant_needs_its_question_and_room() -> None:
    scheme = one_stage()
    condition = GrantCondition(fact="moon", at_least=Fraction(1), max_grant_cents=-1)
    lots = tuple(replace(lot, grant_conditions=(condition,)) for lot in scheme.lots)

    assert told(replace(scheme, lots=lots)) == [
        ("unknown_fact", "lots[0].grant_conditions[0].fact"),
        ("min_above_max_grant", "lots[0].grant_conditions[0].max_grant"),
    ]


def test_what_lies_just_at_a_limit_is_right() -> None:
    least = replace(RULES, quotes_min=1, retention_months=0, visit_months=(1,))
    nothing, all_of_it = (
        replace(RULES, own_share_percent=Fraction(percent)) for percent in (0, 100)
    )

    assert told(in_kind(least)) == []
    assert told(in_kind(nothing, max_rate=100)) == []
    assert told(in_kind(all_of_it, max_rate=0)) == []


def test_a_condition_may_leave_just_the_smallest_grant() -> None:
    scheme = one_stage()
    (lot,) = scheme.lots
    condition = GrantCondition("moon", Fraction(1), max_grant_cents=lot.min_grant_cents)
    lots = (replace(lot, grant_conditions=(condition,)),)

    assert told(replace(scheme, lots=lots)) == [
        ("unknown_fact", "lots[0].grant_conditions[0].fact")
    ]
