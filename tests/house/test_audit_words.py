"""The audit trail speaks: every event and every detail that the program writes has its words."""

import ast
from collections.abc import Iterator
from functools import cache

from app.i18n.said import all_sentences
from app.rules.lifecycle import ALL
from tests.house.files import text_of, tracked

WRITES = {"record", "move", "move_many"}
EVENTS = "audit.event."
DETAILS = "audit.detail."
# How a deed says what was and what is now: the fields inside have the words.
PAIRS = {"was", "now", "before", "after"}
HINT = (
    "The audit trail would show this by its name in the program. Write its words: events in "
    "app/i18n/sentences/audit_events.py (audit.event.<event>), details in "
    "app/i18n/sentences/audit_details.py (audit.detail.<name>)."
)


@cache
def writes() -> tuple[ast.Call, ...]:
    """Return every `act.record(…)` and `act.move…(…)` of the deeds."""
    return tuple(
        node
        for path in (*tracked("app/actions/*.py"), *tracked("app/demo/*.py"))
        if path.name != "act.py"
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and len(node.args) == 2
    )


def events() -> Iterator[str]:
    for lifecycle in ALL:
        yield from (transition.event for transition in lifecycle.transitions)
    for call in writes():
        yield from _named(call.args[1])


def _named(event: ast.expr) -> Iterator[str]:
    """Yield the event, or both of `submit if first else submit_next_stage`."""
    if isinstance(event, ast.IfExp):
        yield from _named(event.body)
        yield from _named(event.orelse)
    if isinstance(event, ast.Constant) and isinstance(event.value, str):
        yield event.value


def details() -> Iterator[str]:
    for call in writes():
        for given in call.keywords:
            if given.arg is not None:
                yield given.arg
            for inner in ast.walk(given.value):
                if isinstance(inner, ast.Dict):
                    keys = (key for key in inner.keys if isinstance(key, ast.Constant))
                    yield from (str(key.value) for key in keys)


def has_words(event: str) -> bool:
    return any(
        code == EVENTS + event or code.endswith("_" + event)
        for code in all_sentences()
        if code.startswith(EVENTS)
    )


def test_every_event_has_words() -> None:
    assert sorted({event for event in events() if not has_words(event)}) == [], HINT


def test_every_detail_has_words() -> None:
    silent = {name for name in details() if DETAILS + name not in all_sentences()} - PAIRS

    assert sorted(silent) == [], HINT


def test_the_program_is_really_read() -> None:
    assert {"publish", "submit_next_stage", "take_role"} <= set(events())
    assert {"reason", "grant_cents", "phone"} <= set(details())
