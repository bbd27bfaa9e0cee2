"""Collects all texts for translators: `python -m app.i18n.extract sr_Cyrl` writes app/locales/.

An existing catalogue keeps its translations; texts that are gone move to its end.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.i18n.catalogue import FOLDER

CHECKOUT = FOLDER.parent.parent
_METHODS = [
    ("app/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/emails/**.txt", "jinja2"),
    ("reports/**.html", "jinja2"),
]
_OPTIONS = {
    name: {"newstyle_gettext": "true", "trimmed": "true"}
    for name, how in _METHODS
    if how == "jinja2"
}
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def source_texts() -> Catalog:
    """Return every marked text of the program, its pages and documents with its place."""
    catalogue = Catalog(project="Envelope", charset="utf-8")
    for path, line, message, comments, context in _extracted():
        catalogue.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return catalogue


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    yield from extract_from_dir(
        CHECKOUT,
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        directory_filter=_is_ours,
    )


def _is_ours(folder: str) -> bool:
    """Babel would pass over `reports/_house`, and read all of `node_modules`."""
    name = Path(folder).name
    return not name.startswith(".") and name not in {"node_modules", "var", "__pycache__"}


def update(locale: str, folder: Path = FOLDER) -> Path:
    """Write or refresh the catalogue of one language and return its path."""
    path = folder / f"{locale}.po"
    catalogue = Catalog(locale=locale, project="Envelope", charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(source_texts())
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False)
    return path


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"{update(name)}\n")
