"""Every refusal of spec/allocation.md, with its place."""

import copy
import json

import pytest

from app.commands.rules import allocate_document
from app.i18n import text
from app.rules.allocation_input import read_case
from app.rules.allocation_model import Policy
from app.rules.json_reader import InvalidInput, parse
from app.rules.scheme_money import LotMode, Overflow

MISSING = object()
APPLICATION = {
    "id": "A1",
    "lot": "L1",
    "score": "91.00",
    "requested": "100.00",
    "status": "ELIGIBLE",
    "lead": "ORG-1",
    "region": "RS21",
    "relevance": "18.00",
    "committee_order": 1,
}
CASE = {
    "currency": "EUR",
    "policy": {
        "order": "MERIT",
        "overflow": "PARTIAL_OFFER",
        "partial_min_share": "0.75",
        "lot_mode": "REALLOCATE_REMAINDER",
        "realloc_order": ["L1", "L2"],
        "tie_breakers": ["relevance", "requested_asc"],
        "caps": {"awards_per_lead": 1},
        "floors": [{"dimension": "region", "min_awards": 1}],
        "pro_rata": False,
    },
    "lots": [
        {
            "code": "L1",
            "envelope": "4140.00",
            "min_grant": "100.00",
            "max_grant": "500.00",
            "threshold": "60",
        },
        {"code": "L2", "envelope": "6000"},
    ],
    "applications": [
        APPLICATION,
        APPLICATION | {"id": "A2", "score": "70", "extra": [1.5, {"deep": None}]},
    ],
}


def changed(*steps: str | int, to: object) -> dict:
    case = copy.deepcopy(CASE)
    place = case
    for step in steps[:-1]:
        place = place[step]
    if to is MISSING:
        del place[steps[-1]]
    else:
        place[steps[-1]] = to
    return case


def refused(document: bytes | object) -> tuple[str, str]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(InvalidInput) as caught:
        allocate_document(raw)
    assert text(caught.value.message, "en")
    return caught.value.message.path, caught.value.message.code


def test_the_case_itself_is_accepted() -> None:
    case = read_case(parse(json.dumps(CASE).encode()))
    assert case.policy.tie_breakers == ("relevance", "requested_asc")
    assert len(allocate_document(json.dumps(CASE).encode())["lines"]) == 2


def test_everything_optional_may_be_left_out_or_null() -> None:
    least = {
        "policy": {},
        "lots": [{"code": "L", "envelope": "0"}],
        "applications": [{"id": "a", "lot": "L", "score": "-1", "requested": "0"}],
    }
    nulls = {
        "currency": None,
        "policy": dict.fromkeys(CASE["policy"]) | {"caps": {"awards_per_lead": None}},
        "lots": [least["lots"][0] | dict.fromkeys(["min_grant", "max_grant", "threshold"])],
        "applications": [
            least["applications"][0] | dict.fromkeys(["status", "lead", "committee_order", "more"])
        ],
    }
    plain = read_case(least)
    assert plain == read_case(nulls)
    assert plain.policy == Policy()
    assert plain.policy.overflow is Overflow.STOP
    assert plain.policy.lot_mode is LotMode.SEPARATE
    assert read_case(least | {"applications": []}).applications == ()


L, A, P = "lots", "applications", "policy"
WRONG = [
    ((P,), MISSING, "policy"),
    ((P,), None, "policy"),
    ((P,), [], "policy"),
    ((L,), MISSING, "lots"),
    ((L,), [], "lots"),
    ((L,), {}, "lots"),
    ((A,), MISSING, "applications"),
    ((A,), None, "applications"),
    (("extra",), 1, "extra"),
    (("currency",), 5, "currency"),
    (("currency",), "", "currency"),
    ((P, "realloc_before_partial"), True, "policy.realloc_before_partial"),
    ((P, "reserve_valid_until"), "2026-12-31", "policy.reserve_valid_until"),
    ((P, "order"), "LOTTERY_IN_BAND", "policy.order"),
    ((P, "overflow"), "stop", "policy.overflow"),
    ((P, "overflow"), ["STOP"], "policy.overflow"),
    ((P, "lot_mode"), "", "policy.lot_mode"),
    ((P, "partial_min_share"), "1.01", "policy.partial_min_share"),
    ((P, "partial_min_share"), "-0.01", "policy.partial_min_share"),
    ((P, "partial_min_share"), 0.75, "policy.partial_min_share"),
    ((P, "pro_rata"), 1, "policy.pro_rata"),
    ((P, "realloc_order"), ["L1"], "policy.realloc_order"),
    ((P, "realloc_order"), [], "policy.realloc_order"),
    ((P, "realloc_order"), ["L1", "L2", "L1"], "policy.realloc_order[2]"),
    ((P, "realloc_order"), ["L1", "L3"], "policy.realloc_order[1]"),
    ((P, "realloc_order"), ["L1", 2], "policy.realloc_order[1]"),
    ((P, "realloc_order"), "L1", "policy.realloc_order"),
    ((P, "tie_breakers"), ["relevance", ""], "policy.tie_breakers[1]"),
    ((P, "tie_breakers"), [None], "policy.tie_breakers[0]"),
    ((P, "tie_breakers"), ["score"], "policy.tie_breakers[0]"),
    ((P, "tie_breakers"), ["committee_order"], "policy.tie_breakers[0]"),
    ((P, "tie_breakers"), ["region"], "applications[0].region"),
    ((P, "caps"), {"per_region": 1}, "policy.caps.per_region"),
    ((P, "caps"), 1, "policy.caps"),
    ((P, "caps", "awards_per_lead"), 0, "policy.caps.awards_per_lead"),
    ((P, "caps", "awards_per_lead"), True, "policy.caps.awards_per_lead"),
    ((P, "caps", "awards_per_lead"), 1.0, "policy.caps.awards_per_lead"),
    ((P, "caps", "awards_per_lead"), "1", "policy.caps.awards_per_lead"),
    ((P, "floors"), {}, "policy.floors"),
    ((P, "floors", 0), {"dimension": "region"}, "policy.floors[0].min_awards"),
    ((P, "floors", 0), {"min_awards": 1}, "policy.floors[0].dimension"),
    ((P, "floors", 0, "dimension"), "lead", "policy.floors[0].dimension"),
    ((P, "floors", 0, "dimension"), "", "policy.floors[0].dimension"),
    ((P, "floors", 0, "min_awards"), 0, "policy.floors[0].min_awards"),
    ((P, "floors", 0, "note"), "x", "policy.floors[0].note"),
    ((P, "lot_mode"), "COMMON_POT", "policy.floors"),
    ((L, 0), "L1", "lots[0]"),
    ((L, 0, "code"), MISSING, "lots[0].code"),
    ((L, 0, "code"), "", "lots[0].code"),
    ((L, 0, "title"), "x", "lots[0].title"),
    ((L, 1, "code"), "L1", "lots[1].code"),
    ((L, 0, "envelope"), MISSING, "lots[0].envelope"),
    ((L, 0, "envelope"), "-1", "lots[0].envelope"),
    ((L, 0, "envelope"), 4140, "lots[0].envelope"),
    ((L, 0, "min_grant"), "500.01", "lots[0].min_grant"),
    ((L, 0, "min_grant"), "1.000", "lots[0].min_grant"),
    ((L, 0, "max_grant"), "-0.01", "lots[0].max_grant"),
    ((L, 0, "threshold"), 60, "lots[0].threshold"),
    ((A, 0), None, "applications[0]"),
    ((A, 0, "id"), MISSING, "applications[0].id"),
    ((A, 0, "id"), 1, "applications[0].id"),
    ((A, 0, "id"), "\ud800", "applications[0].id"),
    ((A, 1, "id"), "A1", "applications[1].id"),
    ((A, 0, "lot"), "L3", "applications[0].lot"),
    ((A, 0, "lot"), MISSING, "applications[0].lot"),
    ((A, 0, "score"), MISSING, "applications[0].score"),
    ((A, 0, "score"), 91, "applications[0].score"),
    ((A, 0, "requested"), MISSING, "applications[0].requested"),
    ((A, 0, "requested"), "99.99", "applications[0].requested"),
    ((A, 0, "requested"), "500.01", "applications[0].requested"),
    ((A, 0, "status"), "RESERVE", "applications[0].status"),
    ((A, 0, "lead"), "", "applications[0].lead"),
    ((A, 0, "lead"), 7, "applications[0].lead"),
    ((A, 0, "region"), "", "applications[0].region"),
    ((A, 0, "region"), 21, "applications[0].region"),
    ((A, 0, "relevance"), 18, "applications[0].relevance"),
    ((A, 0, "relevance"), "", "applications[0].relevance"),
    ((A, 0, "committee_order"), "1", "applications[0].committee_order"),
    ((A, 0, "committee_order"), False, "applications[0].committee_order"),
]


@pytest.mark.parametrize(("steps", "value", "path"), WRONG)
def test_wrong_input_is_refused_at_its_place(steps, value, path) -> None:
    assert refused(changed(*steps, to=value))[0] == path


@pytest.mark.parametrize(
    "score",
    ["", " 1", "1 ", "+1", "1.", ".5", "-.5", "1e2", "1,5", "1_0", "٣", "１", "NaN", "Infinity",
     "0x1", "1\n", "--1", "-", "1.2.3"],
)  # fmt: skip
def test_only_plain_decimal_strings_are_numbers(score) -> None:
    expected = ("applications[0].score", "input.not_a_decimal")
    assert refused(changed("applications", 0, "score", to=score)) == expected


@pytest.mark.parametrize("score", ["0", "-0", "-5.25", "007", "9" * 6000, f"60.{'1' * 6000}"])
def test_decimal_strings_may_be_negative_long_or_padded(score) -> None:
    assert allocate_document(json.dumps(changed("applications", 0, "score", to=score)).encode())


def test_amounts_of_any_size_keep_every_cent() -> None:
    case = changed("lots", 1, "envelope", to="9" * 6000 + ".99")
    assert allocate_document(json.dumps(case).encode())["totals"]["envelope"] == (
        f"1{'0' * 5996}4139.99"
    )


def test_whole_numbers_of_any_size_are_read() -> None:
    raw = json.dumps(CASE).replace('"committee_order": 1', f'"committee_order": {"9" * 6000}', 1)
    case = read_case(parse(raw.encode()))
    assert case.applications[0].committee_order == 10**6000 - 1


def test_limits_of_a_lot_hold_whatever_the_score_but_only_for_the_eligible() -> None:
    below = changed("applications", 0, "requested", to="1.00")
    below["applications"][0]["score"] = "1"
    assert refused(below) == ("applications[0].requested", "allocation_input.below_min")
    below["applications"][0]["status"] = "WITHDRAWN"
    assert allocate_document(json.dumps(below).encode())


@pytest.mark.parametrize(("key", "path"), [("floors", "policy.floors"), ("caps", "policy.caps")])
def test_pro_rata_goes_with_neither_caps_nor_floors(key, path) -> None:
    case = changed("policy", "pro_rata", to=True)
    case["policy"][{"floors": "caps", "caps": "floors"}[key]] = None
    assert refused(case)[0] == path


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "input.not_json"),
        (b"  ", "input.not_json"),
        (b"{}{}", "input.not_json"),
        (b"{'policy': 1}", "input.not_json"),
        (b"[]", "input.not_an_object"),
        (b"null", "input.not_an_object"),
        (b'"text"', "input.not_an_object"),
        (b'{"policy": NaN}', "input.not_a_json_number"),
        (b'{"policy": -Infinity}', "input.not_a_json_number"),
        (b'{"policy": "\xff"}', "input.not_utf8"),
        (b'{"policy": "\xed\xa0\x80"}', "input.not_utf8"),
        (b"[" * 200_000, "input.too_deep"),
        (b'{"a":' * 200_000, "input.too_deep"),
    ],
)
def test_what_is_no_json_is_refused_without_a_place(raw, code) -> None:
    assert refused(raw) == ("", code)


def test_key_given_twice_is_refused_where_it_is_looked_at() -> None:
    raw = json.dumps(CASE)
    doubled = raw.replace('"score": "91.00"', '"score": "91.00", "score": "11"', 1)
    assert refused(doubled.encode()) == ("applications[0].score", "input.key_twice")
    unseen = raw.replace('{"deep": null}', '{"deep": 1, "deep": 2}')
    assert allocate_document(unseen.encode())


def test_byte_order_mark_is_skipped() -> None:
    assert allocate_document(b"\xef\xbb\xbf" + json.dumps(CASE).encode())


def test_keys_that_the_policy_does_not_name_are_not_looked_at() -> None:
    case = changed("policy", "tie_breakers", to=[])
    case["applications"][0]["relevance"] = {"not": "a number"}
    assert allocate_document(json.dumps(case).encode())


def test_a_request_of_exactly_the_highest_grant_is_within_its_lot() -> None:
    case = changed("applications", 0, "requested", to="500.00")
    assert allocate_document(json.dumps(case).encode())


def test_lowest_and_highest_grant_may_be_the_same() -> None:
    case = changed("lots", 0, "max_grant", to="100.00")
    case["applications"][0]["requested"] = case["applications"][1]["requested"] = "100.00"
    assert allocate_document(json.dumps(case).encode())


def test_an_order_of_lots_that_is_not_whole_names_the_first_that_is_missing() -> None:
    case = changed("policy", "realloc_order", to=["L1"])
    case["lots"].append({"code": "L3", "envelope": "1"})
    with pytest.raises(InvalidInput) as caught:
        allocate_document(json.dumps(case).encode())
    assert caught.value.message.values == {"lot": "L2"}
