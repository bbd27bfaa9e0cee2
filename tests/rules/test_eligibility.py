"""Criteria are met, not met or to clarify; what nobody told is never held against anybody."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.eligibility import Judgement, Result, findings, officer_criteria, verdict
from app.rules.messages import Message
from app.rules.scheme_form import EligibilityCriterion, JudgedBy
from app.rules.scheme_text import Text
from tests.rules.make_scheme import two_lots

WORDS = Text({"en": "A criterion"})
TYPES = EligibilityCriterion(
    "type", WORDS, JudgedBy.RULE, "lead_type", ("LSG_CITY", "LSG_MUNICIPALITY")
)
MONTHS = EligibilityCriterion(
    "months", WORDS, JudgedBy.RULE, "months", at_least=Fraction(12), at_most=Fraction(18)
)
PAPER = EligibilityCriterion("paper", WORDS, JudgedBy.OFFICER, evidence="strategy")


@pytest.mark.parametrize(
    ("criterion", "facts", "result", "reason"),
    [
        (TYPES, {"lead_type": "LSG_CITY"}, Result.MET, "City is admitted."),
        (TYPES, {"lead_type": "SME"}, Result.NOT_MET,
         "Small or medium enterprise is not admitted; only City and Municipality."),
        (TYPES, {"lead_type": ["LSG_CITY", "SME"]}, Result.NOT_MET,
         "Small or medium enterprise is not admitted; only City and Municipality."),
        (TYPES, {}, Result.TO_CLARIFY, "The application does not say; ask the applicant."),
        (TYPES, {"lead_type": ""}, Result.TO_CLARIFY,
         "The application does not say; ask the applicant."),
        (MONTHS, {"months": 12}, Result.MET, "12 is within the limits."),
        (MONTHS, {"months": Fraction(18)}, Result.MET, "18 is within the limits."),
        (MONTHS, {"months": Fraction("11.5")}, Result.NOT_MET,
         "11.5 is below the least allowed, 12."),
        (MONTHS, {"months": 19}, Result.NOT_MET, "19 is above the most allowed, 18."),
        (MONTHS, {"months": "many"}, Result.TO_CLARIFY,
         "“many” is not a number; ask the applicant."),
        (PAPER, {}, Result.TO_CLARIFY, "An officer has to look at this."),
    ],
)  # fmt: skip
def test_a_criterion_is_judged_with_its_reason(
    criterion: EligibilityCriterion, facts: dict[str, object], result: Result, reason: str
) -> None:
    (finding,) = findings([criterion], facts)

    assert (finding.result, text(finding.reason)) == (result, reason)


def test_a_person_decides_where_no_rule_can() -> None:
    judgement = {"paper": Judgement(Result.NOT_MET, "Page 47 shows another project.")}

    (finding,) = findings([PAPER], {}, judgement)

    assert finding.result is Result.NOT_MET
    assert text(finding.reason) == "Page 47 shows another project."


def test_a_person_may_settle_what_the_application_did_not_say() -> None:
    judgement = {"type": Judgement(Result.MET, "Confirmed by letter.")}

    assert findings([TYPES], {}, judgement)[0].result is Result.MET


def test_a_person_does_not_overrule_a_rule() -> None:
    judgement = {"type": Judgement(Result.MET, "I like them.")}

    assert findings([TYPES], {"lead_type": "SME"}, judgement)[0].result is Result.NOT_MET


def test_a_criterion_of_one_lot_is_not_asked_in_another() -> None:
    criteria = two_lots().eligibility

    in_one, in_two = (
        {finding.key for finding in findings(criteria, {}, lot=lot)} for lot in ("L1", "L2")
    )

    assert in_two - in_one == {"several_governments"}


def test_one_fatal_criterion_decides() -> None:
    facts: dict[str, object] = {"lead_type": "SME", "months": 12}

    assert verdict(findings([TYPES, MONTHS, PAPER], facts)) is Result.NOT_MET


def test_an_open_criterion_keeps_the_verdict_open() -> None:
    facts: dict[str, object] = {"lead_type": "LSG_CITY", "months": 12}

    assert verdict(findings([TYPES, MONTHS, PAPER], facts)) is Result.TO_CLARIFY
    assert verdict(findings([TYPES, MONTHS], facts)) is Result.MET


def test_a_criterion_that_is_not_fatal_does_not_decide() -> None:
    mild = EligibilityCriterion(
        "months", WORDS, JudgedBy.RULE, "months", at_least=Fraction(12), fatal=False
    )

    assert verdict(findings([mild], {"months": 1})) is Result.MET


def test_an_officer_is_asked_what_a_person_judges_in_this_lot() -> None:
    everywhere = replace(PAPER, key="everywhere")
    here, there = (replace(PAPER, key=lot, only_lots=(lot,)) for lot in ("L1", "L2"))

    assert officer_criteria([TYPES, here, everywhere, there, MONTHS], "L1") == (here, everywhere)


def test_only_a_country_is_named_as_one() -> None:
    """ME is Montenegro, and may be the code of anything else."""
    zone = EligibilityCriterion("zone", WORDS, JudgedBy.RULE, "zone", ("ME",))
    country = replace(zone, fact="lead_country", one_of=("ME", "ZZ"))

    assert findings([zone], {"zone": "ME"})[0].reason.values["fact"] == ("ME",)
    (found,) = findings([country], {"lead_country": "ME"})
    assert found.reason.values["allowed"] == (Message("country.ME"), "ZZ")
