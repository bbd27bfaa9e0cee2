"""Which rows a deed for many touches, which not, and why."""

from dataclasses import replace

import pytest

from app.rules.bulk import Deed, Row, plan

ROW = Row(
    entry_id=1, reference="A-1", stage_key="application", version=3, state="submitted",
    application_state="submitted", unmet=0, judged_against=False, open_question=None,
    has_checklist=True, has_grid=True, assessors=0, wanted=2,
)  # fmt: skip
ADMITTED = replace(ROW, state="admitted", application_state="admitted")


@pytest.mark.parametrize(
    ("deed", "row"),
    [
        (Deed.ADMIT, ROW),
        (Deed.ASK, replace(ROW, unmet=3)),
        (Deed.REMIND, replace(ROW, open_question=7)),
        (Deed.ASSIGN, ADMITTED),
    ],
)
def test_row_that_fits_is_touched(deed, row) -> None:
    assert plan(deed, [row]).touched == (row,)


@pytest.mark.parametrize(
    ("deed", "row", "code"),
    [
        (Deed.ADMIT, replace(ROW, unmet=2), "items_unmet"),
        (Deed.ADMIT, replace(ROW, open_question=7), "question_waits"),
        (Deed.ADMIT, replace(ROW, judged_against=True), "judged_against"),
        (Deed.ADMIT, replace(ROW, application_state="withdrawn"), "withdrawn"),
        (Deed.ADMIT, replace(ROW, check_is_over=True), "check_over"),
        (Deed.ADMIT, replace(ROW, has_checklist=False), "no_checklist"),
        (Deed.ADMIT, ADMITTED, "check_closed"),
        (Deed.ASK, replace(ROW, open_question=7), "question_waits"),
        (Deed.REMIND, ROW, "no_question"),
        (Deed.ASSIGN, ROW, "not_admitted"),
        (Deed.ASSIGN, replace(ADMITTED, has_grid=False), "not_assessed"),
        (Deed.ASSIGN, replace(ADMITTED, assessors=2), "enough_assessors"),
    ],
)
def test_row_that_does_not_fit_is_left_alone_with_its_reason(deed, row, code) -> None:
    made = plan(deed, [row])

    assert (made.touched, [why.code for _, why in made.left]) == ((), [f"bulk.{code}"])


@pytest.mark.parametrize(("seen", "codes"), [({1: 3}, []), ({1: 2}, ["bulk.changed"])])
def test_row_that_changed_since_it_was_shown_is_left_alone(seen, codes) -> None:
    assert [why.code for _, why in plan(Deed.ADMIT, [ROW], seen).left] == codes
