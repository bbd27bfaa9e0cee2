"""Every refusal of spec/scoring.md, with its place, and the printed form."""

import copy
import json

import pytest

from app.commands.rules import score_document
from app.i18n import text
from app.rules.json_reader import InvalidInput

MISSING = object()
CASE = {
    "grid": {
        "threshold": "30",
        "sections": [
            {
                "code": "1",
                "minimum": None,
                "carried_over": None,
                "criteria": [
                    {"code": "1.1", "min": 1, "max": 5, "multiplier": 1},
                    {"code": "1.2", "min": "0.5", "max": "5"},
                ],
            },
            {"code": "2", "carried_over": "3.005", "criteria": []},
        ],
        "sub_score_floor": {"section": "1", "value": "1", "on": "AGREED"},
    },
    "discrepancy": {"kind": "PCT_OF_HIGHER", "over": "30", "resolve": "MEAN_OF_CLOSEST_TWO"},
    "assessments": [
        {"assessor": "A", "scores": {"1.1": "4", "1.2": "2.5"}},
        {"assessor": "B", "scores": {"1.1": "3", "1.2": "2.5"}},
    ],
}
THIRD = {"assessor": "C", "scores": {"1.1": "3", "1.2": "2.5"}}


def changed(*steps: str | int, to: object) -> dict:
    case = copy.deepcopy(CASE)
    place = case
    for step in steps[:-1]:
        place = place[step]
    if to is MISSING:
        del place[steps[-1]]
    else:
        place[steps[-1]] = to
    return case


def answer(case: object) -> dict:
    return score_document(json.dumps(case).encode())


def test_answer_has_the_published_keys_and_rounds_half_up() -> None:
    assert answer(CASE) == {
        "status": "AGREED",
        "used": ["A", "B"],
        "marks": {"1.1": "3.50", "1.2": "2.50"},
        "sections": {"1": "6.00", "2": "3.01"},
        "total": "9.01",
        "outcome": "BELOW_THRESHOLD",
        "failed_section": None,
        "flags": [],
    }


def test_third_needed_prints_the_difference_alone() -> None:
    case = changed("assessments", 0, "scores", "1.1", to="1")
    assert answer(case | {"discrepancy": {"kind": "POINTS", "over": "1.999"}}) == {
        "status": "THIRD_NEEDED",
        "difference": "2.00",
    }


def test_everything_optional_may_be_left_out_or_null() -> None:
    least = {
        "grid": {"sections": [{"code": "1", "criteria": [{"code": "x", "min": 0, "max": 9}]}]},
        "assessments": [
            {"assessor": "A", "scores": {"x": "9"}},
            {"assessor": "B", "scores": {"x": "0"}},
        ],
    }
    nulls = copy.deepcopy(least)
    nulls["discrepancy"] = nulls["grid"]["threshold"] = nulls["grid"]["sub_score_floor"] = None
    nulls["grid"]["sections"][0] |= {"minimum": None, "carried_over": None}
    nulls["grid"]["sections"][0]["criteria"][0]["multiplier"] = None
    assert answer(least) == answer(nulls)
    assert answer(least)["total"] == "4.50"
    assert answer(least | {"discrepancy": {"kind": "NONE"}}) == answer(least)


G, S, D, M = "grid", "sections", "discrepancy", "assessments"
C = (G, S, 0, "criteria")
WRONG = [
    ((G,), MISSING, "grid"),
    ((M,), MISSING, "assessments"),
    (("note",), "x", "note"),
    ((G, "note"), "x", "grid.note"),
    ((G, S), MISSING, "grid.sections"),
    ((G, S), [], "grid.sections"),
    ((G, S), [{"code": "1", "carried_over": "3"}], "grid.sections"),
    ((G, "threshold"), 30, "grid.threshold"),
    ((G, "threshold"), "-1", "grid.threshold"),
    ((G, S, 0, "code"), MISSING, "grid.sections[0].code"),
    ((G, S, 0, "title"), "x", "grid.sections[0].title"),
    ((G, S, 1, "code"), "1", "grid.sections[1].code"),
    ((G, S, 0, "carried_over"), "3", "grid.sections[0]"),
    ((G, S, 1, "carried_over"), None, "grid.sections[1]"),
    ((G, S, 1, "carried_over"), 3, "grid.sections[1].carried_over"),
    ((G, S, 0, "minimum"), "-0.1", "grid.sections[0].minimum"),
    ((*C, 0, "code"), "", "grid.sections[0].criteria[0].code"),
    ((*C, 1, "code"), "1.1", "grid.sections[0].criteria[1].code"),
    ((*C, 0, "min"), MISSING, "grid.sections[0].criteria[0].min"),
    ((*C, 0, "min"), -1, "grid.sections[0].criteria[0].min"),
    ((*C, 0, "min"), 0.5, "grid.sections[0].criteria[0].min"),
    ((*C, 0, "max"), True, "grid.sections[0].criteria[0].max"),
    ((*C, 0, "max"), MISSING, "grid.sections[0].criteria[0].max"),
    ((*C, 0, "multiplier"), 0, "grid.sections[0].criteria[0].multiplier"),
    ((*C, 0, "multiplier"), "0.0", "grid.sections[0].criteria[0].multiplier"),
    ((*C, 0, "multiplier"), "-1", "grid.sections[0].criteria[0].multiplier"),
    ((*C, 0, "weight"), 1, "grid.sections[0].criteria[0].weight"),
    ((G, "sub_score_floor", "section"), "2", "grid.sub_score_floor.section"),
    ((G, "sub_score_floor", "section"), "9", "grid.sub_score_floor.section"),
    ((G, "sub_score_floor", "value"), MISSING, "grid.sub_score_floor.value"),
    ((G, "sub_score_floor", "value"), 1, "grid.sub_score_floor.value"),
    ((G, "sub_score_floor", "on"), "COMMITTEE_SCORE", "grid.sub_score_floor.on"),
    ((G, "sub_score_floor", "on"), MISSING, "grid.sub_score_floor.on"),
    ((D, "kind"), MISSING, "discrepancy.kind"),
    ((D, "kind"), "SPREAD", "discrepancy.kind"),
    ((D, "over"), MISSING, "discrepancy.over"),
    ((D, "over"), 30, "discrepancy.over"),
    ((D, "over"), "-1", "discrepancy.over"),
    ((D, "resolve"), "MEDIAN", "discrepancy.resolve"),
    ((D, "note"), "x", "discrepancy.note"),
    ((M,), CASE[M][:1], "assessments"),
    ((M,), [*CASE[M], THIRD, THIRD | {"assessor": "D"}], "assessments"),
    ((M,), [*CASE[M], THIRD | {"assessor": "A"}], "assessments[2].assessor"),
    ((M, 0, "assessor"), MISSING, "assessments[0].assessor"),
    ((M, 0, "scores"), MISSING, "assessments[0].scores"),
    ((M, 0, "scores"), [], "assessments[0].scores"),
    ((M, 0, "scores", "1.2"), MISSING, "assessments[0].scores.1.2"),
    ((M, 0, "scores", "1.2"), None, "assessments[0].scores.1.2"),
    ((M, 0, "scores", "9.9"), "1", "assessments[0].scores.9.9"),
    ((M, 0, "scores", "1.1"), 4, "assessments[0].scores.1.1"),
    ((M, 0, "scores", "1.1"), "0.99", "assessments[0].scores.1.1"),
    ((M, 0, "scores", "1.1"), "5.01", "assessments[0].scores.1.1"),
    ((M, 0, "comment"), "x", "assessments[0].comment"),
]


@pytest.mark.parametrize(("steps", "value", "path"), WRONG)
def test_wrong_input_is_refused_at_its_place(steps, value, path) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(changed(*steps, to=value))
    assert caught.value.message.path == path
    assert text(caught.value.message, "en")
