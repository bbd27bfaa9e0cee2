"""Tests of app/web/public_in_kind.py: how equipment comes to the beneficiary, in plain words."""

from dataclasses import replace
from fractions import Fraction

from app.rules.scheme_in_kind import InKind, Procurer
from app.web.public_in_kind import in_kind_words
from app.web.public_rules import rules_view
from tests.make.calls import make_scheme


def test_the_library_scheme_is_told_from_offers_to_the_title() -> None:
    scheme = make_scheme("green_growth_grants")

    told = [line.replace("\u00a0", " ") for line in rules_view(scheme).payments]

    assert told == [
        "Equipment is given, not money. All sums are without your own share.",
        "The authority asks for at least 3 offers for each item, and buys.",
        "You pay in your own share, at least 15 % of the price, before it is ordered.",
        "Before the handover: The beneficiary has attended at least 80 % of the training.",
        "Before the handover: The business is registered; the extract is at hand.",
        "The authority keeps the title for 24 months; then the equipment becomes yours.",
        "The title passes if: The business is running and the equipment is used for it, as the "
        "visits show.",
        "Visits after the handover, in months: 1, 6, 12 and 24",
    ]


def test_a_higher_grant_says_which_answer_it_needs() -> None:
    lot = rules_view(make_scheme("green_growth_grants")).lots[0]

    assert [line.replace("\u00a0", " ") for line in lot.conditions] == [
        "More than EUR 3,000.00 only with at least 1: "
        "How many new jobs will there be within a year?"
    ]


def test_without_retention_and_own_share_the_words_are_few() -> None:
    plain = InKind(own_share_percent=Fraction(0), procured_by=Procurer.BENEFICIARY, quotes_min=1)

    assert in_kind_words(plain) == (
        "Equipment is given, not money. All sums are without your own share.",
        "You ask for at least 1 offers for each item; the authority agrees and pays.",
        "With the handover the equipment is yours.",
    )
    kept = replace(plain, retention_months=6)
    assert in_kind_words(kept)[-1] == (
        "The authority keeps the title for 6 months; then the equipment becomes yours."
    )
