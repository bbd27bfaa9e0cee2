"""Days on which an authority does not work: the public holidays of its country, as it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app import registers
from app.errors import NotFound
from app.models import Authority, Call, DayOffRuling, User
from app.queries import visible
from app.registers import PublicHoliday
from app.rules.holidays import DayRule, Ruling, named_days
from app.rules.holidays import days_off as computed
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One day of a year; `state` is `by_law`, `to_confirm`, `day_off` or `working_day`.

    The two last are what the authority said, with its reason, who and when.
    """

    day: date
    name: str
    moves: str
    state: str
    reason: str = ""
    ruled_by: str = ""
    ruled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HolidaysPage:
    """`free` are all days off of the year, those that were moved among them."""

    authority_id: int
    authority: str
    country: str
    year: int
    lines: tuple[HolidayLine, ...]
    free: frozenset[date]

    def line(self, day: date) -> HolidayLine | None:
        return next((each for each in self.lines if each.day == day), None)

    @property
    def moved(self) -> tuple[date, ...]:
        """The working days that are free because a holiday fell on a weekend."""
        named = {each.day for each in self.lines}
        return tuple(sorted(day for day in self.free if day.year == self.year and day not in named))


def days_off(session: Session, call_id: int, day: date) -> frozenset[date]:
    """Return the holidays of a call's authority, of the day's year and the next."""
    first, last = date(day.year, 1, 1), date(day.year + 1, 12, 31)
    rows = session.execute(
        select(Authority.country, DayOffRuling.day, DayOffRuling.is_free)
        .join(Call, Call.authority_id == Authority.id)
        .outerjoin(
            DayOffRuling,
            and_(DayOffRuling.authority_id == Authority.id, DayOffRuling.day.between(first, last)),
        )
        .where(Call.id == call_id)
        .order_by(DayOffRuling.day)
    ).all()
    rulings = tuple(Ruling(row.day, row.is_free) for row in rows if row.day is not None)
    return _of_country(rows[0].country, day.year, rulings)


@cache
def _of_country(country: str, year: int, rulings: tuple[Ruling, ...]) -> frozenset[date]:
    """A country that is not in the register has weekends alone; nothing is guessed."""
    rules = [_rule(each) for each in _holidays_in(country)]
    return computed(rules, (year, year + 1), rulings)


def _holidays_in(country: str) -> Iterable[PublicHoliday]:
    return (each for each in registers.public_holidays() if each.country == country)


def _rule(each: PublicHoliday) -> DayRule:
    return DayRule(each.day, each.moves, each.first_year, each.last_year)


def holidays_page(session: Session, actor: Actor, authority_id: int, year: int) -> HolidaysPage:
    """Return a year's holidays of an authority, for its administrators; NotFound otherwise."""
    found = session.execute(
        select(Authority.name, Authority.country).where(
            Authority.id == authority_id, visible.authorities(actor, Permission.MANAGE_AUTHORITY)
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    ruled = _ruled(session, authority_id, year)
    lines = {each.day: each for each in _by_law(found.country, year)}
    for day, each in ruled.items():
        known = lines.get(day)
        lines[day] = HolidayLine(
            day,
            known.name if known else each.name,
            known.moves if known else "",
            each.state,
            each.reason,
            each.ruled_by,
            each.ruled_at,
        )
    rulings = tuple(Ruling(day, each.state == "day_off") for day, each in sorted(ruled.items()))
    return HolidaysPage(
        authority_id,
        found.name,
        found.country,
        year,
        tuple(lines[day] for day in sorted(lines)),
        _of_country(found.country, year, rulings),
    )


def _by_law(country: str, year: int) -> Iterable[HolidayLine]:
    """Two holidays on one day are one line; it is open while one of them is."""
    found: dict[date, HolidayLine] = {}
    for each in _holidays_in(country):
        for day in named_days(_rule(each), year):
            state = "by_law" if each.is_confirmed else "to_confirm"
            other = found.get(day)
            if other is not None:
                state = "to_confirm" if "to_confirm" in {state, other.state} else "by_law"
            name = f"{other.name}, {each.name_en}" if other else each.name_en
            found[day] = HolidayLine(day, name, each.moves, state)
    return found.values()


def _ruled(session: Session, authority_id: int, year: int) -> dict[date, HolidayLine]:
    rows = session.execute(
        select(
            DayOffRuling.day,
            DayOffRuling.name,
            DayOffRuling.is_free,
            DayOffRuling.reason,
            func.coalesce(User.name, ""),
            DayOffRuling.ruled_at,
        )
        .outerjoin(User, User.id == DayOffRuling.ruled_by)
        .where(
            DayOffRuling.authority_id == authority_id,
            DayOffRuling.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    return {
        day: HolidayLine(
            day, name, "", "day_off" if is_free else "working_day", reason, person, ruled_at
        )
        for day, name, is_free, reason, person, ruled_at in rows
    }


def ruling_of(session: Session, authority_id: int, day: date) -> int | None:
    """Return the ruling on a day, if there is one."""
    return session.execute(
        select(DayOffRuling.id).where(
            DayOffRuling.authority_id == authority_id, DayOffRuling.day == day
        )
    ).scalar_one_or_none()
