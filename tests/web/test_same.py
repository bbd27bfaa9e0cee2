"""What is kept for one thing is never given for another that only looks like it."""

from functools import lru_cache

from app.web.same import Same


@lru_cache(maxsize=2)
def first_of(things: Same[list[int]], factor: int) -> int:
    return things.one[0] * factor


def test_equal_things_are_not_the_same() -> None:
    one, like = [1], [1]

    assert (Same(one) == Same(one), Same(one) == Same(like), Same(one) == one) == (
        True,
        False,
        False,
    )
    assert hash(Same(one)) == hash(Same(one))


def test_cache_keeps_by_the_thing_and_by_what_else_counts() -> None:
    one, like = [1], [1]
    first_of(Same(one), 2)
    like[0] = 3

    assert (first_of(Same(one), 2), first_of(Same(like), 2), first_of(Same(one), 3)) == (2, 6, 3)
    assert first_of.cache_info().hits == 1
