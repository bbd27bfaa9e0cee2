"""Account numbers: a typing error is found, and a Serbian number and its IBAN are one account."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.i18n import text
from app.rules.bank_accounts import (
    CONSTANT_CHECK_DIGITS,
    check_account,
    check_bic,
    check_iban,
    printed_iban,
    serbian_account,
)

RIGHT = {
    "RS": "RS35260005601001611379",
    "ME": "ME25505000012345678951",
    "BA": "BA391290079401028494",
    "MK": "MK07250120000058984",
    "XK": "XK051212012345678906",
    "AL": "AL47212110090000000235698741",
    "DE": "DE89370400440532013000",
}


def codes(typed: str) -> list[str]:
    return [message.code for message in check_account(typed).blocking]


@pytest.mark.parametrize("iban", RIGHT.values(), ids=RIGHT)
def test_a_right_iban_is_accepted_as_printed_on_paper(iban: str) -> None:
    assert check_account(printed_iban(iban).lower()).normal == iban


@pytest.mark.parametrize("iban", RIGHT.values(), ids=RIGHT)
def test_any_two_neighbouring_digits_swapped_are_found(iban: str) -> None:
    swapped = {
        iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :]
        for place in range(4, len(iban) - 1)
    } - {iban}

    assert {tuple(codes(wrong)) for wrong in swapped} == {("iban.check_digits",)}


@pytest.mark.parametrize("country", CONSTANT_CHECK_DIGITS)
def test_check_digits_of_the_region_are_constant(country: str) -> None:
    assert RIGHT[country][2:4] == CONSTANT_CHECK_DIGITS[country]


def test_an_iban_right_by_modulo_97_with_other_check_digits_is_refused() -> None:
    # The domestic check of this number is wrong, the international one is made to fit.
    bban = "260005601001611378"
    check = 98 - int(bban + "272800") % 97

    assert codes(f"RS{check:02d}{bban}") == ["iban.check_digits"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "iban.missing"),
        ("260-56010016113-78", "iban.domestic_check_digits"),
        ("RS3526000560100161137", "iban.length"),
        ("ZZ35260005601001611379", "iban.country"),
        ("35260005601001611379", "iban.form"),
        ("RS35 2600 0560 1001 6113 7X", "iban.form"),
    ],
)
def test_a_wrong_account_is_refused_with_what_to_do(typed: str, code: str) -> None:
    assert codes(typed) == [code]
    assert all(text(message) for message in check_account(typed).blocking)


def test_a_serbian_number_gives_its_iban_and_back() -> None:
    found = check_account("260-56010016113-79")

    assert found.normal == RIGHT["RS"]
    assert serbian_account(found.normal) == "260-0056010016113-79"


@given(bank=st.integers(100, 999), account=st.integers(0, 10**13 - 1))
def test_every_serbian_number_with_a_right_check_becomes_an_iban_with_35(
    bank: int, account: int
) -> None:
    check = 98 - int(f"{bank}{account:013d}") * 100 % 97
    assume(check >= 2)
    typed = f"{bank}-{account}-{check:02d}"

    assert check_account(typed).normal == f"RS35{bank}{account:013d}{check:02d}"


def test_an_account_of_another_country_has_no_serbian_number() -> None:
    with pytest.raises(ValueError, match="Serbia"):
        serbian_account(RIGHT["DE"])


@pytest.mark.parametrize("bic", ["NBSRRSBG", "nbsr rs bg xxx", "PCBKXKPR"])
def test_a_bic_of_8_or_11_characters_is_accepted(bic: str) -> None:
    assert list(check_bic(bic).blocking) == []


@pytest.mark.parametrize(
    ("bic", "code"),
    [("NBSRRSB", "bic.form"), ("", "bic.form"), ("NBSRZZBG", "bic.country")],
)
def test_a_wrong_bic_is_refused(bic: str, code: str) -> None:
    assert [message.code for message in check_bic(bic).blocking] == [code]


def test_an_iban_with_a_wrong_check_tells_of_swapped_digits() -> None:
    message = next(iter(check_iban("RS35260005601001611397").blocking))

    assert text(message).startswith("This IBAN contains a typing error, perhaps two digits")


def test_a_refused_number_names_its_country_and_its_length() -> None:
    (message,) = check_iban(" RS3526000560100161137 ").blocking
    assert message.values == {"typed": "RS3526000560100161137", "country": "RS", "length": 21}
    (message,) = check_bic("NBSRZZBG").blocking
    assert message.values == {"country": "ZZ"}
