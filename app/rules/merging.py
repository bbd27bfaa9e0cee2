"""Two people write into one draft: what each changed is kept, and where both did, they choose.

A page that shows answers carries a mark of each as it was read. When it comes back, three
versions meet: what was read, what stands by now, what was typed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]  # Any: answers of every kind
_SIGNS = 12


@dataclass(frozen=True, slots=True)
class Merged:
    """`written` is what may be written now; `clashes` were changed by both, differently."""

    written: dict[str, Any]  # Any: answers of every kind
    clashes: tuple[str, ...]


def mark(answer: object) -> str:
    """Return a short mark of an answer; no answer and an empty one are the same."""
    given = None if answer in ("", [], {}) else answer
    text = json.dumps(given, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_SIGNS]


def marks(keys: Iterable[str], answers: Answers) -> str:
    """Return the marks of these answers as one text, for a hidden field."""
    return ",".join(f"{key}:{mark(answers.get(key))}" for key in keys)


def read_marks(text: str) -> dict[str, str]:
    """Read `marks` back; what is not one is left out, so a broken field only loses the check."""
    pairs = (part.partition(":") for part in text.split(","))
    return {key: signs for key, colon, signs in pairs if colon and len(signs) == _SIGNS}


def merge(read: Mapping[str, str], stands: Answers, typed: Answers) -> Merged:
    """Merge typed answers with those that stand; without a mark the typed one wins.

    Who changed nothing keeps nobody's change away; both writing the same is no clash.
    """
    written: dict[str, Any] = {}
    clashes: list[str] = []
    for key, answer in typed.items():
        now, mine = mark(stands.get(key)), mark(answer)
        before = read.get(key, now)
        if now in (before, mine):
            written[key] = answer
        elif mine != before:
            clashes.append(key)
    return Merged(written, tuple(clashes))


def marks_after(read: Mapping[str, str], stands: Answers, typed: Answers) -> str:
    """Return the marks for a page that goes on showing what was typed, after it was merged.

    An answer that a colleague changed and this page does not show keeps its old mark.
    """
    return ",".join(
        f"{key}:{mark(answer) if mark(stands.get(key)) == mark(answer) else read.get(key, '')}"
        for key, answer in typed.items()
    )
