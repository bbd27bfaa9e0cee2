"""Whether the dates of a call are in order, long enough and on days when people work.

Days are calendar days in the zone of the authority; the day of publication is day 0
(handbook 1.3, 4.5). Warned of are the turn of the year, both Easters, weekends and the public
holidays that are given: those of the authority's country, as its administrator confirmed them.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.rules.holidays import orthodox_easter, western_easter
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_findings import Finding, error, warning


def date_findings(
    scheme: Scheme,
    dates: CallDates,
    zone: ZoneInfo,
    holidays: AbstractSet[date] = frozenset(),
) -> Iterator[Finding]:
    if dates.opens_at >= dates.closes_at:
        yield error("opens_after_closing", "dates.opens_at", closes_at=dates.closes_at)
    yield from _since_publication(scheme, dates, zone)
    yield from _questions(scheme, dates, zone)
    yield from _stages(scheme, dates)
    for path, closes_at in _deadlines(dates):
        yield from _day(closes_at.astimezone(zone).date(), path, holidays)
        if closes_at.astimezone(zone).date() > scheme.period.ends_on:
            yield error("closes_after_period", path, ends_on=scheme.period.ends_on)
    valid_until = scheme.allocation.reserve_valid_until
    last_day = max(closes_at.astimezone(zone).date() for _, closes_at in _deadlines(dates))
    if valid_until is not None and valid_until <= last_day:
        yield error("reserve_before_closing", "allocation.reserve_valid_until")


def _since_publication(scheme: Scheme, dates: CallDates, zone: ZoneInfo) -> Iterator[Finding]:
    if dates.published_at is None:
        return
    if dates.opens_at < dates.published_at:
        yield error("opens_before_publication", "dates.opens_at", published_at=dates.published_at)
    published_on = dates.published_at.astimezone(zone).date()
    days = (dates.closes_at.astimezone(zone).date() - published_on).days
    if days < scheme.call.min_days:
        earliest = published_on + timedelta(days=scheme.call.min_days)
        yield error(
            "too_few_days",
            "dates.closes_at",
            days=days,
            min_days=scheme.call.min_days,
            earliest_on=earliest,
        )


def _questions(scheme: Scheme, dates: CallDates, zone: ZoneInfo) -> Iterator[Finding]:
    closes_on = dates.closes_at.astimezone(zone).date()
    for name, days in (
        ("questions_until_at", scheme.call.questions_until_days),
        ("answers_until_at", scheme.call.answers_until_days),
    ):
        until = getattr(dates, name)
        latest = closes_on - timedelta(days=days)
        if until is not None and until > dates.closes_at:
            yield error("after_closing", f"dates.{name}", closes_at=dates.closes_at)
        elif until is not None and until.astimezone(zone).date() > latest:
            yield warning("later_than_usual", f"dates.{name}", days=days, latest_on=latest)
    asked, answered = dates.questions_until_at, dates.answers_until_at
    if asked is not None and answered is not None and answered < asked:
        yield error("answers_before_questions", "dates.answers_until_at")


def _stages(scheme: Scheme, dates: CallDates) -> Iterator[Finding]:
    before = dates.closes_at
    order = {stage.key: place for place, stage in enumerate(scheme.stages)}
    for key, _ in dates.stage_closes_at:
        if key not in order:
            yield error("unknown_stage", f"dates.{key}", stage=key)
    known = [(order[key], key, at) for key, at in dates.stage_closes_at if key in order]
    for _, key, closes_at in sorted(known):
        if closes_at <= before:
            yield error("stage_closes_too_early", f"dates.{key}", stage=key, before_at=before)
        before = closes_at


def _deadlines(dates: CallDates) -> Iterator[tuple[str, datetime]]:
    yield "dates.closes_at", dates.closes_at
    for key, closes_at in dates.stage_closes_at:
        yield f"dates.{key}", closes_at


def _day(day: date, path: str, holidays: AbstractSet[date]) -> Iterator[Finding]:
    if (day.month, day.day) >= (12, 31) or (day.month, day.day) <= (1, 8):
        yield warning("turn_of_the_year", path, closes_on=day)
    easters = (orthodox_easter(day.year), western_easter(day.year))
    if any(timedelta(days=-6) <= day - easter <= timedelta(days=1) for easter in easters):
        yield warning("easter_week", path, closes_on=day)
    elif day in holidays:
        yield warning("public_holiday", path, closes_on=day)
    elif day.weekday() >= 5:
        yield warning("weekend", path, closes_on=day)
