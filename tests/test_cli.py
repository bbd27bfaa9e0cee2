"""The command line parses, stays light, and speaks in sentences when it refuses."""

import subprocess
import sys

import pytest

from app import cli
from app.errors import Conflict
from app.settings import SettingsError

HEAVY = ("sqlalchemy", "pydantic", "fastapi", "alembic", "weasyprint", "psycopg", "babel")


def test_parsing_loads_nothing_heavy_so_that_the_rules_start_at_once() -> None:
    code = (
        "import sys; from app.cli import main\n"
        "try: main(['rules', 'allocate', '--help'])\n"
        f"except SystemExit: print([name for name in {HEAVY} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name != "web"])
def test_every_command_is_in_the_help_with_what_it_does(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])

    line = next(each for each in capsys.readouterr().out.splitlines() if f"    {command} " in each)
    assert (ended.value.code, len(line.split()) > 2) == (0, True)


@pytest.mark.parametrize("refusal", [Conflict("Somebody was faster."), SettingsError("No port.")])
def test_refusal_is_a_sentence_and_a_bug_keeps_its_traceback(
    refusal: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> int:
        raise refusal

    def crash() -> int:
        raise KeyError("bug")

    monkeypatch.setattr("app.commands.migrate.run", refuse)
    code = cli.main(["migrate"])
    monkeypatch.setattr("app.commands.migrate.run", crash)

    assert (code, capsys.readouterr().err) == (1, f"{refusal}\n")
    with pytest.raises(KeyError):
        cli.main(["migrate"])
