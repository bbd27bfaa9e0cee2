"""Orders within Serbia carry a code of purpose and the payee's reference (handbook 4.2, 5.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import text
from app.rules.domestic_orders import check_reference, control_digits, purpose_finding


@pytest.mark.parametrize("code", ["221", "200", "290"])
def test_a_code_of_three_digits_from_account_to_account_is_right(code: str) -> None:
    assert purpose_finding(code, "purpose") is None


@pytest.mark.parametrize("code", ["", "22", "2210", "121", "2x1", " 221"])
def test_another_code_is_refused_at_its_field(code: str) -> None:
    found = purpose_finding(code, "purpose")
    assert found is not None
    assert (found.code, found.path) == ("orders.purpose", "purpose")
    assert "three digits" in text(found)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("", ""),
        ("  ", ""),
        # 98 - (123 x 100 mod 97) = 98 - 78 = 20.
        ("97 20-123", "97 20-123"),
        (" 97  20 123 ", "97 20123"),
        ("97 20/123", "97 20-123"),
        ("00 12-a", "00 12-A"),
        # A is 10: 101 x 100 mod 97 = 12, so 86.
        ("97 86a1", "97 86A1"),
        ("00 " + "1" * 20, "00 " + "1" * 20),
    ],
)
def test_a_reference_is_kept_in_one_form(typed: str, normal: str) -> None:
    found = check_reference(typed)
    assert (found.normal, found.why) == (normal, None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("97 21-123", "orders.reference_check"),
        ("97 20", "orders.reference_check"),
        ("11 20-123", "orders.reference_form"),
        ("97", "orders.reference_form"),
        ("00 -12", "orders.reference_form"),
        ("00 1--2", "orders.reference_form"),
        ("00 " + "1" * 21, "orders.reference_form"),
        ("00 12,3", "orders.reference_form"),
    ],
)
def test_a_reference_that_cannot_be_is_refused(typed: str, code: str) -> None:
    found = check_reference(typed)
    assert found.why is not None
    assert (found.normal, found.why.code, found.why.path) == ("", code, "reference")
    assert typed in text(found.why)


@given(st.text("0123456789", min_size=1, max_size=18), st.data())
def test_a_changed_digit_is_always_found(number: str, data) -> None:
    control = control_digits(number)
    assert len(control) == 2
    assert check_reference(f"97 {control}{number}").why is None
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {number[place]})))
    changed = number[:place] + other + number[place + 1 :]
    assert check_reference(f"97 {control}{changed}").why is not None
