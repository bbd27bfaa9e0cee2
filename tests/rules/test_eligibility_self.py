"""May we apply? Each answer has a reason, and whatever is not met says what to do."""

from dataclasses import replace
from fractions import Fraction

from app.i18n import text
from app.rules.eligibility import Result
from app.rules.eligibility_self import AskedKind, asked_of, self_check
from app.rules.scheme_form import EligibilityCriterion, JudgedBy
from app.rules.scheme_text import Text
from tests.make.calls import make_scheme

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
