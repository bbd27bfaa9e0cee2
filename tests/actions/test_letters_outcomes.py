"""The rarer awards have their letters too, and nobody reads a rate where there is no budget."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.actions import letters_material
from app.actions.letters_context import Sheet, context_of
from app.documents import contexts as c
from app.documents import render
from app.queries import letters_sources
from tests.make.letters import PREPARED_AT, make_decided

VALUES = {"rank": 1, "score": "92", "requested_cents": 1_000_000_00, "awarded_cents": 900_000_00}
WHY = {
    "AWARDED_FLOOR": (
        "allocation.awarded_floor",
        {"value": "RS22"},
        "It is among the best of “RS22”, and the published rule gives a place to each such group",
    ),
    "AWARDED_PRO_RATA": (
        "allocation.awarded_pro_rata",
        {"all_requests_cents": 2_000_000_00, "envelope_cents": 1_800_000_00},
        "every request is cut by the same share: EUR 900,000.00 of EUR 1,000,000.00.",
    ),
    "RESERVE_ACTIVATED": (
        "allocation.awarded_full",
        {"remaining_cents": 1_000_000_00},
        "so the request of EUR 1,000,000.00 is awarded in full.",
    ),
}


@pytest.fixture
def sheet(session):
    """The best application of the decided call, ready to be told anything."""
    decided = make_decided(session)
    material = letters_material.gather(
        session,
        call_id=decided.call.id,
        stage_id=decided.stage_id,
        stage_key="full_application",
        dated_on=PREPARED_AT.date(),
    )
    application_id = decided.applications["AWARDED_FULL"].id
    source = letters_sources.of_applications(session, decided.stage_id, [application_id])[0]
    rule = next(each for each in material.scheme.letters.letters if each.key == "award")
    return Sheet(material, source, rule, number=1, check_code="0000-0000-0000-0000")


@pytest.mark.parametrize("outcome", sorted(WHY))
def test_award_says_by_which_rule_it_was_given(sheet, outcome) -> None:
    code, values, said = WHY[outcome]
    detail = {"code": code, "values": VALUES | values}
    source = replace(sheet.source, outcome=outcome, outcome_detail=detail, awarded_cents=900_000_00)

    letter = c.from_json("award_letter", context_of(replace(sheet, source=source)))

    assert letter.amounts.granted_cents == 900_000_00
    assert letter.amounts.share_percent == "90"
    assert said in letter.reason.replace("\xa0", " ")
    assert said in " ".join(render.html(letter).replace("\xa0", " ").split())


def test_rate_is_rounded_up_to_reach_the_whole_request(sheet) -> None:
    source = replace(sheet.source, requested_cents=1_000_000_00, total_cents=1_500_000_00)

    letter = c.from_json("award_letter", context_of(replace(sheet, source=source)))

    assert Fraction(letter.amounts.rate_percent) == Fraction("66.67")
    assert letter.amounts.eligible_cents == 1_500_000_00


@pytest.mark.parametrize("document", ["award_letter", "partial_offer_letter"])
def test_letter_of_a_call_without_a_budget_says_nothing_of_a_rate(sheet, document) -> None:
    source = replace(sheet.source, total_cents=None)
    rule = replace(sheet.rule, document=document)

    letter = c.from_json(document, context_of(replace(sheet, source=source, rule=rule)))

    page = render.html(letter)
    assert (letter.amounts.eligible_cents, letter.amounts.rate_percent) == (None, "")
    assert ["Total eligible costs" in page, "Share of the eligible costs" in page] == [False, False]
