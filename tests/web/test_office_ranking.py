"""The committee's table as people see it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import clock
from app.models import AllocationRun, AuditEntry, Call, Letter, Stage
from app.rules.permissions import Role
from tests.actions.test_aid_awards import Office
from tests.actions.test_letters import prepare, set_dates
from tests.make.calls import MadeCall, make_call, make_scheme
from tests.make.letters import PREPARED_AT, make_shortlist
from tests.make.people import NOW, make_authority, make_user
from tests.make.scores import Scored, make_scored
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements


@pytest.fixture
def authority(session: Session):
    return make_authority(session)


@pytest.fixture
def call(session: Session, authority) -> MadeCall:
    scheme = make_scheme("eu_integra_sctm")
    scheme = replace(scheme, stages=scheme.stages[:2])
    made = make_call(session, state="closed", scheme=scheme, authority=authority)
    make_scored(
        session,
        made,
        [
            Scored("L1", "91.00", 498_750_00),
            Scored("L1", "61.00", 220_000_00),
            Scored("L1", "59.50", 400_000_00),
        ],
    )
    return made


@pytest.fixture
def manager(session: Session, authority):
    return make_user(session, roles=[Role.FUND_MANAGER], authority=authority)


def address(call: MadeCall) -> str:
    return f"/office/stages/{list(call.stages.values())[1]}/ranking"


def test_a_manager_ranks_and_allocates_and_sees_the_cut_and_what_is_left(
    sign_in_as, manager, call: MadeCall, session: Session
) -> None:
    browser = sign_in_as(manager)
    browser.submit(f"{address(call)}/rank")

    page = browser.submit(f"{address(call)}/allocate")

    shown = text_of(page)
    assert "The money ends here: EUR 3,421,250.00 left" in shown
    assert "a second person has to decide" in shown
    assert "Decide on the awards" not in shown
    session.expire_all()
    assert session.get_one(Call, call.id).awarded_cents == 718_750_00


def test_a_second_manager_decides_with_a_reason(
    sign_in_as, session: Session, manager, authority, call: MadeCall
) -> None:
    first = sign_in_as(manager)
    first.submit(f"{address(call)}/rank")
    first.submit(f"{address(call)}/allocate")
    second = sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))

    refused = second.submit(f"{address(call)}/decide", {"reason": ""})
    page = second.submit(f"{address(call)}/decide", {"reason": "As ranked."})

    assert (refused.status_code, errors_of(refused)) == (
        422,
        ["Write the reason; it is kept on file."],
    )
    assert "As ranked." in text_of(page)


def test_announcing_a_shortlist_begins_with_the_dates_the_call_has(
    sign_in_as, manager, call: MadeCall, session: Session
) -> None:
    first, second = list(call.stages.values())[:2]
    stage = session.get_one(Stage, second)
    stage.opens_at = datetime(2026, 7, 1, 6, tzinfo=UTC)
    stage.closes_at = datetime(2026, 8, 31, 15, tzinfo=UTC)
    session.flush()

    page = sign_in_as(manager).get(f"/office/stages/{first}/ranking/announce_preselection")

    typed = re.findall(
        r'name="(?:opens|closes)_at\.(?:day|month|time)"[^>]* value="([^"]*)"', page.text
    )
    assert typed == ["1", "7", "08:00", "31", "8", "17:00"]


def test_who_computed_gets_a_clear_refusal(sign_in_as, manager, call: MadeCall) -> None:
    browser = sign_in_as(manager)
    browser.submit(f"{address(call)}/rank")
    browser.submit(f"{address(call)}/allocate")

    page = browser.submit(f"{address(call)}/decide", {"reason": "As ranked."})

    assert page.status_code == 403
    assert "A second person has to decide on awards" in text_of(page)


def test_who_decides_is_told_first_who_has_to_be_checked_and_loses_no_reason(
    sign_in_as, session: Session, manager, authority
) -> None:
    scheme = make_scheme("eu_integra_sctm")
    call = make_call(session, state="closed", scheme=scheme, authority=authority)
    make_scored(session, call, [Scored("L1", "91.00", 498_750_00)])
    first = sign_in_as(manager)
    first.submit(f"{address(call)}/rank")
    first.submit(f"{address(call)}/allocate")
    second = sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))

    page = second.get(address(call))
    refused = second.submit(f"{address(call)}/decide", {"reason": "As ranked."})

    assert "The decision waits for these:" in text_of(page)
    assert "Decide on the awards" not in text_of(page)
    assert re.search(r'href="/office/entries/\d+/check"', page.text)
    assert refused.status_code == 422
    assert errors_of(refused)[0].startswith("Check these first: ")
    assert "As ranked.</textarea>" in refused.text
    # The page of a refusal ends its transaction like any other: nothing of the deed may be in it.
    run = session.scalars(select(AllocationRun)).one()
    assert (run.decided_at, run.decided_by, run.decision_reason) == (None, None, "")
    events = select(AuditEntry.event).where(AuditEntry.object_type == "allocation_run")
    assert session.scalars(events).all() == []


def test_a_shortlist_with_another_deadline_than_its_letters_is_refused_whole(
    sign_in_as, session: Session
) -> None:
    shortlist = make_shortlist(session)
    set_dates(session, shortlist)
    prepare(session, shortlist)
    for letter in session.scalars(select(Letter)):
        letter.state = "rendered"
    typed = {
        "opens_at.day": "1", "opens_at.month": "6", "opens_at.year": "2026",
        "opens_at.time": "09:00",
        "closes_at.day": "17", "closes_at.month": "7", "closes_at.year": "2026",
        "closes_at.time": "23:59",
    }  # fmt: skip
    path = f"/office/stages/{shortlist.stage_id}/ranking/announce_preselection"

    with clock.frozen(PREPARED_AT):
        refused = sign_in_as(shortlist.manager).submit(path, typed)

    assert refused.status_code == 422
    assert errors_of(refused)[0].startswith("The invitations say that the next stage closes at ")
    assert {each.state for each in shortlist.applications.values()} == {"assessed"}


def test_an_outsider_downloads_what_was_computed(sign_in_as, manager, call: MadeCall) -> None:
    browser = sign_in_as(manager)
    browser.submit(f"{address(call)}/rank")
    page = browser.submit(f"{address(call)}/allocate")
    path = page.text.split('href="/office/runs/')[1].split('"')[0]

    found = browser.get(f"/office/runs/{path}")

    assert found.json()["result"]["totals"]["awarded"] == "718750.00"


def test_an_assessor_finds_no_list(sign_in_as, session: Session, authority, call: MadeCall) -> None:
    assessor = make_user(session, roles=[Role.ASSESSOR], authority=authority)

    page = sign_in_as(assessor).get(address(call))

    assert page.status_code == 404


def test_the_marks_of_one_application_stand_side_by_side(
    sign_in_as, session: Session, manager, call: MadeCall
) -> None:
    browser = sign_in_as(manager)
    listed = browser.get(address(call))
    path = listed.text.split('href="/office/entries/')[1].split('"')[0]

    page = browser.get(f"/office/entries/{path}")

    assert heading_of(page).startswith("Scores of ")
    assert "No assessor has been assigned yet." in text_of(page)


def test_start_page_tells_a_second_person_and_not_who_computed(
    sign_in_as, session: Session, manager, authority, call: MadeCall
) -> None:
    first = sign_in_as(manager)
    first.submit(f"{address(call)}/rank")
    first.submit(f"{address(call)}/allocate")
    second = sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))

    shown = second.get("/account").text

    assert "Decide on what a colleague computed" in shown
    assert f'href="{address(call)}"' in shown
    assert "Decide on what a colleague computed" not in first.get("/account").text


def test_who_passes_the_ceiling_of_aid_stands_on_the_page_before_the_decision(
    sign_in_as, session: Session
) -> None:
    office = Office(session)
    path = f"/office/stages/{office.stage_id}/ranking"
    office.has_aid(office.c, 150_000_01)
    office.allocate()
    manager, second = sign_in_as(office.manager), sign_in_as(office.second)
    left_out = text_of(manager.get(path))
    assert "Left out because of de minimis aid" in left_out
    assert "An award of EUR 150,000.00 would pass the ceiling" in left_out

    office.has_aid(office.b, 150_000_01)
    with clock.frozen(NOW):
        ranking, asked = manager.get(path), second.get(f"{path}/decide")
        refused = second.submit(f"{path}/decide", {"reason": "As ranked."})

    for page in (ranking, asked):
        assert "Awards above the ceiling" in text_of(page)
        assert "149,999.99" in text_of(page)
    assert refused.status_code == 422
    assert "would pass the ceiling of de minimis aid by now" in errors_of(refused)[0]
    assert "As ranked." in refused.text


def test_the_list_costs_the_same_for_one_aid_and_for_five(
    sign_in_as, session: Session, engine: Engine
) -> None:
    office = Office(session)
    office.link(office.b, "RS:MB:20084693")
    office.allocate()
    browser = sign_in_as(office.manager)

    def asked() -> int:
        session.commit()
        with clock.frozen(NOW):
            path = f"/office/stages/{office.stage_id}/ranking"
            browser.get(path)
            return len(statements(engine, lambda: browser.get(path)))

    office.has_aid(office.b, 1_00)
    one = asked()
    for each in (office.a, office.b, office.c, office.d):
        office.has_aid(each, 1_00)

    assert (asked(), one) == (13, 13)
