"""Each operator and constant of `app/rules/` is changed in turn, and some test notices."""

import subprocess
import sys

import pytest

from tests.soak.mutants import CHECKOUT, RULES, Mutant, accepted, mutants

# A fixed part, quickly: wrongs that would cost somebody money, and the tests that name them.
COSTLY = {
    "money.py": ("split_cents", "Sub to Add"),
    "allocation_walk.py": ("", "LtE to Lt"),
    "payments_balance.py": ("", "Sub to Add"),
    "scoring.py": ("score", "Gt to GtE"),
}
HARMLESS = 'Lt to LtE: digits = str(whole) if whole < _LONG else f"{Decimal(whole):f}"'


def told(*words: str) -> list[str]:
    """Return what the program prints: only a process without threads may be copied safely."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.mutants", *words],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def one_of(name: str, *parts: str) -> Mutant:
    path = next(path for path in RULES if path.name == name)
    return next(each for each in mutants(path) if all(part in each.key for part in parts))


def test_wrongs_that_cost_money_are_noticed_and_one_that_nobody_can_notice_is_told() -> None:
    """A harness in which nothing runs at all would look like a perfect one."""
    costly = [one_of(name, f" {inside}", what) for name, (inside, what) in COSTLY.items()]
    harmless = one_of("money.py", HARMLESS)
    words = [f"{one.path.relative_to(CHECKOUT)}:{one.number}" for one in (*costly, harmless)]

    assert told("--near", *words) == [harmless.key]


def test_every_survivor_that_is_accepted_still_exists_and_has_its_reason() -> None:
    keys = {mutant.key for path in RULES for mutant in mutants(path)}

    assert accepted().keys() - keys == set(), "These lines have changed: look again, then remove."
    assert [key for key, reason in accepted().items() if len(reason.split()) < 3] == []


@pytest.mark.soak
def test_every_changed_operator_and_constant_is_noticed() -> None:
    assert told() == [], "Write the test that notices it, or accept it with a reason."
