"""The worked examples beside the rules are true."""

import doctest
from pathlib import Path

README = Path(__file__).parents[2] / "app" / "rules" / "README.md"


def test_every_worked_example_holds() -> None:
    results = doctest.testfile(str(README), module_relative=False)
    assert results.failed == 0
    assert results.attempted > 30
