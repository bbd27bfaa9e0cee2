from datetime import UTC, date, datetime
from decimal import InvalidOperation

import pytest

from app.documents import wording
from app.documents.wording import Clock
from app.i18n import speaking

BELGRADE = Clock("Europe/Belgrade")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_money_has_both_decimals_in_every_currency_and_a_real_minus() -> None:
    assert plain(wording.money(50556296, "EUR")) == "EUR 505,562.96"
    assert plain(wording.money(250000000, "RSD")) == "RSD 2,500,000.00"
    assert wording.money(-234567) == "−2,345.67"


def test_scores_keep_their_decimals_and_take_the_sign_of_the_language() -> None:
    assert wording.score("82.50") == "82.50"
    assert wording.score("") == "–"
    with speaking("sr_Latn"):
        assert plain(wording.percent("77.78")) == "77,78 %"


def test_score_that_is_no_number_is_an_error() -> None:
    with pytest.raises(InvalidOperation):
        wording.score("sixty")


def test_summer_and_winter_time_are_told_apart() -> None:
    assert plain(BELGRADE.moment(datetime(2026, 3, 19, 15, tzinfo=UTC))) == (
        "19 March 2026, 16:00 CET (Europe/Belgrade)"
    )
    assert plain(BELGRADE.instant(datetime(2026, 3, 31, 14, 0, 0, 412000, tzinfo=UTC))) == (
        "31 March 2026, 16:00:00.412 CEST (Europe/Belgrade)"
    )


def test_last_instant_of_a_day_reads_24_hours() -> None:
    end = datetime(2022, 2, 2, 22, 59, 59, 999999, tzinfo=UTC)

    assert plain(BELGRADE.moment(end)) == "2 February 2022, 24:00 CET (Europe/Belgrade)"
    assert BELGRADE.instant(end) == BELGRADE.moment(end)


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without its zone"):
        BELGRADE.moment(datetime(2026, 3, 19, 15))  # noqa: DTZ001 - that is the point


def test_accounts_and_fingerprints_are_grouped() -> None:
    assert plain(wording.iban("RS35260005601001611379")) == "RS35 2600 0560 1001 6113 79"
    assert wording.pairs("9f86d081884c7d659a2f") == "9f86d081 884c7d65 9a2f"
    assert plain(wording.day(date(2026, 9, 14))) == "14 September 2026"
