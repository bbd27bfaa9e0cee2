"""Reads `routes.txt`: one line for each address, `METHOD name who path`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("routes.txt")

# Who may without signing in: anybody, whoever holds a link from a mail, developers on a laptop.
OPEN = {"anybody", "link", "developers"}


@dataclass(frozen=True, slots=True)
class Filed:
    method: str
    name: str
    who: tuple[str, ...]
    path: str


@cache
def filed() -> dict[str, Filed]:
    """Return the table by the names of the pages; `a|b` is whoever may a or b."""
    lines = [line.split() for line in FILE.read_text("utf-8").splitlines()]
    return {
        name: Filed(method, name, tuple(who.split("|")), path)
        for method, name, who, path in (line for line in lines if line and line[0] != "#")
    }
