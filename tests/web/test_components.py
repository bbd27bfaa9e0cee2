"""Macros and texts are found out about once, and still say and refuse what Jinja does."""

import pytest
from jinja2 import UndefinedError
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from app import i18n
from app.web import cells, choices, components, controls, fields
from app.web.fields import Option, Verbatim
from app.web.forms import Bound
from app.web.pages import make_environment

TYPED = """<b>"&'"""
ESCAPED = "&lt;b&gt;&#34;&amp;&#39;"
CHOICES = (Option(TYPED, Verbatim(TYPED), hint=Verbatim(TYPED)),)


def bound(kind, **more) -> Bound:
    """A field of which every text was typed by somebody."""
    asked = kind("x", Verbatim(TYPED), hint=Verbatim(TYPED), **more)
    return Bound(asked, "", {"": (TYPED,)}, TYPED)


@pytest.fixture(scope="module")
def environment():
    return make_environment()


EVERYTHING = """
{% macro told(text, more="-") %}
  {{ text }}{{ more }}{{ kwargs|length }}{{ caller(text) }}
{% endmacro %}
{% set given = {"more": typed, "wide": 1} %}
{% for each in [typed, markup, 7, none, number] %}
  {% call(said) told(each, **given) %}<i>{{ said }}{{ loop.cycle(typed, "b") }}</i>{% endcall %}
  {% if loop.first %}{% continue %}{% endif %}
  {% set held %}{{ each }}{{ typed }}{% endset %}
  {{ held }}{{ cell(held) }}{{ link(each, typed) }}{{ joined(*[typed, each], sign=typed) }}
{% endfor %}
{{ typed ~ markup }}{{ typed|upper }}{{ markup|upper }}{{ typed.join(["a", "b"]) }}
{% filter upper %}{{ typed }}{{ markup }}{% endfilter %}
{% trans who=typed %}by {{ who }}{% endtrans %}
{{ (typed if number else markup) }}{{ "<b>" }}{{ namespace(x=typed).x }}{{ dict(a=typed).a }}
"""


def test_page_is_the_same_as_the_usual_generator_makes_it(environment) -> None:
    usual = make_environment()
    usual.code_generator_class = CodeGenerator
    values = {
        "typed": TYPED,
        "markup": Markup("<b>&amp;</b>"),
        "number": 1.5,
        "joined": lambda *texts, sign: [*texts, sign],
    }

    ours, theirs = (each.from_string(EVERYTHING).render(values) for each in (environment, usual))

    assert ours == theirs
    assert ours.count(ESCAPED) > 20


@pytest.mark.parametrize("wrong", ["{{ nobody }}", "{{ nobody() }}", "{{ cell(nobody.name) }}"])
def test_name_that_nobody_gave_is_an_error(environment, wrong) -> None:
    with pytest.raises(UndefinedError, match="'nobody' is undefined"):
        environment.from_string(wrong).render()


def test_nothing_that_a_page_calls_asks_for_the_context(environment) -> None:
    """Calls go straight to the function: Jinja would have given it the context."""
    asking = [n for n, f in environment.globals.items() if hasattr(f, "jinja_pass_arg")]

    assert asking == []


def test_program_of_another_generator_is_not_taken_for_ours(tmp_path, monkeypatch) -> None:
    for generation in ("one", "two"):
        monkeypatch.setattr(components, "GENERATION", generation)
        make_environment(tmp_path).get_template("components/panel.html")

    assert sorted(each.name.partition("-")[0] for each in tmp_path.iterdir()) == ["one", "two"]


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
        (lambda: choices.field_radios(bound(fields.one_of, options=CHOICES)), 6),
        (lambda: choices.choice_item("radios", "radio", TYPED, TYPED, TYPED, TYPED, TYPED), 8),
        (
            lambda: choices.field_group(
                bound(fields.one_of, options=CHOICES),
                role=TYPED,
                legend_class=TYPED,
                caller=lambda: TYPED,
            ),
            6,
        ),
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
