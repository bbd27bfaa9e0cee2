"""The documents and their samples: a folder in `reports/` is all that a document needs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.documents.contexts import DOCUMENTS, Context, from_json

REPORTS = Path(__file__).resolve().parents[2] / "reports"


@dataclass(frozen=True, slots=True)
class Sample:
    """One `sample*.json`; `name` is "sample" or "sample-late", `expected` its text."""

    document: str
    name: str
    path: Path

    @property
    def expected(self) -> Path:
        return self.path.with_name(self.name.replace("sample", "expected") + ".txt")

    def context(self) -> Context:
        return from_json(self.document, json.loads(self.path.read_text(encoding="utf-8")))


def gallery() -> tuple[Sample, ...]:
    """Return every sample of every document, in the order of `DOCUMENTS`, plain one first."""
    return tuple(_found())


def _found() -> Iterator[Sample]:
    for document in DOCUMENTS:
        paths = (REPORTS / document).glob("sample*.json")
        for path in sorted(paths, key=lambda path: path.stem):
            yield Sample(document=document, name=path.stem, path=path)
