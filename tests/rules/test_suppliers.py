"""One supplier under one name: what is a spelling, and what somebody has to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.suppliers import LEGAL_FORMS, alike, same_as, spelled, words_of

KNOWN = ("Metalac d.o.o. Šabac", "Alfa", "ALFA ")


@pytest.mark.parametrize(
    "typed",
    [
        "Metalac d.o.o. Šabac",
        "METALAC DOO SABAC",
        "Металац д.о.о. Шабац",
        " metalac d o o, Šabac",
    ],
)
def test_case_script_accents_and_points_are_no_other_supplier(typed: str) -> None:
    assert spelled(typed, KNOWN) == "Metalac d.o.o. Šabac"
    assert alike(typed, KNOWN) == ()


def test_of_several_spellings_the_first_known_one_is_taken() -> None:
    assert spelled("alfa", KNOWN) == "Alfa"


@pytest.mark.parametrize("typed", ["Metalac Šabac", "Metalac a.d. Šabac", "Šabac Metalac d.o.o."])
def test_who_differs_by_the_legal_form_alone_is_asked_about(typed: str) -> None:
    assert spelled(typed, KNOWN) is None
    assert alike(typed, KNOWN) == ("Metalac d.o.o. Šabac",)


@pytest.mark.parametrize("typed", ["Metalac d.o.o. Niš", "Metalac", "Beta", "", " . ", "d.o.o."])
def test_other_names_are_other_suppliers(typed: str) -> None:
    assert spelled(typed, KNOWN) is None
    assert alike(typed, (*KNOWN, "", "a.d.")) == ()


def test_what_may_be_the_same_supplier_is_its_spellings_and_the_alike() -> None:
    known = ("Alfa", "Beta", "Alfa d.o.o.", "ALFA", "alfa a.d.")
    assert same_as("ALFA", known) == ("Alfa", "Alfa d.o.o.", "alfa a.d.")
    assert same_as("Beta", known) == ()


def test_single_letters_that_stand_together_are_one_word() -> None:
    assert words_of("A. B. Metalac 3 d.o.o.") == ("ab", "metalac", "3", "doo")


def test_legal_forms_are_written_as_they_are_compared() -> None:
    assert {words_of(each) for each in LEGAL_FORMS} == {(each,) for each in LEGAL_FORMS}


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=4))
def test_a_name_is_a_spelling_or_alike_never_both(name: str, known: list[str]) -> None:
    found = spelled(name, known)
    assert found is None or found not in alike(name, known)
