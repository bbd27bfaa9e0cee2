"""Numbers of organisations: form errors block, check digits block only where the rule is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import text
from app.i18n.said import all_sentences
from app.rules.identifiers import SCHEMES, check_identifier, schemes_for


def blocked(country: str, scheme: str, typed: str) -> list[str]:
    return [message.code for message in check_identifier(country, scheme, typed).blocking]


def warned(country: str, scheme: str, typed: str) -> list[str]:
    return [message.code for message in check_identifier(country, scheme, typed).warnings]


@pytest.mark.parametrize("number", ["101134702", "100002887", "104052135"])
def test_the_handbooks_pibs_are_right(number: str) -> None:
    assert (blocked("RS", "PIB", number), warned("RS", "PIB", number)) == ([], [])


def test_a_wrong_pib_is_blocked_with_what_to_do() -> None:
    message = next(iter(check_identifier("RS", "PIB", "101134703").blocking))

    assert text(message) == (
        "101134703 cannot be a PIB: the last digit does not fit the others."
        " Compare it with the paper, digit by digit"
    )


@given(number=st.integers(0, 99_999_999), place=st.integers(0, 8), by=st.integers(1, 9))
def test_every_single_wrong_digit_of_a_pib_is_found(number: int, place: int, by: int) -> None:
    first = f"{number:08d}"
    last = next(d for d in "0123456789" if blocked("RS", "PIB", first + d) == [])
    right = first + last
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]

    assert blocked("RS", "PIB", wrong) == ["identifier.check_digit"]


@pytest.mark.parametrize(
    "number",
    [
        "17162543",
        "20084693",
        "20053658",
        "20084600",
        "07461429",
        "20147229",
        "17078615",
        "07006136",
    ],
)
def test_the_handbooks_registry_numbers_are_right(number: str) -> None:
    assert (blocked("RS", "MB", number), warned("RS", "MB", number)) == ([], [])


def test_a_registry_number_with_another_last_digit_only_warns() -> None:
    assert blocked("RS", "MB", "17162544") == []
    assert warned("RS", "MB", "17162544") == ["identifier.check_digit_unsure"]


@pytest.mark.parametrize(
    ("country", "scheme", "right", "wrong", "code"),
    [
        ("ME", "PIB", "02655284", "02655285", "identifier.check_digit"),
        ("MK", "EDB", "4030000375897", "4030000375898", "identifier.check_digit"),
        ("MK", "EMBS", "1234567", "123456", "identifier.form_MK_EMBS"),
        ("BA", "JIB", "4200000000005", "3200000000005", "identifier.form_BA_JIB"),
        ("AL", "NIPT", "J91402501L", "Z91402501L", "identifier.form_AL_NIPT"),
        ("XK", "NUI", "811234567", "81123456", "identifier.form_XK_NUI"),
        ("BY", "UNP", "100582333", "10058233", "identifier.form_BY_UNP"),
        ("RS", "PIB", "100002887", "10000288", "identifier.form_RS_PIB"),
        ("RS", "MB", "07006136", "7006136", "identifier.form_RS_MB"),
        ("RS", "JBKJS", "00123", "123", "identifier.form_RS_JBKJS"),
        ("RS", "BPG", "712345678901", "71234567890", "identifier.form_RS_BPG"),
        ("DE", "PIC", "999999999", "99999999", "identifier.form_PIC"),
        ("DE", "VAT", "DE136695976", "136695976", "identifier.form_VAT"),
        ("DE", "LEI", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R1", "identifier.form_LEI"),
        ("RS", "PIB", "104052135", "", "identifier.missing"),
        ("RS", "PIB", "104052135", "١٠٤٠٥٢١٣٥", "identifier.form_RS_PIB"),
    ],
)
def test_a_number_of_another_form_is_blocked(
    country: str, scheme: str, right: str, wrong: str, code: str
) -> None:
    assert blocked(country, scheme, right) == []
    assert blocked(country, scheme, wrong) == [code]


@pytest.mark.parametrize("typed", ["МК4030000375897", "MK 4030000375897", "4030-0003-75897"])
def test_prefixes_of_both_scripts_and_separators_are_dropped(typed: str) -> None:
    assert check_identifier("MK", "EDB", typed).normal == "4030000375897"


def test_leading_zeros_are_kept() -> None:
    assert check_identifier("RS", "MB", " 07 006 136 ").normal == "07006136"


def test_an_lei_with_a_wrong_check_only_warns() -> None:
    assert warned("", "LEI", "5493001KJTIIGC8Y1R13") == ["identifier.check_digit_unsure"]


def test_each_country_names_its_identifying_number_first() -> None:
    firsts = {code: schemes_for(code)[0] for code in ("RS", "ME", "MK", "BA", "AL", "XK", "DE")}

    assert firsts == {
        "RS": "PIB", "ME": "PIB", "MK": "EDB", "BA": "JIB", "AL": "NIPT", "XK": "NUI", "DE": "LEI",
    }  # fmt: skip


def test_an_unknown_kind_of_number_is_a_bug_and_raises() -> None:
    with pytest.raises(KeyError):
        check_identifier("RS", "NIPT", "J91402501L")


def test_every_form_has_a_sentence() -> None:
    forms = {f"identifier.form_{scheme.key.removeprefix('_')}" for scheme in SCHEMES}

    assert forms == {code for code in all_sentences() if code.startswith("identifier.form_")}
