"""Shares, offers and retention, with the numbers of the handbook and some worked by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.i18n import text
from app.rules.in_kind import (
    Offer,
    Share,
    aid_finding,
    aid_since,
    cheapest,
    choice_findings,
    own_share_left,
    own_share_over,
    retained_until,
    shares,
    shares_again,
    transfer_finding,
    visits_due,
)

RATE = Fraction(17, 20)
OFFERS = (Offer(1, 2_050_00), Offer(2, 1_980_00), Offer(3, 2_120_00))


def test_the_cheapest_offer_gives_the_shares_of_the_handbook() -> None:
    best = cheapest(OFFERS)

    assert best == Offer(2, 1_980_00)
    (share,) = shares([best.price_cents], RATE, grant_cents=1_700_00)
    assert (share.own_cents, share.support_cents) == (297_00, 1_683_00)


def test_several_things_together_lose_no_cent() -> None:
    # 85 % of 10.01 is 8.5085, of 20.02 17.017, of 30.03 25.5255: floors 8.50, 17.01, 25.52.
    found = shares([10_01, 10_01, 10_01], RATE, grant_cents=100_00)

    assert found == (Share(10_01, 8_50), Share(10_01, 8_51), Share(10_01, 8_51))
    assert sum(each.support_cents for each in found) == 25_52


def test_what_is_dearer_than_the_grant_allows_is_the_beneficiarys() -> None:
    # 85 % of 4,000.00 would be 3,400.00; the grant is 3,000.00, so 1,000.00 is paid in.
    (share,) = shares([4_000_00], RATE, grant_cents=3_000_00)

    assert (share.support_cents, share.own_cents) == (3_000_00, 1_000_00)


def test_when_the_grant_is_used_up_the_last_thing_is_paid_in_whole() -> None:
    found = shares([2_000_00, 1_000_00, 500_00], RATE, grant_cents=2_000_00)

    assert [each.support_cents for each in found] == [1_700_00, 300_00, 0]


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 10_000_00), max_size=8),
    st.fractions(0, 1, max_denominator=400),
    st.integers(0, 20_000_00),
)
def test_the_support_is_never_above_grant_rate_or_price(
    prices: list[int], rate: Fraction, grant_cents: int
) -> None:
    found = shares(prices, rate, grant_cents)
    support_cents = sum(each.support_cents for each in found)

    assert support_cents == min(grant_cents, sum(prices) * rate.numerator // rate.denominator)
    assert all(0 <= each.support_cents <= each.price_cents for each in found)
    assert [each.price_cents for each in found] == prices


def test_a_rate_above_one_and_a_negative_price_are_mistakes_of_ours() -> None:
    with pytest.raises(ValueError, match="rate"):
        shares([1], Fraction(2), 1)
    with pytest.raises(ValueError, match="price"):
        shares([-1], RATE, 1)


def said(chosen: int, reason: str = "", offers: tuple[Offer, ...] = OFFERS) -> list[str]:
    return [text(each) for each in choice_findings(offers, chosen, least=3, reason=reason)]


def test_the_cheapest_of_enough_offers_needs_no_reason() -> None:
    assert said(2) == []


def test_a_dearer_offer_needs_a_reason() -> None:
    assert said(1) == [
        "This offer is 70.00 dearer than the cheapest one that meets the specification."
        " Write why it is chosen."
    ]
    assert said(1, "Five years of guarantee instead of two.") == []


def test_the_cheapest_does_not_count_where_it_does_not_comply() -> None:
    offers = (Offer(1, 2_050_00), Offer(2, 1_980_00, complies=False), Offer(3, 2_120_00))

    assert cheapest(offers) == Offer(1, 2_050_00)
    assert said(1, offers=offers) == []
    assert said(2, "Cheap.", offers) == [
        "This offer does not meet the specification, so it cannot be chosen."
    ]


def test_too_few_offers_need_a_reason() -> None:
    assert said(2, offers=OFFERS[:2]) == [
        "There are 2 of at least 3 offers. Ask for more, or write why there are so few."
    ]
    assert said(2, "Only one maker; framework contract.", OFFERS[:2]) == []


def test_an_offer_of_something_else_is_none() -> None:
    assert said(9) == ["Choose one of the offers for this item."]
    assert cheapest(()) is None


def test_the_own_share_is_paid_in_parts() -> None:
    assert own_share_left(297_00, []) == 297_00
    assert own_share_left(297_00, [200_00]) == 97_00
    assert own_share_left(297_00, [200_00, 97_00]) == 0
    assert own_share_left(297_00, [300_00]) == 0


def test_the_title_is_kept_for_24_months_from_the_handover() -> None:
    assert retained_until(date(2026, 4, 15), 24) == date(2028, 4, 15)
    assert retained_until(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert retained_until(date(2026, 4, 15), 0) == date(2026, 4, 15)


def test_visits_are_planned_from_the_handover() -> None:
    assert visits_due(date(2026, 1, 31), [12, 1, 6]) == (
        date(2026, 2, 28),
        date(2026, 7, 31),
        date(2027, 1, 31),
    )


@pytest.mark.parametrize(
    ("today", "conditions_met", "said_of_it"),
    [
        (date(2028, 4, 14), 1, "The authority keeps the title until 15 April 2028."),
        (date(2028, 4, 15), 1, None),
        (date(2028, 4, 15), 0, "Confirm that the condition of the agreement is met."),
    ],
)
def test_the_title_passes_on_the_day_and_when_the_condition_is_met(
    today: date, conditions_met: int, said_of_it: str | None
) -> None:
    is_met = conditions_met == 1
    found = transfer_finding(today, date(2028, 4, 15), needs_condition=True, condition_met=is_met)

    assert (text(found) if found else None) == said_of_it


@st.composite
def changed(draw):
    """Prices that were divided, some approved since, and one open one that has changed."""
    prices = draw(st.lists(st.integers(1, 500_000), min_size=1, max_size=6))
    rate, grant = draw(st.fractions(0, 1, max_denominator=100)), draw(st.integers(0, 2_000_000))
    fixed = draw(st.lists(st.booleans(), min_size=len(prices), max_size=len(prices)))
    place = draw(st.integers(0, len(prices) - 1))
    fixed[place] = False
    parts = list(shares(prices, rate, grant))
    parts[place] = Share(draw(st.integers(1, 900_000)), parts[place].support_cents)
    return parts, fixed, rate, grant


@given(changed())
def test_the_own_share_always_follows_the_price_and_nothing_approved_falls(case) -> None:
    parts, fixed, rate, grant = case

    found = shares_again(parts, fixed, rate, grant)

    by_rule = sum(
        each.support_cents for each in shares([p.price_cents for p in parts], rate, grant)
    )
    kept = sum(part.support_cents for part, is_kept in zip(parts, fixed, strict=True) if is_kept)
    assert sum(each.support_cents for each in found) == max(by_rule, kept) <= grant
    assert all(0 <= each.support_cents <= each.price_cents for each in found)
    assert [each.price_cents for each in found] == [each.price_cents for each in parts]
    pairs = list(zip(found, parts, fixed, strict=True))
    assert all(new.support_cents >= old.support_cents for new, old, is_kept in pairs if is_kept)
    raised = any(new != old for new, old, is_kept in pairs if is_kept)
    assert not raised or all(new.own_cents == 0 for new, _, is_kept in pairs if not is_kept)


@pytest.mark.parametrize(
    ("price_cents", "support_cents", "own_cents"),
    [
        # Handbook S8: 1,980.00 at 85 % is 1,683.00 and 297.00; the grant never pays more.
        (1_980_00, 1_683_00, 297_00),
        (2_050_00, 1_683_00, 367_00),
        (1_900_01, 1_615_00, 285_01),
        (1, 0, 1),
    ],
)
def test_a_changed_price_follows_the_handbook(price_cents, support_cents, own_cents) -> None:
    before = [Share(price_cents, 1_683_00)]
    (found,) = shares_again(before, [False], Fraction(17, 20), 1_683_00)

    assert (found.support_cents, found.own_cents) == (support_cents, own_cents)


def test_what_is_approved_leaves_the_rest_to_the_others() -> None:
    """Two things of 1,000.00 at 85 %; the first is approved, the second rises to 1,200.00."""
    parts = [Share(1_000_00, 850_00), Share(1_200_00, 850_00)]

    found = shares_again(parts, [True, False], Fraction(17, 20), 2_000_00)

    assert [each.support_cents for each in found] == [850_00, 1_020_00]


def test_what_the_open_ones_cannot_take_raises_the_approved_ones_in_order() -> None:
    """Of 1,000.00 at most 850.00 went to the first; it falls to 100.00, the others are approved."""
    parts = [Share(100_00, 850_00), Share(500_00, 150_00), Share(500_00, 0)]

    found = shares_again(parts, [False, True, True], Fraction(17, 20), 1_000_00)

    assert [each.support_cents for each in found] == [100_00, 500_00, 335_00]
    assert sum(each.own_cents for each in found) == 165_00


@pytest.mark.parametrize(
    ("known", "value", "ceiling", "is_refused"),
    [(299_000_00, 1_000_00, 300_000_00, False), (299_000_00, 1_000_01, 300_000_00, True),
     (10**12, 1, None, False)],
)  # fmt: skip
def test_aid_up_to_the_ceiling_is_given_and_a_cent_above_refuses_all_of_it(
    known, value, ceiling, is_refused
) -> None:
    found = aid_finding(known, value, ceiling, 3)

    assert (found is not None) is is_refused
    if found is not None:
        assert (found.path, found.values["known_cents"], found.values["years"]) == (
            "value_cents", known, 3,
        )  # fmt: skip
        assert text(found) == (
            "Together with 299,000.00 of aid known here this passes the ceiling of 300,000.00 in 3"
            " years, so it cannot be given as de minimis aid. Choose somebody else."
        )


def test_a_ceiling_without_years_is_told_with_none() -> None:
    found = aid_finding(1, 1, 1, None)

    assert found is not None
    assert found.values["years"] == 0


def test_the_window_of_aid_begins_on_the_same_day_years_ago() -> None:
    """Handbook S4: of 29 February it is the 28th; without years everything counts."""
    assert aid_since(date(2026, 4, 15), 3) == date(2023, 4, 15)
    assert aid_since(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert aid_since(date(2026, 4, 15), None) == date(1900, 1, 1)


@pytest.mark.parametrize(
    ("expected", "confirmed", "returned", "left", "over"),
    [
        (297_00, [], [], 297_00, 0),
        (297_00, [297_00], [], 0, 0),
        (285_01, [297_00], [], 0, 11_99),
        (285_01, [297_00], [11_99], 0, 0),
        (297_00, [297_00], [11_99], 11_99, 0),
    ],
)
def test_own_share_is_missing_or_too_much_never_both(
    expected, confirmed, returned, left, over
) -> None:
    assert own_share_left(expected, confirmed, returned) == left
    assert own_share_over(expected, confirmed, returned) == over


def test_a_thing_without_a_price_gets_nothing_of_the_rest() -> None:
    parts = [Share(1_000_00, 850_00), Share(0, 0)]

    assert shares_again(parts, [True, False], Fraction(17, 20), 2_000_00) == tuple(parts)


def test_each_part_needs_its_word_whether_it_is_fixed() -> None:
    with pytest.raises(ValueError, match="shorter"):
        shares_again([Share(1, 0), Share(1, 0)], [True], Fraction(1, 2), 1)
