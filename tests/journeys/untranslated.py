"""Finds words on a page in the pseudo-language that are neither translated nor data."""

import csv
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from sqlalchemy import JSON, Connection, String, Text, select
from sqlalchemy.dialects.postgresql import JSONB

from app.models.base import Base
from app.settings import CHECKOUT

# What formats print: months, zones, units, currencies, hashes, times.
FORMATS = re.compile(
    r"(EUR|RSD|CES?T|UTC|[kM]?B|PDF|XLSX|CSV|JSON|SHA-256|IBAN|BIC|"
    r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|June|July|"
    r"August|September|October|November|December|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[0-9a-f]{16,}|[^\W\d_])"
)
CODE = re.compile(r"^([a-z]|[a-z]?[\d.]+) ")  # "1.2 ", "l2 ", "a ", "15 "
SKIPPED = {"script", "style", "textarea", "code"}
VOID = {"input", "img", "br", "hr", "meta", "link", "path", "rect", "line", "circle"}


class _Visible(HTMLParser):
    """Collects what a person reads or hears; data marked `translate="no"` is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.skipping or tag in SKIPPED or given.get("translate") == "no":
            if tag not in VOID:
                self.skipping.append(tag)
            return
        names = ["aria-label", "title", "alt", "placeholder", "data-label"]
        self.found += [given[name] or "" for name in names if given.get(name)]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.skipping and tag == self.skipping[-1]:
            self.skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.found.append(data)


def untranslated(html: str, known: str) -> set[str]:
    """Return what stands on the page without brackets and is not found in the data."""
    reader = _Visible()
    reader.feed(html)
    return {part for text in reader.found for part in _left(text) if not _is_data(part, known)}


def _is_data(part: str, known: str) -> bool:
    """True for texts of the data: with a number or code before them, listed, or in groups."""
    plain = _plain(part)
    pieces = [plain, CODE.sub("", plain), plain.replace(" ", "")]
    if any(piece in known for piece in pieces) or _is_code_and_text(plain, known):
        return True
    return " and " in plain and all(_is_data(each, known) for each in plain.split(" and "))


def _is_code_and_text(plain: str, known: str) -> bool:
    """True for “PIB 100002887” and the like: a code of the data before a whole text of it."""
    code, _, text = plain.partition(" ")
    lines = f"\n{known}\n"
    return bool(text) and f"\n{code}\n" in lines and f"\n{text}\n" in lines


def _left(text: str) -> Iterator[str]:
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "\n", text)) != text:
        text = shorter
    for part in re.split(r"\n\s*|[·;|()“”*]|, |: | – | / ", text):
        words = re.findall(r"[^\W_]+", part)
        if any(re.search(r"[^\W\d]", word) and not FORMATS.fullmatch(word) for word in words):
            yield part.strip()


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .,:–-…").casefold()


def corpus(connection: Connection) -> str:
    """Return every text of the database and of the registers, as one long string."""
    texts: set[str] = set()
    for table in Base.metadata.sorted_tables:
        kept = [c for c in table.c if isinstance(c.type, String | Text | JSON | JSONB)]
        if table.name == "audit_entry":
            # Its events, states and names of details are the program's own: they have words.
            kept = [table.c.actor_name, table.c.detail]
        for row in connection.execute(select(*kept)) if kept else ():
            for value in row:
                texts.update(_strings(value, with_names=table.name != "audit_entry"))
    for path in (CHECKOUT / "app" / "registers").glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            texts.update(cell for row in csv.reader(file) for cell in row)
    for path in (CHECKOUT / "app" / "library").rglob("*.toml"):
        texts.update(re.findall(r'"([^"]+)"', path.read_text("utf-8")))
    return "\n".join(sorted({_plain(line) for text in texts for line in text.splitlines()}))


def _strings(value: object, *, with_names: bool = True) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from re.split(r"[·;|()“”]|, |: | – | / ", value)
    elif isinstance(value, dict):
        for key, each in value.items():
            if with_names:
                yield from _strings(str(key))
            # Places of the rules, as the trail keeps them: in the words of the day.
            yield from _strings(each, with_names=with_names or key == "rules")
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each, with_names=with_names)
