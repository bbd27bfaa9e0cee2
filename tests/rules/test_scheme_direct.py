"""An award without a competition: who is named, however the number is written."""

import pytest

from app.rules.scheme_direct import DirectAward, DirectGround, parted, written
from app.rules.scheme_text import Text

NAMED = DirectAward(
    DirectGround.BASIC_ACT, Text({"en": "Article 5."}), ("RS:PIB:101134702", "PIC:999999999")
)


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        (["RS:PIB:101134702"], True),
        (["rs:pib:101 134.702"], True),
        (["RS:MB:17162543", "RS:PIB:101134702"], True),
        (["RS:PIC:999999999"], True),
        ([":PIC:999999999"], True),
        (["RS:PIB:100002887"], False),
        (["ME:PIB:101134702"], False),
        ([], False),
    ],
)
def test_an_organisation_is_named_by_any_of_its_numbers(numbers, named) -> None:
    assert NAMED.names(numbers) is named


def test_nobody_is_named_by_an_empty_list() -> None:
    nobody = DirectAward(DirectGround.EMERGENCY, Text({"en": "Floods."}))

    assert not nobody.names(["RS:PIB:101134702"])


@pytest.mark.parametrize(
    ("given", "parts", "normal"),
    [
        ("RS:PIB:RS101134702", ("RS", "PIB", "RS101134702"), "RS:PIB:101134702"),
        (" rs : mb : 0746-1429 ", ("RS", "MB", "0746-1429"), "RS:MB:07461429"),
        ("LEI:5493001kjtiigc8y1r12", ("", "LEI", "5493001KJTIIGC8Y1R12"),
         ":LEI:5493001KJTIIGC8Y1R12"),
        ("XX:NO:1", ("XX", "NO", "1"), "XX:NO:1"),
        ("1234", ("", "", "1234"), "::1234"),
    ],
)  # fmt: skip
def test_a_number_has_country_register_and_one_form(given, parts, normal) -> None:
    assert (parted(given), written(given)) == (parts, normal)
