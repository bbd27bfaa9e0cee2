"""An outsider with the public pages and Python alone computes every published decision again."""

import hashlib
import json
import re
import subprocess
import sys

import pytest
from sqlalchemy import select

from app import clock
from app.actions import allocation, decisions, ranking, reserve, reserve_release
from app.documents.rules_program import MAIN
from app.models import AllocationRun, Call, ReserveActivation, Stage
from app.rules import proof
from app.rules.scheme_money import AwardCaps, AwardFloor
from tests.actions.test_first_come import Hub
from tests.actions.test_ranking import Office
from tests.make.people import NOW, act_as, make_organisation
from tests.make.reserve import ANNOUNCED_AT, make_reserve, print_letters
from tests.make.scores import Scored, make_scored
from tests.web.conftest import text_of
from tests.web.counting import statements


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


def shortlisted(session) -> int:
    """Concept notes of A5, one of them cut by a section, announced."""
    office = Office(session)
    office.fill()
    lot = next(iter(office.call.lots))
    cut = Scored(lot, "45.00", 400_000_00, outcome="SECTION_BELOW_MINIMUM")
    make_scored(session, office.call, [cut], stage_key=office.first_key)
    office.shortlisted()
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="As ranked.")
    session.get_one(Stage, office.stage_id).state = "announced"
    session.flush()
    return office.call.id


def given_again(session) -> int:
    """A4: T3 declined, so T2 becomes whole and T4 comes from the reserve list."""
    made = make_reserve(session, caps=AwardCaps(awards_per_lead=1))
    award = made.award(session, "T3")
    award.state = "declined"
    session.flush()
    key = reserve.propose(act_as(session, made.manager, now=ANNOUNCED_AT), made.call.id)
    second = act_as(session, made.second, now=ANNOUNCED_AT)
    reserve_release.decide(second, key, reason="In order of the list.")
    print_letters(session, key)
    reserve_release.announce(act_as(session, made.manager, now=ANNOUNCED_AT), key)
    return made.call.id


def by_place(session) -> Hub:
    """Two of one town and a person of another; the town with two has one lead with both."""
    hub = Hub(session, "sp5_supplier_upgrading", floors=(AwardFloor("place"),),
              caps=AwardCaps(awards_per_lead=1))  # fmt: skip
    firm = make_organisation(session, register_code="RS-70947", name="Firm d.o.o.")
    person = make_organisation(
        session, register_code="RS-70360", name="Mila Mirić", applicant_type="NATURAL_PERSON"
    )
    lot = hub.call.scheme.lots[0].code
    lines = (("95", firm), ("93", firm), ("90", make_organisation(session)), ("70", person))
    scored = [Scored(lot, total, 10_000_00, organisation=who) for total, who in lines]
    make_scored(session, hub.call, scored)
    ranking.rank(hub.act(), hub.call.stage_id)
    allocation.allocate(hub.act(), hub.call.id)
    return hub


def announced(session, hub: Hub) -> int:
    session.get_one(Call, hub.call.id).state = "announced"
    session.get_one(Call, hub.call.id).announced_at = NOW
    session.flush()
    return hub.call.id


def published(client, call_id: int) -> tuple[str, list[bytes]]:
    """Return the page as text and the decisions that it offers, as an outsider finds them."""
    page = client.get(f"/calls/{call_id}/check")
    found = re.findall(r'href="([^"]+/decision\.json)"', page.text)
    return text_of(page), [client.get(path).content for path in found]


def test_an_outsider_computes_every_published_decision_again(session, client, tmp_path) -> None:
    calls = (shortlisted(session), given_again(session), announced(session, by_place(session)))
    pages = [published(client, call_id) for call_id in calls]
    files = [file for _, decided in pages for file in decided]
    program = tmp_path / "envelope-rules.pyz"
    program.write_bytes(client.get("/rules/envelope-rules.pyz").content)

    # Nothing of ours is installed where an outsider runs it: -I and -S leave Python alone.
    told = subprocess.run(
        [sys.executable, "-I", "-S", program, "check", "--lines"],
        input=b"\n".join(files), capture_output=True, check=True,
    )  # fmt: skip

    digests = [hashlib.sha256(file).hexdigest() for file in files]
    assert [json.loads(line) for line in told.stdout.splitlines()] == [
        {"same": True, "rule": rule, "digest": digest}
        for rule, digest in zip(("shortlist", "allocate", "release", "allocate"), digests,
                                strict=True)
    ]  # fmt: skip
    shown = " ".join(page for page, _ in pages)
    assert [digest in shown for digest in digests] == [True] * 4
    assert hashlib.sha256(program.read_bytes()).hexdigest() in shown


def test_a_result_that_is_changed_by_a_cent_is_told_apart(session, client) -> None:
    _, (file,) = published(client, shortlisted(session))
    changed = json.loads(file)
    changed["result"]["lots"][0]["passed"] = "6200000.01"

    verdict = proof.check(changed)

    assert (verdict.same, verdict.result["lots"][0]["passed"]) == (False, "6200000.00")


def test_no_file_names_anybody_or_tells_the_place_of_a_person(session, client) -> None:
    hub = by_place(session)
    _, (file,) = published(client, announced(session, hub))

    rows = json.loads(file)["inputs"]["applications"]

    for private in ("ORG-", "Firm", "Mila", "RS-70947", "RS-70360"):
        assert private.encode() not in file
    # The best of the town, and the person, stand each in a group of their own.
    assert [(row.get("lead"), row.get("place")) for row in rows] == [
        ("LEAD-1", "GROUP-1"), ("LEAD-1", None), (None, None), (None, "GROUP-2"),
    ]  # fmt: skip
    run = session.scalars(select(AllocationRun)).one()
    assert [line["reason"] for line in run.result["lines"]] == [
        "AWARDED_FULL", "CAP_REACHED", "RESERVE", "AWARDED_FLOOR",
    ]  # fmt: skip
    assert [row["place"] for row in run.inputs["applications"]] == [
        "RS-70947", "RS-70947", None, "RS-70360",
    ]  # fmt: skip


def test_no_file_tells_the_place_of_a_town_hall_either_which_would_name_it(session, client) -> None:
    """Who was not awarded is not named; a place says which town hall it was."""
    hub = Hub(session, "sp5_supplier_upgrading", floors=(AwardFloor("place"),))
    hub.apply(("95", 0), register_code="RS-70947")
    hub.apply(("20", 1), register_code="RS-70360")
    hub.allocated()

    page, (file,) = published(client, announced(session, hub))

    rows = json.loads(file)["inputs"]["applications"]
    assert [row.get("place") for row in rows] == ["GROUP-1", None]
    assert [code in file for code in (b"RS-70947", b"RS-70360")] == [False, False]
    assert "Some rules of this call count by place" in page


def test_nothing_is_published_before_it_is_announced(session, client) -> None:
    office = Office(session)
    office.fill()
    office.shortlisted()
    run = session.scalars(select(AllocationRun)).one()
    where = f"/calls/{office.call.id}"

    page, files = published(client, office.call.id)

    assert ("Nothing is decided yet" in page, files) == (True, [])
    for kind in ("shortlist", "allocation", "reserve"):
        assert client.get(f"{where}/decisions/{kind}/{run.id}/decision.json").status_code == 404


def test_input_and_result_are_the_parts_of_the_decision_and_no_other_part_is_given(
    session, client
) -> None:
    call_id = shortlisted(session)
    _, (file,) = published(client, call_id)
    run = session.scalars(select(AllocationRun)).one()
    where = f"/calls/{call_id}/decisions/shortlist/{run.id}"

    parts = {
        name: client.get(f"{where}/{name}.json") for name in ("input", "result", "explanation")
    }

    both = json.loads(file)
    assert (parts["input"].json(), parts["result"].json()) == (both["inputs"], both["result"])
    assert parts["explanation"].status_code == 404
    assert (
        client.get(f"/calls/{call_id}/decisions/allocation/{run.id}/input.json").status_code == 404
    )


def test_what_was_kept_before_names_were_hidden_is_not_published(session, client) -> None:
    """Their digest covers names of organisations, or no threshold: nobody could compute it."""
    call_id = given_again(session)
    kept = session.scalars(select(ReserveActivation)).one()
    older = ReserveActivation(
        call_id=call_id, stage_id=kept.stage_id, run_id=kept.run_id, state="announced",
        inputs=kept.inputs, lines=kept.lines, transfers=kept.transfers, digest="of names",
        proposed_at=NOW,
    )  # fmt: skip
    session.add(older)
    session.flush()

    _, files = published(client, call_id)

    assert len(files) == 2
    path = f"/calls/{call_id}/decisions/reserve/{older.id}/decision.json"
    assert client.get(path).status_code == 404


def test_page_costs_few_queries_however_much_was_decided(session, client, engine) -> None:
    call_id = given_again(session)

    assert len(statements(engine, lambda: client.get(f"/calls/{call_id}/check"))) <= 4


def test_program_begins_with_the_command_of_the_rules_alone() -> None:
    assert "rules.add_rules(parser)" in MAIN
