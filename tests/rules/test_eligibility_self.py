"""May we apply? Each answer has a reason, and whatever is not met says what to do."""

from dataclasses import replace
from fractions import Fraction

from app.i18n import text
from app.rules.eligibility import Result
from app.rules.eligibility_self import AskedKind, asked_of, self_check
from app.rules.messages import Message
from app.rules.scheme_form import (
    Choice,
    EligibilityCriterion,
    FormSection,
    JudgedBy,
    Question,
    QuestionKind,
)
from app.rules.scheme_text import Text
from tests.make.calls import make_scheme
from tests.rules.make_scheme import one_stage

CITY = {"lead_type": "LSG_CITY", "lead_country": "RS", "co_applicants": Fraction(1),
        "duration_months": Fraction(12)}  # fmt: skip


def _scheme():
    return make_scheme("eu_integra_sctm")


def _of(found, key):
    return next(each for each in found if each.key == key)


def test_who_and_where_are_asked_first_then_numbers_then_what_must_be_true():
    kinds = [each.kind for each in asked_of(_scheme())]

    assert kinds[:2] == [AskedKind.TYPE, AskedKind.COUNTRY]
    assert kinds == sorted(kinds, key=lambda kind: (kind is AskedKind.TRUE, kinds.index(kind)))


def test_a_fact_that_several_criteria_ask_about_is_asked_once():
    keys = [each.key for each in asked_of(make_scheme("green_growth_grants"))]

    assert (keys.count("lead_country"), len(keys)) == (1, len(set(keys)))


def test_a_country_is_named_in_words():
    checked = self_check(_scheme(), {"lead_country": "AL"}, {})

    found = _of(checked.general, "established")
    assert found.result is Result.NOT_MET
    assert text(found.reason) == "Albania is not admitted; only Serbia."


def test_who_may_not_lead_is_told_to_look_for_a_lead_where_partners_are_admitted():
    found = _of(self_check(_scheme(), {"lead_type": "CSO"}, {}).general, "lead_type")

    assert text(found.advice).startswith("You may be able to take part as a co-applicant")


def test_each_lot_has_its_own_verdict():
    everything = {each.key: True for each in _scheme().eligibility}

    checked = self_check(_scheme(), {**CITY, "local_governments": Fraction(1)}, everything)

    assert [(each.lot.code, each.result) for each in checked.lots] == [
        ("L1", Result.MET),
        ("L2", Result.NOT_MET),
    ]
    assert checked.result is Result.MET


def test_what_was_left_out_is_open_and_never_held_against_anybody():
    checked = self_check(_scheme(), {}, {})

    assert {each.result for each in checked.general} == {Result.TO_CLARIFY}
    assert checked.result is Result.TO_CLARIFY


def test_a_number_outside_its_limits_says_the_limit_and_what_to_do():
    found = _of(self_check(_scheme(), {"duration_months": Fraction(24)}, {}).general, "duration")

    assert (text(found.reason), text(found.advice)) == (
        "24 is above the most allowed, 18.",
        "Plan your project so that it keeps within this limit.",
    )


def test_what_only_an_officer_can_judge_is_asked_as_true_or_not():
    officer = EligibilityCriterion("debts", Text({"en": "No unpaid taxes."}), JudgedBy.OFFICER)
    scheme = replace(_scheme(), eligibility=(officer,))

    said_no = _of(self_check(scheme, {}, {"debts": False}).general, "debts")
    said_yes = _of(self_check(scheme, {}, {"debts": True}).general, "debts")

    assert (said_no.result, said_yes.result) == (Result.NOT_MET, Result.MET)
    assert text(said_no.advice).startswith("Fulfil this before the deadline")


def _rule(key, **changes):
    return EligibilityCriterion(key, Text({"en": key}), JudgedBy.RULE, **changes)


def _asked(*criteria, questions=()):
    """What is asked beside kind and country, in a call with these criteria and questions."""
    scheme = one_stage()
    form = (FormSection("s", Text({"en": "S"}), tuple(questions)),)
    stages = (replace(scheme.stages[0], form=form),)
    asked = asked_of(replace(scheme, eligibility=criteria, stages=stages))
    assert [each.key for each in asked[:2]] == ["lead_type", "lead_country"]
    return [(each.key, each.kind, each.label) for each in asked[2:]]


SIZE = Text({"en": "How large are you?"})
CHOICES = (Choice("small", Text({"en": "Small"})), Choice("large", Text({"en": "Large"})))


def test_a_choice_of_the_form_is_asked_as_there():
    size = Question("q", SIZE, QuestionKind.CHOICE, choices=CHOICES, fact="size")
    other = Question("o", Text({"en": "Other"}), QuestionKind.CHOICE, choices=(), fact="other")
    rule = _rule("small", fact="size", one_of=("small",))

    assert _asked(rule, questions=(other, size)) == [("size", AskedKind.CHOICE, SIZE)]


def test_what_the_form_does_not_let_choose_is_asked_as_true_or_not():
    typed = Question("q", SIZE, QuestionKind.TEXT, fact="size")
    rule = _rule("small", fact="size", one_of=("small",))
    as_true = [("small", AskedKind.TRUE, Text({"en": "small"}))]

    assert _asked(rule, questions=(typed,)) == as_true
    assert _asked(rule) == as_true


def test_a_number_is_asked_in_our_words_then_in_those_of_the_form_then_of_the_criterion():
    question = Question("q", SIZE, QuestionKind.NUMBER, fact="people")
    known = _rule("months", fact="duration_months", at_most=Fraction(18))
    people = _rule("people", fact="people", at_least=Fraction(1))
    age = _rule("age", fact="age", at_least=Fraction(2))

    assert _asked(known, people, age, questions=(question,)) == [
        ("duration_months", AskedKind.NUMBER, Message("self_check.duration_months")),
        ("people", AskedKind.NUMBER, SIZE),
        ("age", AskedKind.NUMBER, Text({"en": "age"})),
    ]


def test_what_an_officer_judges_is_asked_last_and_rules_are_not_asked_twice():
    officer = EligibilityCriterion("debts", Text({"en": "No debts"}), JudgedBy.OFFICER)
    age = _rule("age", fact="age", at_least=Fraction(2))

    assert _asked(officer, age) == [
        ("age", AskedKind.NUMBER, Text({"en": "age"})),
        ("debts", AskedKind.TRUE, Text({"en": "No debts"})),
    ]


def test_kinds_of_the_call_are_judged_where_no_criterion_says_the_same():
    scheme = replace(one_stage(), eligibility=())
    facts = {"lead_type": "RDA", "lead_country": "AL"}
    own = _rule("who", fact="lead_type", one_of=("RDA",))

    by_call = self_check(scheme, facts, {}).general
    assert [(each.key, each.question, each.result) for each in by_call] == [
        ("lead_type", Message("self_check.who"), Result.NOT_MET)
    ]
    by_criterion = self_check(replace(scheme, eligibility=(own,)), facts, {}).general
    assert [(each.key, each.result) for each in by_criterion] == [("who", Result.MET)]


def test_advice_is_given_where_something_is_to_be_done():
    officer = EligibilityCriterion("debts", Text({"en": "No debts"}), JudgedBy.OFFICER)
    criteria = (
        officer,
        _rule("least", fact="people", at_least=Fraction(2)),
        _rule("most", fact="months", at_most=Fraction(9)),
        _rule("mild", fact="months", at_most=Fraction(9), fatal=False),
        _rule("in", fact="months", at_most=Fraction(10)),
    )
    scheme = one_stage()
    call = replace(scheme.call, applicant_types=())
    scheme = replace(scheme, call=call, eligibility=criteria)

    found = self_check(scheme, {"people": 1, "months": 10}, {}).general

    assert {each.key: each.advice and each.advice.code for each in found} == {
        "debts": "self_check.do_ask",
        "least": "self_check.do_change",
        "most": "self_check.do_change",
        "mild": "self_check.do_explain",
        "in": None,
    }
