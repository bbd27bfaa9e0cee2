"""A published scheme is kept as JSON that comes back exactly and proves itself by a digest."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.scheme_json import canonical, decimal_text, digest, from_json, to_json
from app.rules.scheme_text import Text, said
from tests.rules.make_scheme import one_stage, two_lots


@pytest.mark.parametrize("scheme", [one_stage(), two_lots()], ids=lambda scheme: scheme.key)
def test_a_scheme_comes_back_from_json_as_it_was(scheme: object) -> None:
    written = to_json(scheme)  # type: ignore[arg-type]

    assert from_json(json.loads(json.dumps(written))) == scheme


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    written = to_json(one_stage())
    turned = dict(reversed(written.items()))

    assert list(turned) != list(written)
    assert digest(turned) == digest(written)


def test_one_changed_cent_changes_the_digest() -> None:
    written = to_json(one_stage())

    assert digest(written | {"envelope_cents": written["envelope_cents"] + 1}) != digest(written)


def test_canonical_bytes_are_sorted_utf8_without_spaces() -> None:
    assert canonical({"b": "Ниш", "a": [1, None]}) == '{"a":[1,null],"b":"Ниш"}'.encode()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"envelope_cents": "1"}, "envelope_cents: int expected"),
        ({"envelope_cents": True}, "envelope_cents: int expected"),
        ({"envelope_cents": None}, "envelope_cents: int expected"),
        ({"surprise": 1}, "scheme: unknown key surprise"),
        ({"lots": {}}, "lots: list expected"),
        ({"lots": [{"code": "A"}]}, "lots[0]: "),
        ({"call": {"procedure": "DOUBLE", "applicant_types": []}}, "'DOUBLE' is not a valid"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_its_place(
    change: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the text is compared below
        from_json(to_json(one_stage()) | change)

    assert str(refusal.value).startswith(problem)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-999, max_value=999))
def test_a_decimal_is_written_exactly(number: object) -> None:
    value = Fraction(str(number))

    assert Fraction(decimal_text(value)) == value


def test_a_number_without_end_is_not_written_as_a_decimal() -> None:
    assert [decimal_text(Fraction(n)) for n in ("0", "30", "0.75", "-2.5")] == [
        "0", "30", "0.75", "-2.5",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no end"):
        decimal_text(Fraction(1, 3))


def test_a_text_is_said_in_the_nearest_language_there_is() -> None:
    text = Text({"en": "Town", "sr-Latn": "Grad"})

    assert [said(text, tag) for tag in ("sr_Latn", "en-GB", "mk")] == ["Grad", "Town", "Town"]
    assert said(Text({}), "en") == ""


def test_a_number_that_json_does_not_know_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_a_text_is_said_in_its_bare_language_before_the_first_there_is() -> None:
    text = Text({"sr-Latn": "Grad", "en": "Town"})

    assert [said(text, tag) for tag in ("en_GB", "en", "mk")] == ["Town", "Town", "Grad"]
