"""Handbook A4 after the withdrawal."""

from datetime import date

from app.i18n import text
from app.rules.allocation_model import Policy, Reason
from app.rules.allocation_reserve import Activation, Waiting, activate_reserve
from app.rules.scheme_money import Overflow

T2 = Waiting("T2", 3, 300_000_00, 259_876_54)
T4 = Waiting("T4", 4, 250_000_00)
PARTIAL = Policy(overflow=Overflow.PARTIAL_OFFER)
TODAY = date(2026, 6, 1)


def activate(
    waiting: list[Waiting], free_cents: int, policy: Policy = PARTIAL, until: date | None = None
) -> list[tuple[str, int, Reason]]:
    made = activate_reserve(waiting, free_cents, policy, today=TODAY, valid_until=until)
    return [(one.id, one.added_cents, one.reason) for one in made]


def test_a4_partial_offer_is_made_whole_before_the_reserve_list() -> None:
    assert activate([T4, T2], 350_000_00) == [
        ("T2", 40_123_46, Reason.AWARDED_FULL),
        ("T4", 250_000_00, Reason.AWARDED_FULL),
    ]


def test_a4_after_the_last_day_nothing_is_activated() -> None:
    assert activate([T4, T2], 350_000_00, until=date(2026, 5, 31)) == []
    assert len(activate([T4, T2], 350_000_00, until=TODAY)) == 2


def test_a_partial_offer_takes_all_there_is_before_anybody_else() -> None:
    assert activate([T4, T2], 40_000_00) == [("T2", 40_000_00, Reason.AWARDED_PARTIAL)]


def test_the_list_is_served_in_order() -> None:
    waiting = [Waiting("a", 1, 9_00), Waiting("b", 2, 1_00)]
    assert activate(waiting, 5_00) == []
    assert activate(waiting, 5_00, Policy(overflow=Overflow.STOP)) == []
    assert activate(waiting, 5_00, Policy(overflow=Overflow.SKIP_AND_FILL)) == [
        ("b", 1_00, Reason.AWARDED_FULL)
    ]


def test_a_reserve_can_get_a_partial_offer_where_the_policy_has_them() -> None:
    assert activate([Waiting("a", 1, 4_00), Waiting("b", 2, 1_00)], 3_00) == [
        ("a", 3_00, Reason.AWARDED_PARTIAL)
    ]
    assert activate([Waiting("a", 1, 4_00, min_grant_cents=3_01)], 3_00) == []


def test_each_activation_says_why() -> None:
    made = activate_reserve([T2, T4], 350_000_00, PARTIAL, today=TODAY, valid_until=None)
    assert isinstance(made[0], Activation)
    assert [text(one.why, "en") for one in made] == [
        (
            "Money has become free. The partial offer is raised by 40,123.46 to 300,000.00 of the"
            " 300,000.00 requested."
        ),
        (
            "Money has become free, and the application is next on the reserve list with rank 4."
            " It is awarded 250,000.00 of the 250,000.00 requested."
        ),
    ]


def test_a_partial_offer_goes_before_a_reserve_of_better_rank() -> None:
    """Where requests that do not fit are passed over, an offer can stand below a reserve."""
    waiting = [Waiting("a", 1, 5_00), Waiting("b", 2, 5_00, 4_00)]
    assert activate(waiting, 5_00, Policy(overflow=Overflow.PARTIAL_THEN_SKIP)) == [
        ("b", 1_00, Reason.AWARDED_FULL),
        ("a", 4_00, Reason.AWARDED_PARTIAL),
    ]


def test_a_partial_offer_of_exactly_the_smallest_grant_is_made() -> None:
    assert activate([Waiting("a", 1, 4_00, min_grant_cents=3_00)], 3_00) == [
        ("a", 3_00, Reason.AWARDED_PARTIAL)
    ]
