"""Two readings of spec/allocation.md, written apart, agree on thousands of random cases."""

import pytest

from tests.proofs.allocation_random import judge

COUNT = 1_000


@pytest.mark.parametrize("start", range(2_000, 4_000, COUNT))
def test_two_readings_of_the_rule_agree_over_two_thousand_cases(start) -> None:
    assert judge(range(start, start + COUNT)) > COUNT * 0.4


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_two_readings_of_the_rule_agree_over_ten_thousand_new_cases(part, pytestconfig) -> None:
    """The seed is that of the run's random order: `-p randomly_seed=N` brings a case back."""
    start = int(pytestconfig.getoption("randomly_seed")) * 100_000 + part * COUNT

    assert judge(range(start, start + COUNT)) > COUNT * 0.4
