"""What criteria of eligibility may ask about."""

from fractions import Fraction

from app.rules.eligibility_facts import eligibility_facts
from app.rules.scheme_form import FormSection, Question, QuestionKind

LEAD = {"applicant_type": "LSG_CITY", "country": "RS", "region": ""}


def form(*questions: Question) -> tuple[FormSection, ...]:
    return (FormSection("s", {"en": "S"}, questions),)


def asked(kind: QuestionKind, fact: str) -> Question:
    return Question("q", {"en": "Q"}, kind, fact=fact)


MONTHS = form(asked(QuestionKind.NUMBER, "duration_months"))
PARTNERS = form(asked(QuestionKind.ROWS, "co_applicants"))


def test_lead_is_known_from_the_organisation() -> None:
    assert eligibility_facts((), {}, LEAD) == {"lead_type": "LSG_CITY", "lead_country": "RS"}


def test_numbers_become_exact_and_what_is_no_number_stays() -> None:
    assert eligibility_facts(MONTHS, {"q": "14"}, {}) == {"duration_months": Fraction(14)}
    assert eligibility_facts(MONTHS, {"q": "a year"}, {}) == {"duration_months": "a year"}


def test_what_nobody_told_is_left_out() -> None:
    assert eligibility_facts(MONTHS, {}, {}) == {}
    assert eligibility_facts(PARTNERS, {"q": []}, {}) == {}


def test_partners_are_counted_by_kind() -> None:
    rows = [{"type": "LSG_MUNICIPALITY"}, {"type": "CSO"}]

    assert eligibility_facts(PARTNERS, {"q": rows}, LEAD) == {
        "lead_type": "LSG_CITY",
        "lead_country": "RS",
        "co_applicants": 2,
        "co_applicant_types": ["LSG_MUNICIPALITY", "CSO"],
        "local_governments": 2,
    }


def test_partner_without_a_kind_makes_the_count_unknown() -> None:
    facts = eligibility_facts(PARTNERS, {"q": [{"name": "X"}]}, {})

    assert facts == {"co_applicants": 1}


def test_text_where_rows_were_asked_is_no_partner() -> None:
    facts = eligibility_facts(PARTNERS, {"q": "a firm"}, {})

    assert facts == {"co_applicants": "a firm"}


def test_partners_nobody_was_asked_about_yet_are_left_out() -> None:
    assert eligibility_facts(PARTNERS, {}, {}) == {}
