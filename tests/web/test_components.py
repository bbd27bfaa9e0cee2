"""Macros and texts are found out about once, and still say and refuse what Jinja does."""

import pytest

from app import i18n
from app.web.pages import make_environment


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
