"""What the demo world is made of, read from `app/library/demo`: data, not code."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "library" / "demo"


@dataclass(frozen=True, slots=True)
class Staff:
    name: str
    email: str
    roles: tuple[str, ...]
    job: str


@dataclass(frozen=True, slots=True)
class PlannedApplication:
    """One application of the story.

    `score` and `relevance` are the agreed totals that the handbook's list shows;
    `totals` the two assessors' totals of a stage that is still in work.
    """

    lot: str
    place: str
    title: str
    requested: str
    relevance: str = ""
    score: str = ""
    totals: tuple[int, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call; days are counted from the base day, `until` says how far its story goes."""

    key: str
    template: str
    code: str
    title: str
    summary: str
    until: str
    published: int
    opens: int
    closes: int
    applications: tuple[PlannedApplication, ...]
    next_opens: int = 0
    next_closes: int = 0
    announced: int = 0
    reserve_valid: int | None = None
    lots: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    password: str
    authority: dict[str, str]
    staff: tuple[Staff, ...]
    calls: tuple[PlannedCall, ...]
    answers: dict[str, str]
    rows: dict[str, str]


@cache
def world() -> World:
    told = _toml("world.toml")
    texts = _toml("texts.toml")
    return World(
        password=told["password"],
        authority=told["authority"],
        staff=tuple(Staff(**{**each, "roles": tuple(each["roles"])}) for each in told["staff"]),
        calls=tuple(_call(each) for each in told["calls"]),
        answers=texts["answers"],
        rows=texts["rows"],
    )


def _call(told: dict[str, Any]) -> PlannedCall:  # Any: TOML holds anything
    applications = tuple(
        PlannedApplication(**{**each, "totals": tuple(each.get("totals", ()))})
        for each in told["applications"]
    )
    return PlannedCall(**{**told, "applications": applications})


def _toml(name: str) -> dict[str, Any]:  # Any: TOML holds anything
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
