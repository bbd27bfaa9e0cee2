"""Tests of app/web/public_after.py: what a grant brings with it, in plain words."""

from dataclasses import replace

from app.rules.scheme_letters import AidRegime, Retention, StateAid
from app.web.public_after import after_award
from tests.make.calls import make_scheme


def test_public_page_says_what_is_reported_counted_and_kept() -> None:
    assert after_award(make_scheme("local_infrastructure")) == (
        "Interim report: every 6 months while the action runs",
        "Final report: within 2 months after the end of the action",
        "What is counted: People who use what was built (people) and "
        "Space built or renewed (square metres)",
        "The grant is no state aid, unless what it pays for is an economic activity.",
        "Keep your records for 5 years after the last payment.",
    )


def test_small_grants_and_de_minimis_aid_are_told_with_their_limits() -> None:
    scheme = replace(
        make_scheme("local_infrastructure"),
        reports=(),
        indicators=(),
        state_aid=StateAid(AidRegime.DE_MINIMIS, ceiling_cents=300_000_00, ceiling_years=3),
        retention=Retention(small_grant_up_to_cents=60_000_00),
    )

    assert [words.replace("\u00a0", " ") for words in after_award(scheme)] == [
        "The grant is de minimis aid.",
        "All de minimis aid that one undertaking receives in 3 years together: at most "
        "EUR 300,000.00.",
        "Keep your records for 5 years after the last payment, for 3 years where the grant is "
        "EUR 60,000.00 or less.",
    ]


def test_one_month_is_no_plural() -> None:
    scheme = make_scheme("local_infrastructure")
    interim, final = scheme.reports
    reports = (replace(interim, every_months=1), replace(final, due_months=1))

    assert after_award(replace(scheme, reports=reports))[:2] == (
        "Interim report: every month while the action runs",
        "Final report: within 1 month after the end of the action",
    )


def test_what_is_no_state_aid_is_not_spoken_of() -> None:
    scheme = make_scheme("local_infrastructure")
    bare = replace(scheme, reports=(), indicators=(), state_aid=StateAid())

    assert after_award(bare) == ("Keep your records for 5 years after the last payment.",)
