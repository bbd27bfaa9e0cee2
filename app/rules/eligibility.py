"""Facts × criteria → findings: met, not met or to clarify, each with its reason.

What a rule can decide is decided from facts. What nobody told is never "not met": it is to be
clarified (handbook 1.4, a slip of the pen is asked about, not punished), and then a person's
judgement counts. A rule that has decided is not overruled here; its fact is corrected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.rules.applicants import COUNTRIES, ApplicantType, country_name, type_name
from app.rules.messages import Message
from app.rules.scheme_form import EligibilityCriterion, JudgedBy


class Result(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    TO_CLARIFY = "to_clarify"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person found on one criterion, with the reason in their words."""

    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class EligibilityFinding:
    key: str
    result: Result
    fatal: bool
    reason: Message


def findings(
    criteria: Iterable[EligibilityCriterion],
    facts: Mapping[str, object],
    judgements: Mapping[str, Judgement] | None = None,
    *,
    lot: str = "",
) -> tuple[EligibilityFinding, ...]:
    """Judge every criterion that holds for the lot.

    A fact is a text, a number (int or Fraction) or a collection of texts, of which all have to
    be allowed. `judgements` are by the key of the criterion.
    """
    judged = judgements or {}
    return tuple(
        _finding(criterion, facts, judged.get(criterion.key))
        for criterion in criteria
        if not criterion.only_lots or lot in criterion.only_lots
    )


def officer_criteria(
    criteria: Iterable[EligibilityCriterion], lot: str
) -> tuple[EligibilityCriterion, ...]:
    """Return the criteria of a lot that a person judges, in the order of the guidelines."""
    return tuple(
        each
        for each in criteria
        if each.judged_by is JudgedBy.OFFICER and (not each.only_lots or lot in each.only_lots)
    )


def verdict(found: Iterable[EligibilityFinding]) -> Result:
    """NOT_MET as soon as one fatal criterion is not met, else TO_CLARIFY while one is open."""
    results = [(finding.result, finding.fatal) for finding in found]
    if (Result.NOT_MET, True) in results:
        return Result.NOT_MET
    open_ones = [result for result, _ in results if result is Result.TO_CLARIFY]
    return Result.TO_CLARIFY if open_ones else Result.MET


def _finding(
    criterion: EligibilityCriterion, facts: Mapping[str, object], judgement: Judgement | None
) -> EligibilityFinding:
    result, reason = Result.TO_CLARIFY, Message("eligibility.not_judged")
    if criterion.judged_by is JudgedBy.RULE:
        result, reason = _by_rule(criterion, facts.get(criterion.fact))
    if result is Result.TO_CLARIFY and judgement is not None:
        result = judgement.result
        reason = Message("eligibility.judged", {"reason": judgement.reason})
    return EligibilityFinding(criterion.key, result, criterion.fatal, reason)


def _by_rule(criterion: EligibilityCriterion, fact: object) -> tuple[Result, Message]:
    if fact is None or fact in ("", (), []):
        return Result.TO_CLARIFY, Message("eligibility.not_told")
    if criterion.one_of:
        return _among(criterion.one_of, fact, criterion.fact)
    if isinstance(fact, bool) or not isinstance(fact, int | Fraction):
        return Result.TO_CLARIFY, Message("eligibility.not_a_number", {"fact": str(fact)})
    return _between(criterion, Fraction(fact))


def _among(allowed: tuple[str, ...], fact: object, fact_name: str) -> tuple[Result, Message]:
    given = [str(item) for item in fact] if isinstance(fact, list | tuple | set) else [str(fact)]
    refused = sorted(set(given) - set(allowed))
    values: dict[str, object] = {
        "fact": _named(refused or sorted(given), fact_name),
        "allowed": _named(allowed, fact_name),
    }
    if refused:
        return Result.NOT_MET, Message("eligibility.not_allowed", values)
    return Result.MET, Message("eligibility.allowed", values)


def _named(codes: Iterable[str], fact_name: str) -> tuple[str | Message, ...]:
    """Kinds of applicants and countries by their name, everything else as it is."""
    return tuple(_name(code, fact_name) for code in codes)


def _name(code: str, fact_name: str) -> str | Message:
    if code in ApplicantType.__members__:
        return type_name(code)
    if fact_name.endswith("country") and code in COUNTRIES:
        return country_name(code)
    return code


def _between(criterion: EligibilityCriterion, fact: Fraction) -> tuple[Result, Message]:
    low, high = criterion.at_least, criterion.at_most
    if low is not None and fact < low:
        return Result.NOT_MET, Message("eligibility.too_little", {"fact": fact, "least": low})
    if high is not None and fact > high:
        return Result.NOT_MET, Message("eligibility.too_much", {"fact": fact, "most": high})
    return Result.MET, Message("eligibility.within", {"fact": fact})
