import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.search_text import search_text, sort_key


@pytest.mark.parametrize("name", ["Šabac", "Шабац", "ŠABAC", "Sabac", "S\u030cabac", " sabac "])
def test_one_place_in_two_scripts_is_one_search_text(name: str) -> None:
    assert search_text(name) == "sabac"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Đakovica", "djakovica"),
        ("Ђаковица", "djakovica"),
        ("Djakovica", "djakovica"),
        ("Љубовија", "ljubovija"),
        ("Džep", "dzep"),
        ("Џеп", "dzep"),
        ("Korçë", "korce"),
        ("Hajdúböszörmény", "hajduboszormeny"),
        ("Grad Niš – Медијана", "grad nis medijana"),
        ("GG-2027/0042", "gg 2027 0042"),
        ("", ""),
    ],
)
def test_letters_lose_script_accent_and_case(name: str, found: str) -> None:
    assert search_text(name) == found


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert search_text(search_text(text)) == search_text(text)


def test_names_sort_by_the_serbian_alphabet_in_both_scripts() -> None:
    names = ["Žagubica", "Ljig", "Čačak", "Lučani", "Đakovica", "Cetinje", "Džep", "Ћуприја",
             "Dimitrovgrad", "Њ", "Niš", "Zvečan", "Шид", "Sjenica", "Ниш 2"]  # fmt: skip
    assert sorted(names, key=sort_key) == [
        "Cetinje", "Čačak", "Ћуприја", "Dimitrovgrad", "Džep", "Đakovica", "Lučani", "Ljig",
        "Niš", "Ниш 2", "Њ", "Sjenica", "Шид", "Zvečan", "Žagubica",
    ]  # fmt: skip


def test_numbers_inside_names_sort_as_numbers() -> None:
    assert sorted(["Lot 10", "Lot 9", "Lot 1"], key=sort_key) == ["Lot 1", "Lot 9", "Lot 10"]
