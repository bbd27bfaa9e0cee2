"""What a corrigendum may change in a published call, and at which price.

A published call binds the authority. Until the deadline it may still make its words
clearer and its terms easier; what changes how applications are judged needs a later
deadline for all; what would turn out somebody who has begun is never possible.
More money may come at any time, also for a reserve list; less only until awards are decided.
Source: handbook 1.3 (grids change only by corrigendum before the deadline, with
prolongation when substantial), 4.5 (a deadline is prolonged for all), 6.1, 6.2 (a change
of policy comes before the deadline, not after).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.rules.call_clock import days_after
from app.rules.messages import Message
from app.rules.scheme import Scheme


class Effect(StrEnum):
    """From harmless to impossible; TIGHTENS is substantial and works against who has begun."""

    CLARIFIES = "clarifies"
    EASES = "eases"
    SUBSTANTIAL = "substantial"
    TIGHTENS = "tightens"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the rules before and after; None where it is new, or gone.

    `path` is written as in a template, with the places of the new rules (of the old ones
    for what is gone).
    """

    path: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Situation:
    """When the correction comes. `closes_at` is the deadline in force, None between two stages.

    `begun` counts the applications that stand; `is_first_stage` is False once the deadline of
    the first stage is over: by then the rules are settled and only words may be made clearer.
    `is_closed` once no stage takes applications any more, `is_decided` once awards are decided.
    The opening may move while it lies ahead.
    """

    now: datetime
    closes_at: datetime | None
    new_closes_at: datetime | None
    begun: int
    is_first_stage: bool
    is_suspended: bool = False
    opens_at: datetime | None = None
    new_opens_at: datetime | None = None
    is_closed: bool = False
    is_decided: bool = False

    @property
    def opening_moves(self) -> bool:
        return self.new_opens_at is not None and self.new_opens_at != self.opens_at


# The first pattern that fits decides; a number in brackets stands for any. Of amounts and
# numbers `up` and `down` name the direction that makes it easier for applicants, of lists
# `more`; the other direction tightens. Of what comes after an award nobody is turned out: where
# its duties are not `rarer`, `fewer`, `shorter`, the limit of small grants not `wider`, a date not
# `earlier` or `later` as named, the change is substantial. More money eases; less is substantial
# before the deadline, and impossible once awards are decided.
_TABLE: tuple[tuple[str, str], ...] = (
    (r"envelope|lots\[\]\.envelope", "money"),
    (r"key|currency|languages|version", Effect.NEVER),
    (r"period\.starts_on", "earlier"),
    (r"period\.ends_on", "later"),
    (r"visibility\.(emblem|emblem_min_height_mm|statement_font)", Effect.CLARIFIES),
    (r"state_aid\.ceiling", "up"),
    (r"state_aid\.ceiling_years", "down"),
    (r"reports\[\]|indicators\[\]", "duty"),
    (r"reports\[\]\.(every_months|due_months)", "rarer"),
    (r"indicators\[\]\.disaggregated_by", "fewer"),
    (r"retention\.rejected_years", Effect.CLARIFIES),
    (r"retention\.(granted_years|small_grant_years)", "shorter"),
    (r"retention\.small_grant_up_to", "wider"),
    (r"call\.(procedure|direct.*)", Effect.NEVER),
    (r"lots\[\](\.code)?", Effect.NEVER),
    (r"budget|in_kind|payments\.model|budget\.total", Effect.NEVER),
    (r"budget\.headings\[\]\.max_percent", "up"),
    (r"budget\.headings\[\]\.min_percent", "down"),
    (r"in_kind\.(own_share_percent|retention_months)", "down"),
    (r"in_kind\.(terms|handover_conditions)\[\]", Effect.SUBSTANTIAL),
    (r"stages\[\](\.key|\.kind|\.entrants|\.blind|\.with_budget)?", Effect.NEVER),
    (r"stages\[\]\.form\[\]", Effect.SUBSTANTIAL),
    (r"lots\[\]\.(max_grant|max_rate_percent)", "up"),
    (r"lots\[\]\.(min_grant|min_rate_percent|co_applicants_min)", "down"),
    (r"lots\[\]\.(applicant_types|regions)", "more"),
    (r"call\.(applicant_types|countries|co_applicants\.types)", "more"),
    (r"call\.co_applicants\.min|call\.min_months", "down"),
    (r"call\.(co_applicants\.max|max_months|caps\..*)", "up"),
    (r"call\.(min_days|questions_until_days|answers_until_days|corrigendum_days)", Effect.NEVER),
    (r"eligibility\[\]\.(at_least)", "down"),
    (r"eligibility\[\]\.(at_most)", "up"),
    (r"eligibility\[\]\.one_of", "more"),
    (r"eligibility\[\](\.fatal|\.fact|\.judged_by|\.only_lots|\.evidence)?", "criterion"),
    (r"stages\[\]\.documents\[\]", "document"),
    (r"stages\[\]\.documents\[\]\.required", "asked"),
    (r"stages\[\]\.documents\[\]\.formats", "more"),
    (r"stages\[\]\.documents\[\]\.(max_megabytes|max_files|max_age_days)", "up"),
    (r"stages\[\]\.form\[\]\.questions\[\]", "question"),
    (r".*questions\[\](\.columns\[\])?\.required", "asked"),
    (r".*questions\[\](\.columns\[\])?\.(max_words|max_length|max_rows|at_most)", "up"),
    (r".*questions\[\](\.columns\[\])?\.(min_rows|at_least)", "down"),
    (r".*questions\[\](\.columns\[\])?\.choices\[\]", "choice"),
    (r".*questions\[\](\.columns\[\])?\.(kind|key|fact|columns)", Effect.TIGHTENS),
    (r"stages\[\]\.checklist\[\]", "document"),
    (r"allocation\.reserve_valid_until", "later"),
    # Who applies in this round is not touched by the days of other rounds.
    (r"rounds\.cut_offs", Effect.CLARIFIES),
    (r"rounds\.keeps_reserve", "wider"),
    (r"letters\.[a-z_]+_days", "up"),
)
_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _TABLE)
_IDENTITY = ("key", "code")
# Lists in which items have a place of their own: moving one there changes no rule.
_LISTS = ("lots", "stages", "form", "questions", "documents", "checklist", "eligibility", "choices",
          "sections", "criteria", "columns", "letters")  # fmt: skip


def changes(before: Scheme, after: Scheme) -> tuple[Change, ...]:
    """Return every place in which two versions of rules differ, in the order of the template.

    What carries a key or a code is known by it, wherever it stands; a list whose items only
    changed places is one change of that list.
    """
    return tuple(_differ(before, after, ""))


def effect(change: Change) -> Effect:
    """Return what a change does to those who apply."""
    if isinstance(change.before, dict) or isinstance(change.after, dict):
        return Effect.CLARIFIES
    kind = _kind(change.path)
    if _is_order(change):
        return Effect.SUBSTANTIAL if change.path in {"lots", "stages"} else Effect.CLARIFIES
    return Effect(kind) if kind in Effect._value2member_map_ else _judged(kind, change)


def refusals(
    found: Iterable[Change], where: Situation, *, prolong_days: int, says_more: bool = False
) -> tuple[Message, ...]:
    """Return why these changes may not be published now; empty when they may.

    `says_more` is True when title or summary change as well, which stand outside the rules.
    """
    judged = [(change, effect(change)) for change in found]
    moved = where.new_closes_at is not None and where.new_closes_at != where.closes_at
    if not judged and not moved and not where.opening_moves and not says_more:
        return (Message("corrigendum.nothing_changed"),)
    words = (Message("corrigendum.only_money"),) if where.is_closed and says_more else ()
    return (
        *_of_time(where),
        *_of_opening(where),
        *_of_money(judged, where),
        *_of_rules(judged, where),
        *words,
        *_prolonged(judged, where, prolong_days),
    )


def deadline_after(where: Situation) -> datetime | None:
    """Return the deadline as it stands with the correction."""
    return where.new_closes_at or where.closes_at


def _of_time(where: Situation) -> Iterator[Message]:
    old, new, path = where.closes_at, where.new_closes_at, "dates.closes_at"
    if old is not None and where.now > old and not where.is_suspended:
        yield Message("corrigendum.deadline_passed", {"closes_at": old}, path)
    elif new is not None and old is None:
        yield Message("corrigendum.no_deadline", {}, path)
    elif new is not None and old is not None and new < old:
        yield Message("corrigendum.earlier", {"closes_at": old}, path)
    elif new is not None and new <= where.now:
        yield Message("corrigendum.in_the_past", {"closes_at": new}, path)


def _of_opening(where: Situation) -> Iterator[Message]:
    """An opening that lies ahead may move; nobody gets less time to apply by it."""
    old, new, path = where.opens_at, where.new_opens_at, "dates.opens_at"
    if old is None or new is None or not where.opening_moves:
        return
    closes_at = deadline_after(where)
    if where.now >= old:
        yield Message("corrigendum.open_already", {"opens_at": old}, path)
    elif new <= where.now:
        yield Message("corrigendum.in_the_past", {"closes_at": new}, path)
    elif where.closes_at is not None and closes_at is not None:
        earliest_at = new + (where.closes_at - old)
        if new > old and closes_at < earliest_at:
            values: dict[str, object] = {"earliest_at": earliest_at}
            yield Message("corrigendum.less_time", values, "dates.closes_at")


def _is_money(change: Change) -> bool:
    return _kind(change.path) == "money"


def _of_money(judged: list[tuple[Change, Effect]], where: Situation) -> Iterator[Message]:
    """What is decided was promised out of this envelope: it can only grow."""
    for change, found in judged:
        if _is_money(change) and found is not Effect.EASES and where.is_decided:
            yield Message("corrigendum.money_promised", {}, change.path)


def _of_rules(judged: list[tuple[Change, Effect]], where: Situation) -> Iterator[Message]:
    for change, found in judged:
        if _is_money(change):
            continue
        if where.is_closed:
            yield Message("corrigendum.only_money", {}, change.path)
        elif found is Effect.NEVER:
            yield Message("corrigendum.never", {}, change.path)
        elif found is not Effect.CLARIFIES and not where.is_first_stage:
            yield Message("corrigendum.rules_settled", {}, change.path)
        elif found is Effect.TIGHTENS and where.begun:
            yield Message("corrigendum.against_begun", {"number": where.begun}, change.path)


def _prolonged(
    judged: list[tuple[Change, Effect]], where: Situation, days: int
) -> Iterator[Message]:
    """Everybody needs time to read what is new: no substantial change without a later deadline."""
    if not any(found in {Effect.SUBSTANTIAL, Effect.TIGHTENS} for _, found in judged):
        return
    if where.closes_at is None or not where.is_first_stage:
        return
    earliest_at = days_after(where.closes_at, days)
    if (where.new_closes_at or where.closes_at) < earliest_at:
        values: dict[str, object] = {"days": days, "earliest_at": earliest_at}
        yield Message("corrigendum.prolong", values, "dates.closes_at")


def _kind(path: str) -> str:
    plain = re.sub(r"\[\d+\]", "[]", path)
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(plain)), "substantial")


def _is_order(change: Change) -> bool:
    before, after = change.before, change.after
    return (
        change.path.endswith(_LISTS)
        and isinstance(before, tuple)
        and isinstance(after, tuple)
        and sorted(map(str, before)) == sorted(map(str, after))
    )


def _judged(kind: str, change: Change) -> Effect:
    before, after = change.before, change.after
    if kind in _EASIER:
        return Effect.EASES if _EASIER[kind](before, after) else Effect.TIGHTENS
    if kind in _LIGHTER:
        return Effect.EASES if _LIGHTER[kind](before, after) else Effect.SUBSTANTIAL
    if kind == "criterion":
        return _criterion(change)
    if kind == "question" and after is None:
        return Effect.SUBSTANTIAL
    # A document, a check, a question: what is asked for in addition, or no longer.
    asks = after is not None and getattr(after, "required", getattr(after, "fatal", after is True))
    return Effect.SUBSTANTIAL if asks else Effect.EASES


def _is_higher(before: Any, after: Any) -> bool:  # Any: numbers of several kinds
    """No limit is the highest."""
    return after is None or (before is not None and bool(after > before))


def _is_lower(before: Any, after: Any) -> bool:  # Any: see `_is_higher`
    """No least is the lowest."""
    return after is None or (before is not None and bool(after < before))


def _is_wider(before: object, after: object) -> bool:
    """An empty list admits everybody."""
    return not after or (bool(before) and set(_items(after)) >= set(_items(before)))


def _is_narrower(before: object, after: object) -> bool:
    """Nothing new is asked for; what stands here in an empty list is no longer asked at all."""
    return set(_items(after)) <= set(_items(before))


def _is_no_limit_or_higher(before: Any, after: Any) -> bool:  # Any: see `_is_higher`
    """Where None means that there is no such limit to gain from."""
    return after is not None and (before is None or bool(after > before))


def _is_gone(before: object, after: object) -> bool:
    return before is not None and after is None


def _is_added(before: object, after: object) -> bool:
    return before is None and after is not None


def _is_later(before: object, after: object) -> bool:
    if isinstance(before, date) and isinstance(after, date):
        return after > before
    return after is None


_EASIER = {"up": _is_higher, "down": _is_lower, "more": _is_wider, "choice": _is_added}
_LIGHTER = {
    "money": _is_higher,
    "later": _is_later,
    "earlier": _is_lower,
    "duty": _is_gone,
    "rarer": _is_higher,
    "shorter": _is_lower,
    "wider": _is_no_limit_or_higher,
    "fewer": _is_narrower,
}


def _criterion(change: Change) -> Effect:
    before, after = change.before, change.after
    if after is None or after is False:
        return Effect.EASES
    if before is None or isinstance(after, bool):
        return Effect.TIGHTENS if getattr(after, "fatal", after is True) else Effect.SUBSTANTIAL
    return Effect.SUBSTANTIAL


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _differ(before: object, after: object, path: str) -> Iterator[Change]:
    if is_dataclass(before) and is_dataclass(after) and type(before) is type(after):
        for each in fields(before):
            name = each.name.removesuffix("_cents")
            where = f"{path}.{name}" if path else name
            yield from _differ(getattr(before, each.name), getattr(after, each.name), where)
    elif isinstance(before, tuple) and isinstance(after, tuple) and _has_parts(before, after):
        yield from _lists(before, after, path)
    elif before != after:
        yield Change(path, before, after)


def _has_parts(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    return any(is_dataclass(item) or isinstance(item, dict) for item in (*before, *after))


def _lists(before: tuple[Any, ...], after: tuple[Any, ...], path: str) -> Iterator[Change]:
    old = {_name(item, place): (place, item) for place, item in enumerate(before)}
    new = {_name(item, place): (place, item) for place, item in enumerate(after)}
    for name, (place, item) in new.items():
        if name in old:
            yield from _differ(old[name][1], item, f"{path}[{place}]")
        else:
            yield Change(f"{path}[{place}]", None, item)
    for name, (place, item) in old.items():
        if name not in new:
            yield Change(f"{path}[{place}]", item, None)
    kept_before = tuple(name for name in old if name in new)
    kept_after = tuple(name for name in new if name in old)
    if kept_before != kept_after:
        yield Change(path, kept_before, kept_after)


def _name(item: object, place: int) -> object:
    return next((getattr(item, name) for name in _IDENTITY if hasattr(item, name)), place)
