"""Forms that cannot be asked or answered are told."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from app.rules.scheme import Scheme
from app.rules.scheme_check_form import form_findings
from app.rules.scheme_form import Choice, Question, QuestionKind
from app.rules.scheme_text import Text
from tests.rules.make_scheme import (
    REAL,
    document,
    found_in,
    item,
    question,
    stage,
)

ROWS = REAL.stages[1].form[4].questions[0]
FACT = "unknown_partner_fact"
ONE = (Choice("a", Text({"en": "A"})),)
TWO = (*ONE, Choice("b", Text({"en": "B"})))


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (question(0, 0, 0, key="Title!"), "stages[0].form[0].questions[0].key", "key_form"),
        (question(0, 0, 0, key="summary"), "stages[0].form", "repeated"),
        (
            question(0, 0, 1, max_words=None),
            "stages[0].form[0].questions[1]",
            "long_text_without_limit",
        ),
        (
            question(0, 0, 1, max_words=0),
            "stages[0].form[0].questions[1].max_words",
            "not_positive",
        ),
        (
            question(0, 0, 5, at_least=Fraction(19)),
            "stages[0].form[0].questions[5].at_least",
            "min_above_max",
        ),
        (question(0, 0, 5, fact="requested"), "stages[0].form[0].questions[5].kind", "fact_kind"),
        (
            question(1, 3, 2, choices=()),
            "stages[1].form[3].questions[2].choices",
            "too_few_choices",
        ),
        (
            question(1, 4, 0, columns=()),
            "stages[1].form[4].questions[0].columns",
            "columns_with_rows",
        ),
        (
            question(1, 4, 0, min_rows=26),
            "stages[1].form[4].questions[0].min_rows",
            "min_above_max",
        ),
        (document(0, 0, formats=("exe",)), "stages[0].documents[0].formats", "unknown_format"),
        (document(0, 0, formats=()), "stages[0].documents[0].formats", "unknown_format"),
        (document(0, 0, max_files=0), "stages[0].documents[0].max_files", "not_positive"),
        (document(0, 0, only_lots=("L9",)), "stages[0].documents[0].only_lots", "unknown_lot"),
        (document(0, 0, key="ownership"), "stages", "repeated"),
        (document(0, 1, key="other"), "stages[0].checklist[2].document", "unknown_document"),
        (
            document(0, 0, blind_visible=True, restricted=True),
            "stages[0].documents[0].blind_visible",
            "restricted_is_not_shown",
        ),
        (item("eligibility", 0, fact=""), "eligibility[0].fact", "rule_without_fact"),
        (item("eligibility", 0, one_of=()), "eligibility[0]", "rule_without_limit"),
        (item("eligibility", 4, at_least=Fraction(19)), "eligibility[4].at_least", "min_above_max"),
        (item("eligibility", 5, evidence="poem"), "eligibility[5].evidence", "unknown_document"),
        (
            stage(0, form=(replace(REAL.stages[0].form[0], questions=()),)),
            "stages[0].form[0]",
            "section_without_questions",
        ),
        (
            question(0, 0, 0, choices=(Choice("a", Text({"en": "A"})),)),
            "stages[0].form[0].questions[0].choices",
            "choices_not_used",
        ),
        (
            question(1, 4, 0, columns=(replace(ROWS, columns=()),)),
            "stages[1].form[4].questions[0].columns[0]",
            "rows_in_rows",
        ),
    ],
)
def test_an_inconsistency_is_told_with_its_place(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


@pytest.mark.parametrize(
    ("change", "path", "codes"),
    [
        (question(0, 0, 1, max_words=1), "stages[0].form[0].questions[1].max_words", set()),
        (
            question(0, 0, 5, at_least=Fraction(18)),
            "stages[0].form[0].questions[5].at_least",
            set(),
        ),
        (
            question(0, 0, 0, kind=QuestionKind.CHOICES, choices=ONE, fact=""),
            "stages[0].form[0].questions[0].choices",
            set(),
        ),
        (
            question(0, 0, 0, kind=QuestionKind.CHOICE, choices=ONE, fact=""),
            "stages[0].form[0].questions[0].choices",
            {"too_few_choices"},
        ),
        (
            question(0, 0, 0, kind=QuestionKind.CHOICE, choices=TWO, fact=""),
            "stages[0].form[0].questions[0].choices",
            set(),
        ),
        (question(1, 4, 0, min_rows=25), "stages[1].form[4].questions[0].min_rows", set()),
        (item("eligibility", 4, at_least=Fraction(18)), "eligibility[4].at_least", set()),
    ],
)
def test_what_lies_just_at_a_limit_is_right(
    change: Callable[[Scheme], Scheme], path: str, codes: set[str]
) -> None:
    found = form_findings(change(REAL))

    assert {each.message.code for each in found if each.message.path == path} == {
        f"scheme.{code}" for code in codes
    }


def test_a_column_tells_of_a_partner_what_is_known_and_elsewhere_anything() -> None:
    (partners,) = (each for each in REAL.stages[1].form[1].questions[:1])
    assert partners.fact == "co_applicants"
    column = replace(partners.columns[0], fact="shoe_size")
    asked, elsewhere = (replace(each, columns=(column,)) for each in (partners, ROWS))

    def told(place: int, question: Question) -> list[str]:
        form = list(REAL.stages[1].form)
        form[place] = replace(form[place], questions=(question,))
        return [path for path, code in found_in(stage(1, form=tuple(form))(REAL)) if code == FACT]

    assert told(1, asked) == ["stages[1].form[1].questions[0].columns[0].fact"]
    assert told(4, elsewhere) == []
