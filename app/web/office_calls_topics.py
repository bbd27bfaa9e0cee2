"""What a fund manager can change in the rules of a call, page by page.

A topic is one page: questions about places of the scheme, items that can be added, removed or
raised, and lines that lead to a page of their own. Its key is the end of its address. What a
topic asks is found again by the path of a finding, so that it is told at its field.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.errors import NotFound
from app.i18n.marks import N_
from app.rules.scheme import Scheme
from app.web.fields import shown
from app.web.office_calls_asked import Asked

LOTS, APPLICANTS, ELIGIBILITY, POLICY, TEXTS = (
    "lots", "applicants", "eligibility", "policy", "texts",
)  # fmt: skip
BUDGET, PAYMENTS, GIVEN, LETTERS = "budget", "payments", "in-kind", "letters"
PERIOD, FUNDER, AID, REPORTS, INDICATORS = (
    "period", "visibility", "state-aid", "reports", "indicators",
)  # fmt: skip
# The pages of the whole call in the order in which they are offered; stages stand before POLICY.
WHOLE_CALL = (
    *(LOTS, APPLICANTS, PERIOD, ELIGIBILITY, POLICY, BUDGET, PAYMENTS, GIVEN, REPORTS),
    *(INDICATORS, AID, LETTERS, TEXTS, FUNDER),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; `item` is the list item they describe, if it can be removed.

    Words of a topic are N_ texts, or `Verbatim` where they come from the scheme.
    """

    legend: str
    names: tuple[str, ...]
    hint: str = ""
    item: str = ""
    can_rise: bool = False

    @property
    def legend_text(self) -> str:
        return shown(self.legend)

    @property
    def hint_text(self) -> str:
        return shown(self.hint)


@dataclass(frozen=True, slots=True)
class Line:
    """An item with a page of its own."""

    title: str
    hint: str
    topic: str
    item: str = ""
    can_rise: bool = False

    @property
    def title_text(self) -> str:
        return shown(self.title)

    @property
    def hint_text(self) -> str:
        return shown(self.hint)


@dataclass(frozen=True, slots=True)
class Switch:
    """A button that puts a whole part in place, or takes it away.

    `key` tells apart what may be put in the same place.
    """

    label: str
    path: str
    value: object
    key: str = ""

    @property
    def name(self) -> str:
        return f"{self.path}={self.key}" if self.key else self.path

    @property
    def label_text(self) -> str:
        return shown(self.label)


@dataclass(frozen=True, slots=True)
class Adding:
    """A button that adds an item at the end of a list."""

    label: str
    path: str
    item: Callable[[], object]

    @property
    def label_text(self) -> str:
        return shown(self.label)


@dataclass(frozen=True, slots=True)
class Topic:
    """One page. `preview` is the stage whose form it shows, `paper` the key of its letter."""

    key: str
    title: str
    asked: tuple[Asked, ...] = ()
    groups: tuple[Group, ...] = ()
    hint: str = ""
    lines: tuple[Line, ...] = ()
    adding: tuple[Adding, ...] = ()
    switches: tuple[Switch, ...] = ()
    parent: str = ""
    preview: str = ""
    paper: str = ""

    @property
    def title_text(self) -> str:
        return shown(self.title)

    @property
    def hint_text(self) -> str:
        return shown(self.hint)

    def items(self) -> Iterator[str]:
        """Every item that this page can remove or raise."""
        yield from (group.item for group in self.groups if group.item)
        yield from (line.item for line in self.lines if line.item)


def names(asked: Iterable[Asked]) -> tuple[str, ...]:
    return tuple(each.field.name for each in asked)


Maker = Callable[[Scheme, tuple[int, ...]], Topic]
_MAKERS: dict[str, Maker] = {}


def topic(pattern: str) -> Callable[[Maker], Maker]:
    """Register who makes the pages whose key is `pattern`, with `#` for a place in a list."""

    def keep(maker: Maker) -> Maker:
        _MAKERS[pattern] = maker
        return maker

    return keep


def topic_for(scheme: Scheme, key: str) -> Topic:
    """Return the page for a key; NotFound for one that this scheme does not have."""
    numbers = tuple(int(number) for number in re.findall(r"(?<=/)\d{1,4}(?=/|$)", key))
    pattern = re.sub(r"(?<=/)\d{1,4}(?=/|$)", "#", key)
    if pattern not in _MAKERS:
        raise NotFound
    try:
        return replace(_MAKERS[pattern](scheme, numbers), key=key)
    except (KeyError, IndexError) as gone:
        raise NotFound(N_("What you look for is no longer in these rules.")) from gone


# Where a path of a finding is mended; `#` takes the numbers in their order.
_PLACES = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (
            r"lots\[(\d+)\]\.(?:regions|applicant_types|co_applicants_min|rate_exceptions|grant_conditions).*",
            "lots/#",
        ),
        (r"(?:lots|envelope).*", LOTS),
        (r"period.*|retention.*|call\.(?:min|max)_months", PERIOD),
        (r"visibility.*", FUNDER),
        (r"state_aid.*", AID),
        (r"reports.*", REPORTS),
        (r"indicators.*", INDICATORS),
        (r"call\..*", APPLICANTS),
        (r"eligibility\[(\d+)\].*", "eligibility/#"),
        (r"eligibility", ELIGIBILITY),
        (r"allocation\..*", POLICY),
        (
            r"stages\[(\d+)\]\.grid\.sections\[(\d+)\]\.(?:criteria|maximum|minimum|title|name|carry_over).*",
            "stages/#/points/#",
        ),
        (r"stages\[(\d+)\]\.grid.*", "stages/#/points"),
        (r"stages\[(\d+)\]\.documents\[(\d+)\].*", "stages/#/documents/#"),
        (r"stages\[(\d+)\]\.documents", "stages/#/documents"),
        (r"stages\[(\d+)\]\.checklist.*", "stages/#/checklist"),
        (r"stages\[(\d+)\]\.form\[(\d+)\].*", "stages/#/form/#"),
        (r"stages\[(\d+)\]\.form", "stages/#/form"),
        (r"stages\[(\d+)\].*", "stages/#"),
        (r"budget\.headings\[(\d+)\].*", "budget/#"),
        (r"budget\.(?:totals|total\b).*", "budget/totals"),
        (r"budget\.sources.*", "budget/sources"),
        (r"budget.*", BUDGET),
        (r"payments.*", PAYMENTS),
        (r"in_kind.*", GIVEN),
        (r"letters\.letters\[(\d+)\].*", "letters/#"),
        (r"letters\.letters", LETTERS),
        (r"title|purpose|programme|legal_basis", TEXTS),
        (r"letters\.(?:complaint|data_protection|offer_reply|clarification_reply).*", TEXTS),
    )
)


def topic_of(path: str) -> str:
    """Return the key of the page on which a place is changed, empty where there is none."""
    for pattern, key in _PLACES:
        found = pattern.fullmatch(path)
        if found:
            return key.replace("#", "{}").format(*found.groups())
    return ""
