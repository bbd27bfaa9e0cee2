"""The same form sent twice is done once."""

import threading

from app.actions.act import Act
from app.actions.once import first_answer, forget, once, remember
from app.rules.permissions import Actor
from tests.make.people import NOW, act_as, make_user


def test_second_post_of_one_form_finds_the_first_answer(session) -> None:
    act = act_as(session, make_user(session))

    first = once(act, "key")
    remember(act, "key", "17")
    second = once(act, "key")

    assert (first, second, first_answer(act, "key")) == (True, False, "17")


def test_key_of_a_refused_post_is_free_again(session) -> None:
    act = act_as(session, make_user(session))
    once(act, "key")

    forget(act, "key")

    assert once(act, "key") is True


def test_key_of_another_person_is_another_key(session) -> None:
    one, other = (act_as(session, make_user(session)) for _ in range(2))

    assert (once(one, "key"), once(other, "key")) == (True, True)


def test_form_without_a_key_is_always_new(session) -> None:
    act = act_as(session, make_user(session))

    assert (once(act, ""), once(act, "")) == (True, True)


def test_two_posts_at_the_same_moment_are_done_once(sessions) -> None:
    done: list[bool] = []
    together = threading.Barrier(2)

    def post() -> None:
        with sessions.begin() as session:
            together.wait()
            done.append(once(Act(session, Actor(), NOW), "double click"))

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False, True]
