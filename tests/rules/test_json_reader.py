"""Texts of a JSON form: every script is read, what cannot be written again is refused."""

import pytest

from app.rules.json_reader import InvalidInput, parse, read_text


@pytest.mark.parametrize("text", ["Town", "Град", "Šabac", "\ud7ff\ue000", "🌳"])
def test_a_text_of_any_script_is_read(text: str) -> None:
    assert read_text(text, ()) == text


@pytest.mark.parametrize("half", [0xD800, 0xDFFF], ids=hex)
def test_half_a_character_is_refused(half: int) -> None:
    with pytest.raises(InvalidInput, match=r"^input\.broken_text at lots\[0\]\.code$"):
        read_text(f"a{chr(half)}", ("lots", 0, "code"))


def test_what_is_wrong_with_the_whole_says_so() -> None:
    with pytest.raises(InvalidInput, match=r"^input\.not_json at the whole$"):
        parse(b"")
