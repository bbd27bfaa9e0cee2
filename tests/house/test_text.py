"""What must not stand in our files: hosts of registries, the wall clock, foreign fonts."""

import re
from pathlib import Path

from tests.house.files import text_of, tracked

LOCKS = ("*.lock", "package*.json", ".npmrc", ".ci/*", "Makefile", "pyproject.toml")
WALL_CLOCK = re.compile(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(")


def test_locks_and_set_up_name_no_host() -> None:
    named = {
        str(path): found
        for path in tracked(*LOCKS)
        if (found := re.findall(r"https?://[^\s\"']+", text_of(path)))
    }

    assert named == {}, "Registries belong to the machine's configuration, not to the repository."


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = [
        str(path)
        for path in tracked("app/*.py")
        if path != Path("app/clock.py") and WALL_CLOCK.search(text_of(path))
    ]

    assert readers == [], "Ask app.clock.now(), so that tests and the demo world can move the time."


def test_no_fonts_or_packages_lie_in_the_repository() -> None:
    endings = {".ttf", ".otf", ".woff", ".woff2", ".whl", ".jar"}

    brought = [str(path) for path in tracked() if path.suffix in endings]

    assert brought == [], "Take them from a package at set-up: app/commands/assets.py."
