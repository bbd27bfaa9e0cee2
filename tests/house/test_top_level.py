"""The top level is closed: whoever opens the repository sees its map at once."""

from tests.house.files import tracked

CLOSED = {
    "app", "migrations", "templates", "reports", "tests", ".ci",
    "pyproject.toml", "alembic.ini", "README.md", "Makefile",
    "requirements.lock", "requirements-dev.lock", "package.json", "package-lock.json",
    ".npmrc", ".gitignore", ".editorconfig",
}  # fmt: skip


def test_nothing_new_lies_on_the_top_level() -> None:
    found = {path.parts[0] for path in tracked()}

    assert found - CLOSED == set(), (
        "Put documents beside what they document and code into app/; the top level is closed "
        "(decision 12 in app/DECISIONS.md)."
    )
