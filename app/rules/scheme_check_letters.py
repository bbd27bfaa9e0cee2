"""Whether every outcome that a scheme can produce has its letter."""

from collections import Counter
from collections.abc import Iterator

from app.rules.messages import Message
from app.rules.scheme import Scheme
from app.rules.scheme_findings import Finding, error, repeated, warning
from app.rules.scheme_grid import Stage, StageKind
from app.rules.scheme_letters import AidRegime, Letter, Outcome
from app.rules.scheme_money import Overflow

_OFFERS = frozenset(
    {
        Outcome.AWARDED_FULL,
        Outcome.AWARDED_PARTIAL,
        Outcome.AWARDED_FLOOR,
        Outcome.AWARDED_PRO_RATA,
        Outcome.RESERVE_ACTIVATED,
    }
)

# Which papers can tell an outcome: another one would lack what it prints.
_REFUSAL = ("rejection_letter",)
_AWARD = ("award_letter",)
LETTER_OF: dict[Outcome, tuple[str, ...]] = {
    Outcome.RECEIVED: ("submission_receipt",),
    Outcome.CHECK_FAILED: ("check_rejection_letter", "rejection_letter"),
    Outcome.SECTION_BELOW_MINIMUM: _REFUSAL,
    Outcome.SUB_SCORE_FLOOR: _REFUSAL,
    Outcome.BELOW_THRESHOLD: _REFUSAL,
    Outcome.PRESELECTED: ("preselection_invitation",),
    Outcome.NOT_PRESELECTED: _REFUSAL,
    Outcome.INELIGIBLE: ("ineligibility_letter", "rejection_letter"),
    Outcome.AWARDED_FULL: _AWARD,
    Outcome.AWARDED_PARTIAL: ("partial_offer_letter", "award_letter"),
    Outcome.AWARDED_FLOOR: _AWARD,
    Outcome.AWARDED_PRO_RATA: ("award_letter", "partial_offer_letter"),
    Outcome.RESERVE: ("reserve_letter",),
    Outcome.RESERVE_ACTIVATED: _AWARD,
    Outcome.CAP_REACHED: _REFUSAL,
}


def needed_outcomes(scheme: Scheme) -> tuple[tuple[str, Outcome], ...]:
    """Every outcome that can happen under these rules, with the key of its stage."""
    found = [(stage.key, outcome) for stage in scheme.stages for outcome in _at_stage(stage)]
    last = scheme.last_scored_stage()
    if scheme.eligibility or any(s.kind is StageKind.ELIGIBILITY for s in scheme.stages):
        found.append((scheme.stages[-1].key if scheme.stages else "", Outcome.INELIGIBLE))
    if scheme.state_aid.regime is AidRegime.DE_MINIMIS:
        found.append((last.key if last else "", Outcome.INELIGIBLE))
    found += [(last.key if last else "", outcome) for outcome in _of_allocation(scheme)]
    return tuple(found)


def letter_findings(scheme: Scheme, documents: frozenset[str]) -> Iterator[Finding]:
    letters = scheme.letters.letters
    yield from repeated((letter.key for letter in letters), "letters.letters")
    for stage, outcome in needed_outcomes(scheme):
        if scheme.letter_for(outcome, stage) is None:
            yield error(
                "letter_missing",
                "letters.letters",
                outcome=Message(f"outcome.{outcome}"),
                stage=stage,
            )
    yield from _twice(letters)
    for place, letter in enumerate(letters):
        yield from _letter(scheme, letter, documents, f"letters.letters[{place}]")
    for name in ("complaint_window_days", "offer_reply_days", "clarification_reply_days"):
        if getattr(scheme.letters, name) < 1:
            yield error("not_positive", f"letters.{name}")


def _letter(
    scheme: Scheme, letter: Letter, documents: frozenset[str], path: str
) -> Iterator[Finding]:
    if letter.stage and letter.stage not in {stage.key for stage in scheme.stages}:
        yield error("letter_stage", f"{path}.stage", stage=letter.stage)
    if documents and letter.document not in documents:
        known = ", ".join(sorted(documents))
        yield error("letter_document", f"{path}.document", document=letter.document, known=known)
    for outcome in letter.outcomes:
        if documents and letter.document in documents - set(LETTER_OF[outcome]):
            told = Message(f"outcome.{outcome}")
            yield error("letter_of_another_outcome", f"{path}.document", outcome=told)
    if _OFFERS.intersection(letter.outcomes) and not letter.asks_reply:
        yield warning("offer_without_reply", f"{path}.asks_reply", letter=letter.key)


def _twice(letters: tuple[Letter, ...]) -> Iterator[Finding]:
    counted = Counter((letter.stage, outcome) for letter in letters for outcome in letter.outcomes)
    for (stage, outcome), times in counted.items():
        if times > 1:
            yield error(
                "two_letters", "letters.letters", outcome=Message(f"outcome.{outcome}"), stage=stage
            )


def _at_stage(stage: Stage) -> Iterator[Outcome]:
    if stage.form:
        yield Outcome.RECEIVED
    if stage.checklist and stage.kind is not StageKind.ELIGIBILITY:
        yield Outcome.CHECK_FAILED
    if stage.preselection:
        yield from (Outcome.PRESELECTED, Outcome.NOT_PRESELECTED)
    if stage.grid is None:
        return
    if any(section.minimum for section in stage.grid.sections):
        yield Outcome.SECTION_BELOW_MINIMUM
    if stage.grid.sub_score_floor:
        yield Outcome.SUB_SCORE_FLOOR
    if stage.grid.threshold:
        yield Outcome.BELOW_THRESHOLD


def _of_allocation(scheme: Scheme) -> Iterator[Outcome]:
    policy = scheme.allocation
    if policy.pro_rata:
        yield from (Outcome.AWARDED_FULL, Outcome.AWARDED_PRO_RATA)
        return
    yield from (Outcome.AWARDED_FULL, Outcome.RESERVE, Outcome.RESERVE_ACTIVATED)
    if policy.overflow in {Overflow.PARTIAL_OFFER, Overflow.PARTIAL_THEN_SKIP}:
        yield Outcome.AWARDED_PARTIAL
    if policy.floors:
        yield Outcome.AWARDED_FLOOR
    if policy.caps.awards_per_lead is not None or policy.caps.awards_per_strategy is not None:
        yield Outcome.CAP_REACHED
