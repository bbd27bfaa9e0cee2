"""Our strict macros write the same HTML as GOV.UK's own, so its style and scripts fit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from jinja2 import Environment, PackageLoader, PrefixLoader
from lxml import html
from sqlalchemy.orm import sessionmaker

from app.settings import Settings
from app.web import app as web_app
from app.web import fields, pages, parts
from app.web.fields import Option, Verbatim
from app.web.forms import Bound, Form, read

OPTIONS = (Option("north", Verbatim("North")), Option("south", Verbatim("South"), Verbatim("Warm")))
MUST = "Answer this"
ITEMS = [
    {"value": "north", "text": "North"},
    {"value": "south", "text": "South", "hint": {"text": "Warm"}},
]
_THEIRS = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., str]]:
    monkeypatch.setattr(web_app, "AUDIENCES", ())
    chosen = Settings(data_dir=tmp_path, secret_key="k" * 32)
    app: FastAPI = web_app.create_app(chosen, sessions=sessionmaker())
    scope = {"type": "http", "app": app, "headers": [], "path": "/", "query_string": b""}
    with pages.showing(Request(scope)):
        yield lambda macro, /, *args, **more: app.state.templates.globals[macro](*args, **more)


def theirs(component: str, macro: str, params: dict) -> str:
    macros = _THEIRS.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
    return str(getattr(macros, macro)(params))


def shape(source: str) -> list[tuple]:
    """Tags, attributes and words; spaces and the order of attributes and classes do not count."""
    found: list[tuple] = []
    for node in html.fragment_fromstring(source, create_parent="div").iter():
        attributes = {
            name: " ".join(sorted(value.split())) if name == "class" else value
            for name, value in node.attrib.items()
        }
        found.append((node.tag, attributes, _words(node.text), _words(node.tail)))
    return found


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def bound(field: fields.Field, typed: dict[str, str]) -> Bound:
    form: Form = read((field,), typed)
    return form[field.name]


HINT = {"hint": {"text": "Help"}}
ERROR = {"errorMessage": {"text": MUST}}


def legend(text: str) -> dict:
    return {"fieldset": {"legend": {"text": text}}}


def date_items(error: bool) -> list[dict]:  # noqa: FBT001 - one table of the test
    wrong = " govuk-input--error" if error else ""
    return [
        {
            "name": "on.day",
            "id": "on-day",
            "label": "Day",
            "classes": f"govuk-input--width-2{wrong}",
        },
        {
            "name": "on.month",
            "id": "on-month",
            "label": "Month",
            "classes": f"govuk-input--width-2{wrong}",
        },
        {
            "name": "on.year",
            "id": "on-year",
            "label": "Year",
            "classes": f"govuk-input--width-4{wrong}",
        },
    ]


CASES: list[tuple[str, Bound, str, str, dict]] = [
    (
        "field_text",
        bound(fields.text("a_b", "Name", hint="Help", missing=MUST), {"a_b": "x"}),
        "input",
        "govukInput",
        {"id": "a-b", "name": "a_b", "label": {"text": "Name"}, "value": "x", **HINT},
    ),
    (
        "field_text",
        bound(fields.text("a", "Name", hint="Help", missing=MUST), {}),
        "input",
        "govukInput",
        {"id": "a", "name": "a", "label": {"text": "Name"}, **HINT, **ERROR},
    ),
    (
        "field_textarea",
        bound(fields.long_text("a", "Text", missing=MUST), {}),
        "textarea",
        "govukTextarea",
        {"id": "a", "name": "a", "rows": 6, "label": {"text": "Text"}, **ERROR},
    ),
    (
        "field_select",
        bound(fields.choice("a", "Side", OPTIONS, missing=MUST), {"a": "south"}),
        "select",
        "govukSelect",
        {"id": "a", "name": "a", "label": {"text": "Side"}, "value": "south", "items": ITEMS},
    ),
    (
        "field_radios",
        bound(fields.one_of("a", "Side", OPTIONS, missing=MUST), {"a": "south"}),
        "radios",
        "govukRadios",
        {"idPrefix": "a", "name": "a", "value": "south", "items": ITEMS, **legend("Side")},
    ),
    (
        "field_radios",
        bound(fields.one_of("a", "Side", OPTIONS, hint="Help", missing=MUST), {}),
        "radios",
        "govukRadios",
        {"idPrefix": "a", "name": "a", "items": ITEMS, **legend("Side"), **HINT, **ERROR},
    ),
    (
        "field_checkboxes",
        bound(fields.several("a", "Sides", OPTIONS, hint="Help", missing=MUST), {}),
        "checkboxes",
        "govukCheckboxes",
        {"idPrefix": "a", "name": "a", "items": ITEMS, **legend("Sides"), **HINT, **ERROR},
    ),
    (
        "field_date",
        bound(fields.date_of("on", "Day of birth", hint="Help", missing=MUST), {}),
        "date-input",
        "govukDateInput",
        {"id": "on", "items": date_items(error=True), **legend("Day of birth"), **HINT, **ERROR},
    ),
    (
        "field_file",
        bound(fields.upload("a", "Statute", hint="Help", missing=MUST), {}),
        "file-upload",
        "govukFileUpload",
        {"id": "a", "name": "a", "label": {"text": "Statute"}, **HINT, **ERROR},
    ),
    (
        "field_password",
        bound(fields.password("a", "Password", missing=MUST), {}),
        "password-input",
        "govukPasswordInput",
        {
            "id": "a",
            "name": "a",
            "label": {"text": "Password"},
            "classes": "govuk-input--width-20",
            **ERROR,
        },
    ),
]


def without_translations(source: str) -> list[tuple]:
    """Leave out the texts for GOV.UK's scripts, which theirs takes from the script itself."""
    return [
        (
            tag,
            {name: value for name, value in attributes.items() if not name.startswith("data-i18n")},
            *words,
        )
        for tag, attributes, *words in shape(source)
    ]


@pytest.mark.parametrize(("name", "field", "component", "macro", "params"), CASES)
def test_field_is_written_as_the_convention_has_it(
    ours, name, field, component, macro, params
) -> None:
    assert without_translations(ours(name, field)) == without_translations(
        theirs(component, macro, params)
    )


def test_button_tag_and_links_are_written_as_the_convention_has_them(ours) -> None:
    pairs = [
        (
            ours("button", "Save", kind="secondary", name="then", value="draft"),
            theirs(
                "button",
                "govukButton",
                {
                    "text": "Save",
                    "classes": "govuk-button--secondary",
                    "name": "then",
                    "value": "draft",
                    "preventDoubleClick": True,
                },
            ),
        ),
        (
            ours("tag", "Open", "green"),
            theirs("tag", "govukTag", {"text": "Open", "classes": "govuk-tag--green"}),
        ),
        (
            ours("back_link", "/x", "All"),
            # Ours is wrapped in a landmark: it stands before <main>.
            '<nav aria-label="Back">'
            + theirs("back-link", "govukBackLink", {"href": "/x", "text": "All"})
            + "</nav>",
        ),
        (
            ours("warning_text", "Mind"),
            theirs("warning-text", "govukWarningText", {"text": "Mind"}),
        ),
        (
            ours("error_summary", read((fields.text("a", "A", missing=MUST),), {})),
            theirs(
                "error-summary",
                "govukErrorSummary",
                {
                    "titleText": "There is a problem",
                    "errorList": [{"text": MUST, "href": "#a"}],
                },
            ),
        ),
        (
            ours("data_list", [parts.Item("Name", "Ana", "/change")]),
            theirs(
                "summary-list",
                "govukSummaryList",
                {
                    "rows": [
                        {
                            "key": {"text": "Name"},
                            "value": {"text": "Ana"},
                            "actions": {
                                "items": [
                                    {
                                        "href": "/change",
                                        "text": "Change",
                                        "visuallyHiddenText": "Name",
                                    }
                                ]
                            },
                        }
                    ]
                },
            ),
        ),
    ]
    for mine, original in pairs:
        assert shape(mine) == shape(original)
