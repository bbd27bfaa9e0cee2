"""The command line: it only parses; each command lives in its own module."""

import argparse
import sys
from importlib import import_module

COMMANDS = (
    "serve", "worker", "migrate", "backup", "restore", "demo", "doctor", "rules", "export",
    "assets", "web",
)  # fmt: skip
"""Modules of `app.commands` in the order in which help lists them."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; refusals are sentences on the error stream."""
    parser = argparse.ArgumentParser(prog="envelope", description="Grant schemes to the cent.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"app.commands.{name}").add_parser(subparsers)
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _is_for_people(error):
            raise
        print(error, file=sys.stderr)
        return 1
    return code


def _is_for_people(error: Exception) -> bool:
    """True for refusals with a sentence; anything else is a bug and keeps its traceback."""
    from app.commands.assets import AssetError  # noqa: PLC0415 - only a failed command needs it
    from app.errors import Problem  # noqa: PLC0415 - only a failed command needs it
    from app.settings import SettingsError  # noqa: PLC0415 - slow, only a failed command needs it

    return isinstance(error, (Problem, SettingsError, AssetError))
