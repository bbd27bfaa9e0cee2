"""Handbook S7 and the end of S8."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import text
from app.rules.payments_balance import Closing, balance
from app.rules.scheme_money import PaymentModel, PaymentPlan

PLAN = PaymentPlan(PaymentModel.CASH_PRAG_OPT_2, no_profit_above_cents=60_000_00)
A = Closing(200_000_00, Fraction(80), 236_480_35, 180_000_00)
B = replace(A, revenue_cents=50_000_00)


@pytest.mark.parametrize(
    ("closing", "final_cents", "due_cents", "recover_cents"),
    [
        (A, 189_184_28, 9_184_28, 0),
        (B, 187_021_14, 7_021_14, 0),
        (replace(A, accepted_cents=260_000_00), 200_000_00, 20_000_00, 0),
        (replace(A, accepted_cents=210_000_00), 168_000_00, 0, 12_000_00),
        (replace(B, is_non_profit=True), 189_184_28, 9_184_28, 0),
        (replace(A, reduction_cents=10_000_00), 179_184_28, 0, 815_72),
        (replace(A, reduction_cents=999_000_00), 0, 0, 180_000_00),
    ],
    ids=["a", "b", "c", "d", "e", "reduced", "reduced to nothing"],
)
def test_s7_final_grant_and_balance(closing, final_cents, due_cents, recover_cents) -> None:
    result = balance(closing, PLAN)
    assert (result.final_cents, result.due_cents, result.recover_cents) == (
        final_cents,
        due_cents,
        recover_cents,
    )


def test_s7b_shows_profit_and_deduction() -> None:
    result = balance(B, PLAN)
    assert (result.by_rate_cents, result.profit_cents, result.deduction_cents) == (
        189_184_28,
        2_703_93,
        2_163_14,
    )


def test_s7a_own_share_is_what_the_grant_does_not_carry() -> None:
    assert balance(A, PLAN).own_share_cents == 47_296_07


def test_small_grants_and_schemes_without_the_rule_keep_their_profit() -> None:
    small = Closing(60_000_00, Fraction(80), 70_000_00, 0, revenue_cents=50_000_00)
    assert balance(small, PLAN).deduction_cents == 0
    assert balance(replace(small, agreed_cents=60_000_01), PLAN).deduction_cents > 0
    assert balance(B, replace(PLAN, no_profit=False)).deduction_cents == 0
    always = replace(PLAN, no_profit_above_cents=None)
    assert balance(small, always).deduction_cents > 0


def test_recovery_is_said_in_words() -> None:
    result = balance(replace(A, accepted_cents=210_000_00), PLAN)
    assert text(result.why, "en") == (
        "80 % of the accepted costs of 210,000.00, at most the agreed 200,000.00, less 0.00 for"
        " profit and 0.00 by decision, gives a final grant of 168,000.00. 180,000.00 has been"
        " paid, so 12,000.00 has to be paid back."
    )


@given(
    st.builds(
        Closing,
        agreed_cents=st.integers(0, 10**11),
        rate_percent=st.fractions(0, 100, max_denominator=1000),
        accepted_cents=st.integers(0, 10**11),
        paid_cents=st.integers(0, 10**11),
        revenue_cents=st.integers(0, 10**11),
        is_non_profit=st.booleans(),
    )
)
def test_final_grant_stays_within_the_agreement_and_what_is_paid_meets_it(closing) -> None:
    result = balance(closing, PLAN)
    assert 0 <= result.final_cents <= closing.agreed_cents
    assert closing.paid_cents + result.due_cents - result.recover_cents == result.final_cents


def test_nothing_named_is_nothing_to_the_cent() -> None:
    """Without revenue, reduction and payment the whole agreed grant is due when costs reach it."""
    plain = Closing(100_00, Fraction(100), 100_00, 0)

    found = balance(plain, replace(PLAN, no_profit_above_cents=None))

    assert (found.profit_cents, found.final_cents, found.due_cents) == (0, 100_00, 100_00)


def test_a_grant_that_is_paid_to_the_cent_is_closed_and_nothing_is_recovered() -> None:
    found = balance(replace(A, paid_cents=189_184_28), PLAN)

    assert (found.due_cents, found.recover_cents) == (0, 0)
    assert found.why.code == "payments.balance"
    assert balance(replace(A, paid_cents=189_184_29), PLAN).why.code == "payments.recovery"
