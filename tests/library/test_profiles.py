"""Every profile of the handbook (2.3) is data: it is read, published, and its policy is run.

SP-1 and the grants in kind of SP-3 are templates of the library; SP-8 is no scheme. All the others
can be said; how SP-4 goes from round to round stands in `tests/actions/test_rounds.py`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.actions.templates import library_scheme
from app.queries.calls_findings import findings_of
from app.rules.allocation import allocate
from app.rules.allocation_input import read_case
from app.rules.allocation_model import Allocation
from app.rules.first_come import ARRIVAL
from app.rules.money import format_cents
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import from_json, to_json
from app.rules.scheme_rules import lots_json, policy_json
from tests.make.profiles import PROFILES, profile

NAMES = sorted(path.stem for path in PROFILES.glob("sp*.toml"))
LIBRARY = ("eu_integra_sctm", "green_growth_grants")
NOW = datetime(2025, 4, 1, 8, 0, tzinfo=UTC)


def dates(scheme: Scheme) -> CallDates:
    """Dates that keep the least number of days; of a scheme in rounds the next cut-off."""
    opens_at = NOW + timedelta(days=1)
    closes_at = opens_at + timedelta(days=scheme.call.min_days + 5, hours=7)
    cut_off = scheme.rounds.after(closes_at.date()) if scheme.rounds else None
    if cut_off is not None:
        closes_at = closes_at.replace(month=cut_off.month, day=cut_off.day)
    return CallDates(NOW, opens_at, closes_at)


def ran(given: dict[str, object]) -> Allocation:
    case = read_case(given)
    return allocate(case.applications, case.lots, case.policy)


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_can_be_published_and_its_data_survive(name: str) -> None:
    scheme = profile(name)

    found = findings_of(scheme, dates(scheme), NOW)

    assert [each.message for each in found if each.is_error] == []
    assert from_json(to_json(scheme)) == scheme


@pytest.mark.parametrize("key", LIBRARY)
def test_a_template_of_the_library_can_be_published_with_money(key: str) -> None:
    scheme = library_scheme(key)
    lots = tuple(replace(lot, envelope_cents=100_000_000) for lot in scheme.lots)
    scheme = replace(scheme, lots=lots, envelope_cents=100_000_000 * len(lots))

    found = findings_of(scheme, dates(scheme), NOW)

    assert [each.message for each in found if each.is_error] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_of_a_profile_is_run_as_it_is_written(name: str) -> None:
    """Two applications of each lot, in two groups: all that the policy names reaches the rule."""
    scheme = profile(name)
    applications = [
        {
            "id": f"{lot.code}-{place}",
            "lot": lot.code,
            "score": str(100 - place),
            "requested": format_cents(lot.min_grant_cents),
            "lead": f"{lot.code}-{place}",
            "country": f"C{place}",
            "region": f"R{place}",
            ARRIVAL: f"-{place + 1}.000000",
            "place": f"P{place}",
            **dict.fromkeys(scheme.allocation.tie_breakers, "1.00"),
        }
        for lot in scheme.lots
        for place in range(2)
    ]
    given = {
        "currency": scheme.currency,
        "policy": policy_json(scheme),
        "lots": lots_json(scheme),
        "applications": applications,
    }

    result = ran(given)

    assert [line.awarded_cents for line in result.lines] == [
        lot.min_grant_cents for lot in scheme.lots for _ in range(2)
    ]


def test_one_of_each_municipality_and_one_for_each_lead_are_carried_into_the_allocation() -> None:
    """Handbook 6.1: floors and caps of the policy form; money for two."""
    scheme = profile("sp3_communities")
    lot = replace(scheme.lots[0], envelope_cents=2_000_000)
    caps = replace(scheme.allocation.caps, awards_per_lead=1)
    policy = replace(scheme.allocation, caps=caps)
    scheme = replace(scheme, lots=(lot,), envelope_cents=2_000_000, allocation=policy)
    rows = (("a", 90, "ORG-1", "Ruma"), ("b", 88, "ORG-1", "Ruma"), ("c", 80, "ORG-2", "Ruma"),
            ("d", 60, "ORG-3", "Pirot"))  # fmt: skip
    applications = [
        {"id": key, "lot": "C", "score": str(score), "requested": "10000.00", "lead": lead,
         "place": place, "need": "1"}
        for key, score, lead, place in rows
    ]  # fmt: skip
    given = {"policy": policy_json(scheme), "lots": lots_json(scheme), "applications": applications}

    result = ran(given)

    assert [(line.id, line.reason.value) for line in result.lines] == [
        ("a", "AWARDED_FULL"),
        ("b", "CAP_REACHED"),
        ("c", "RESERVE"),
        ("d", "AWARDED_FLOOR"),
    ]
