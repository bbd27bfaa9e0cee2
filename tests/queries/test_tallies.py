"""What is kept of applications for lists and reports is what their rows say, whatever is done."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import db
from app.actions import tallies as deeds
from app.actions.act import Act
from app.models import Application, ApplicationLine, ApplicationTally, Award, StageEntry
from app.queries import award_report, office_applications, tallies
from app.queries.award_report_filter import ReportFilter
from app.queries.award_report_sums import line_sums, quick_sums, totals
from app.queries.office_applications import ListFilter, application_list
from app.queries.tallies import Differences
from app.rules.permissions import SYSTEM
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award
from tests.make.calls import MadeCall, make_call
from tests.make.people import NOW, make_organisation
from tests.make.scores import Scored, make_scored

RIGHT = Differences(lines=0, sums=0)
REGIONS = ("RS11", "RS12", "")

# Anything that changes what a line is made of, as bare SQL: no deed of ours is trusted here.
CHANGES = (
    "UPDATE application SET state = 'withdrawn' WHERE id = :application",
    "UPDATE application SET state = 'reserve', region = 'RS22' WHERE id = :application",
    "UPDATE application SET requested_cents = :cents WHERE id = :application",
    "UPDATE application SET requested_cents = NULL WHERE id = :application",
    "UPDATE application SET submitted_at = NULL WHERE id = :application",
    "UPDATE application SET submitted_at = now() WHERE id = :application",
    "UPDATE stage_entry SET rank = :cents % 9, score = :cents % 90 WHERE id = :entry",
    "UPDATE stage_entry SET requested_cents = :cents WHERE id = :entry",
    "UPDATE stage_entry SET state = 'submitted' WHERE id = :entry",
    "UPDATE stage_entry SET state = 'open' WHERE id = :entry",
    "UPDATE stage_entry SET received_at = NULL WHERE id = :entry",
    "UPDATE stage_entry SET received_at = now(), state = 'admitted' WHERE id = :entry",
    "INSERT INTO check_item (entry_id, key, result, reason, checked_at, version)"
    " VALUES (:entry, 'one', 'met', '', now(), 1) ON CONFLICT DO NOTHING",
    "UPDATE check_item SET result = 'not_met', reason = 'No.' WHERE entry_id = :entry",
    "UPDATE check_item SET result = 'to_clarify', reason = 'Ask.' WHERE entry_id = :entry",
    "DELETE FROM check_item WHERE entry_id = :entry",
    "UPDATE award SET awarded_cents = greatest(awarded_cents - 1, released_cents, 1)"
    " WHERE application_id = :application",
    "UPDATE award SET state = 'declined' WHERE application_id = :application",
    "UPDATE award SET state = 'revoked' WHERE application_id = :application",
    "UPDATE award SET state = 'accepted' WHERE application_id = :application",
    "UPDATE award SET state = 'discarded' WHERE application_id IN (:application, :application - 1)",
    "UPDATE agreement SET state = 'active' WHERE application_id = :application",
    "UPDATE agreement SET state = 'terminated' WHERE application_id = :application",
    "UPDATE agreement SET committed_cents = grant_cents, paid_cents = grant_cents / 2,"
    " ordered_cents = 500, recovered_cents = 300 WHERE application_id = :application",
    "UPDATE stage_entry SET rank = NULL",
    # Many rows by one statement, of which some change nothing that a line says.
    "UPDATE application SET requested_cents = CASE WHEN id % 2 = 0 THEN :cents ELSE"
    " requested_cents END, state = CASE WHEN id % 3 = 0 THEN 'awarded' ELSE state END",
    "UPDATE award SET state = CASE WHEN id % 2 = 0 THEN 'revoked' ELSE state END",
    "FOLD",
)  # fmt: skip

LINE_OF_A_DRAFT = """
    INSERT INTO application_line
    SELECT (jsonb_populate_record(line, jsonb_build_object('application_id', draft.id))).*
    FROM application AS draft
    JOIN application_line AS line ON line.call_id = draft.call_id
    WHERE draft.call_id = :call AND draft.submitted_at IS NULL
    ORDER BY line.application_id LIMIT 1
"""


@pytest.fixture
def call(session: Session) -> MadeCall:
    made = make_call(session, state="announced")
    lots = list(made.lots)
    scored = [
        Scored(lots[i % len(lots)], str(60 + i), (i + 1) * 1_000_00, region=REGIONS[i % 3])
        for i in range(9)
    ]
    for number, application in enumerate(make_scored(session, made, scored)):
        if number % 3:
            award = make_award(session, application, awarded_cents=500_00 + number)
            if number % 2:
                make_agreement(session, award)
    make_application(session, call=made, organisation=make_organisation(session), state="draft")
    return made


def by_kind(session: Session, call_id: int) -> Counter[tuple[object, ...]]:
    """Add up the lines of the downloads, which read every figure where it was written."""
    found: Counter[tuple[object, ...]] = Counter()
    for line in award_report.lines(session, call_id):
        key = (line.lot_code, line.region, line.application_state, line.agreement_state or "")
        found[key, "applications"] += 1
        for name in tallies.SUMMED[2:]:
            field = "requested_cents" if name == "asked_cents" else name
            found[key, name.replace("asked", "requested")] += getattr(line, field) or 0
    return found


def kept_by_kind(session: Session, call_id: int) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for each in totals(session, call_id).groups:
        key = (each.lot_code, each.region, each.application_state, each.agreement_state)
        found[key, "applications"] += each.sums.applications
        for name in tallies.SUMMED[2:]:
            field = name.replace("asked", "requested")
            found[key, field] += getattr(each.sums, field)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_in_whatever_order_the_sums_are_those_of_the_rows(
    session: Session, call: MadeCall, seed: int
) -> None:
    chance = random.Random(seed)
    keys = session.execute(
        select(StageEntry.application_id, StageEntry.id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(Application.call_id == call.id, Application.submitted_at.is_not(None))
    ).all()

    for number in range(60):
        application, entry = chance.choice(keys)
        change = chance.choice(CHANGES)
        if change == "FOLD":
            deeds.fold(Act(session, SYSTEM, NOW))
            continue
        values = {"application": application, "entry": entry, "cents": chance.randint(1, 10**6)}
        savepoint = session.begin_nested()
        try:
            session.execute(text(change), {k: v for k, v in values.items() if f":{k}" in change})
        except db.DBAPIError:
            # What the guards refuse is not done, and leaves nothing.
            savepoint.rollback()
        if number % 20 == 19:
            assert tallies.differences(session) == RIGHT, change

    assert +kept_by_kind(session, call.id) == +by_kind(session, call.id)
    sums = application_list(session, SYSTEM, ListFilter(call_id=call.id)).sums
    counted = session.execute(
        select(func.count(), func.coalesce(func.sum(Application.requested_cents), 0)).where(
            Application.call_id == call.id, Application.submitted_at.is_not(None)
        )
    ).one()
    assert [(each.number, each.requested_cents) for each in sums] == [tuple(counted)]


def test_of_two_who_change_one_application_at_once_both_changes_are_kept(
    sessions: db.Sessions,
) -> None:
    with db.in_transaction(sessions) as session:
        call = make_call(session, state="announced")
        application = make_application(
            session, call=call, organisation=make_organisation(session), state="awarded"
        )
        award = make_award(session, application)

    with sessions() as first, sessions() as second, ThreadPoolExecutor(1) as pool:
        first.execute(text("UPDATE application SET region = 'RS99'"))
        waiting = pool.submit(second.execute, text("UPDATE award SET awarded_cents = 1"))
        first.execute(text("SELECT pg_sleep(0.2)"))
        assert not waiting.done()
        deeds.fold(Act(first, SYSTEM, NOW))
        first.commit()
        waiting.result(10)
        second.commit()

    with sessions() as session:
        line = session.get_one(ApplicationLine, application.id)
        assert (line.region, line.awarded_cents, line.award) == ("RS99", 1, "part")
        assert tallies.differences(session) == RIGHT
        deeds.fold(Act(session, SYSTEM, NOW))
        assert session.scalar(select(func.count()).select_from(ApplicationTally)) == 1
        assert session.get_one(Award, award.id).awarded_cents == 1


def test_what_a_script_wrote_around_the_triggers_is_told_and_mended(
    session: Session, call: MadeCall
) -> None:
    session.execute(text("UPDATE application_line SET region = 'RS99' WHERE rank IS NULL"))
    session.execute(text("DELETE FROM application_tally WHERE lot_id = :lot"), {"lot": call.lot_id})
    session.execute(text(LINE_OF_A_DRAFT), {"call": call.id})

    found = tallies.differences(session)
    mended = deeds.mend(Act(session, SYSTEM, NOW))

    assert (found.lines, found.sums > 0, mended == found) == (10, True, True)
    assert tallies.differences(session) == RIGHT
    assert deeds.mend(Act(session, SYSTEM, NOW)) == RIGHT


def test_what_is_folded_while_sums_are_mended_counts_once(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        call = make_call(session, state="announced")
        for _ in range(3):
            made = make_application(session, call=call, organisation=make_organisation(session))
        wrong = text("UPDATE application_line SET region = 'RS99' WHERE application_id = :key")
        session.execute(wrong, {"key": made.id})

    with sessions() as first, sessions() as second, ThreadPoolExecutor(1) as pool:
        deeds.fold(Act(first, SYSTEM, NOW))
        mending = pool.submit(deeds.mend, Act(second, SYSTEM, NOW))
        first.execute(text("SELECT pg_sleep(0.2)"))
        assert not mending.done()
        first.commit()
        assert mending.result(10) == Differences(lines=1, sums=0)
        second.commit()

    with sessions() as session:
        assert tallies.differences(session) == RIGHT


@pytest.mark.parametrize(
    "wanted",
    [
        ReportFilter(),
        ReportFilter(awards_only=True),
        ReportFilter(lot="L1"),
        ReportFilter(region="unknown", agreement="none"),
        ReportFilter(result="part", agreement="active"),
        ReportFilter(words="market square"),
        ReportFilter(words="nowhere"),
    ],
)
def test_pages_one_after_the_other_are_the_lines_of_the_download(
    session: Session, call: MadeCall, monkeypatch: pytest.MonkeyPatch, wanted: ReportFilter
) -> None:
    monkeypatch.setattr(award_report, "SIZE", 2)
    whole, known = list(award_report.lines(session, call.id, wanted)), totals(session, call.id)
    award_report._page.cache_clear()

    pages = [
        award_report.lines_of_page(session, call.id, wanted, known, number=number)
        for number in range(1, 6)
    ]

    award_report._page.cache_clear()
    assert [line for page in pages for line in page] == whole[:10]
    sums = line_sums(session, call.id, wanted, known)
    assert (sums.applications, sums.left_cents) == (
        len(whole),
        sum(line.left_cents for line in whole),
    )


def test_what_very_many_have_in_common_is_added_up_on_demand(
    session: Session, call: MadeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_applications, "MOST", 5)
    monkeypatch.setattr("app.queries.award_report_sums.MOST", 5)
    known, wanted = totals(session, call.id), ReportFilter(words="market")

    few = application_list(session, SYSTEM, ListFilter(call_id=call.id, words="market"))
    every = application_list(
        session, SYSTEM, ListFilter(call_id=call.id, words="market", add_all=True)
    )
    unworded = application_list(session, SYSTEM, ListFilter(call_id=call.id, check="met"))

    assert (few.is_more, few.total, few.sums, len(few.lines)) == (True, 5, (), 9)
    assert (every.is_more, every.total, every.sums[0].number) == (False, 9, 9)
    assert (unworded.is_more, unworded.total) == (False, 9)
    assert quick_sums(session, call.id, wanted, known) is None
    assert line_sums(session, call.id, wanted, known).applications == 9


@pytest.mark.parametrize("words", ["", "market"])
def test_page_beyond_the_last_is_the_last(session: Session, call: MadeCall, words: str) -> None:
    first, beyond = (
        application_list(session, SYSTEM, ListFilter(call_id=call.id, words=words, page=number))
        for number in (1, 99)
    )

    assert (beyond == first, len(beyond.lines)) == (True, 9)


@pytest.mark.parametrize(
    ("state", "told"),
    [("submitted", "not_checked"), ("open", "not_checked"), ("lapsed", "not_checked"),
     ("admitted", "met")],
)  # fmt: skip
def test_what_was_taken_back_is_not_told_as_met(session: Session, state: str, told: str) -> None:
    call, organisation = make_call(session), make_organisation(session)
    application = make_application(session, call=call, organisation=organisation)
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    entry.state = state
    session.flush()

    line = session.get_one(ApplicationLine, application.id, populate_existing=True)

    assert (line.check_state, tallies.differences(session)) == (told, RIGHT)
