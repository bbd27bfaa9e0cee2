"""The profiles of the handbook (2.3) that are data, as schemes."""

from functools import cache
from pathlib import Path

from app.actions.templates import read_template
from app.rules.scheme import Scheme

PROFILES = Path(__file__).parent.parent / "library" / "profiles"


@cache
def profile(name: str) -> Scheme:
    """Return a profile by the name of its file, with the letters that all of them share."""
    path = PROFILES / f"{name}.toml"
    text = path.read_text("utf-8") + (PROFILES / "letters.part.toml").read_text("utf-8")
    return read_template(text.encode(), path.name)
