"""Problems carry a status, a sentence and its values."""

from app import errors
from app.rules.messages import Message


def test_problem_fills_in_its_values() -> None:
    problem = errors.Conflict("The call closed at {time}.", time="16:00")

    assert (problem.status, str(problem)) == (409, "The call closed at 16:00.")


def test_problem_without_words_says_the_words_of_its_kind() -> None:
    assert str(errors.NotFound()) == errors.NotFound.default


def test_braces_in_a_sentence_without_values_do_no_harm() -> None:
    assert str(errors.Conflict("A {stray} brace")) == "A {stray} brace"


def test_invalid_names_each_place_and_takes_what_a_rule_said() -> None:
    wrong = errors.Invalid({"budget": "Too low.", "rate": Message("budget.rate", {"most": 80})})

    assert (wrong.status, str(wrong)) == (422, "budget: Too low.; rate: budget.rate {'most': 80}")


def test_every_problem_has_a_status_of_its_own() -> None:
    # Others may refine a refusal; these are the ones that a status belongs to.
    kinds = [kind for kind in vars(errors).values() if is_refusal(kind)]

    assert len({kind.status for kind in kinds}) == len(kinds)


def is_refusal(kind: object) -> bool:
    return (
        isinstance(kind, type) and issubclass(kind, errors.Problem) and kind is not errors.Problem
    )
