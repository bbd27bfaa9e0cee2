"""Random cases of an allocation, and what must always hold (spec/allocation.md)."""

import json
import random
from decimal import Decimal

from app.commands.rules import UnresolvedTieError, allocate_document
from tests.proofs.allocation_oracle import solve

OVERFLOWS = ("STOP", "PARTIAL_OFFER", "SKIP_AND_FILL", "PARTIAL_THEN_SKIP")
MODES = ("SEPARATE", "REALLOCATE_REMAINDER", "REALLOCATE_REMAINDER", "COMMON_POT")
SHARES = ("0", "0.5", "0.75", "1", "0.333")


def random_case(seed: int) -> dict:
    """A small, crowded case: few scores, few leads, money that runs out."""
    dice = random.Random(seed)
    mode, pro_rata = dice.choice(MODES), dice.random() < 0.12
    codes = ["L1", "L2", "L3", "L4"][: dice.randint(1, 4)]
    policy = {
        "overflow": dice.choice(OVERFLOWS),
        "partial_min_share": dice.choice(SHARES),
        "lot_mode": mode,
        "pro_rata": pro_rata,
        "realloc_order": dice.sample(codes, len(codes)) if dice.random() < 0.7 else None,
        "tie_breakers": dice.choice(
            [[], ["relevance"], ["requested_asc"], ["relevance", "requested_asc"]]
        ),
    }
    if not pro_rata and dice.random() < 0.5:
        policy["caps"] = {"awards_per_lead": dice.randint(1, 2)}
    if not pro_rata and mode != "COMMON_POT" and dice.random() < 0.5:
        policy["floors"] = [
            {"dimension": name, "min_awards": dice.randint(1, 2)}
            for name in dice.sample(["region", "kind"], dice.randint(1, 2))
        ]
    lots = [random_lot(dice, code) for code in codes]
    count = dice.randint(0, 9)
    tied = dice.random() < 0.3
    scores = [dice.randint(58, 66 if tied else 300) / 2 for _ in range(count)]
    if not tied:
        scores = dice.sample(range(58, 200), count)
    return {
        "policy": policy,
        "lots": lots,
        "applications": [
            random_application(dice, number, dice.choice(lots), score)
            for number, score in enumerate(scores)
        ],
    }


def random_lot(dice: random.Random, code: str) -> dict:
    return {
        "code": code,
        "envelope": f"{dice.choice([0, 3, 5, 8, 12, 20, 40])}.{dice.choice(['0', '50', '01'])}",
        "min_grant": dice.choice([None, "1", "2.00"]),
        "threshold": dice.choice([None, "60", "62.5"]),
    }


def random_application(dice: random.Random, number: int, lot: dict, score: float) -> dict:
    return {
        "id": f"A{dice.randint(0, 99):02}-{number}",
        "lot": lot["code"],
        "score": f"{score:.2f}",
        "requested": f"{dice.randint(2, 9)}.{dice.choice(['00', '5', '25'])}",
        "status": dice.choice(["ELIGIBLE"] * 12 + ["INELIGIBLE", "WITHDRAWN", None]),
        "lead": dice.choice(["o", "p", "q", "r", None]),
        "region": dice.choice(["x", "y", "z", None]),
        "kind": dice.choice(["m", "n", None]),
        "relevance": dice.choice(["1", "2.0", "2", "3.50", None]),
        "committee_order": dice.choice([None, None, 1, 2, 3]),
    }


def answer(case: dict) -> dict | list:
    try:
        return allocate_document(json.dumps(case).encode())
    except UnresolvedTieError as unresolved:
        return list(unresolved.tie.ids)


def judge(seeds: range) -> int:
    """Compare both readings; return how many cases were divided without a tie."""
    divided = 0
    for seed in seeds:
        case = random_case(seed)
        found = answer(case)
        assert found == solve(case), f"seed {seed}: {json.dumps(case)}"
        if isinstance(found, dict):
            divided += 1
            always_holds(case, found)
    return divided


def always_holds(case: dict, result: dict) -> None:
    requests = {one["id"]: one for one in case["applications"]}
    least = {one["code"]: Decimal(one["min_grant"] or 0) for one in case["lots"]}
    totals = {name: Decimal(text) for name, text in result["totals"].items()}
    assert totals["awarded"] + totals["unallocated"] == totals["envelope"]
    assert totals["awarded"] == sum(Decimal(one["awarded"]) for one in result["lines"])
    for one in result["lots"]:
        money = {name: Decimal(one[name]) for name in one if name != "code"}
        held = money["envelope"] + money["transferred"]
        assert money["awarded"] + money["unallocated"] == held
        assert money["unallocated"] >= 0
    if result["lots"]:
        assert sum(Decimal(one["transferred"]) for one in result["lots"]) == 0
        assert sum(Decimal(one["unallocated"]) for one in result["lots"]) == totals["unallocated"]
    for line in result["lines"]:
        cents, asked = Decimal(line["awarded"]), Decimal(requests[line["id"]]["requested"])
        assert 0 <= cents <= asked
        if line["reason"] == "AWARDED_PARTIAL":
            assert cents >= least[line["lot"]]
            assert cents >= asked * Decimal(case["policy"]["partial_min_share"])
    no_reserve_above_an_award(case, result)


def no_reserve_above_an_award(case: dict, result: dict) -> None:
    policy = case["policy"]
    if policy["overflow"] != "STOP" or "floors" in policy or policy["pro_rata"]:
        return
    common = policy["lot_mode"] == "COMMON_POT"
    for pot in [None] if common else [one["code"] for one in case["lots"]]:
        lines = [one for one in result["lines"] if common or one["lot"] == pot]
        awards = [one["rank"] for one in lines if one["reason"] == "AWARDED_FULL"]
        reserves = [one["rank"] for one in lines if one["reason"] == "RESERVE"]
        assert not awards or not reserves or max(awards) < min(reserves)
