"""Every table of moves is whole: no state out of reach, no dead end without a name."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.rules import lifecycle
from app.rules.lifecycle import ALL, Lifecycle
from tests.house import accept
from tests.house.files import text_of, tracked

each = pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def reachable(table: Lifecycle) -> set[str]:
    found, waiting = set(), [table.initial]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [t.target for t in table.transitions if state in t.sources]
    return found


@each
def test_every_state_can_be_reached(table: Lifecycle) -> None:
    assert set(table.states()) - reachable(table) == set()


@each
def test_states_without_a_way_out_are_named_as_final(table: Lifecycle) -> None:
    dead_ends = {state for state in table.states() if not table.events_from(state)}

    assert dead_ends <= set(table.final) <= set(table.states())


@each
def test_one_event_leads_from_one_state_to_one_state(table: Lifecycle) -> None:
    moves = [(t.event, source) for t in table.transitions for source in t.sources]
    names = {*table.states(), *(t.event for t in table.transitions)}

    assert sorted(moves) == sorted(set(moves))
    assert {name for name in names if not NAME.fullmatch(name)} == set()


def test_every_table_stands_in_the_list_of_all() -> None:
    tables = [value for value in vars(lifecycle).values() if isinstance(value, Lifecycle)]

    assert sorted(table.name for table in tables) == sorted(table.name for table in ALL)


def test_diagrams_in_the_readme_are_the_tables() -> None:
    assert accept.section("states") == accept.states(), accept.HOW


def moved_events() -> Iterator[tuple[str, str]]:
    """Yield where and by which event a row is moved, where the event stands in the call."""
    for path in tracked("app/*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith(("act.move", "act.move_many"))
                and isinstance(node.args[1], ast.Constant)
            ):
                yield f"{path}:{node.lineno}", node.args[1].value


def test_events_that_actions_name_exist() -> None:
    known = {t.event for table in ALL for t in table.transitions}

    assert [at for at in moved_events() if at[1] not in known] == []
