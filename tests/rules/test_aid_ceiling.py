"""Several that get aid at once: S4 refuses whole, and who fits counts for the next."""

from hypothesis import given
from hypothesis import strategies as st

from app.rules.aid_ceiling import Above, Standing, Wanted, above
from app.rules.messages import Message

S4 = Standing("S", ("S", "P"), granted_cents=270_000_00, offered_cents=0)


def wanted(name: str, cents: int, standing: Standing = S4) -> Wanted:
    return Wanted(name, cents, standing)


def test_s4_refuses_whole_what_passes_and_allows_exactly_the_ceiling() -> None:
    (one,) = above([wanted("a", 100_000_00)], 300_000_00)

    assert (one.known_cents, one.left_cents) == (270_000_00, 30_000_00)
    assert above([wanted("a", 30_000_00)], 300_000_00) == ()
    assert [each.id for each in above([wanted("a", 30_000_01)], 300_000_00)] == ["a"]


def test_what_is_offered_elsewhere_counts_as_if_it_were_granted() -> None:
    offered = Standing("S", ("S",), granted_cents=100_00, offered_cents=50_00)

    (one,) = above([wanted("a", 51_00, offered)], 200_00)

    assert one == Above("a", 51_00, offered, 0, 200_00)
    assert above([wanted("a", 50_00, offered)], 200_00) == ()


def test_who_fits_counts_for_the_next_of_the_undertaking_and_who_passes_does_not() -> None:
    other = Standing("Q", ("Q",), granted_cents=0, offered_cents=0)
    listed = [
        wanted("first", 20_000_00), wanted("above", 10_000_01), wanted("fits", 10_000_00),
        wanted("else", 300_000_00, other),
    ]  # fmt: skip

    (one,) = above(listed, 300_000_00)

    assert (one.id, one.beside_cents, one.left_cents) == ("above", 20_000_00, 10_000_00)


def test_the_reason_tells_the_sums_of_the_undertaking_and_no_name() -> None:
    over = Standing("S", ("S", "P"), granted_cents=310_00, offered_cents=5_00)

    (one,) = above([wanted("a", 7_00, over)], 300_00)

    assert one.why == Message(
        "aid.above_the_ceiling",
        {"known_cents": 315_00, "award_cents": 7_00, "ceiling_cents": 300_00, "left_cents": 0},
    )


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 50)), max_size=12),
    st.integers(0, 60), st.integers(0, 60),
)  # fmt: skip
def test_those_who_are_left_never_pass_together(
    rows: list[tuple[str, int]], has: int, ceiling: int
) -> None:
    listed = [
        Wanted(str(place), cents, Standing(group, (group,), has, 0))
        for place, (group, cents) in enumerate(rows)
    ]
    out = {each.id for each in above(listed, ceiling)}

    for group in "AB":
        left = [
            each.cents for each in listed if each.id not in out and each.standing.group == group
        ]
        assert not left or has + sum(left) <= ceiling
