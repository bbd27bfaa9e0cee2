"""Passwords: length, not oneself, not the commonest."""

import pytest

from app.rules.messages import Message
from app.rules.passwords import password_fault


@pytest.mark.parametrize("password", ["zeleni čamac", "abcdeabcdeab", "zeleni čamac 123" * 16])
def test_twelve_to_256_characters_with_five_different_ones_are_good(password: str) -> None:
    assert password_fault(password, email="ana@grad.example") is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("zeleni cama", Message("password.too_short", {"least": 12})),
        ("z" * 257, Message("password.too_long", {"most": 256})),
        ("Ana.Anic@grad.example", Message("password.own_address")),
        ("Ana Anić Anićka", Message("password.own_address")),
        ("aaaaaaaaaaaaaaaa", Message("password.common")),
        ("abcdabcdabcd", Message("password.common")),
        ("PasswordPassword", Message("password.common")),
        ("qwerty 123456", Message("password.common")),
        ("1212 1212 1212", Message("password.common")),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, fault: Message) -> None:
    found = password_fault(password, email="ana.anic@grad.example", name="Ana Anić Anićka")

    assert found == fault


def test_what_stands_before_the_at_of_ones_address_is_no_password() -> None:
    found = password_fault("Gradska.Uprava", email="gradska.uprava@grad.example")

    assert found == Message("password.own_address")
