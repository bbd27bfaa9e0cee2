"""Tests of app/web/public*.py: what everybody may read."""

from datetime import timedelta
from hashlib import sha256

import pytest

from app import clock
from app.models import AllocationRun, Award, Call, Stage
from tests.make.applications import make_application
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, make_organisation
from tests.make.scores import Scored, make_scored
from tests.web.conftest import heading_of, text_of
from tests.web.counting import statements

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


def plain(response) -> str:
    return text_of(response).replace("\u00a0", " ")


def open_call(session, **more):
    return make_call(session, opens_at=NOW - DAY, closes_at=NOW + 30 * DAY, **more)


def coming_call(session, **more):
    return make_call(session, opens_at=NOW + DAY, closes_at=NOW + 60 * DAY, **more)


def closed_call(session, **more):
    return make_call(session, opens_at=NOW - 60 * DAY, closes_at=NOW - DAY, **more)


def test_home_shows_what_can_be_applied_for_today(session, client) -> None:
    open_call(session, title="Open one")
    coming_call(session, title="Coming one")
    closed_call(session, title="Closed one")
    make_call(session, state="draft", title="Secret one")

    page = plain(client.get("/"))

    assert page.index("Open one") < page.index("Coming one")
    assert "Closed one" not in page
    assert "Secret one" not in page


def test_home_without_calls_says_so(client) -> None:
    assert "No call is open today." in plain(client.get("/"))


def test_calls_stand_under_what_the_clock_says(session, client) -> None:
    """The stored state of all three is the same."""
    closed_call(session, title="Closed one")
    coming_call(session, title="Coming one")
    open_call(session, title="Open one")

    page = plain(client.get("/calls"))
    order = [page.index(title) for title in ("Open one", "Coming one", "Closed one")]

    assert order == sorted(order)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=sabac", ["Za Šabac"]),
        ("words=ШАБАЦ", ["Za Šabac"]),
        ("words=nothing+at+all", []),
        ("words=%25", ["Za Šabac", "Za Niš"]),
        ("phase=closed", ["Za Niš"]),
        ("phase=unknown", ["Za Šabac", "Za Niš"]),
    ],
)
def test_calls_are_searched_in_both_scripts(session, client, query, found) -> None:
    open_call(session, title="Za Šabac")
    closed_call(session, title="Za Niš")

    page = plain(client.get(f"/calls?{query}"))

    assert [title for title in ("Za Šabac", "Za Niš") if title in page] == found


def test_public_page_tells_money_dates_points_and_the_rule_in_plain_words(session, client) -> None:
    call = open_call(session, scheme=make_scheme("eu_integra_sctm"), title="Integrated projects")

    page = client.get(f"/calls/{call.id}")

    told = plain(page)
    assert heading_of(page) == "Integrated projects"
    for expected in (
        "Applications are taken until 18 April 2026, 14:00 CEST.",
        "EUR 100,000.00",
        "Up to 95 % for local governments of development group IV",
        "Questions can be sent until 28 March 2026",
        "How well does the proposal serve the objectives and priorities of the call?",
        "in this order: L1, L2",
        session.get(Call, call.id).digest,
        "Funded by the European Union",
    ):
        assert expected in told


def test_funding_statement_never_stands_without_its_emblem(session, client) -> None:
    funded = open_call(session, scheme=make_scheme("eu_integra_sctm"))
    own = open_call(session)

    assert "Emblem of the funder" in client.get(f"/calls/{funded.id}").text
    assert "Emblem of the funder" not in client.get(f"/calls/{own.id}").text


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_draft_and_cancelled_call_are_not_public(session, client, state) -> None:
    call = make_call(session, state=state)

    for path in ("", "/rules.json", "/form/application", "/results"):
        assert client.get(f"/calls/{call.id}{path}").status_code == 404


def test_outsider_can_recompute_the_digest(session, client) -> None:
    call = open_call(session, scheme=make_scheme("eu_integra_sctm"))

    page = client.get(f"/calls/{call.id}/rules.json")

    assert sha256(page.content).hexdigest() == session.get(Call, call.id).digest
    assert page.headers["content-disposition"].endswith('-rules.json"')


@pytest.mark.parametrize("state", ["ranked", "allocated", "decided"])
def test_nobody_outside_learns_how_far_the_authority_is_with_a_call(session, client, state) -> None:
    call = closed_call(session, title="Closed one", state=state)

    pages = [client.get("/calls"), client.get(f"/calls/{call.id}")]

    assert [state.title() in plain(page) for page in pages] == [False, False]
    assert ["Closed" in plain(page) for page in pages] == [True, True]


def test_form_can_be_read_before_registering(session, client) -> None:
    call = open_call(session)

    assert "What will you do?" in plain(client.get(f"/calls/{call.id}/form/application"))
    assert client.get(f"/calls/{call.id}/form/other").status_code == 404


def award(session, call, organisation, *, state: str, cents: int, title: str) -> None:
    application = make_application(
        session, call=call, organisation=organisation, state="awarded", title=title
    )
    run = session.query(AllocationRun).filter_by(call_id=call.id).one_or_none()
    if run is None:
        run = AllocationRun(
            call_id=call.id, stage_id=call.stage_id, inputs={}, result={}, digest="", run_at=NOW
        )
        session.add(run)
        session.flush()
    session.add(
        Award(
            application_id=application.id,
            call_id=call.id,
            lot_id=application.lot_id,
            run_id=run.id,
            reason="AWARDED_FULL",
            requested_cents=300_000_00,
            awarded_cents=cents,
            state=state,
        )
    )
    session.flush()


def test_results_name_winners_and_sums_and_nobody_else(session, client) -> None:
    call = closed_call(session, state="announced")
    town = make_organisation(session, name="Opština Aleksinac", municipality="Aleksinac")
    person = make_organisation(session, name="Petar Petrović", applicant_type="NATURAL_PERSON")
    gone = make_organisation(session, name="Opština Declined")
    award(session, call, town, state="accepted", cents=250_000_00, title="Fountain")
    award(session, call, person, state="announced", cents=100_000_00, title="Bench")
    award(session, call, gone, state="declined", cents=90_000_00, title="Roof")

    page = plain(client.get(f"/calls/{call.id}/results"))

    assert "Opština Aleksinac Fountain" in page
    assert "RSD 350,000.00" in page
    assert "A natural person" in page
    for hidden in ("Petar", "Declined", "Roof"):
        assert hidden not in page


def test_a_sole_trader_is_a_person_whose_name_and_address_nobody_reads(session, client) -> None:
    call = closed_call(session, state="announced")
    trader = make_organisation(
        session, name="Radnja Milica Perić PR", applicant_type="SOLE_TRADER", city="Ruma",
        municipality="Ruma", address="Glavna 7", representative_name="Milica Perić",
        email="milica@perić.example", numbers=[("PIB", "100002887")],
    )  # fmt: skip
    award(session, call, trader, state="accepted", cents=1_683_00, title="Repair workshop")

    public = [f"/calls/{call.id}/results", f"/calls/{call.id}", "/calls", "/calls?q=Milica", "/"]
    pages = {path: plain(client.get(path)) for path in public}

    assert "A natural person Repair workshop" in pages[f"/calls/{call.id}/results"]
    for path, page in pages.items():
        for private in ("Milica", "Perić", "Ruma", "Glavna", "100002887"):
            assert private not in page.replace("“Milica”", ""), path


@pytest.mark.parametrize("state", ["published", "allocated", "decided"])
def test_results_are_secret_before_the_announcement(session, client, state) -> None:
    call = closed_call(session, state=state)

    answer = client.get(f"/calls/{call.id}/results")

    assert answer.status_code == 404
    assert "results" not in plain(client.get("/calls")).lower()


@pytest.mark.parametrize("path", ["/help", "/accessibility", "/privacy"])
def test_short_pages_have_a_heading(client, path) -> None:
    assert heading_of(client.get(path)) != ""


def test_call_that_does_not_exist_is_a_friendly_page(client) -> None:
    assert client.get("/calls/999999").status_code == 404


@pytest.mark.parametrize("path", ["/", "/calls"])
def test_lists_cost_the_same_queries_for_one_call_and_for_three(
    session, client, engine, path
) -> None:
    open_call(session)
    one = statements(engine, lambda: client.get(path))
    open_call(session)
    coming_call(session)

    three = statements(engine, lambda: client.get(path))

    assert len(one) == len(three)


@pytest.mark.parametrize(
    ("kind", "applicant_type", "status"),
    [
        ("allocation", "LSG_MUNICIPALITY", 200),
        ("allocation", "NATURAL_PERSON", 404),
        ("preselection", "LSG_MUNICIPALITY", 404),
    ],
)
def test_neither_the_place_of_a_person_nor_a_shortlist_without_its_threshold_is_published(
    session, client, kind, applicant_type, status
) -> None:
    """Runs from before all of that was kept."""
    call = make_call(session, state="announced")
    service = make_organisation(session, applicant_type=applicant_type)
    make_scored(session, call, [Scored("A", "90", 60_000_00, organisation=service)])
    lines = [{"id": "G-1", "place": "RS-70947"}]
    run = AllocationRun(
        call_id=call.id, stage_id=call.stage_id, kind=kind, inputs={"applications": lines},
        result={}, digest="d", run_at=NOW,
    )  # fmt: skip
    session.add(run)
    session.get_one(Stage, call.stage_id).state = "announced"
    session.flush()

    word = "shortlist" if kind == "preselection" else kind
    part = client.get(f"/calls/{call.id}/decisions/{word}/{run.id}/input.json")

    assert part.status_code == status
