"""A scheme is data: only the library knows schemes, lots, criteria and donors by name."""

import re
import tomllib

from tests.house.files import text_of, tracked

DONORS = ("EU INTEGRA", "SCTM", "SKGO", "European Union", "IPA III", "Swiss PRO", "PRAG")
# Registers are data of the world with their source, not of a scheme.
HOMES = {("app", "library"), ("app", "registers")}
LIBRARY = tracked("app/library/*.toml")


def names_of(template: dict) -> set[str]:
    """Return what only this scheme says: its names, its lots, the names and codes of its marks."""
    names = {template[name] for name in ("key", "title", "programme") if name in template}
    lots = {part for lot in template.get("lots", ()) for part in (lot["code"], lot["title"])}
    grids = [stage["grid"] for stage in template.get("stages", ()) if "grid" in stage]
    sections = [section for grid in grids for section in grid["sections"]]
    # Codes without a dot are plain numbers that stand everywhere.
    codes = {mark["code"] for section in sections for mark in section.get("criteria", ())}
    marks = {section["title"] for section in sections} | {code for code in codes if "." in code}
    return names | lots | marks


def test_nothing_outside_of_the_library_names_a_scheme_lot_mark_or_donor() -> None:
    names = set(DONORS)
    for path in LIBRARY:
        names |= names_of(tomllib.loads(text_of(path)))
    quoted = "|".join(re.escape(name) for name in sorted(names))
    search = re.compile(rf"[\"'>]({quoted})[\"'<]|\b({'|'.join(map(re.escape, DONORS))})\b")

    naming = [
        f"{path}: {found.group(0)}"
        for path in tracked("app/*.py", "templates/*.html")
        if path.parts[:2] not in HOMES
        for found in search.finditer(text_of(path))
    ]

    assert naming == [], "Move what is special to a scheme into its template in app/library/."
