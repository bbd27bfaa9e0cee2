"""What each kind of instalment makes due, and that no order of them exceeds the grant."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.i18n import text
from app.rules.instalments import Claim, Due, due, needs_costs
from app.rules.payments import payable_now
from app.rules.scheme_money import InstalmentKind, PaymentModel, PaymentPlan

PRE, INTERIM, BALANCE = InstalmentKind
ADVANCE = PaymentPlan(PaymentModel.CASH_PRAG_OPT_2)
REFUND = PaymentPlan(PaymentModel.REIMBURSEMENT)
CLAIM = Claim(PRE, 200_000_00, Fraction(4, 5), 80_000_00, [])


def test_the_first_prefinancing_is_paid_as_planned() -> None:
    found = due(CLAIM, ADVANCE)

    assert (found.amount_cents, found.recover_cents) == (80_000_00, 0)
    assert text(found.why) == "The first instalment is paid as planned: 80,000.00."


def test_s6_a_further_prefinancing_follows_forecast_and_cap() -> None:
    claim = replace(
        CLAIM,
        kind=INTERIM,
        paid_cents=[112_000_00],
        accepted_cents=103_500_00,
        forecast_cents=100_000_00,
    )

    found = due(claim, ADVANCE)
    assert (found.amount_cents, found.recover_cents) == (68_000_00, 0)
    assert due(replace(claim, accepted_cents=90_000_00), ADVANCE).amount_cents == 40_000_00


def test_without_a_forecast_the_planned_amount_stands_for_it() -> None:
    claim = replace(CLAIM, kind=INTERIM, planned_cents=50_000_01, paid_cents=[80_000_00])

    assert due(replace(claim, accepted_cents=100_000_00), ADVANCE).amount_cents == 50_000_01


def test_the_balance_pays_or_recovers() -> None:
    claim = replace(CLAIM, kind=BALANCE, paid_cents=[112_000_00, 68_000_00])

    assert due(replace(claim, accepted_cents=236_480_35), ADVANCE).amount_cents == 9_184_28
    back = due(replace(claim, accepted_cents=210_000_00), ADVANCE)
    assert (back.amount_cents, back.recover_cents) == (0, 12_000_00)


def test_a_refund_is_the_grants_part_of_the_accepted_costs() -> None:
    claim = replace(CLAIM, kind=INTERIM, accepted_cents=100_000_00)

    found = due(claim, REFUND)

    assert (found.amount_cents, found.recover_cents) == (80_000_00, 0)
    assert text(found.why) == (
        "80 % of the accepted costs of 100,000.00 is 80,000.00. 0.00 has been paid, and the "
        "limit for payments before the balance leaves 180,000.00. The instalment is 80,000.00."
    )
    later = replace(claim, accepted_cents=240_000_00, paid_cents=[80_000_00])
    assert due(later, REFUND).amount_cents == 100_000_00
    full = replace(claim, accepted_cents=240_000_00, paid_cents=[80_000_00, 100_000_00])
    assert due(full, REFUND).amount_cents == 0
    assert due(replace(later, accepted_cents=50_000_00), REFUND).amount_cents == 0


def test_an_interim_instalment_that_comes_first_is_a_refund_too() -> None:
    claim = replace(CLAIM, kind=INTERIM, accepted_cents=10_000_00)

    assert due(claim, ADVANCE).amount_cents == 8_000_00


@pytest.mark.parametrize(
    ("kind", "position", "expected"),
    [(PRE, 1, False), (PRE, 2, True), (INTERIM, 1, True), (BALANCE, 1, True)],
)
def test_only_the_first_prefinancing_needs_no_costs(
    kind: InstalmentKind, position: int, *, expected: bool
) -> None:
    assert needs_costs(kind, position) is expected


@settings(max_examples=40)
@given(
    grant=st.integers(1, 10**9),
    rate=st.fractions(Fraction(1, 100), 1, max_denominator=10**6),
    first_percent=st.integers(0, 90),
    costs=st.lists(st.integers(0, 10**9), min_size=1, max_size=4),
    revenue=st.integers(0, 10**9),
    plan=st.sampled_from([ADVANCE, REFUND]),
)
def test_no_costs_and_no_revenue_ever_pay_more_than_the_grant(
    grant: int, rate: Fraction, first_percent: int, costs: list[int], revenue: int, plan
) -> None:
    planned = grant * first_percent // 100
    paid: list[int] = []
    accepted = 0
    kinds = [PRE, *[INTERIM] * (len(costs) - 1), BALANCE]
    found = Due(0, 0, None)
    for kind, cost in zip(kinds, [0, *costs], strict=True):
        accepted += cost
        found = due(Claim(kind, grant, rate, planned, paid, accepted, revenue), plan)
        assert found.amount_cents >= 0 <= found.recover_cents
        payable = payable_now(found.amount_cents, agreed_cents=grant, paid_cents=sum(paid))
        # The rule itself keeps within the grant; the second guard never has to cut.
        assert payable.amount_cents == found.amount_cents
        paid.append(found.amount_cents)
    final = sum(paid) - found.recover_cents
    assert 0 <= final <= min(grant, int(accepted * rate))


def test_what_a_claim_does_not_name_is_nothing() -> None:
    """No costs, no revenue, and nobody is spared the rule of no profit who does not say so."""
    bare = Claim(BALANCE, 200_000_00, Fraction(1), 0, [])
    always = replace(ADVANCE, no_profit_above_cents=None)

    assert due(bare, always) == due(replace(bare, accepted_cents=0, revenue_cents=0), always)
    assert due(bare, always).amount_cents == 0
    full = replace(bare, accepted_cents=200_000_00)
    assert due(full, always).amount_cents == 200_000_00
    assert due(replace(full, revenue_cents=1_00), always).amount_cents == 199_999_00
