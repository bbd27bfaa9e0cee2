"""May we apply? The published criteria asked of anybody, before registering.

Each answer becomes a finding with its reason and, where it is not simply met, what to do.
Criteria that an officer judges later are asked as "is this true?"; a yes is then no more than
what the applicant says, and the paper that has to show it is named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.rules.eligibility import EligibilityFinding, Result, findings, verdict
from app.rules.messages import Message
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_form import EligibilityCriterion, JudgedBy, QuestionKind
from app.rules.scheme_money import Lot
from app.rules.scheme_text import Text, no_text


class AskedKind(StrEnum):
    TYPE = "type"
    COUNTRY = "country"
    NUMBER = "number"
    CHOICE = "choice"
    TRUE = "true"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `key` is the fact, or the criterion's key for what is true or not.

    `label` is a text of the scheme or a message of ours; `choices` are (key, text or message).
    """

    key: str
    kind: AskedKind
    label: Text | Message
    choices: tuple[tuple[str, Text | Message], ...] = ()


@dataclass(frozen=True, slots=True)
class SelfFinding:
    """One criterion answered: the result, why, and what to do where it is not met or open."""

    key: str
    question: Text | Message
    result: Result
    fatal: bool
    reason: Message
    advice: Message | None
    evidence: str


@dataclass(frozen=True, slots=True)
class LotFinding:
    lot: Lot
    result: Result
    found: tuple[SelfFinding, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What holds for every lot, and each lot with its own verdict over everything."""

    general: tuple[SelfFinding, ...]
    lots: tuple[LotFinding, ...]

    @property
    def result(self) -> Result:
        """The best that there is: a call can be applied to where one lot can."""
        results = {each.result for each in self.lots}
        order = (Result.MET, Result.TO_CLARIFY, Result.NOT_MET)
        return next(result for result in order if result in results)


_KNOWN = {
    "co_applicants": Message("self_check.co_applicants"),
    "local_governments": Message("self_check.local_governments"),
    "duration_months": Message("self_check.duration_months"),
}
_ADVICE = {
    "lead_type": Message("self_check.do_type"),
    "lead_country": Message("self_check.do_country"),
    "co_applicants": Message("self_check.do_co_applicants"),
    "local_governments": Message("self_check.do_co_applicants"),
}


def asked_of(scheme: Scheme) -> tuple[Asked, ...]:
    """Return each question once: who and where first, then numbers, then what must be true."""
    found = {
        "lead_type": Asked("lead_type", AskedKind.TYPE, Message("self_check.lead_type")),
        "lead_country": Asked(
            "lead_country", AskedKind.COUNTRY, Message("self_check.lead_country")
        ),
    }
    rules = [each for each in scheme.eligibility if each.judged_by is JudgedBy.RULE]
    for criterion in rules:
        if criterion.fact not in found and criterion.fact:
            found[criterion.fact] = _asked_by_rule(scheme, criterion)
    return (*found.values(), *_asked_true(scheme))


def self_check(scheme: Scheme, facts: Mapping[str, object], true: Mapping[str, bool]) -> Checked:
    """Judge what was answered; what was left out is never "not met".

    `facts` are by name, numbers exact; `true` is by the key of a criterion.
    """
    by_key = {criterion.key: criterion for criterion in scheme.eligibility}
    whole = tuple(each for each in scheme.eligibility if not each.only_lots)
    own = tuple(each for each in scheme.eligibility if each.only_lots)
    general = tuple(_told(by_key[each.key], each, scheme, true) for each in findings(whole, facts))
    general = (*_of_call(scheme, facts, by_key), *general)
    lots = []
    for lot in scheme.lots:
        found = tuple(
            _told(by_key[each.key], each, scheme, true)
            for each in findings(own, facts, lot=lot.code)
        )
        lots.append(LotFinding(lot, _verdict((*general, *found)), found))
    return Checked(general, tuple(lots))


def _asked_by_rule(scheme: Scheme, criterion: EligibilityCriterion) -> Asked:
    """Ask as the form of the call does, where it has the question."""
    questions = (each for stage in scheme.stages for each in questions_of(stage))
    question = next((each for each in questions if each.fact == criterion.fact), None)
    if criterion.one_of and question is not None and question.kind is QuestionKind.CHOICE:
        choices = tuple((choice.key, choice.label) for choice in question.choices)
        return Asked(criterion.fact, AskedKind.CHOICE, question.label, choices)
    if criterion.one_of:
        return Asked(criterion.key, AskedKind.TRUE, criterion.question)
    known = _KNOWN.get(criterion.fact)
    label = known or (question.label if question else criterion.question)
    return Asked(criterion.fact, AskedKind.NUMBER, label)


def _asked_true(scheme: Scheme) -> Iterator[Asked]:
    for criterion in scheme.eligibility:
        if criterion.judged_by is JudgedBy.OFFICER:
            yield Asked(criterion.key, AskedKind.TRUE, criterion.question)


def _of_call(
    scheme: Scheme, facts: Mapping[str, object], by_key: Mapping[str, EligibilityCriterion]
) -> Iterator[SelfFinding]:
    """Judge the kinds and countries of the call where no criterion says the same."""
    said = {criterion.fact for criterion in by_key.values()}
    for fact, allowed, question in (
        ("lead_type", scheme.call.applicant_types, Message("self_check.who")),
        ("lead_country", scheme.call.countries, Message("self_check.where")),
    ):
        if allowed and fact not in said:
            criterion = EligibilityCriterion(fact, no_text(), JudgedBy.RULE, fact, allowed)
            for each in findings([criterion], facts):
                yield replace(_told(criterion, each, scheme, {}), question=question)


def _told(
    criterion: EligibilityCriterion,
    found: EligibilityFinding,
    scheme: Scheme,
    true: Mapping[str, bool],
) -> SelfFinding:
    result, reason = found.result, found.reason
    if result is Result.TO_CLARIFY:
        said = true.get(criterion.key)
        if said is None:
            reason = Message("self_check.left_out")
        else:
            result = Result.MET if said else Result.NOT_MET
            reason = Message("self_check.yes" if said else "self_check.no")
    advice = None
    if result is Result.NOT_MET:
        advice = _advice(criterion, scheme)
    elif result is Result.TO_CLARIFY:
        advice = Message("self_check.do_ask")
    return SelfFinding(
        criterion.key,
        criterion.question,
        result,
        found.fatal,
        reason,
        advice,
        criterion.evidence,
    )


def _advice(criterion: EligibilityCriterion, scheme: Scheme) -> Message:
    if criterion.fact in {"lead_type", "lead_country"} and _takes_partners(scheme):
        return Message("self_check.do_partner")
    if not criterion.fatal:
        return Message("self_check.do_explain")
    if criterion.at_least is not None or criterion.at_most is not None:
        return _ADVICE.get(criterion.fact, Message("self_check.do_change"))
    return _ADVICE.get(criterion.fact, Message("self_check.do_fulfil"))


def _takes_partners(scheme: Scheme) -> bool:
    return bool(scheme.call.co_applicants.types)


def _verdict(found: tuple[SelfFinding, ...]) -> Result:
    return verdict(
        EligibilityFinding(each.key, each.result, each.fatal, each.reason) for each in found
    )
