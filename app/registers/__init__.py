"""Lists that come with the product: local governments, regions, countries, public holidays."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


class LocalGovernmentKind(StrEnum):
    CAPITAL = "capital"
    CITY = "city"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class LocalGovernment:
    """One town hall. An empty `statistical_code` or `development_group` is not known."""

    key: str
    name_cyrl: str
    name_latn: str
    kind: LocalGovernmentKind
    nuts2: str
    district_cyrl: str
    district_latn: str
    statistical_code: str
    development_group: str
    development_group_year: str

    def name(self, language: str) -> str:
        """The name in Cyrillic for Serbian in Cyrillic and Macedonian, else in Latin."""
        cyrillic = language.replace("_", "-") in {"sr", "sr-Cyrl", "sr-Cyrl-RS", "mk"}
        return self.name_cyrl if cyrillic else self.name_latn


@dataclass(frozen=True, slots=True)
class Region:
    """A statistical region; `parent` is the code one level up, empty at the top."""

    code: str
    country: str
    level: int
    name_en: str
    name_latn: str
    name_cyrl: str
    parent: str


@dataclass(frozen=True, slots=True)
class Country:
    """`footnote` has to be printed wherever the name stands on a public page or letter."""

    code: str
    name_en: str
    currency: str
    group: str
    footnote: str


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """One day off by law; `day` and `moves` as `app.rules.holidays.DayRule` reads them.

    `is_confirmed` is false where the law leaves room (two entities, holidays of believers) or
    the day follows the sighting of the moon: an administrator confirms it each year.
    """

    country: str
    day: str
    moves: str
    name_en: str
    first_year: int
    last_year: int
    is_confirmed: bool


@cache
def local_governments() -> tuple[LocalGovernment, ...]:
    """Serbia's 145, by region and district, in the order of the register."""
    return tuple(
        LocalGovernment(
            key=row["key"],
            name_cyrl=row["name_cyrl"],
            name_latn=row["name_latn"],
            kind=LocalGovernmentKind(row["kind"]),
            nuts2=row["nuts2"],
            district_cyrl=row["district_cyrl"],
            district_latn=row["district_latn"],
            statistical_code=row["statistical_code"],
            development_group=row["development_group"],
            development_group_year=row["development_group_year"],
        )
        for row in _rows("serbia_local_governments.csv")
    )


def local_government(key: str) -> LocalGovernment | None:
    """The local government with that key, None when there is none."""
    return _by_key().get(key)


@cache
def place_keys() -> frozenset[str]:
    """Every key that may stand as the answer to a question for a place."""
    return frozenset(_by_key())


@cache
def nuts_regions() -> tuple[Region, ...]:
    return tuple(
        Region(
            code=row["code"],
            country=row["country"],
            level=int(row["level"]),
            name_en=row["name_en"],
            name_latn=row["name_latn"],
            name_cyrl=row["name_cyrl"],
            parent=row["parent"],
        )
        for row in _rows("nuts_regions.csv")
    )


@cache
def countries() -> tuple[Country, ...]:
    """Those of the region first, then the European Union, then the others."""
    return tuple(Country(**row) for row in _rows("countries.csv"))


def country(code: str) -> Country | None:
    """The country with that code (ISO 3166-1, and XK), None when it is not in the list."""
    return next((known for known in countries() if known.code == code), None)


@cache
def public_holidays() -> tuple[PublicHoliday, ...]:
    """Those of the countries of the region, by country in the order of the year."""
    return tuple(
        PublicHoliday(
            country=row["country"],
            day=row["day"],
            moves=row["moves"],
            name_en=row["name_en"],
            first_year=int(row["first_year"]),
            last_year=int(row["last_year"] or 9999),
            is_confirmed=row["status"] == "law",
        )
        for row in _rows("public_holidays.csv")
    )


@cache
def _by_key() -> dict[str, LocalGovernment]:
    return {government.key: government for government in local_governments()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
