"""A second, naive reading of spec/allocation.md, written apart from the product.

Plain dicts, exact fractions, everything computed again at each step. It returns what the
command prints, or a sorted list of ids for an unresolved tie.
"""

from fractions import Fraction as Exact
from functools import cache

# Reading one text again and again was four fifths of the time.
Fraction = cache(Exact)


def solve(case: dict) -> dict | list:
    policy, lots = case["policy"], case["lots"]
    common = policy.get("lot_mode") == "COMMON_POT"
    pots = [[one["code"] for one in lots]] if common else [[one["code"]] for one in lots]
    own = {one["code"]: Fraction(one["envelope"]) for one in lots}
    money = [sum(own[code] for code in pot) for pot in pots]
    results = [spend(case, pot, cash) for pot, cash in zip(pots, money, strict=True)]
    if policy.get("lot_mode") == "REALLOCATE_REMAINDER":
        codes = [one["code"] for one in lots]
        order = policy.get("realloc_order") or codes
        while shift(case, pots, money, results, [codes.index(code) for code in order]):
            pass
    if not policy.get("pro_rata"):
        for pot, result in zip(pots, results, strict=True):
            if ids := tie(case, pot, result):
                return ids
    return printed(case, lots, own, common, money, results)


def shift(case, pots, money, results, order) -> bool:
    free = sum(
        (
            cash - awarded(result)
            for cash, result in zip(money, results, strict=True)
            if satisfied(result)
        ),
        Fraction(0),
    )
    if free == 0:
        return False
    for place in order:
        if satisfied(results[place]):
            continue
        again = spend(case, pots[place], money[place] + free)
        if awarded(again) > awarded(results[place]):
            for giver, result in enumerate(results):
                if satisfied(result):
                    money[giver] = awarded(result)
            money[place] += free
            results[place] = again
            return True
    return False


def awarded(result) -> Fraction:
    return sum((cents for cents, _ in result["given"].values()), Fraction(0))


def satisfied(result) -> bool:
    wanting = {"RESERVE", "AWARDED_PARTIAL", "AWARDED_PRO_RATA"}
    return not any(reason in wanting for _, reason in result["given"].values())


def number(one, name) -> Fraction:
    if name == "requested_asc":
        return Fraction(one["requested"])
    return -Fraction(one.get(name) or "0")


def merit(case, one) -> list:
    names = case["policy"].get("tie_breakers") or []
    key = [-Fraction(one["score"]), *(number(one, name) for name in names)]
    order = one.get("committee_order")
    return [*key, order is None, order or 0]


def candidates(case, pot) -> list:
    thresholds = {one["code"]: Fraction(one.get("threshold") or "0") for one in case["lots"]}
    able = [
        one
        for one in case["applications"]
        if one["lot"] in pot
        and (one.get("status") or "ELIGIBLE") == "ELIGIBLE"
        and Fraction(one["score"]) >= thresholds[one["lot"]]
    ]
    return sorted(able, key=lambda one: (merit(case, one), one["id"]))


def ranks(case, ranked) -> dict:
    merits = {one["id"]: merit(case, one) for one in ranked}
    return {
        name: 1 + sum(other < mine for other in merits.values()) for name, mine in merits.items()
    }


def spend(case, pot, money) -> dict:
    ranked = candidates(case, pot)
    policy = case["policy"]
    if policy.get("pro_rata"):
        return {"given": pro_rata(case, ranked, money), "money": money}
    plain = walk(case, ranked, money, [])
    chosen = [
        one
        for one in ranked
        if any(
            one in group
            for floor in policy.get("floors") or []
            for group in groups(ranked, floor).values()
        )
    ]
    given = walk(case, ranked, money, chosen)
    for name, (cents, reason) in given.items():
        if reason == "PLACED":
            full = plain[name][1] == "AWARDED_FULL"
            given[name] = (cents, "AWARDED_FULL" if full else "AWARDED_FLOOR")
    return {"given": given, "money": money}


def groups(ranked, floor) -> dict:
    found = {}
    for one in ranked:
        value = one.get(floor["dimension"])
        if value is not None:
            found.setdefault(value, []).append(one)
    return {value: members[: floor["min_awards"]] for value, members in found.items()}


def walk(case, ranked, money, first) -> dict:
    policy = case["policy"]
    overflow = policy.get("overflow") or "STOP"
    given = {}

    def left():
        return money - sum(cents for cents, _ in given.values())

    for one in first:
        if Fraction(one["requested"]) <= left() and not capped(case, ranked, given, one):
            given[one["id"]] = (Fraction(one["requested"]), "PLACED")
    stopped = False
    for one in ranked:
        if one["id"] in given:
            continue
        asked, room = Fraction(one["requested"]), left()
        if capped(case, ranked, given, one):
            given[one["id"]] = (Fraction(0), "CAP_REACHED")
        elif stopped:
            given[one["id"]] = (Fraction(0), "RESERVE")
        elif asked <= room:
            given[one["id"]] = (asked, "AWARDED_FULL")
        else:
            partial = may_offer(case, one, room)
            given[one["id"]] = (room, "AWARDED_PARTIAL") if partial else (Fraction(0), "RESERVE")
            stopped = overflow in ("STOP", "PARTIAL_OFFER")
    return given


def capped(case, ranked, given, one) -> bool:
    cap = (case["policy"].get("caps") or {}).get("awards_per_lead")
    if cap is None or one.get("lead") is None:
        return False
    mine = {other["id"] for other in ranked if other.get("lead") == one["lead"]}
    awards = sum(
        name in mine and reason in ("PLACED", "AWARDED_FULL", "AWARDED_PARTIAL")
        for name, (_, reason) in given.items()
    )
    return awards >= cap


def may_offer(case, one, room) -> bool:
    policy = case["policy"]
    share = Fraction(policy.get("partial_min_share") or "0.75")
    least = {lot["code"]: Fraction(lot.get("min_grant") or "0") for lot in case["lots"]}
    return (
        policy.get("overflow") in ("PARTIAL_OFFER", "PARTIAL_THEN_SKIP")
        and room > 0
        and room >= least[one["lot"]]
        and room >= share * Fraction(one["requested"])
    )


def pro_rata(case, ranked, money) -> dict:
    total = sum(Fraction(one["requested"]) for one in ranked)
    if total <= money:
        return {one["id"]: (Fraction(one["requested"]), "AWARDED_FULL") for one in ranked}
    exact = {one["id"]: Fraction(one["requested"]) * money / total * 100 for one in ranked}
    cents = {name: value.__floor__() for name, value in exact.items()}
    missing = money * 100 - sum(cents.values())
    for name in sorted(exact, key=lambda name: -(exact[name] - cents[name]))[: int(missing)]:
        cents[name] += 1
    return {one["id"]: (Fraction(cents[one["id"]], 100), "AWARDED_PRO_RATA") for one in ranked}


def tie(case, pot, result) -> list:
    ranked = candidates(case, pot)
    plain = walk(case, ranked, result["money"], [])
    places = ranks(case, ranked)
    for place in sorted(set(places.values())):
        equals = [one for one in ranked if places[one["id"]] == place]
        if len(equals) > 1 and divided(case, ranked, equals, result["given"], plain):
            return sorted(one["id"] for one in equals)
    return []


def divided(case, ranked, equals, given, plain) -> bool:
    for outcome in (given, plain):
        reasons = {outcome[one["id"]][1] for one in equals}
        if reasons not in ({"AWARDED_FULL"}, {"CAP_REACHED"}):
            return True
    for floor in case["policy"].get("floors") or []:
        for value, chosen in groups(ranked, floor).items():
            same = [one for one in equals if one.get(floor["dimension"]) == value]
            if 0 < sum(one in chosen for one in same) < len(same):
                return True
    return False


def printed(case, lots, own, common, money, results) -> dict:
    lines = {}
    for pot, result in zip(
        [[one["code"] for one in lots]] if common else [[one["code"]] for one in lots],
        results,
        strict=True,
    ):
        ranked, position = candidates(case, pot), 0
        places = ranks(case, ranked)
        for one in ranked:
            cents, reason = result["given"][one["id"]]
            position += reason == "RESERVE"
            lines[one["id"]] = {
                "rank": places[one["id"]],
                "awarded": f"{float(cents):.2f}",
                "reason": reason,
                "reserve_position": position if reason == "RESERVE" else None,
            }
    for one in case["applications"]:
        status = one.get("status") or "ELIGIBLE"
        reason = "BELOW_THRESHOLD" if status == "ELIGIBLE" else status
        lines.setdefault(
            one["id"],
            {"rank": None, "awarded": "0.00", "reason": reason, "reserve_position": None},
        )
    total, spent = sum(own.values()), sum(awarded(result) for result in results)
    return {
        "lines": [
            {"id": one["id"], "lot": one["lot"], **lines[one["id"]]} for one in case["applications"]
        ],
        "lots": []
        if common
        else [
            {
                "code": one["code"],
                "envelope": f"{float(own[one['code']]):.2f}",
                "transferred": f"{float(cash - own[one['code']]):.2f}",
                "awarded": f"{float(awarded(result)):.2f}",
                "unallocated": f"{float(cash - awarded(result)):.2f}",
            }
            for one, cash, result in zip(lots, money, results, strict=True)
        ],
        "totals": {
            "envelope": f"{float(total):.2f}",
            "awarded": f"{float(spent):.2f}",
            "unallocated": f"{float(total - spent):.2f}",
        },
    }
