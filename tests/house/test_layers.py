"""Imports go one way; the contracts are in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from tests.house.files import CHECKOUT


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, (
        "A module imports against the direction of the layers, or a new one has no place yet.\n"
        "Move the code to the layer that may do it; place a new module in [tool.importlinter].\n"
        + done.stdout.partition("Contracts")[2]
    )
