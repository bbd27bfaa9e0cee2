"""The small values that components take: columns, items, tasks, steps, crumbs, bars.

Each is a frozen dataclass with a short constructor name that templates know as a
global, so a page writes `col(_("Requested"), numeric=true)` and a typing mistake fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of a table; `sort_href` makes it a link, `sorted` is ascending or descending."""

    text: str
    numeric: bool = False
    hidden: bool = False
    sort_href: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a data list: what, its value, and where it is changed."""

    key: str
    value: object
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A line of a task list; `status` is a state known to `status_tag`."""

    title: str
    href: str = ""
    status: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a longer way; `state` is done, current or todo."""

    title: str
    href: str = ""
    state: str = "todo"


@dataclass(frozen=True, slots=True)
class Event:
    title: str
    at: datetime
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as people check it: name, size, SHA-256, time of receipt."""

    name: str
    href: str = ""
    bytes: int | None = None
    sha256: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `value` is any whole number, `text` how it is written (default: the number)."""

    label: str
    value: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is shown, and how to name the others.

    With `add_href` there are more than `total`, and there all of them are added up.
    """

    number: int
    pages: int
    total: int
    first: int
    last: int
    add_href: str = ""


def paging(total: int, number: int, size: int, add_href: str = "") -> Paging:
    """Return the page that exists and is nearest to the one asked for."""
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    first = (number - 1) * size + 1 if total else 0
    return Paging(number, pages, total, first, min(number * size, total), add_href)


def page_numbers(number: int, pages: int) -> Sequence[int]:
    """Return the pages worth a link; 0 stands for a gap."""
    near = [n for n in range(1, pages + 1) if n in {1, pages} or abs(n - number) <= 1]
    shown: list[int] = []
    for this in near:
        if shown and this > shown[-1] + 1:
            shown.append(this - 1 if this == shown[-1] + 2 else 0)
        shown.append(this)
    return shown


GLOBALS = {
    "bar": Bar,
    "col": Column,
    "crumb": Crumb,
    "event": Event,
    "figure": Figure,
    "file": StoredFile,
    "item": Item,
    "step": Step,
    "task": Task,
}
