"""Answers are checked kind by kind; drafts may be incomplete, and nothing typed is lost."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import text
from app.rules.forms import check, facts, is_answered, missing, typed
from app.rules.scheme_form import Choice, FormSection, Question, QuestionKind
from app.rules.scheme_text import Text
from tests.rules.make_scheme import two_lots

WORDS = Text({"en": "A question"})
CHOICES = (Choice("low", WORDS), Choice("high", WORDS))
COLUMNS = (
    Question("what", WORDS, QuestionKind.TEXT, max_length=10),
    Question("cost", WORDS, QuestionKind.AMOUNT, required=False),
)


def asked(kind: QuestionKind, **changes: Any) -> Question:
    plain: dict[str, Any] = {"key": "q", "label": WORDS, "kind": kind}
    if kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}:
        plain["choices"] = CHOICES
    if kind is QuestionKind.ROWS:
        plain["columns"] = COLUMNS
    return Question(**(plain | changes))


def found(question: Question, value: object, *, complete: bool = True) -> list[tuple[str, str]]:
    section = FormSection("s", WORDS, (question,))
    messages = check([section], {"q": value}, complete=complete, places=frozenset({"nis"}))
    assert all(text(message) for message in messages)
    return [(message.path, message.code) for message in messages]


@pytest.mark.parametrize(
    ("kind", "changes", "right", "wrong", "path", "code"),
    [
        ("text", {"max_length": 5}, "gardn", "garden", "q", "form.too_long"),
        ("text", {}, "one", "one\ntwo", "q", "form.one_line"),
        ("text", {}, "one", 5, "q", "form.not_text"),
        ("text", {}, "one", "o\x00ne", "q", "form.control_characters"),
        ("long_text", {"max_words": 3}, "a b\nc", "a b c d", "q", "form.too_many_words"),
        ("number", {"at_least": Fraction(12)}, "12", "11.99", "q", "form.too_small"),
        ("number", {"at_most": Fraction(18)}, "18", "18.01", "q", "form.too_large"),
        ("number", {}, "0", "twelve", "q", "amount.not_a_number"),
        ("number", {}, "1234", "1.234", "q", "amount.ambiguous"),
        ("number", {}, "2.5", "-2", "q", "amount.negative"),
        ("number", {}, "2.5", 2.5, "q", "form.not_number"),
        ("amount", {}, 0, "1.234", "q", "amount.ambiguous"),
        ("amount", {}, 123456, "1,234.567", "q", "amount.too_many_decimals"),
        ("amount", {}, 123456, -1, "q", "form.negative_amount"),
        ("amount", {}, 123456, True, "q", "form.not_amount"),
        ("date", {}, "2026-03-19", "19.3.2026", "q", "form.not_date"),
        ("date", {}, "2028-02-29", "2026-02-29", "q", "form.not_date"),
        ("date", {}, "2026-03-19", "20260319", "q", "form.not_date"),
        ("choice", {}, "low", "middle", "q", "form.unknown_choice"),
        ("choices", {}, ["low", "high"], ["low", "middle"], "q", "form.unknown_choice"),
        ("choices", {}, ["low"], ["low", "low"], "q", "form.unknown_choice"),
        ("yes_no", {}, False, "perhaps", "q", "form.required_yes_no"),
        ("place", {}, "nis", "atlantis", "q", "form.unknown_place"),
        ("places", {}, ["nis"], ["nis", "atlantis"], "q[1]", "form.unknown_place"),
        ("rows", {"min_rows": 1}, [{"what": "x"}], [{"what": "12345678901"}], "q[0].what",
         "form.too_long"),
        ("rows", {}, [{"what": "x"}], [{"what": "x", "who": "y"}], "q[0].who",
         "form.unknown_question"),
        ("rows", {"max_rows": 1}, [{"what": "x"}], [{"what": "x"}, {"what": "y"}], "q",
         "form.too_many_rows"),
        ("rows", {"min_rows": 2}, [{"what": "x"}, {"what": "y"}], [{"what": "x"}], "q",
         "form.too_few_rows"),
        ("rows", {}, [{"what": "x"}], [{"cost": 5}], "q[0].what", "form.required_text"),
        ("rows", {}, [{"what": "x"}], "x", "q", "form.not_rows"),
        ("rows", {}, [{"what": "x"}], [{"what": "x"}, 1], "q", "form.not_rows"),
        ("number", {}, "0.12", "0.123", "q", "amount.too_many_decimals"),
    ],
)  # fmt: skip
def test_an_answer_is_checked_by_its_kind(
    kind: str, changes: dict[str, Any], right: object, wrong: object, path: str, code: str
) -> None:
    question = asked(QuestionKind(kind), **changes)

    assert found(question, right) == []
    assert found(question, wrong) == [(path, code)]


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_a_missing_answer_is_told_only_when_the_form_has_to_be_complete(kind: QuestionKind) -> None:
    assert found(asked(kind), None) == [("q", f"form.required_{kind}")]
    assert found(asked(kind), None, complete=False) == []
    assert found(asked(kind, required=False), None) == []


def test_a_draft_may_have_rows_without_all_their_cells() -> None:
    question = asked(QuestionKind.ROWS, min_rows=2)

    assert found(question, [{"cost": 5}], complete=False) == []


def test_an_answer_to_a_question_that_is_not_asked_is_told() -> None:
    messages = check([], {"ghost": "x"}, complete=False)

    assert [(message.path, message.code) for message in messages] == [
        ("ghost", "form.unknown_question")
    ]


@pytest.mark.parametrize(
    ("kind", "raw", "answer"),
    [
        ("text", "  Town \x07garden ", "Town garden"),
        ("long_text", "a\r\nb\rc", "a\nb\nc"),
        ("text", "Č", "Č"),
        ("text", "   ", None),
        ("number", "12,5", "12.5"),
        ("number", "1.234", "1.234"),
        ("number", "0,123", "0,123"),
        ("amount", "1.234,56", 123456),
        ("amount", "1,234.56", 123456),
        ("amount", "1.234", "1.234"),
        ("amount", "", None),
        ("date", "19.3.2026.", "2026-03-19"),
        ("date", "19/03/2026", "2026-03-19"),
        ("date", ["19", "3", "2026"], "2026-03-19"),
        ("date", ["31", "2", "2026"], "31.2.2026"),
        ("date", ["", "", ""], None),
        ("date", ["19", "", ""], "19.."),
        ("date", "19.3.26", "19.3.26"),
        ("date", "1.1.1000", "1000-01-01"),
        ("date", "31.12.999", "31.12.999"),
        ("date", [], None),
        ("choice", "low", "low"),
        ("choices", ["low", "high", "low", ""], ["low", "high"]),
        ("choices", [], None),
        ("choices", "low", ["low"]),
        ("yes_no", "no", False),
        ("yes_no", "yes", True),
        ("yes_no", "TRUE", True),
        ("yes_no", "false", False),
        ("yes_no", "maybe", "maybe"),
        ("place", "nis", "nis"),
        ("rows", [{"what": "x", "cost": "1,5"}, {"what": "", "cost": " "}],
         [{"what": "x", "cost": 150}]),
        ("rows", [], None),
    ],
)  # fmt: skip
def test_what_a_browser_sends_becomes_an_answer(kind: str, raw: Any, answer: object) -> None:
    assert typed(asked(QuestionKind(kind)), raw) == answer


@given(raw=st.text(max_size=30), kind=st.sampled_from(list(QuestionKind)))
def test_no_text_makes_typed_or_check_fail(raw: str, kind: QuestionKind) -> None:
    value = typed(asked(kind), raw)

    assert is_answered(value) is (value is not None)
    found(asked(kind), value)


@given(cents=st.integers(0, 10**14))
def test_an_amount_that_was_understood_is_never_wrong(cents: int) -> None:
    raw = f"{cents // 100},{cents % 100:02d}"

    assert typed(asked(QuestionKind.AMOUNT), raw) == cents
    assert found(asked(QuestionKind.AMOUNT), cents) == []


@given(hundredths=st.integers(0, 10**9))
def test_a_number_that_was_understood_is_understood_again(hundredths: int) -> None:
    value = typed(asked(QuestionKind.NUMBER), f"{hundredths // 100}.{hundredths % 100:02d}")

    assert found(asked(QuestionKind.NUMBER), value) == []


def test_a_task_list_says_which_answers_are_missing() -> None:
    sections = two_lots().stages[0].form
    answers = {question.key: "x" for question in sections[2].questions}

    counted = {key: len(keys) for key, keys in missing(sections, answers).items()}

    assert counted == {"action": 6, "place_and_strategy": 4, "relevance": 0, "design": 5}


def test_facts_are_taken_from_answers_that_were_understood() -> None:
    sections = two_lots().stages[0].form
    answers = {"action_title": "Paths", "requested": 49_875_000, "total_costs": "1.234",
               "duration_months": "15", "summary": "x"}  # fmt: skip

    assert facts(sections, answers) == {
        "action_title": "Paths", "requested": 49_875_000, "duration_months": Fraction(15),
    }  # fmt: skip


def test_a_table_counts_as_its_rows() -> None:
    sections = two_lots().stages[1].form
    answers = {"co_applicants": [{"name": "A"}, {"name": "B"}]}

    assert facts(sections, answers) == {"co_applicants": 2}


def test_chosen_keys_are_a_fact_as_they_are_and_not_their_number() -> None:
    question = asked(QuestionKind.CHOICES, fact="levels")

    assert facts([FormSection("s", WORDS, (question,))], {"q": ["low", "high"]}) == {
        "levels": ["low", "high"]
    }


def test_too_long_a_text_is_told_by_how_much() -> None:
    question = asked(QuestionKind.LONG_TEXT, max_words=2, max_length=10)
    messages = check([FormSection("s", WORDS, (question,))], {"q": "one two three"}, complete=True)

    assert [message.values for message in messages] == [
        {"words": 3, "most": 2, "over": 1},
        {"length": 13, "most": 10, "over": 3},
    ]
