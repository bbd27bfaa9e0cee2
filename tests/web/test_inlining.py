"""Components that are set into a page show what they show when they are called."""

import os
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from app.web.compiling import Components, PageEnvironment
from app.web.components import Component
from app.web.pages import make_environment

LINES = ({"name": "<Town>", "cents": 5}, {"name": "Ćuprija", "cents": 1_000_00})
SAMPLES = {
    "known arguments": "{{ cell('a & b', numeric=true) }}{{ cell(1, header=true, span=2) }}",
    "a component in another": "{{ cell(link(lines[0].name, '/x?a=1&b=2', hidden='more')) }}",
    "an argument used twice": "{{ link('a', '/', hidden=lines[0].name ~ '!') }}",
    "an argument given no value": "{{ cell() }}{{ tag('open') }}",
    "a block": "{% call inset() %}<p>{{ lines|length }}</p>{% endcall %}",
    "a block within its like": (
        "{% call details(lines[0].name) %}{% call details('in', open=true) %}x{% endcall %}"
        "{{ lines[1].name }}{% endcall %}"
    ),
    "a block for each line": (
        "{% set name = 'mine' %}{% call(row) table('T', [col('A')], lines, cut_after=1,"
        " cut_text='cut', totals=[cell('sum')]) %}{% set name = row.name %}{{ cell(name) }}"
        "{{ cell(money(row.cents, 'EUR'), numeric=row.cents > 9) }}{% endcall %}{{ name }}"
    ),
    "a block that counts outside": (
        "{% for each in lines %}{% call(row) table('T', [], lines) %}{{ loop.index }}{% endcall %}"
        "{% endfor %}"
    ),
    "loops around and inside": (
        "{% for row in lines %}{{ bar_chart(row.name, []) }}{{ loop.index }}"
        "{{ data_list([item('k', loop.index0), item('v', '', href='/')], card=row.name) }}"
        "{% endfor %}"
    ),
    "a name that the page has too": (
        "{% for link in lines %}{{ cell(link.name) }}{% endfor %}{% set text, id = 'T', 'I' %}"
        "{{ tag(text ~ id) }}{{ notification(text, id=id) }}"
    ),
    "a state": "{{ status_tag('paid') }}{% for s in ['draft'] %}{{ status_tag(s) }}{% endfor %}",
    "one of two": (
        "{% for row in lines %}{{ cell(link(row.name, '/') if loop.first else money(row.cents)) }}"
        "{{ tag('a') if row.cents > 9 else '<' }}{{ cell(tag('b') if false else '') }}{% endfor %}"
    ),
    "a dictionary of arguments": "{{ tag(**{'text': '<b>', 'colour': 'red'}) }}",
    "a result that is worked with": "{{ tag('a')|upper }}{% set t = tag('b') %}{{ t }}{{ t }}",
    "a macro of the page": (
        "{% macro line(x) %}{{ cell(x) }}{{ caller() }}{% endmacro %}"
        "{% call line('<') %}{{ tag('>') }}{% endcall %}"
    ),
}


def _shown(text: str) -> str:
    environment = make_environment()
    return environment.from_string(text).render(lines=LINES)


@pytest.mark.parametrize("sample", SAMPLES)
def test_component_set_in_shows_what_it_shows_when_it_is_called(
    sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_in = _shown(SAMPLES[sample])
    monkeypatch.setattr(Components, "body_of", lambda _components, _name: None)

    assert set_in == _shown(SAMPLES[sample])


def test_branches_that_cannot_be_taken_are_not_in_the_page() -> None:
    environment = make_environment()

    compiled = environment.compile("{{ cell(x, numeric=true) }}", raw=True)

    opening = '<td class="govuk-table__cell govuk-table__cell--numeric">'
    assert opening in compiled
    assert "govuk-table__header" not in compiled
    assert "resolve('cell')" not in compiled


def test_argument_is_worked_out_once_however_often_it_is_shown() -> None:
    asked: list[str] = []
    environment = make_environment()
    environment.globals["ask"] = lambda: asked.append("asked") or "more"

    shown = environment.from_string("{{ link('a', '/', hidden=ask()) }}").render()

    assert shown.count("more") == 1
    assert asked == ["asked"]


def test_name_that_nobody_knows_is_an_error_inside_a_component_too() -> None:
    with pytest.raises(UndefinedError, match="'nowhere' is undefined"):
        make_environment().from_string("{{ cell(nowhere) }}").render()


def test_changed_component_is_seen_in_the_pages_that_it_is_set_into(tmp_path: Path) -> None:
    """In development at once; later, what was compiled before counts no more."""
    component = tmp_path / "components" / "word.html"
    component.parent.mkdir()
    (tmp_path / "page.html").write_text("{{ word('x') }}!")
    cache = tmp_path / "cache"
    cache.mkdir()
    seen = []
    for number, text in enumerate(("one", "two")):
        component.write_text("{% macro word(w) %}" + text + " {{ w }}{% endmacro %}")
        os.utime(component, ns=(number, number))
        if not number:
            developing = _environment(tmp_path, cache, reload=True)
        seen += [
            developing.get_template("page.html").render(),
            _environment(tmp_path, cache, reload=False).get_template("page.html").render(),
        ]

    assert seen == ["one x!", "one x!", "two x!", "two x!"]


def _environment(folder: Path, cache: Path, *, reload: bool) -> PageEnvironment:
    environment = PageEnvironment(folder, cache, reload=reload)
    environment.globals["word"] = Component(environment, "word")
    return environment
