from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from io import BytesIO

import pytest
from starlette.datastructures import FormData, Headers, UploadFile

from app.rules.messages import Message
from app.web import fields
from app.web.fields import Option, Verbatim
from app.web.forms import blank, filled, read, read_unjudged

OPTIONS = (Option("north", Verbatim("Sever")), Option("south", Verbatim("Jug")))


def value_of(field: fields.Field, posted: dict[str, str] | FormData) -> object:
    form = read((field,), posted)
    assert dict(form.errors) == {}
    return form.values[field.name]


def error_of(field: fields.Field, posted: dict[str, str] | FormData) -> str:
    form = read((field,), posted)
    assert set(form.errors) == {field.name}
    return form.errors[field.name]


@pytest.mark.parametrize(
    ("field", "posted", "value"),
    [
        (fields.text("a", "A"), {"a": "  two \n words "}, "two words"),
        (fields.text("a", "A"), {}, ""),
        (fields.email("a", "A"), {"a": "ana@example.org"}, "ana@example.org"),
        (fields.iban("a", "A"), {"a": "RS35 2600 0560 1001 6113 79"}, "RS35260005601001611379"),
        (fields.long_text("a", "A", max_words=2), {"a": "one\r\ntwo"}, "one\ntwo"),
        (fields.number("a", "A"), {"a": "1 500"}, 1500),
        (fields.number("a", "A"), {"a": ""}, None),
        (fields.amount("a", "A"), {"a": "1.234,56"}, 123_456),
        (fields.score("a", "A", maximum=5, step=Fraction(1, 2)), {"a": "4,5"}, Fraction(9, 2)),
        (
            fields.date_of("a", "A"),
            {"a.day": "7", "a.month": "03", "a.year": "2027"},
            date(2027, 3, 7),
        ),
        (fields.date_of("a", "A"), {"a.day": "", "a.month": "", "a.year": ""}, None),
        (fields.yes_no("a", "A"), {"a": "yes"}, True),
        (fields.yes_no("a", "A"), {}, False),
        (fields.one_of("a", "A", OPTIONS), {"a": "south"}, "south"),
        (fields.choice("a", "A", OPTIONS), {"a": ""}, ""),
        (
            fields.several("a", "A", OPTIONS),
            FormData([("a", "north"), ("a", "south")]),
            ("north", "south"),
        ),
        (fields.several("a", "A", OPTIONS), {}, ()),
        (fields.password("a", "A"), {"a": " spaces stay "}, " spaces stay "),
        (fields.upload("a", "A"), {}, None),
    ],
)
def test_answer_becomes_a_value_of_its_kind(field, posted, value) -> None:
    assert value_of(field, posted) == value


@pytest.mark.parametrize(
    ("field", "posted", "error"),
    [
        (fields.text("a", "A", missing="Enter the title"), {"a": "  "}, "Enter the title"),
        (
            fields.text("a", "A", max_length=3),
            {"a": "four"},
            "Shorten this to 3 characters; it has 4",
        ),
        (
            fields.email("a", "A"),
            {"a": "ana.example.org"},
            "Enter an e-mail address like name@example.org",
        ),
        (
            fields.iban("a", "A"),
            {"a": "RS35260005601001611397"},
            "This is not a valid IBAN: its check digits do not fit; "
            "compare it with the bank’s paper",
        ),
        (
            fields.long_text("a", "A", max_words=2),
            {"a": "a b c"},
            "Shorten this to 2 words; it has 3",
        ),
        (
            fields.amount("a", "A"),
            {"a": "1.234"},
            "“1.234” can be read in two ways; if you mean 1234, write 1234 or 1.234,00",
        ),
        (
            fields.amount("a", "A"),
            {"a": "-5"},
            "“-5” is negative; enter zero or more, without a minus sign",
        ),
        (fields.amount("a", "A", maximum_cents=100_00), {"a": "100,01"}, "Enter 100.00 or less"),
        (fields.number("a", "A", minimum=6), {"a": "5"}, "Enter 6 or more"),
        (fields.score("a", "A", step=Fraction(1, 2)), {"a": "4.25"}, "Give points in steps of 0.5"),
        (fields.score("a", "A", maximum=5), {"a": "5.01"}, "Enter 5 or less"),
        (
            fields.date_of("a", "A"),
            {"a.day": "7", "a.month": "", "a.year": "2027"},
            "Enter day, month and year",
        ),
        (
            fields.date_of("a", "A"),
            {"a.day": "31", "a.month": "2", "a.year": "2027"},
            "This day does not exist; enter it in digits, like 27 3 2027",
        ),
        (
            fields.date_of("a", "A"),
            {"a.day": "1", "a.month": "2", "a.year": "27"},
            "Enter the year with four digits",
        ),
        (fields.yes_no("a", "A", missing="Confirm this"), {}, "Confirm this"),
        (fields.one_of("a", "A", OPTIONS), {"a": "west"}, "Choose one of the answers in the list"),
        (fields.several("a", "A", OPTIONS, missing="Choose one"), {}, "Choose one"),
        (fields.upload("a", "A", missing="Choose a file"), {}, "Choose a file"),
    ],
)
def test_wrong_answer_is_told_in_a_sentence(field, posted, error) -> None:
    assert error_of(field, posted) == error


def moment_of(day: int, month: int, hour: str) -> object:
    posted = {"a.day": str(day), "a.month": str(month), "a.year": "2027", "a.time": hour}
    form = read((fields.moment("a", "A"),), posted)
    return form.errors.get("a") or form.values["a"]


def test_moment_is_typed_in_belgrade_and_kept_in_utc() -> None:
    assert moment_of(3, 5, "16:00") == datetime(2027, 5, 3, 14, 0, tzinfo=UTC)
    assert moment_of(3, 12, "16.00") == datetime(2027, 12, 3, 15, 0, tzinfo=UTC)


def test_24_hours_is_the_last_instant_of_the_day() -> None:
    assert moment_of(3, 5, "24:00") == datetime(2027, 5, 3, 21, 59, 59, 999_999, tzinfo=UTC)


def test_hour_that_summer_time_skips_is_refused() -> None:
    assert moment_of(28, 3, "02:30") == "Clocks skip this hour on that day; choose another"


def upload_of(content: bytes) -> FormData:
    headers = Headers({"content-type": "application/pdf"})
    file = UploadFile(BytesIO(content), size=len(content), filename="a.pdf", headers=headers)
    return FormData([("a", file)])


def test_file_arrives_unless_it_is_empty_or_too_large() -> None:
    field = fields.upload("a", "A", max_bytes=10)

    assert value_of(field, upload_of(b"%PDF")).filename == "a.pdf"
    assert error_of(field, upload_of(b"")) == "“a.pdf” is empty; choose the file again"
    assert (
        error_of(field, upload_of(b"x" * 11))
        == "The file has 11\u00a0B; at most 10\u00a0B are accepted"
    )


def test_nothing_typed_is_lost_when_another_answer_is_wrong() -> None:
    asked = (fields.amount("sum_cents", "Sum"), fields.date_of("on", "On"), fields.text("t", "T"))
    posted = {"sum_cents": "1.234", "on.day": "31", "on.month": "2", "on.year": "x", "t": " so "}

    form = read(asked, posted)

    assert form["sum_cents"].value == "1.234"
    assert [form["on"].part(end) for end in (".day", ".month", ".year")] == ["31", "2", "x"]
    assert form["t"].value == " so "


def test_password_is_read_but_never_shown_again() -> None:
    rendered = read((fields.password("secret", "Password"),), {"secret": "hunter2 hunter2"})
    assert (rendered.values, rendered.typed) == ({"secret": "hunter2 hunter2"}, {})


def test_stored_values_are_shown_as_they_would_be_typed() -> None:
    asked = (
        fields.amount("a", "A"),
        fields.moment("b", "B"),
        fields.several("c", "C", OPTIONS),
        fields.score("d", "D"),
        fields.yes_no("e", "E"),
    )
    values = {
        "a": 50_556_296,
        "b": datetime(2027, 5, 3, 21, 59, 59, 999_999, tzinfo=UTC),
        "c": ("south",),
        "d": Fraction(9, 2),
        "e": True,
    }

    form = filled(asked, values)

    assert form["a"].value == "505,562.96"
    assert [form["b"].part(end) for end in (".day", ".month", ".year", ".time")] == [
        "3", "5", "2027", "24:00",
    ]  # fmt: skip
    assert form["c"].chosen == ("south",)
    again = read(
        asked, FormData([(name, text) for name, texts in form.typed.items() for text in texts])
    )
    assert dict(again.values) == values


LINES = (
    fields.rows(
        "lines",
        "Lines",
        (fields.text("what", "What", missing="Say what"), fields.amount("cents", "Amount")),
        missing="Enter a line",
    ),
)


def test_rows_are_read_in_order_and_empty_ones_fall_away() -> None:
    form = read(
        LINES, {"lines-0-what": "b", "lines-2-what": "a", "lines-2-cents": "2", "lines-5-what": " "}
    )

    assert form.values["lines"] == ({"what": "b", "cents": None}, {"what": "a", "cents": 200})
    assert [row["what"].name for row in form["lines"].rows] == ["lines-0-what", "lines-1-what"]


def test_adding_a_row_keeps_everything_and_blames_nobody() -> None:
    form = read(LINES, {"lines-0-what": "", "lines-0-cents": "1.234", "lines-add": "1"})

    assert form.rows_changed
    assert form.errors == {}
    assert [row["cents"].value for row in form["lines"].rows] == ["1.234", ""]


def test_removing_a_row_takes_that_row() -> None:
    form = read(LINES, {"lines-0-what": "a", "lines-1-what": "b", "lines-remove": "0"})

    assert [row["what"].value for row in form["lines"].rows] == ["b"]


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"lines-0-what": "a", "lines-1-cents": "five", "when.day": "31", "sum": "x"},
        {"lines-0-what": "a", "lines-1-what": "b", "lines-remove": "0", "when.year": "26"},
        {"lines-0-what": "", "lines-0-cents": "1.234", "lines-add": "1", "sum": " 12 "},
    ],
)
def test_unjudged_form_holds_what_was_typed_and_nothing_else(posted: dict[str, str]) -> None:
    asked = (*LINES, fields.date_of("when", "When", missing="Say"), fields.amount("sum", "Sum"))
    judged, unjudged = read(asked, posted), read_unjudged(asked, posted)

    assert (unjudged.typed, unjudged.rows_changed) == (judged.typed, judged.rows_changed)
    assert [row.typed for row in unjudged.rows["lines"]] == [
        row.typed for row in judged.rows["lines"]
    ]
    assert (unjudged.summary, dict(unjudged.values)) == ((), {})


def test_mistake_in_a_row_is_linked_from_the_summary() -> None:
    form = read(LINES, {"lines-0-what": "a", "lines-1-cents": "5"})

    assert form.summary == (("Say what", "lines-1-what"),)


def test_rows_that_nobody_asked_for_may_stay_empty() -> None:
    columns = LINES[0].columns
    form = read(
        (fields.rows("lines", "Lines", columns),), {"lines-0-what": "", "lines-0-cents": ""}
    )

    assert (form.values, form.errors) == ({"lines": ()}, {})


def test_missing_rows_are_told() -> None:
    assert read(LINES, {}).summary == (("Enter a line", "lines-0-what"),)


@dataclass(frozen=True, slots=True)
class Named:
    title: str


def test_form_without_errors_becomes_a_dataclass() -> None:
    assert read((fields.text("title", "T"),), {"title": "x"}).into(Named) == Named("x")


def test_form_with_errors_refuses_to_become_one() -> None:
    form = read((fields.text("title", "T", missing="Enter it"),), {})
    with pytest.raises(ValueError, match="without errors"):
        form.into(Named)


def test_refusals_of_an_action_join_the_summary_with_their_values() -> None:
    form = blank((fields.amount("own_cents", "Own share"),)).with_errors(
        {
            "own_cents": Message("amount.negative", {"typed": "-1"}),
            "": "At least {least} is needed.",
        },
        least_cents=10_000,
        currency="EUR",
    )

    assert form.summary == (
        ("At least EUR\u00a0100.00 is needed.", ""),
        ("“-1” is negative; enter zero or more, without a minus sign", "own-cents"),
    )
