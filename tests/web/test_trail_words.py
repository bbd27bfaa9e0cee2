"""Details of the trail in words: money, days, people, and changes from what to what."""

from datetime import UTC, datetime

import pytest

from app.queries.audit import AuditLine
from app.queries.audit_objects import AuditObject
from app.web.audit_sheet import told_text
from app.web.trail_words import entries, keys_of

AT = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
PEOPLE = {("user_account", 7): AuditObject("Eva Ević", "", 0)}
WORDS = {(3, "in_time"): "Was it sent in time?"}


def told(detail, *, kind: str = "call", event: str = "change") -> list[str]:
    line = AuditLine(1, AT, "Ana", kind, 5, event, None, None, detail, 1, 3, "EUR")
    (entry,) = entries([line], PEOPLE, WORDS)
    return [told_text(each).replace("\N{NO-BREAK SPACE}", " ") for each in entry.details]


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"grant_cents": 505_562_96}, "Grant: EUR 505,562.96"),
        ({"paid_on": "2026-11-16"}, "Paid on: 16 November 2026"),
        ({"opens_at": "2026-03-19T12:00:00+00:00"}, "Opens: 19 March 2026, 13:00 CET"),
        ({"rate": "4/5"}, "Rate: 80 %"),
        ({"total": "77.500000"}, "Total: 77.5"),
        ({"has_conflict": False}, "Conflict of interest: No"),
        ({"role": "fund_manager"}, "Role: Fund manager"),
        ({"assessors": [7, 8]}, "Assessors: Eva Ević and 8"),
        ({"reason": "deadline"}, "Reason: The deadline has passed."),
        ({"answers": {"in_time": "not_met: A day late"}},
         "Item Was it sent in time?: Not met: A day late"),
        ({"of_an_older_program": "x"}, "of_an_older_program: x"),
    ],
)  # fmt: skip
def test_values_are_printed_by_what_they_are(detail, said) -> None:
    assert told(detail) == [said]


def test_a_change_tells_only_what_differs_with_both_values() -> None:
    lots = {"L1": {"envelope_cents": 100, "title": "One"}, "L2": {"envelope_cents": 100}}
    now = {"L1": {"envelope_cents": 250, "title": "One"}, "L2": {"envelope_cents": 100}}

    assert told({"was": {"lots": lots}, "now": {"lots": now}}) == [
        "Lot L1 Envelope: EUR 1.00 → EUR 2.50"
    ]


def test_details_stand_in_the_order_of_their_form_and_the_reason_last() -> None:
    # As the database gives them back: by the length of their names.
    hour = {"place": "Room 14", "ends_at": "2026-05-04T08:40:00Z", "starts_at": "2026-05-04T08:00Z"}
    detail = {"now": {**hour, "place": "Room 12"}, "was": hour, "reason": "Taken.", "pages": 2}

    lines = told({"now": hour, "reason": "Taken.", "sessions": 3, "person": 7})

    assert told(detail) == ["Place: Room 14 → Room 12", "Pages: 2", "Reason: Taken."]
    assert [line.partition(":")[0] for line in lines] == [
        "Begins",
        "Ends",
        "Place",
        "Person",
        "Sessions ended",
        "Reason",
    ]


def test_answers_stand_in_the_order_of_the_checklist() -> None:
    words = {(3, "signed"): "Signed?", (3, "in_time"): "In time?"}
    detail = {"answers": {"other": "met", "in_time": "met", "signed": "met"}}
    line = AuditLine(1, AT, "Ana", "stage_entry", 5, "check", None, None, detail, 1, 3, "EUR")

    (entry,) = entries([line], PEOPLE, words)

    assert [each.name for each in entry.details] == [
        "Item Signed?",
        "Item In time?",
        "Item other",
    ]


def test_what_came_new_is_told_without_a_before() -> None:
    assert told({"now": {"iban": "RS35", "bic": ""}}) == ["IBAN: RS35"]


def test_a_field_that_was_empty_is_told_as_nothing() -> None:
    assert told({"before": {"phone": ""}, "after": {"phone": "011"}}) == [
        "Telephone: nothing → 011"
    ]


def test_empty_details_are_left_out() -> None:
    assert told({"reason": "", "note": None}) == []


def test_objects_of_entry_and_details_are_asked_together() -> None:
    line = AuditLine(1, AT, "", "stage_entry", 5, "assign", None, None, {"assessors": [7, 8]})

    assert keys_of([line]) == {("stage_entry", 5), ("user_account", 7), ("user_account", 8)}
