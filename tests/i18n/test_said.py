from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from app.i18n import PSEUDO, gettext, ngettext, sentence, speaking, text
from app.i18n import catalogue as catalogues
from app.i18n.extract import source_texts, update
from app.i18n.said import all_sentences
from app.rules.messages import Message


def test_values_are_printed_as_the_language_writes_them() -> None:
    values = {
        "asked_cents": 123_456,
        "currency": "EUR",
        "closes_at": datetime(2027, 5, 3, 14, tzinfo=UTC),
        "decided_on": date(2027, 5, 3),
        "mark": Fraction(9, 2),
        "names": ("a", "b"),
        "inner": Message("amount.missing"),
    }
    said = sentence("{asked} {closes_at} {decided_on} {mark} {names} {inner}", values)

    assert said == (
        "EUR\u00a01,234.56 3 May 2027, 16:00\u00a0CEST 3 May 2027 4.5 a and b Enter an amount"
    )


def test_code_without_a_sentence_is_a_bug() -> None:
    with pytest.raises(LookupError, match=r"'no\.such' has no sentence"):
        text(Message("no.such"))


def test_every_sentence_can_be_translated_without_losing_a_value() -> None:
    with speaking(PSEUDO):
        for marked in all_sentences().values():
            assert gettext(marked).count("{") == marked.count("{")


def test_pseudo_language_brackets_text_and_keeps_values() -> None:
    with speaking(PSEUDO):
        assert gettext("Save %(n)s of {all} <b>now</b>") == "⟦Såvé %(n)s öf {all} <b>ñöw</b>⟧"
        assert ngettext("one", "many", 2) == "⟦måñý⟧"
        assert gettext("") == ""


def test_language_ends_with_its_block() -> None:
    with speaking(PSEUDO):
        pass
    assert gettext("Save") == "Save"


def test_new_language_is_extracted_translated_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = update("sr_Latn", tmp_path)
    source = path.read_text("utf-8")
    assert 'msgid "Enter an amount"\nmsgstr ""' in source
    done = 'msgid "Enter an amount"\nmsgstr "Unesite iznos"'
    path.write_text(source.replace('msgid "Enter an amount"\nmsgstr ""', done), "utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)

    update("sr_Latn", tmp_path)

    assert text(Message("amount.missing"), "sr_Latn") == "Unesite iznos"


def test_texts_of_templates_and_of_the_program_are_extracted() -> None:
    found = source_texts()
    assert found.get("There is a problem") is not None
    assert found.get("Page not found") is not None
