"""What the criteria of eligibility may ask about: facts from the form and the organisation.

Beside the facts that questions of the form carry there are well-known ones: `lead_type`,
`lead_country`, `lead_region`, `co_applicants` (how many), `co_applicant_types`,
`local_governments` (how many take part, the lead included). What nobody told is left out,
so that it is clarified and not held against the applicant.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.rules.money import parse_decimal
from app.rules.partners import partners_of
from app.rules.scheme_form import FormSection, Question, QuestionKind

LOCAL_GOVERNMENTS = frozenset({"LSG_CITY", "LSG_MUNICIPALITY"})


def eligibility_facts(
    sections: Sequence[FormSection], answers: Mapping[str, Any], lead: Mapping[str, str]
) -> dict[str, object]:  # Any: answers of every kind
    """Return facts by name; `lead` has applicant_type, country and region, empty if unknown.

    Numbers become exact (the form keeps them as text), rows become their number.
    """
    facts: dict[str, object] = {
        f"lead_{name}": lead[key]
        for name, key in (("type", "applicant_type"), ("country", "country"), ("region", "region"))
        if lead.get(key)
    }
    for question in (each for section in sections for each in section.questions):
        value = _value(question, answers.get(question.key))
        if question.fact and value is not None:
            facts[question.fact] = value
        if question.fact == "co_applicants" and value is not None:
            told = partners_of(question, answers[question.key])
            facts |= _partners([each.kind for each in told], lead.get("applicant_type", ""))
    return facts


def _value(question: Question, answer: object) -> object:
    if answer in (None, "", []):
        return None
    if question.kind is QuestionKind.NUMBER:
        try:
            return Fraction(parse_decimal(str(answer)))
        except ValueError:
            return str(answer)
    if question.kind is QuestionKind.ROWS and isinstance(answer, list):
        return len(answer)
    return answer


def _partners(types: list[str], lead_type: str) -> dict[str, object]:
    if not types or not all(types):
        # Somebody's kind is not told, so nobody can count.
        return {}
    governments = sum(kind in LOCAL_GOVERNMENTS for kind in [lead_type, *types])
    return {"co_applicant_types": types, "local_governments": governments}
