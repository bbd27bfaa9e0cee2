"""Tests of app/rules/scheme_check_rounds.py and scheme_rounds.py."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.rules.corrigendum import Situation, changes, effect, refusals
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_check_rounds import round_findings
from app.rules.scheme_consistency import BELGRADE, Known, consistency
from app.rules.scheme_direct import DirectAward, DirectGround
from app.rules.scheme_json import from_json, to_json
from app.rules.scheme_money import LotMode
from app.rules.scheme_rounds import Rounds
from app.rules.scheme_text import Text
from tests.rules.make_scheme import one_stage

DAYS = (date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30))


def rounds(*days: date, keeps: bool = False, until: date | None = DAYS[1], **more) -> Scheme:
    scheme = one_stage()
    policy = replace(scheme.allocation, reserve_valid_until=until)
    period = replace(scheme.period, ends_on=date(2027, 12, 31))
    named = Rounds(days or DAYS, keeps_reserve=keeps)
    return replace(scheme, rounds=named, allocation=policy, period=period, **more)


def dates(day: date) -> CallDates:
    """Closing at 00:30 in Belgrade, which is the day before in UTC."""
    closes_at = datetime(day.year, day.month, day.day, 0, 30, tzinfo=BELGRADE).astimezone(UTC)
    return CallDates(None, datetime(2027, 1, 1, tzinfo=UTC), closes_at)


def found(scheme: Scheme, closes: date | None = None, *, follows: bool = False) -> list[str]:
    given = dates(closes) if closes else None
    return [each.message.code for each in round_findings(scheme, given, BELGRADE, follows=follows)]


def test_a_round_closes_on_a_cut_off_and_its_list_ends_with_the_next() -> None:
    assert found(rounds(), DAYS[0]) == []
    assert found(rounds(), date(2027, 4, 1)) == ["scheme.closes_on_no_cut_off"]
    late = rounds(until=date(2027, 7, 1))
    assert found(late, DAYS[0]) == ["scheme.reserve_outlives_round"]
    assert found(late, DAYS[1]) == []


@pytest.mark.parametrize(
    ("scheme", "codes"),
    [
        (rounds(until=None), ["scheme.reserve_outlives_round"]),
        (rounds(until=None, keeps=True), []),
    ],
)
def test_a_list_without_end_needs_rules_that_keep_it(scheme: Scheme, codes: list[str]) -> None:
    assert found(scheme, DAYS[0]) == codes


def test_pro_rata_has_no_list_and_the_last_round_no_next_cut_off() -> None:
    shared = rounds(until=None)
    shared = replace(shared, allocation=replace(shared.allocation, pro_rata=True))

    assert found(shared, DAYS[0]) == []
    assert found(rounds(until=None), DAYS[2]) == []


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        ((DAYS[1], DAYS[0]), ["scheme.cut_offs_out_of_order"]),
        ((DAYS[0], DAYS[0]), ["scheme.cut_offs_out_of_order"]),
        ((DAYS[0], date(2028, 1, 1)), ["scheme.cut_off_after_period"]),
        ((date(2027, 12, 31),), []),
    ],
)
def test_cut_offs_follow_each_other_within_the_period(
    days: tuple[date, ...], codes: list[str]
) -> None:
    assert found(rounds(*days)) == codes


def test_rounds_without_cut_offs_or_with_names_cannot_be_published() -> None:
    empty = replace(rounds(), rounds=Rounds())
    assert found(empty, DAYS[0]) == ["scheme.rounds_without_cut_offs"]
    direct = DirectAward(DirectGround.MONOPOLY, Text({"en": "Only they."}), ("RS:PIB:101134702",))
    named = rounds()
    named = replace(named, call=replace(named.call, direct=direct))
    assert found(named) == ["scheme.direct_in_rounds"]
    assert found(replace(named, rounds=None), DAYS[0]) == []


def test_only_a_later_round_may_wait_for_its_money() -> None:
    scheme = rounds(envelope_cents=0)
    scheme = replace(scheme, lots=tuple(replace(lot, envelope_cents=0) for lot in scheme.lots))

    def errors(*, follows: bool) -> set[str]:
        listed = consistency(scheme, known=Known(follows=follows))
        return {each.message.code for each in listed if each.message.path.endswith("envelope")}

    assert errors(follows=False) == {"scheme.not_positive", "scheme.envelope_not_positive"}
    assert errors(follows=True) == {"scheme.round_without_money"}
    assert found(rounds(), follows=True) == []


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        (LotMode.SEPARATE, ["scheme.lots_without_money"]),
        (LotMode.REALLOCATE_REMAINDER, ["scheme.lots_without_money"]),
        (LotMode.COMMON_POT, []),
    ],
)
def test_managers_are_warned_of_a_lot_of_a_later_round_that_has_no_money(
    mode: LotMode, codes: list[str]
) -> None:
    scheme = rounds()
    lot = scheme.lots[0]
    policy = replace(scheme.allocation, lot_mode=mode)
    lots = (lot, replace(lot, code="B", envelope_cents=0), replace(lot, code="C", envelope_cents=0))
    scheme = replace(scheme, lots=lots, allocation=policy)

    warned = list(round_findings(scheme, None, BELGRADE, follows=True))

    assert [each.message.code for each in warned] == codes
    assert [each.message.values["lots"] for each in warned] == ["B, C"] * len(codes)
    assert found(scheme) == []


def test_next_cut_off_is_the_first_after_a_day_and_rounds_survive_as_json() -> None:
    named = Rounds((DAYS[2], DAYS[0], DAYS[1]))

    assert [named.after(day) for day in (date(2027, 1, 1), DAYS[0], DAYS[2])] == [
        DAYS[0],
        DAYS[1],
        None,
    ]
    assert from_json(to_json(rounds())) == rounds()
    assert Rounds(DAYS) == Rounds(DAYS, keeps_reserve=False)


def test_cut_off_that_leaves_too_few_days_is_passed_over() -> None:
    named = Rounds(DAYS)

    def next_for(begins_on: date, today: date) -> date | None:
        return named.next_for(begins_on, today=today, min_days=30)

    assert next_for(DAYS[0], date(2027, 3, 20)) == DAYS[1]
    assert next_for(date(2027, 3, 1), date(2027, 3, 1)) == DAYS[0]
    assert next_for(date(2027, 3, 2), date(2027, 3, 2)) == DAYS[1]
    assert next_for(DAYS[1], date(2027, 9, 1)) is None


def test_a_further_cut_off_asks_for_no_prolongation_and_rounds_themselves_do() -> None:
    more = rounds(*DAYS, date(2027, 11, 30))

    assert [effect(each).value for each in changes(rounds(), more)] == ["clarifies"]
    none = replace(rounds(), rounds=None)
    assert [effect(each).value for each in changes(rounds(), none)] == ["substantial"]


def test_the_last_round_may_name_a_further_cut_off_although_its_list_has_no_end() -> None:
    """The list may stay valid for longer, which is easier for those on it; never for less."""
    last, further = rounds(until=None), (*DAYS, date(2027, 11, 30))
    assert found(rounds(*further, until=None), DAYS[2]) == ["scheme.reserve_outlives_round"]
    kept = rounds(*further, until=None, keeps=True)
    at = datetime(2027, 9, 1, tzinfo=UTC)
    now = Situation(at, at + timedelta(days=29), None, begun=3, is_first_stage=True)

    assert found(kept, DAYS[2]) == []
    assert refusals(changes(last, kept), now, prolong_days=10) == ()
    shorter = refusals(changes(kept, replace(kept, rounds=Rounds(further))), now, prolong_days=10)
    assert [each.code for each in shorter] == ["corrigendum.prolong"]
