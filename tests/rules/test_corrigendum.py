"""Tests of app/rules/corrigendum.py: what a published call may still change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.rules.corrigendum import (
    Change,
    Effect,
    Situation,
    changes,
    deadline_after,
    effect,
    refusals,
)
from app.rules.scheme_form import DocumentRequirement, EligibilityCriterion, Question, QuestionKind
from app.rules.scheme_letters import Indicator, ReportKind, ReportRule
from app.rules.scheme_text import Text
from tests.rules.make_scheme import one_stage

CLOSES = datetime(2026, 5, 28, 15, 0, tzinfo=UTC)
NOW = CLOSES - timedelta(days=30)
THEN = Situation(NOW, CLOSES, None, begun=3, is_first_stage=True)
WORDS = Text({"en": "Words"})


def codes(*found: Change, where: Situation = THEN, says_more: bool = False) -> list[str]:
    said = refusals(found, where, prolong_days=7, says_more=says_more)
    return [message.code.removeprefix("corrigendum.") for message in said]


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        # Words.
        ("title", {"en": "A"}, {"en": "B"}, Effect.CLARIFIES),
        ("stages[0].form[1].questions[2].help", {}, {"en": "How"}, Effect.CLARIFIES),
        ("stages[0].form[1].questions[2].help", None, {"en": "How"}, Effect.CLARIFIES),
        ("stages[0].documents", ("a", "b"), ("b", "a"), Effect.CLARIFIES),
        # What the call is.
        ("currency", "EUR", "RSD", Effect.NEVER),
        ("budget.total", "T", "U", Effect.NEVER),
        ("payments.model", "IN_KIND", "SERVICE", Effect.NEVER),
        # Money: more at any time, less is new for everybody.
        ("envelope", 100, 200, Effect.EASES),
        ("envelope", 200, 100, Effect.SUBSTANTIAL),
        ("lots[0].envelope", 100, 200, Effect.EASES),
        ("lots[0].envelope", 200, 199, Effect.SUBSTANTIAL),
        ("budget.headings[0].max_percent", Fraction(7), Fraction(5), Effect.TIGHTENS),
        ("in_kind.own_share_percent", Fraction(15), Fraction(10), Effect.EASES),
        ("in_kind.own_share_percent", Fraction(15), Fraction(20), Effect.TIGHTENS),
        ("letters.letters[0].paragraphs[0]", None, {"en": "More"}, Effect.CLARIFIES),
        ("lots[1]", None, object(), Effect.NEVER),
        ("stages[2]", object(), None, Effect.NEVER),
        ("stages[0].blind", True, False, Effect.NEVER),
        ("call.procedure", "OPEN", "RESTRICTED", Effect.NEVER),
        # Limits, in both directions.
        ("lots[0].max_grant", 100, 200, Effect.EASES),
        ("lots[0].max_grant", 100, None, Effect.EASES),
        ("lots[0].max_grant", 200, 100, Effect.TIGHTENS),
        ("lots[0].max_grant", None, 100, Effect.TIGHTENS),
        ("lots[0].min_grant", 100, 50, Effect.EASES),
        ("lots[0].min_rate_percent", Fraction(50), Fraction(60), Effect.TIGHTENS),
        ("call.caps.as_lead", 1, 2, Effect.EASES),
        ("call.co_applicants.min", 1, 2, Effect.TIGHTENS),
        # Who may apply.
        ("call.applicant_types", ("CSO",), ("CSO", "RDA"), Effect.EASES),
        ("call.applicant_types", ("CSO", "RDA"), ("CSO",), Effect.TIGHTENS),
        ("call.applicant_types", ("CSO", "RDA"), ("RDA", "CSO"), Effect.EASES),
        ("lots[0].regions", ("RS21",), (), Effect.EASES),
        ("lots[0].regions", (), ("RS21",), Effect.TIGHTENS),
        ("eligibility[0].fatal", True, False, Effect.EASES),
        ("eligibility[0].fatal", False, True, Effect.TIGHTENS),
        ("eligibility[0].at_least", Fraction(2), Fraction(3), Effect.TIGHTENS),
        # Documents and questions.
        ("stages[0].documents[0].required", True, False, Effect.EASES),
        ("stages[0].documents[0].required", False, True, Effect.SUBSTANTIAL),
        ("stages[0].documents[0].formats", ("pdf",), ("pdf", "docx"), Effect.EASES),
        ("stages[0].documents[0].max_megabytes", 20, 10, Effect.TIGHTENS),
        ("stages[0].documents[0].max_age_days", 90, None, Effect.EASES),
        ("stages[0].form[0].questions[0].max_words", 200, 300, Effect.EASES),
        ("stages[0].form[0].questions[0].max_words", 300, 200, Effect.TIGHTENS),
        ("stages[0].form[0].questions[0].required", False, True, Effect.SUBSTANTIAL),
        ("stages[0].form[0].questions[0].kind", "text", "number", Effect.TIGHTENS),
        ("stages[0].form[0].questions[0].choices[0]", None, "a", Effect.EASES),
        ("stages[0].form[0].questions[0].choices[0]", "a", None, Effect.TIGHTENS),
        ("stages[0].form[0].questions[0].choices[0]", "a", "b", Effect.TIGHTENS),
        # How it is judged and given out.
        ("stages[0].grid.threshold", Fraction(60), Fraction(50), Effect.SUBSTANTIAL),
        ("stages[0].grid.sections[0].criteria[1].max", Fraction(5), Fraction(10), "substantial"),
        ("allocation.overflow", "STOP", "PARTIAL_OFFER", Effect.SUBSTANTIAL),
        ("allocation.reserve_valid_until", date(2027, 1, 1), date(2027, 6, 1), Effect.EASES),
        ("allocation.reserve_valid_until", date(2027, 6, 1), date(2027, 1, 1), "substantial"),
        ("allocation.reserve_valid_until", date(2027, 6, 1), None, Effect.EASES),
        ("allocation.reserve_valid_until", None, date(2027, 6, 1), Effect.SUBSTANTIAL),
        ("letters.complaint_window_days", 30, 45, Effect.EASES),
        ("letters.complaint_window_days", 30, 15, Effect.TIGHTENS),
        # What comes after an award: duties turn nobody out, but are new for everybody.
        ("period.ends_on", date(2027, 1, 1), date(2027, 1, 2), Effect.EASES),
        ("period.ends_on", date(2027, 1, 2), date(2027, 1, 1), Effect.SUBSTANTIAL),
        ("period.starts_on", date(2027, 1, 2), date(2027, 1, 1), Effect.EASES),
        ("period.starts_on", date(2027, 1, 1), date(2027, 1, 2), Effect.SUBSTANTIAL),
        ("visibility.statement", {"en": "A"}, {"en": "B"}, Effect.CLARIFIES),
        ("visibility.emblem", "none", "eu", Effect.CLARIFIES),
        ("visibility.key", "A", "B", Effect.SUBSTANTIAL),
        ("state_aid.regime", "NONE", "DE_MINIMIS", Effect.SUBSTANTIAL),
        ("state_aid.ceiling", 200, 100, Effect.TIGHTENS),
        ("state_aid.ceiling_years", 3, 2, Effect.EASES),
        ("state_aid.ceiling_years", 2, 3, Effect.TIGHTENS),
        ("reports[0].every_months", 6, 12, Effect.EASES),
        ("reports[0].every_months", 12, 6, Effect.SUBSTANTIAL),
        ("reports[0].due_months", 3, None, Effect.EASES),
        ("reports[0].kind", "interim", "final", Effect.SUBSTANTIAL),
        ("indicators[0].disaggregated_by", ("sex", "age"), ("age",), Effect.EASES),
        ("indicators[0].disaggregated_by", ("sex",), ("sex", "age"), Effect.SUBSTANTIAL),
        ("indicators[0].disaggregated_by", (), ("sex",), Effect.SUBSTANTIAL),
        ("retention.rejected_years", 3, 5, Effect.CLARIFIES),
        ("retention.granted_years", 5, 3, Effect.EASES),
        ("retention.granted_years", 3, 5, Effect.SUBSTANTIAL),
        ("retention.small_grant_years", 3, 5, Effect.SUBSTANTIAL),
        ("retention.small_grant_up_to", 100, 200, Effect.EASES),
        ("retention.small_grant_up_to", None, 200, Effect.EASES),
        ("retention.small_grant_up_to", 200, 200 - 1, Effect.SUBSTANTIAL),
        ("retention.small_grant_up_to", 200, None, Effect.SUBSTANTIAL),
        ("something.nobody.thought_of", 1, 2, Effect.SUBSTANTIAL),
    ],
)
def test_effect_of_a_change(path, before, after, expected) -> None:
    assert effect(Change(path, before, after)) == expected


@pytest.mark.parametrize(
    ("path", "item", "added", "removed"),
    [
        ("stages[0].documents[1]", DocumentRequirement("a", WORDS), "substantial", "eases"),
        (
            "stages[0].documents[1]",
            DocumentRequirement("a", WORDS, required=False),
            "eases",
            "eases",
        ),
        ("eligibility[1]", EligibilityCriterion("a", WORDS), "tightens", "eases"),
        ("eligibility[1]", EligibilityCriterion("a", WORDS, fatal=False), "substantial", "eases"),
        ("reports[1]", ReportRule("a", WORDS, ReportKind.FINAL), "substantial", "eases"),
        ("indicators[1]", Indicator("a", WORDS, WORDS), "substantial", "eases"),
        (
            "stages[0].form[0].questions[1]",
            Question("a", WORDS, QuestionKind.TEXT, required=False),
            "eases",
            "substantial",
        ),
    ],
)
def test_effect_of_what_is_new_or_gone(path, item, added, removed) -> None:
    assert effect(Change(path, None, item)) == added
    assert effect(Change(path, item, None)) == removed


def test_another_report_in_the_place_of_one_is_a_new_duty() -> None:
    before, after = (ReportRule(key, WORDS, ReportKind.FINAL) for key in "ab")
    assert effect(Change("reports[1]", before, after)) == Effect.SUBSTANTIAL


def test_every_difference_is_found_by_key_wherever_it_stands() -> None:
    before = one_stage()
    stage = before.stages[0]
    more = DocumentRequirement("new_paper", WORDS)
    grid = replace(stage.grid, threshold=Fraction(1)) if stage.grid else None
    after = replace(
        before,
        title=Text({"en": "Other"}),
        stages=(
            replace(stage, documents=(more, *stage.documents), grid=grid),
            *before.stages[1:],
        ),
    )

    found = changes(before, after)

    assert [change.path for change in found] == [
        "title",
        "stages[0].documents[0]",
        "stages[0].grid.threshold",
    ]
    assert found[1] == Change("stages[0].documents[0]", None, more)
    assert changes(before, before) == ()


WORDING = Change("title", {"en": "A"}, {"en": "B"})
EASIER = Change("lots[0].max_grant", 100, 200)
HARDER = Change("lots[0].max_grant", 200, 100)
POINTS = Change("stages[0].grid.threshold", Fraction(60), Fraction(50))
MORE = Change("envelope", 1, 2)
LESS = Change("lots[0].envelope", 2, 1)
CLOSED = replace(THEN, closes_at=None, is_first_stage=False, is_closed=True)
DECIDED = replace(CLOSED, is_decided=True)
OPENS = NOW + timedelta(days=10)


def later(days: float) -> Situation:
    return replace(THEN, new_closes_at=CLOSES + timedelta(days=days))


@pytest.mark.parametrize(
    ("found", "where", "expected"),
    [
        ([], THEN, ["nothing_changed"]),
        ([], later(0), ["nothing_changed"]),
        ([], later(3), []),
        ([], later(-1), ["earlier"]),
        ([WORDING], THEN, []),
        ([EASIER], THEN, []),
        ([EASIER], later(0), []),
        # More money comes at any time; less with more time for all, or before the decisions.
        ([MORE], THEN, []),
        ([MORE], replace(THEN, is_first_stage=False), []),
        ([MORE], CLOSED, []),
        ([MORE], DECIDED, []),
        ([LESS], THEN, ["prolong"]),
        ([LESS], later(7), []),
        ([LESS], CLOSED, []),
        ([LESS], DECIDED, ["money_promised"]),
        # Once nothing is sent in any more, nothing but money changes.
        ([WORDING], CLOSED, ["only_money"]),
        ([MORE, POINTS], DECIDED, ["only_money"]),
        # Points change only with time for everybody to read them.
        ([POINTS], THEN, ["prolong"]),
        ([POINTS], later(6.9), ["prolong"]),
        ([POINTS], later(7), []),
        # Nobody who has begun is turned out; where nobody has, it is a substantial change.
        ([HARDER], later(7), ["against_begun"]),
        ([HARDER], replace(later(7), begun=0), []),
        ([HARDER], replace(THEN, begun=0), ["prolong"]),
        # After the deadline nothing, to the very instant.
        ([WORDING], replace(THEN, now=CLOSES), []),
        ([WORDING], replace(THEN, now=CLOSES + timedelta(microseconds=1)), ["deadline_passed"]),
        # A second stage runs: the deadline may move, words may be made clearer.
        ([WORDING], replace(later(7), is_first_stage=False), []),
        ([EASIER], replace(later(7), is_first_stage=False), ["rules_settled"]),
        ([POINTS], replace(THEN, is_first_stage=False), ["rules_settled"]),
        ([POINTS], replace(THEN, closes_at=None), []),
        ([WORDING], replace(THEN, closes_at=None, is_first_stage=False), []),
        ([], replace(later(7), closes_at=None, is_first_stage=False), ["no_deadline"]),
        # While it is suspended, the clock of the call stands still.
        ([WORDING], replace(THEN, now=CLOSES + timedelta(days=1), is_suspended=True), []),
        ([], replace(later(1), now=CLOSES + timedelta(days=2), is_suspended=True), ["in_the_past"]),
        ([], replace(later(2), now=CLOSES + timedelta(days=2), is_suspended=True), ["in_the_past"]),
    ],
)
def test_what_is_refused(found, where, expected) -> None:
    assert codes(*found, where=where) == expected


def test_new_title_alone_is_a_correction() -> None:
    assert codes(says_more=True) == []
    assert codes(says_more=True, where=CLOSED) == ["only_money"]


def opening(days: float, closes: float = 0, now: datetime = NOW) -> Situation:
    """An opening that moves by days, with a deadline that moves by others."""
    moved = later(closes) if closes else THEN
    return replace(moved, now=now, opens_at=OPENS, new_opens_at=OPENS + timedelta(days=days))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (opening(0), ["nothing_changed"]),
        (opening(-3), []),
        (opening(-10), ["in_the_past"]),
        # A later opening takes no time from anybody.
        (opening(3), ["less_time"]),
        (opening(3, closes=2.9), ["less_time"]),
        (opening(3, closes=3), []),
        (opening(3, closes=3, now=OPENS), ["open_already"]),
        (replace(opening(3, closes=3), closes_at=None), ["no_deadline"]),
    ],
)
def test_opening_moves_while_it_lies_ahead(where, expected) -> None:
    assert codes(where=where) == expected


def test_opening_that_stays_or_is_not_known_forbids_nothing() -> None:
    assert codes(WORDING, where=opening(0, now=OPENS)) == []
    assert codes(WORDING, where=replace(opening(3), opens_at=None)) == []


def test_earliest_new_deadline_keeps_its_hour_over_summer_time() -> None:
    closes_at = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    where = replace(THEN, now=closes_at - timedelta(days=9), closes_at=closes_at)

    (said,) = refusals([POINTS], where, prolong_days=7)

    assert said.values["earliest_at"] == datetime(2026, 4, 3, 15, 0, tzinfo=UTC)


def test_deadline_with_the_correction_is_the_new_one_or_the_old() -> None:
    assert deadline_after(THEN) == CLOSES
    assert deadline_after(later(3)) == CLOSES + timedelta(days=3)
    assert deadline_after(replace(THEN, closes_at=None)) is None


def test_without_a_word_of_more_nothing_has_changed() -> None:
    (said,) = refusals((), THEN, prolong_days=7)

    assert said.code == "corrigendum.nothing_changed"
