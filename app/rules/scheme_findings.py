"""What `consistency` says: findings that forbid publishing, and warnings that do not."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.rules.messages import Message


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`message.path` is written as in a template: `lots[0].envelope`."""

    severity: Severity
    message: Message


def error(code: str, path: str, /, **values: object) -> Finding:
    return Finding(Severity.ERROR, Message(f"scheme.{code}", values, path))


def warning(code: str, path: str, /, **values: object) -> Finding:
    return Finding(Severity.WARNING, Message(f"scheme.{code}", values, path))


def repeated(codes: Iterable[str], path: str) -> Iterator[Finding]:
    """One error for each code that stands more than once."""
    counted = Counter(codes)
    return (error("repeated", path, code=code) for code, times in counted.items() if times > 1)
