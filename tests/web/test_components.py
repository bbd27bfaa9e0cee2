"""Macros and texts are found out about once, and still say and refuse what Jinja does."""

import pytest

from app import i18n
from app.web import cells, controls, fields
from app.web.fields import Option, Verbatim
from app.web.forms import Bound
from app.web.pages import make_environment

TYPED = """<b>"&'"""
ESCAPED = "&lt;b&gt;&#34;&amp;&#39;"


def bound(kind, **more) -> Bound:
    """A field of which every text was typed by somebody."""
    asked = kind("x", Verbatim(TYPED), hint=Verbatim(TYPED), **more)
    return Bound(asked, "", {"": (TYPED,)}, TYPED)


@pytest.fixture(scope="module")
def environment():
    return make_environment()


def test_text_is_a_format_and_its_values_are_escaped(environment) -> None:
    shown = environment.from_string(
        '{{ _("100 %%") }} {% for i in [1] %}{% set x = i %}{{ _("by %(who)s", who="<b>") }}'
        '{% endfor %} {{ ngettext("%(num)s file", "%(num)s files", 2) }}'
    )

    assert shown.render() == "100 % by &lt;b&gt; 2 files"


def test_text_follows_the_language_in_which_it_is_said(environment) -> None:
    shown = environment.from_string('{{ _("Save") }}')

    first = shown.render()
    with i18n.speaking(i18n.PSEUDO):
        second = shown.render()

    assert (first, second) == ("Save", "⟦Såvé⟧")


def test_argument_that_a_component_does_not_take_is_an_error(environment) -> None:
    with pytest.raises(TypeError, match="panel takes no argument 'wide'"):
        environment.from_string("{{ panel('x', wide=true) }}").render()
    with pytest.raises(TypeError, match="panel takes at most"):
        environment.from_string("{{ panel(1, 2, 3, 4, 5, 6, 7) }}").render()


@pytest.mark.parametrize(
    ("shown", "texts"),
    [
        (lambda: cells.cell(TYPED, classes=TYPED), 2),
        (lambda: cells.cell(TYPED, header=True), 1),
        (lambda: cells.link(TYPED, TYPED, hidden=TYPED), 3),
        (lambda: cells.money(100, TYPED), 1),
        (lambda: cells.tag(TYPED, TYPED), 2),
        (lambda: cells.status_tag("draft", text=TYPED), 1),
        (lambda: controls.field_messages(bound(fields.text)), 2),
        (lambda: controls.field_text(bound(fields.text), prefix=TYPED, suffix=TYPED), 6),
        (lambda: controls.field_text(bound(fields.email), data={"y": TYPED}), 5),
        (lambda: controls.field_text(bound(fields.iban), label_class=TYPED), 5),
        (lambda: controls.field_number(bound(fields.number), suffix=TYPED), 5),
        (lambda: controls.field_amount(bound(fields.amount), currency=TYPED), 5),
        (
            lambda: controls.field_select(
                bound(fields.choice, options=(Option(TYPED, Verbatim(TYPED)),)), empty=TYPED
            ),
            6,
        ),
        (lambda: controls.field_hidden(bound(fields.text)), 1),
    ],
)
def test_function_that_is_a_component_escapes_each_text_once(shown, texts) -> None:
    html = shown()

    assert (html.count(ESCAPED), html.replace(ESCAPED, "").count("&")) == (texts, 0)
    assert "<b>" not in html


def test_markup_is_no_text_to_escape(environment) -> None:
    shown = environment.from_string("{{ cell(link('a & b', '/x?y=1&z=2')) }}").render()

    assert shown == (
        '<td class="govuk-table__cell"><a class="govuk-link" href="/x?y=1&amp;z=2">a &amp; b</a>'
        "</td>\n"
    )
