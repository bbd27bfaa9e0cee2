"""Moves on a small table; the tables of the product are looked at by tests/house."""

import pytest

from app.rules.lifecycle import IllegalMove, Lifecycle, Transition

DOOR = Lifecycle(
    "door",
    "open",
    (
        Transition("shut", ("open", "ajar"), "shut"),
        Transition("pull", ("open", "shut"), "ajar"),
        Transition("brick_up", ("shut",), "wall"),
    ),
    ("wall",),
)


def test_a_move_leads_where_its_row_says() -> None:
    assert DOOR.after("ajar", "shut") == "shut"
    assert DOOR.after("shut", "pull") == "ajar"
    assert DOOR.after("shut", "brick_up") == "wall"


@pytest.mark.parametrize(
    ("state", "event"), [("shut", "shut"), ("ajar", "paint"), ("wall", "shut")]
)
def test_a_move_without_a_row_is_refused_with_state_and_event(state, event) -> None:
    with pytest.raises(IllegalMove, match=f"^door: no '{event}' from '{state}'$") as refused:
        DOOR.after(state, event)

    assert (refused.value.lifecycle, refused.value.state, refused.value.event) == (
        "door",
        state,
        event,
    )


def test_events_of_a_state_are_those_of_its_rows_in_their_order() -> None:
    assert DOOR.events_from("open") == ("shut", "pull")
    assert DOOR.events_from("shut") == ("pull", "brick_up")
    assert DOOR.events_from("wall") == ()


def test_states_come_in_the_order_of_the_table() -> None:
    assert DOOR.states() == ("open", "ajar", "shut", "wall")
