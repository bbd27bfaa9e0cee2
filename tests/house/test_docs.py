"""READMEs are true: the commands, paths and settings that they name exist, and they are short."""

import re
from pathlib import Path

from app.cli import COMMANDS
from app.settings import PREFIX, Settings
from tests.house.files import CHECKOUT, text_of, tracked

READMES = tracked("*README.md")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?=.*/)[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?")


def named(pattern: str) -> set[tuple[str, str]]:
    return {(str(path), found) for path in READMES for found in re.findall(pattern, text_of(path))}


def exists(readme: Path, name: str) -> bool:
    places = (readme.parent, Path(), Path("app"))
    return any((CHECKOUT / place / name).exists() for place in places)


def test_paths_in_readmes_exist() -> None:
    lost = [
        f"{readme}: {name}"
        for readme in READMES
        for name in CODE.findall(text_of(readme))
        if PATH.fullmatch(name) and name not in EXAMPLES and not exists(readme, name)
    ]

    assert lost == [], "These paths have moved: correct the README."


def test_commands_in_readmes_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(Path("Makefile")), re.MULTILINE))

    lost = {at for at in named(r"`(?:\.venv/bin/)?envelope ([a-z]+)") if at[1] not in COMMANDS}
    lost |= {at for at in named(r"`make ([a-z-]+)") if at[1] not in targets}

    assert lost == set(), "These commands do not exist (any more): correct the README."


def test_settings_table_of_the_readme_is_complete() -> None:
    told = set(re.findall(rf"^\| `({PREFIX}\w+)`", text_of(Path("README.md")), re.MULTILINE))

    assert told == {PREFIX + name.upper() for name in Settings.model_fields}, (
        "The settings table in README.md and app/settings.py differ."
    )


def test_readmes_of_folders_are_short() -> None:
    long = [
        str(path)
        for path in READMES
        if len(path.parts) > 1 and text_of(path).count("\n") > LINES.get(str(path), 60)
    ]

    assert long == [], "A folder's README says in 60 lines what belongs here and how to add one."


LINES = {"app/rules/README.md": 150}  # each formula with its source and a worked example
EXAMPLES = {"versions/0017_add_letter_version.py", "var/", "mail/"}
