"""The registers hold what the handbook counts, and nothing is guessed."""

from collections import Counter
from datetime import date

from app.registers import (
    LocalGovernmentKind,
    countries,
    country,
    local_government,
    local_governments,
    nuts_regions,
    place_keys,
    public_holidays,
)
from app.rules.holidays import DayRule, days_off


def test_serbia_has_145_local_governments_99_plus_45_plus_1() -> None:
    regions = Counter(government.nuts2 for government in local_governments())

    assert (regions["RS21"] + regions["RS22"], regions["RS12"], regions["RS11"]) == (99, 45, 1)
    assert regions == {"RS21": 52, "RS22": 47, "RS12": 45, "RS11": 1}
    assert len(local_governments()) == 145


def test_28_of_them_are_cities_belgrade_counted() -> None:
    kinds = Counter(government.kind for government in local_governments())

    assert kinds == {
        LocalGovernmentKind.CAPITAL: 1,
        LocalGovernmentKind.CITY: 27,
        LocalGovernmentKind.MUNICIPALITY: 117,
    }


def test_every_district_has_its_number_of_local_governments() -> None:
    districts = Counter(government.district_latn for government in local_governments())

    assert districts == {
        "Grad Beograd": 1, "Severnobački": 3, "Srednjobanatski": 5, "Severnobanatski": 6,
        "Južnobanatski": 8, "Zapadnobački": 4, "Južnobački": 12, "Sremski": 7, "Mačvanski": 8,
        "Kolubarski": 6, "Zlatiborski": 10, "Moravički": 4, "Raški": 5, "Rasinski": 6,
        "Šumadijski": 7, "Pomoravski": 6, "Podunavski": 3, "Braničevski": 8, "Borski": 4,
        "Zaječarski": 4, "Nišavski": 7, "Toplički": 4, "Pirotski": 4, "Jablanički": 6,
        "Pčinjski": 7,
    }  # fmt: skip


def test_no_name_key_or_code_stands_twice() -> None:
    governments = local_governments()
    codes = [government.statistical_code for government in governments]

    assert len({government.name_cyrl for government in governments}) == 145
    assert len({government.name_latn for government in governments}) == 145
    assert len(place_keys()) == 145
    assert sorted(code for code in codes if code) == sorted({code for code in codes if code})


def test_every_known_statistical_code_has_a_right_check_digit() -> None:
    wrong = [
        government.name_latn
        for government in local_governments()
        if government.statistical_code and not _check_digit_fits(government.statistical_code)
    ]

    assert wrong == []


def test_the_code_of_a_city_of_city_municipalities_is_left_empty() -> None:
    unknown = {
        government.name_latn
        for government in local_governments()
        if not government.statistical_code
    }

    assert unknown == {"Beograd", "Novi Sad", "Niš", "Užice", "Požarevac", "Vranje"}


def test_a_name_is_said_in_the_script_of_the_reader() -> None:
    sabac = local_government("sabac")

    assert sabac is not None
    assert (sabac.name("sr-Cyrl"), sabac.name("sr_Latn"), sabac.name("en")) == (
        "Шабац", "Šabac", "Šabac",
    )  # fmt: skip


def test_latin_digraphs_come_from_one_cyrillic_letter() -> None:
    names = {government.key: government.name_latn for government in local_governments()}

    assert (names["ljubovija"], names["odzaci"], names["knjazevac"], names["indjija"]) == (
        "Ljubovija", "Odžaci", "Knjaževac", "Inđija",
    )  # fmt: skip


def test_regions_of_local_governments_are_in_the_register_of_regions() -> None:
    known = {region.code for region in nuts_regions() if region.level == 2}

    assert {government.nuts2 for government in local_governments()} - known == set()


def test_only_one_country_carries_a_footnote() -> None:
    noted = [known.code for known in countries() if known.footnote]

    assert noted == ["XK"]
    assert len({known.code for known in countries()}) == len(countries())
    assert country("ZZ") is None


def _check_digit_fits(code: str) -> bool:
    digits = [int(digit) for digit in code]
    weighted = sum(digit * weight for digit, weight in zip(digits, (5, 4, 3, 2), strict=False))
    return -weighted % 11 % 10 == digits[4]


def working_holidays(code: str, year: int) -> set[date]:
    rules = [
        DayRule(each.day, each.moves, each.first_year, each.last_year)
        for each in public_holidays()
        if each.country == code
    ]
    return {day for day in days_off(rules, [year]) if day.weekday() < 5}


def test_serbia_is_off_on_the_days_of_the_handbook_in_2026() -> None:
    # Statehood Day falls on a Sunday, so it goes on to the 17th; Easter as the handbook has it.
    assert sorted(working_holidays("RS", 2026)) == [
        date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 7), date(2026, 2, 16),
        date(2026, 2, 17), date(2026, 4, 10), date(2026, 4, 13), date(2026, 5, 1),
        date(2026, 11, 11),
    ]  # fmt: skip


def test_every_country_of_the_region_has_its_holidays_and_each_is_a_day() -> None:
    region = {each.code for each in countries() if each.group == "western_balkans"}

    assert {each.country for each in public_holidays()} == region
    assert {each.moves for each in public_holidays()} == {"", "sunday", "weekend"}
    assert all(len(working_holidays(code, 2026)) >= 8 for code in sorted(region))


def test_days_that_follow_the_moon_wait_for_confirmation() -> None:
    named = [each for each in public_holidays() if each.name_en.startswith("Eid")]

    assert named
    assert not any(each.is_confirmed for each in named)
