"""What assessors wrote becomes one text a section: nothing twice, and no sentence runs on."""

from app.rules.comments import of_sections
from tests.rules.make_scheme import one_stage


def _grid():
    return next(stage.grid for stage in one_stage().stages if stage.grid)


def test_comments_on_a_section_and_its_criteria_are_joined_in_the_order_of_the_sheets():
    section = _grid().sections[0]
    first, second = section.code, section.criteria[0].code

    said = of_sections(_grid(), [{first: "Well argued", second: "Few data."}, {first: "Clear!"}])

    assert said[section.code] == "Well argued. Few data. Clear!"


def test_what_two_of_them_wrote_alike_is_said_once():
    code = _grid().sections[0].code

    assert of_sections(_grid(), [{code: "Good"}, {code: " Good "}])[code] == "Good."


def test_a_section_on_which_nobody_wrote_has_an_empty_text():
    assert set(of_sections(_grid(), []).values()) == {""}
