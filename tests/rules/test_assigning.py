"""Who gets which application when many are assigned at once."""

from app.rules.assigning import Place, Plan, plan
from app.rules.messages import Message

PEOPLE = {1: "Ana", 2: "Boris", 3: "Vesna"}


def test_same_people_fill_every_place() -> None:
    places = [Place(10, 0), Place(11, 1, frozenset({1}))]

    assert plan(places, {1: "Ana", 2: "Boris"}, wanted=2, turn_by_turn=False) == Plan(
        assigned=((10, (1, 2)), (11, (2,))), skipped=()
    )


def test_turns_give_everybody_the_same_number() -> None:
    places = [Place(number, 0) for number in range(6)]

    made = plan(places, PEOPLE, wanted=2, turn_by_turn=True)

    given = [person for _, people in made.assigned for person in people]
    assert {person: given.count(person) for person in PEOPLE} == {1: 4, 2: 4, 3: 4}


def test_place_with_enough_is_left_as_it_is() -> None:
    made = plan([Place(10, 2, frozenset({8, 9}))], PEOPLE, wanted=2, turn_by_turn=True)

    assert made == Plan((), ((10, Message("assigning.enough")),))


def test_who_is_barred_is_named_when_the_same_people_are_wanted() -> None:
    made = plan([Place(10, 0, barred=frozenset({2}))], PEOPLE, wanted=2, turn_by_turn=False)

    assert made.skipped == ((10, Message("assigning.barred", {"names": ("Boris",)})),)


def test_turns_pass_over_who_is_barred() -> None:
    made = plan([Place(10, 0, barred=frozenset({1}))], PEOPLE, wanted=2, turn_by_turn=True)

    assert made.assigned == ((10, (2, 3)),)


def test_too_few_free_people_skip_the_place() -> None:
    made = plan([Place(10, 0, frozenset({1, 2}))], PEOPLE, wanted=2, turn_by_turn=True)

    assert made.skipped == ((10, Message("assigning.too_few")),)
