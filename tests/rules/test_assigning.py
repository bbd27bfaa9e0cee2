"""Who gets which application when many are assigned at once."""

from datetime import UTC, datetime, timedelta

from app.rules.assigning import Place, Plan, plan
from app.rules.interviews import Hour
from app.rules.messages import Message

TEN = datetime(2026, 5, 4, 8, tzinfo=UTC)
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


def at(minutes: int, room: str = "Room 1") -> Hour:
    start = TEN + timedelta(minutes=minutes)
    return Hour(start, start + timedelta(minutes=30), room)


def test_nobody_gets_an_interview_at_the_hour_of_another_one() -> None:
    places = [Place(10, 0, hour=at(0)), Place(11, 0, hour=at(30))]
    busy = {1: [at(-29, "Room 2")], 2: [at(-30, "Room 2")]}

    made = plan(places, PEOPLE, wanted=2, turn_by_turn=True, busy=busy)

    assert made.assigned == ((10, (2, 3)), (11, (1, 2)))


def test_hours_of_the_plan_itself_do_not_meet_for_one_person() -> None:
    places = [Place(10, 0, hour=at(0)), Place(11, 0, hour=at(29, "Room 2")), Place(12, 0)]

    made = plan(places, {1: "Ana", 2: "Boris"}, wanted=2, turn_by_turn=False)

    assert made == Plan(
        assigned=((10, (1, 2)), (12, (1, 2))),
        skipped=((11, Message("assigning.busy", {"names": ("Ana", "Boris")})),),
    )


def test_who_holds_an_interview_is_not_away_from_it() -> None:
    place = Place(10, 1, frozenset({1}), hour=at(0))

    made = plan([place], {1: "Ana", 2: "Boris"}, wanted=2, turn_by_turn=False, busy={1: [at(0)]})

    assert made == Plan(assigned=((10, (2,)),), skipped=())


def test_too_few_free_at_an_hour_are_named_even_turn_by_turn() -> None:
    place = Place(10, 0, hour=at(0))

    made = plan([place], PEOPLE, wanted=2, turn_by_turn=True, busy={1: [at(0)], 3: [at(10)]})

    assert made.skipped == ((10, Message("assigning.busy", {"names": ("Ana", "Vesna")})),)
