"""Tests of proof.py, shortlist.py, release_json.py and canonical.py: what outsiders are given."""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date

import pytest

from app.rules import proof
from app.rules.allocation_release import FreeLot
from app.rules.allocation_reserve import Waiting
from app.rules.canonical import canonical, digest
from app.rules.json_reader import InvalidInput, parse
from app.rules.release_json import read_release_case, write_release_case

# The handbook's A5: money for 200 per cent of 3,000,000.00.
NOTES = [
    ("P1", "46", "900000"), ("P2", "44", "1200000"), ("P3", "43", "1500000"),
    ("P4", "41.5", "800000"), ("P5", "40", "1100000"), ("P6", "38", "700000"),
    ("P7", "35", "900000"), ("P8", "29.5", "600000"),
]  # fmt: skip
A5 = {
    "percent": "200",
    "boundary": "INCLUDE_CROSSING",
    "threshold": "30",
    "lots": [{"code": "A", "envelope": "3000000.00"}],
    "applications": [
        {"id": key, "lot": "A", "score": score, "requested": cents} for key, score, cents in NOTES
    ],
}
A5_RESULT = {
    "lots": [
        {
            "code": "A", "limit": "6000000.00", "passed": "6200000.00", "passed_percent": "206.67",
            "cut_off": "38.000000",
        }
    ],
    "lines": {f"P{n}": "PASSED" for n in range(1, 7)}
    | {"P7": "OUTSIDE_LIMIT", "P8": "BELOW_THRESHOLD"},
}  # fmt: skip
# A4 after T3 has gone: T2 becomes whole, T4 gets the rest of the reserve list's money.
A4 = {
    "today": "2026-06-04",
    "valid_until": "2026-06-04",
    "policy": {"overflow": "PARTIAL_OFFER", "caps": {"awards_per_lead": 1}},
    "lots": [
        {
            "code": "A",
            "free": "350000.00",
            "held": {"LEAD-1": 1},
            "waiting": [
                {"id": "T2", "rank": 3, "requested": "300000.00", "awarded": "259876.54"},
                {"id": "T4", "rank": 4, "requested": "250000.00", "min_grant": "100000.00"},
                {"id": "T5", "rank": 5, "requested": "10000.00", "lead": "LEAD-1"},
            ],
        }
    ],
}
A4_RESULT = {
    "lines": [
        {"id": "T2", "added": "40123.46", "awarded": "300000.00", "reason": "AWARDED_FULL"},
        {"id": "T4", "added": "250000.00", "awarded": "250000.00", "reason": "AWARDED_FULL"},
    ],
    "transfers": {},
}


def test_a_shortlist_is_computed_from_its_json() -> None:
    assert proof.shortlisted(A5) == A5_RESULT


def test_without_a_limit_the_threshold_alone_decides_and_other_cuts_are_told() -> None:
    notes = [{**A5["applications"][7], "status": "INELIGIBLE"}, A5["applications"][6]]
    given = {**A5, "percent": None, "boundary": None, "applications": notes}

    found = proof.shortlisted(given)

    assert found["lines"] == {"P7": "PASSED", "P8": "INELIGIBLE"}
    assert found["lots"][0]["cut_off"] == "35.000000"


def test_nobody_on_a_shortlist_leaves_no_line_to_pass() -> None:
    assert proof.shortlisted({**A5, "applications": []})["lots"][0]["cut_off"] is None


def test_money_given_again_is_computed_from_its_json() -> None:
    assert proof.given_again(A4) == A4_RESULT


def test_money_that_moves_between_lots_is_told_with_its_sign() -> None:
    policy = {"lot_mode": "REALLOCATE_REMAINDER"}
    lots = [
        {"code": "A", "free": "5.00"},
        {"code": "B", "free": "1.00", "waiting": [{"id": "b", "rank": 1, "requested": "6.00"}]},
    ]
    given = {"today": "2026-06-04", "policy": policy, "lots": lots}

    assert proof.given_again(given)["transfers"] == {"A": "-5.00", "B": "5.00"}


def test_nothing_is_given_after_the_last_day_of_the_list() -> None:
    assert proof.given_again({**A4, "today": "2026-06-05"}) == {"lines": [], "transfers": {}}


def test_what_is_written_is_read_back_as_it_was() -> None:
    waiting = (Waiting("T2", 3, 300_00, 259_87), Waiting("T4", 4, 250_00, 0, 100_00, "LEAD-1"))
    lots = (FreeLot("A", 350_00, waiting, {"LEAD-1": 2}), FreeLot("B", 0))

    for last_day in (date(2026, 6, 30), None):
        written = write_release_case(lots, {}, today=date(2026, 6, 4), valid_until=last_day)
        case = read_release_case(json.loads(json.dumps(written)))
        assert (case.lots, case.today, case.valid_until) == (lots, date(2026, 6, 4), last_day)


@pytest.mark.parametrize(
    ("inputs", "result", "rule"),
    [(A5, A5_RESULT, "shortlist"), (A4, A4_RESULT, "release")],
)
def test_a_decision_is_the_same_until_one_cent_of_it_changes(
    inputs: dict, result: dict, rule: str
) -> None:
    file = {"inputs": inputs, "result": result}
    changed = deepcopy(file)
    changed["result"]["extra"] = "0.01"

    same, other = proof.check(file), proof.check(changed)

    assert (same.rule, same.same, same.digest) == (rule, True, digest(file))
    assert (other.same, other.result) == (False, result)
    assert other.digest != same.digest


def test_an_allocation_is_told_by_its_policy() -> None:
    one = {"id": "x", "lot": "A", "score": "1", "requested": "1.00"}
    inputs = {"policy": {}, "lots": [{"code": "A", "envelope": "1.00"}], "applications": [one]}

    verdict = proof.check({"inputs": inputs, "result": proof.allocated(inputs)})

    assert (verdict.rule, verdict.same) == ("allocate", True)


def test_equals_at_a_place_that_decides_about_money_are_named() -> None:
    rows = [{"id": key, "lot": "A", "score": "1", "requested": "1.00"} for key in "ba"]
    inputs = {"policy": {}, "lots": [{"code": "A", "envelope": "1.00"}], "applications": rows}

    with pytest.raises(proof.UnresolvedTieError) as refused:
        proof.check({"inputs": inputs, "result": {}})

    assert refused.value.tie.ids == ("a", "b")


@pytest.mark.parametrize("told", [b'"\\ud800"', b"1e999", b"9" * 5000])
def test_what_has_no_byte_form_is_refused_in_words(told: bytes) -> None:
    file = canonical({"inputs": A5, "result": "HERE"}).replace(b'"HERE"', told)

    with pytest.raises(InvalidInput) as refused:
        proof.check(parse(file))

    assert refused.value.message.code == "input.no_byte_form"


def wrong(code: str, path: str) -> tuple[str, str]:
    return f"input.{code}", path


def changed(given: dict, change: Callable[[dict], object]) -> dict:
    copy = deepcopy(given)
    change(copy)
    return copy


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, wrong("missing", "inputs")),
        ({"inputs": A5}, wrong("missing", "result")),
        ({"inputs": {}, "result": {}}, wrong("missing", "inputs.policy")),
        ({"inputs": A5, "result": {}, "digest": ""}, wrong("unknown_key", "digest")),
    ],
)
def test_what_is_no_decision_is_refused_with_its_place(given: dict, told: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        proof.check(given)

    assert (refused.value.message.code, refused.value.message.path) == told


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda c: c.pop("lots"), "input.missing", "lots"),
        (lambda c: c.update(boundary=None), "input.missing", "boundary"),
        (lambda c: c.update(more=1), "input.unknown_key", "more"),
        (
            lambda c: c["applications"][1].update(id="P1"),
            "allocation_input.id_twice",
            "applications[1].id",
        ),
        (
            lambda c: c["applications"][1].update(lot="Z"),
            "allocation_input.unknown_lot",
            "applications[1].lot",
        ),
        (
            lambda c: c["lots"].append({"code": "A", "envelope": "1"}),
            "allocation_input.lot_twice",
            "lots[1].code",
        ),
        (lambda c: c["lots"][0].update(envelope="1.001"), "input.too_many_decimals",
         "lots[0].envelope"),
    ],
)  # fmt: skip
def test_a_wrong_shortlist_is_refused_with_its_place(
    change: Callable[[dict], object], code: str, path: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proof.shortlisted(changed(A5, change))

    assert (refused.value.message.code, refused.value.message.path) == (code, path)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda c: c.update(today="4 June"), "input.not_a_date", "today"),
        (lambda c: c.update(valid_until=""), "input.empty_text", "valid_until"),
        (lambda c: c["lots"][0].pop("free"), "input.missing", "lots[0].free"),
        (lambda c: c["lots"][0].update(held={"LEAD-1": "1"}), "input.not_a_whole_number",
         "lots[0].held.LEAD-1"),
        (lambda c: c["lots"][0]["waiting"][2].update(lead=""), "input.empty_text",
         "lots[0].waiting[2].lead"),
        (lambda c: c["lots"][0]["waiting"][0].pop("rank"), "input.missing",
         "lots[0].waiting[0].rank"),
        (lambda c: c["lots"][0]["waiting"][2].update(id="T2"), "allocation_input.id_twice",
         "lots[0].waiting[2].id"),
        (lambda c: c["lots"].append({"code": "A", "free": "1.00"}), "allocation_input.lot_twice",
         "lots[1].code"),
        (lambda c: c["policy"].update(realloc_order=["Z"]), "allocation_input.realloc_order",
         "policy.realloc_order[0]"),
        (lambda c: c.update(lots=[]), "allocation_input.no_lots", "lots"),
    ],
)  # fmt: skip
def test_a_wrong_release_is_refused_with_its_place(
    change: Callable[[dict], object], code: str, path: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proof.given_again(changed(A4, change))

    assert (refused.value.message.code, refused.value.message.path) == (code, path)


def test_the_byte_form_is_what_the_public_page_says() -> None:
    given = {"b": ["č", 1, None], "a": {"ž": "1.00", "z": True}}

    assert canonical(given) == '{"a":{"z":true,"ž":"1.00"},"b":["č",1,null]}'.encode()
    assert digest(given) == hashlib.sha256(canonical(given)).hexdigest()
