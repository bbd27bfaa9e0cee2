"""Days on which an authority does not work: the public holidays of its country."""

from datetime import date
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import registers
from app.models import Authority, Call
from app.rules import holidays


def days_off(session: Session, call_id: int, day: date) -> frozenset[date]:
    """Return the holidays in the country of a call's authority, of the day's year and the next."""
    country = session.execute(
        select(Authority.country)
        .join(Call, Call.authority_id == Authority.id)
        .where(Call.id == call_id)
    ).scalar_one()
    return _of_country(country, day.year)


@cache
def _of_country(country: str, year: int) -> frozenset[date]:
    """A country that is not in the register has weekends alone; nothing is guessed."""
    rules = [
        holidays.DayRule(each.day, each.moves, each.first_year, each.last_year)
        for each in registers.public_holidays()
        if each.country == country
    ]
    return holidays.days_off(rules, (year, year + 1))
