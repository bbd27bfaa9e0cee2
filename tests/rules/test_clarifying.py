"""What may be asked of an applicant, and how long they have to answer."""

from datetime import date

import pytest

from app.rules.clarifying import earliest_reply_on, question_findings

THURSDAY = date(2026, 3, 19)
ASKED = {
    "question": "Which of the two?",
    "items": ("budget",),
    "clarifiable": {"budget": True, "signed": False},
    "asked_on": THURSDAY,
    "reply_on": date(2026, 3, 26),
    "reply_days": 5,
    "holidays": {date(2026, 3, 31)},
}


def test_five_working_days_jump_over_the_weekend() -> None:
    assert earliest_reply_on(THURSDAY, 5, frozenset()) == date(2026, 3, 26)


def test_a_given_holiday_does_not_count_as_a_working_day() -> None:
    assert earliest_reply_on(THURSDAY, 5, {date(2026, 3, 20)}) == date(2026, 3, 27)


def test_a_question_with_items_and_the_published_time_is_right() -> None:
    assert question_findings(**ASKED) == {}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"question": "  "}, "question", "no_question"),
        ({"items": ()}, "items", "no_item"),
        ({"items": ("other",)}, "items", "unknown_item"),
        ({"items": ("budget", "signed")}, "items", "not_clarifiable"),
        ({"reply_on": None}, "reply_on", "no_date"),
        ({"reply_on": date(2026, 3, 25)}, "reply_on", "too_soon"),
        ({"reply_on": date(2027, 3, 26)}, "reply_on", "too_far"),
        ({"reply_on": date(2026, 3, 28)}, "reply_on", "not_a_working_day"),
        ({"reply_on": date(2026, 3, 31)}, "reply_on", "not_a_working_day"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_at_its_field(change, field, code) -> None:
    found = question_findings(**(ASKED | change))

    assert {name: message.code for name, message in found.items()} == {field: f"clarifying.{code}"}


def test_sixty_days_to_answer_are_the_most() -> None:
    friday = date(2026, 3, 20)  # so that the sixtieth day is a Tuesday

    found = [
        question_findings(**(ASKED | {"asked_on": friday, "reply_on": reply_on}))
        for reply_on in (date(2026, 5, 19), date(2026, 5, 20))
    ]

    assert [list(each) for each in found] == [[], ["reply_on"]]
