"""Text as banks carry it."""

import pytest

from app.rules.bank_text import bank_text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Opština Žabalj", "Opstina Zabalj"),
        ("Општина Ђурђево", "Opstina Djurdjevo"),
        ("ЂОРЂЕ & sons", "DjORDjE sons"),
        ("INT-2026/A//1", "INT-2026/A/1"),
        ("/A/", "A"),
        ("100 % ✓ ok", "100 ok"),
    ],
)
def test_only_letters_that_a_bank_carries_are_left(typed: str, written: str) -> None:
    assert bank_text(typed, 70) == written


def test_it_is_cut_and_never_ends_with_a_slash_or_a_space() -> None:
    assert bank_text("abc/def", 4) == "abc"
    assert bank_text("abc def", 4) == "abc"
