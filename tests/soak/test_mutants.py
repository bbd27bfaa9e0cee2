"""Each operator and constant of `app/rules/` is changed in turn, and some test notices."""

import pytest

from tests.soak.mutants import CHECKOUT, RULES, accepted, mutants, told

# A fixed part, quickly: wrongs that would cost somebody money, and the tests that name them.
QUICK = {
    "money.py": ("split_cents", "Sub to Add"),
    "allocation_walk.py": ("", "LtE to Lt"),
    "payments_balance.py": ("", "Sub to Add"),
    "scoring.py": ("score", "Gt to GtE"),
}


@pytest.mark.parametrize("name", QUICK)
def test_a_wrong_that_costs_money_is_noticed(name) -> None:
    inside, what = QUICK[name]
    path = next(path for path in RULES if path.name == name)
    found = next(each for each in mutants(path) if what in each.key and f" {inside}" in each.key)

    assert told("--one", str(path.relative_to(CHECKOUT)), str(found.number)) == []


def test_a_wrong_that_nobody_can_notice_is_told() -> None:
    """Otherwise a harness in which nothing runs at all would look like a perfect one."""
    path = next(path for path in RULES if path.name == "money.py")
    key = 'Lt to LtE: digits = str(whole) if whole < _LONG else f"{Decimal(whole):f}"'
    found = next(each for each in mutants(path) if key in each.key)

    assert told("--one", str(path.relative_to(CHECKOUT)), str(found.number)) == [found.key]


def test_every_survivor_that_is_accepted_still_exists_and_has_its_reason() -> None:
    keys = {mutant.key for path in RULES for mutant in mutants(path)}

    assert accepted().keys() - keys == set(), "These lines have changed: look again, then remove."
    assert [key for key, reason in accepted().items() if len(reason.split()) < 3] == []


@pytest.mark.soak
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_changed_operator_and_constant_is_noticed(path) -> None:
    new = told(str(path.relative_to(CHECKOUT)))

    assert new == [], "Write the test that notices it, or accept it with a reason (survivors.toml)."
