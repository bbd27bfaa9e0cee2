"""The published rules as one file that runs wherever Python is: for outsiders who compute again.

It holds the very modules that decide here, the command, and its English sentences; no database,
no page, nothing to install. The same version of the program always gives the same bytes, so
that two people can compare what they were given by its SHA-256.
"""

import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

FILENAME = "envelope-rules.pyz"

_APP = Path(__file__).parent.parent
_TIME = (1980, 1, 1, 0, 0, 0)
_TAKEN = ("__init__.py", "commands/__init__.py", "commands/rules.py", "i18n/marks.py")
_FOLDERS = ("rules", "i18n/sentences")

MAIN = """import argparse
import sys

from app.commands import rules

parser = argparse.ArgumentParser(description="The published rules: JSON in, JSON out.")
rules.add_rules(parser)
args = parser.parse_args()
sys.exit(args.run(args))
"""
# Stands for the package of languages, which needs more than Python itself: English alone.
ENGLISH = '''"""The sentences of the rules in English."""

import pkgutil
from importlib import import_module


def text(message, locale=None):
    from app.i18n import sentences

    for module in pkgutil.iter_modules(sentences.__path__):
        known = import_module(f"{sentences.__name__}.{module.name}").SENTENCES
        if message.code in known:
            return known[message.code].format_map(message.values)
    return message.code
'''


@cache
def program() -> bytes:
    """Return the file: a first line for Linux and macOS, then a ZIP that Python runs."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_parts()):
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return b"#!/usr/bin/env python3\n" + file.getvalue()


def _parts() -> Iterator[tuple[str, bytes]]:
    yield "__main__.py", MAIN.encode()
    yield "app/i18n/__init__.py", ENGLISH.encode()
    for folder in _FOLDERS:
        for path in (_APP / folder).glob("*.py"):
            yield f"app/{folder}/{path.name}", path.read_bytes()
    for name in _TAKEN:
        yield f"app/{name}", (_APP / name).read_bytes()
