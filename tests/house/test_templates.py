"""Templates parse, stay short, hold no style or script, and say nothing past gettext."""

import re

import pytest

from app.web.pages import FUNCTIONS, TEMPLATES, make_environment

FILES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in FILES]
MOST_LINES = 150

# Parts of fields that no page calls itself; the fields show them.
INNER = {"choice_item", "date_part", "field_group", "field_messages", "form_group"}

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
_RAW = re.compile(r"<!DOCTYPE[^>]*>|<!--.*?-->", re.DOTALL)
_SPOKEN = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _said(source: str) -> list[str]:
    """Return text nodes and spoken attributes that stand in the source as they are."""
    bare = _RAW.sub("", _JINJA.sub("\0", _TRANS.sub("\0", source)))
    spoken = _SPOKEN.findall(bare)
    nodes = re.split(r"<[^>]*>", bare)
    return [
        " ".join(piece.split())
        for piece in (*spoken, *nodes)
        for piece in piece.split("\0")
        if re.search(r"[^\W\d_]", re.sub(r"&\w+;", "", piece))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_template_parses(name: str) -> None:
    make_environment().get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_template_is_short(name: str) -> None:
    lines = _text(name).count("\n")
    assert lines <= MOST_LINES, f"{name} has {lines} lines: make macros or parts of it."


@pytest.mark.parametrize("name", NAMES)
def test_template_holds_no_style_and_no_script(name: str) -> None:
    if name.startswith("emails/"):
        return
    found = re.findall(r"<style|\bstyle=|\bon[a-z]+=\"|<script(?![^>]*\bsrc=)", _text(name))
    assert found == [], (
        f"{name}: the policy of every page forbids it; use static/envelope.css or .js."
    )


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(".txt")])
def test_every_word_passes_through_gettext(name: str) -> None:
    assert _said(_text(name)) == [], f'{name}: write {{{{ _("…") }}}} around these words.'


def test_untranslated_words_are_found() -> None:
    assert _said('<p title="Fast">{{ _("Yes") }} No<br>{% if a < b %}&nbsp;{{ x }}{% endif %}') == [
        "Fast",
        "No",
    ]


def test_every_component_is_one_macro_with_its_reason() -> None:
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        source = path.read_text("utf-8")
        assert re.findall(r"\{% macro (\w+)\(", source) == [path.stem], path.name
        assert source.startswith("{#- "), f"{path.name}: begin with what it is for."


def test_every_component_is_shown_in_the_gallery() -> None:
    macros = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    components = macros | FUNCTIONS.keys() | {"field", "row_cards"}
    samples = {path.stem for path in (TEMPLATES / "dev" / "samples").glob("*.html")}
    assert components - INNER == samples, "Add templates/dev/samples/<component>.html."


def test_pages_extend_the_layout_of_their_audience() -> None:
    """A part that others include extends nothing."""
    for path in FILES:
        folder = path.parent.relative_to(TEMPLATES).as_posix()
        if path.name == "layout.html" or not (path.parent / "layout.html").exists():
            continue
        extended = re.findall(r"\{% extends (.*?) %\}", path.read_text("utf-8"))
        assert extended in ([], [f'"{folder}/layout.html"']), f"{folder}/{path.name}"
