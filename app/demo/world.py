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
class PlannedClaim:
    """One later instalment: what is accepted of the costs, what is refused, and why."""

    on: int
    report: str
    accepted: str
    suppliers: tuple[str, ...]
    refused: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRecovery:
    """Money that is ordered back, and what has arrived of it."""

    on: int
    amount: str
    reason: str
    interest_percent: str
    arrived_on: int
    arrived: str


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """Money that the round before leaves; without `agreed` it waits for the second person."""

    on: int
    amount: str
    reason: str
    agreed: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedDirect:
    """Towns of an award without a competition, by place.

    `invited` have an account when it is published, `later` get one on a day, `absent` have none.
    """

    ground: str
    justification: str
    invited: tuple[str, ...] = ()
    later: tuple[tuple[str, int], ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedApplication:
    """One application of the story.

    `score` and `relevance` are the agreed totals that the handbook's list shows;
    `totals` the assessors' totals of a stage that is still in work, `assessors` who they are
    where it is not the usual two. `far` says how far it has come (see `README.md`); `total` are
    its costs where they are not five quarters of the request; `first` are total and request of
    what was sent in first, then taken back. `text` is what somebody says or asks at its turn.
    `sent` is the day on which it comes, where it is not one of the last; `hour` day and hour of
    its interview; `months` how long the project takes.
    """

    lot: str
    place: str
    title: str
    requested: str
    relevance: str = ""
    score: str = ""
    totals: tuple[int, ...] = ()
    assessors: tuple[str, ...] = ()
    far: str = ""
    total: str = ""
    first: tuple[str, ...] = ()
    text: str = ""
    reply: str = ""
    sent: int | None = None
    hour: tuple[int, ...] = ()
    months: int = 15
    claims: tuple[PlannedClaim, ...] = ()
    recovery: PlannedRecovery | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What the authority says of a published call on a day: a later end, a stop, the end of it."""

    on: int
    reason: str
    closes: int = 0


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call; days are counted from the base day, `until` says how far its story goes.

    `rules` are changed in the draft, by place (`allocation.overflow`); `floors` are dimensions
    of which each value gets its best application placed first. `cut_offs` make it a round, the
    one that `follows` another with the money of `moves`. The shortlist is `invited` to come to
    `place`; on the day `reserve_called` free money is proposed to the reserve list.
    """

    key: str
    template: str
    code: str
    title: str
    summary: str
    until: str
    published: int = 0
    opens: int = 0
    closes: int = 0
    applications: tuple[PlannedApplication, ...] = ()
    next_opens: int = 0
    next_closes: int = 0
    announced: int = 0
    reserve_valid: int | None = None
    lots: dict[str, str] = field(default_factory=dict)
    min_grant: str = ""
    rules: dict[str, str] = field(default_factory=dict)
    floors: tuple[str, ...] = ()
    corrected: Notice | None = None
    stopped: Notice | None = None
    follows: str = ""
    cut_offs: tuple[int, ...] = ()
    moves: tuple[PlannedMove, ...] = ()
    direct: PlannedDirect | None = None
    invited: int | None = None
    place: str = ""
    reserve_called: int | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """An applicant whom the start names, with what waits for them."""

    place: str
    job: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who asks to join a town hall; `help` is what they write to the authority."""

    place: str
    name: str
    email: str
    on: int
    help: str = ""


@dataclass(frozen=True, slots=True)
class World:
    password: str
    authority: dict[str, str]
    staff: tuple[Staff, ...]
    larger: tuple[PlannedCall, ...]
    smaller: tuple[PlannedCall, ...]
    others: tuple[PlannedCall, ...]
    visitors: tuple[Visitor, ...]
    wishes: tuple[Wish, ...]
    invitation: dict[str, str]
    account: dict[str, str]
    stand_in: dict[str, str]
    answers: dict[str, str]
    rows: dict[str, str]

    @property
    def calls(self) -> tuple[PlannedCall, ...]:
        return (*self.larger, *self.smaller, *self.others)


@cache
def world() -> World:
    told, local, texts = _toml("world.toml"), _toml("local.toml"), _toml("texts.toml")
    return World(
        password=told["password"],
        authority=told["authority"],
        staff=tuple(Staff(**{**each, "roles": tuple(each["roles"])}) for each in told["staff"]),
        larger=tuple(_call(each) for each in told["calls"]),
        smaller=tuple(_call(each) for each in local["calls"]),
        others=tuple(_call(each) for each in _toml("kinds.toml")["calls"]),
        visitors=tuple(Visitor(**each) for each in local["visitors"]),
        wishes=tuple(Wish(**each) for each in local["wishes"]),
        invitation=local["invitation"],
        account=local["account"],
        stand_in=local["stand_in"],
        answers=texts["answers"],
        rows=texts["rows"],
    )


def _call(told: dict[str, Any]) -> PlannedCall:  # Any: TOML holds anything
    made: dict[str, Any] = {
        name: Notice(**told[name]) for name in ("corrected", "stopped") if name in told
    }
    made["applications"] = tuple(_application(each) for each in told.get("applications", ()))
    made |= {name: tuple(told.get(name, ())) for name in ("floors", "cut_offs")}
    made["moves"] = tuple(PlannedMove(**each) for each in told.get("moves", ()))
    if "direct" in told:
        lists = {name: tuple(map(_kept, told["direct"][name])) for name in _NAMED}
        made["direct"] = PlannedDirect(**{**told["direct"], **lists})
    return PlannedCall(**{**told, **made})


_NAMED = ("invited", "later", "absent")


def _kept(told: str | list[Any]) -> str | tuple[Any, ...]:  # Any: as above
    return told if isinstance(told, str) else tuple(told)


def _application(told: dict[str, Any]) -> PlannedApplication:  # Any: as above
    lists: dict[str, Any] = {
        name: tuple(told.get(name, ())) for name in ("totals", "assessors", "first", "hour")
    }
    claims = tuple(
        PlannedClaim(**{**each, "suppliers": tuple(each["suppliers"])})
        for each in told.get("claims", ())
    )
    recovery = PlannedRecovery(**told["recovery"]) if "recovery" in told else None
    return PlannedApplication(**told | lists | {"claims": claims, "recovery": recovery})


def _toml(name: str) -> dict[str, Any]:  # Any: TOML holds anything
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
