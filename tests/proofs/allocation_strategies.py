"""Cases of an allocation for Hypothesis: small, crowded, and shrunk to the least one that fails."""

from hypothesis import strategies as some

OVERFLOWS = ("STOP", "PARTIAL_OFFER", "SKIP_AND_FILL", "PARTIAL_THEN_SKIP")
TIE_BREAKERS = ("relevance", "requested_asc", "design")
CODES = ("L1", "L2", "L3")


def amounts(least: int = 0, most: int = 2_000):
    """Yield decimal strings of cents, near each other so that money runs out and ties arise."""
    return some.integers(least, most).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


def scores():
    return some.integers(118, 140).map(lambda halves: f"{halves / 2:.1f}")


@some.composite
def policies(draw, codes, *, overflows=OVERFLOWS, plain=False) -> dict:
    pro_rata = not plain and draw(some.booleans())
    mode = draw(some.sampled_from(["SEPARATE", "REALLOCATE_REMAINDER", "COMMON_POT"]))
    policy = {
        "overflow": draw(some.sampled_from(overflows)),
        "partial_min_share": draw(some.sampled_from(["0", "0.5", "0.75", "0.333", "1"])),
        "lot_mode": "SEPARATE" if plain else mode,
        "pro_rata": pro_rata,
        "realloc_order": draw(some.none() | some.permutations(codes)),
        "tie_breakers": draw(some.lists(some.sampled_from(TIE_BREAKERS), unique=True, max_size=2)),
    }
    if not pro_rata and draw(some.booleans()):
        policy["caps"] = {"awards_per_lead": draw(some.integers(1, 2))}
    if not plain and not pro_rata and mode != "COMMON_POT" and draw(some.booleans()):
        dimensions = some.lists(some.sampled_from(["region", "kind"]), unique=True, max_size=2)
        policy["floors"] = [
            {"dimension": name, "min_awards": draw(some.integers(1, 2))}
            for name in draw(dimensions)
        ]
    return policy


@some.composite
def cases(draw, *, overflows=OVERFLOWS, plain=False) -> dict:
    """Yield a whole input; `plain` leaves out pro rata, floors and money that moves."""
    codes = CODES[: draw(some.integers(1, 3))]
    return {
        "policy": draw(policies(codes, overflows=overflows, plain=plain)),
        "lots": [
            {
                "code": code,
                "envelope": draw(amounts()),
                "min_grant": draw(some.none() | amounts(most=200)),
                "threshold": draw(some.none() | some.just("60")),
            }
            for code in codes
        ],
        "applications": [
            {"id": f"A{number}"} | one
            for number, one in enumerate(draw(some.lists(applications(codes), max_size=7)))
        ],
    }


def applications(codes):
    return some.fixed_dictionaries(
        {
            "lot": some.sampled_from(codes),
            "score": scores(),
            "requested": amounts(least=200, most=900),
            "status": some.sampled_from(["ELIGIBLE", "ELIGIBLE", None, "INELIGIBLE", "WITHDRAWN"]),
            "lead": some.sampled_from(["o", "p", None]),
            "region": some.sampled_from(["x", "y", None]),
            "kind": some.sampled_from(["m", "n", None]),
            "relevance": some.sampled_from(["1", "2.0", "2", None]),
            "design": some.sampled_from(["3.50", "3.5", None]),
            "committee_order": some.none() | some.integers(1, 3),
        }
    )
