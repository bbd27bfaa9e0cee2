"""Steps of a grant in kind as forms: handover, title, a new holder.

One world goes the whole road in each test, so that every step is sent where it belongs: by the
wrong person, with wrong input, right, and where two are needed by the first one again.
"""

import pytest

from app import clock
from app.models import InKindPaper
from tests.make.in_kind import NOW, InKindDesk
from tests.web.conftest import text_of
from tests.web.in_kind_road import SIGNED, Road, day


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def road(session, sign_in_as) -> Road:
    return Road(InKindDesk(session), sign_in_as)


def test_handover_title_and_a_new_holder(road: Road, session) -> None:
    desk = road.desk.paid()
    holder, (asset,) = desk.waiting(1), desk.assets
    grant, thing = f"/office/in-kind/{desk.grant_id}", f"/office/assets/{asset.id}"
    officer, manager, monitor = desk.officer, desk.manager, desk.monitor

    road.refuse(f"{grant}/protocol", officer, {}, ["Choose at least one thing."], "Machine 1")
    road.take(
        f"{grant}/protocol",
        officer,
        {"things": str(asset.id)},
        never=monitor,
        says="Both sides sign the protocol, then record it: Machine 1.",
    )
    paper = f"/office/in-kind/papers/{session.query(InKindPaper.id).scalar()}"
    road.refuse(
        f"{paper}/drop",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Take the protocol back",
    )
    signed = {
        "handed_over_by": "Petar",
        "received_by": "Milica",
        "conditions": ["training", "registered"],
        **day("signed_on"),
    }
    road.refuse(
        f"{paper}/signed",
        officer,
        {**signed, "received_by": ""},
        ["Enter who signed for the beneficiary."],
        'value="Petar"',
    )
    road.take(
        f"{paper}/signed",
        officer,
        signed,
        never=monitor,
        says="Add the paper with both signatures: Machine 1.",
    )
    road.refuse(f"{paper}/scan", officer, {}, ["Choose the file of the signed paper."], "both sig")
    road.take(
        f"{paper}/scan",
        officer,
        never=monitor,
        files=SIGNED,
        says="The next visit is planned for 15 May 2026.",
    )

    back = {"reason": "The firm was given up.", **day("taken_on")}
    road.refuse(
        f"{thing}/repossess",
        manager,
        {**back, **day("taken_on", 16)},
        ["This day lies ahead. Enter the day on which it was taken back."],
        "The firm was given up.",
    )
    road.take(
        f"{thing}/repossess",
        manager,
        back,
        never=officer,
        says="Propose who gets this, or write it off: Machine 1.",
    )
    wanted = {
        "application_id": str(holder.id),
        "value_cents": "1,500.00",
        "aid_fits": "yes",
        "reason": "Next on the list.",
    }
    form = text_of(road.of(officer).get(f"{thing}/reallocate"))
    assert f"{holder.reference} · Radnja 1 PR (SRB, place 1 on the reserve list)" in form
    road.refuse(
        f"{thing}/reallocate",
        officer,
        {**wanted, "aid_fits": ""},
        ["Confirm it by the statement of the new holder, or choose another."],
        "Next on the list.",
    )
    road.take(
        f"{thing}/reallocate",
        manager,
        wanted,
        never=monitor,
        says=f"proposes to give it to {holder.reference} (Radnja 1 PR), worth EUR 1,500.00",
    )
    assert road.of(manager).submit(f"{thing}/agree-holder").status_code == 403
    road.refuse(
        f"{thing}/drop-holder",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Do not give it to them",
    )
    road.take(
        f"{thing}/drop-holder",
        officer,
        {"reason": "A better idea."},
        never=monitor,
        says="The proposal is dropped.",
    )
    road.take(f"{thing}/reallocate", officer, wanted, never=monitor, says="Proposed.")
    page = road.take(f"{thing}/agree-holder", manager, never=officer, says="Worth that day")
    assert "Given to another 1" in page
    register = text_of(road.of(monitor).get(f"/office/calls/{desk.call.id}/assets"))
    assert "Radnja 1 PR Workshop" in register
    road.take(f"{grant}/close", manager, never=officer, says="The grant is closed.")
    own = text_of(road.of(desk.person).get(f"/in-kind/{desk.grant_id}"))
    assert "Radnja 1" not in own


def test_nobody_left_to_give_it_to_is_said_with_what_to_do(road: Road) -> None:
    desk = road.desk.taken_back()
    thing = f"/office/assets/{desk.assets[0].id}"

    page = road.of(desk.officer).get(f"{thing}/reallocate")
    assert page.status_code == 409
    assert "Nobody of this call waits for it or has an agreement in force." in text_of(page)
    road.refuse(
        f"{thing}/write-off",
        desk.manager,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "lost, stolen",
    )
    road.take(
        f"{thing}/write-off",
        desk.manager,
        {"reason": "Worn out."},
        never=desk.officer,
        says="Written off.",
    )


def test_titles_of_several_things_pass_together(session, sign_in_as) -> None:
    road = Road(InKindDesk(session, prices=(1_000_00, 980_00)), sign_in_as)
    desk = road.desk.retained()
    with clock.frozen(NOW.replace(year=2028)):
        titles = f"/office/in-kind/{desk.grant_id}/titles"
        road.refuse(
            titles,
            desk.manager,
            {},
            ["Confirm that the condition of the agreement is met."],
            "It cannot be undone.",
        )
        road.take(
            titles,
            desk.manager,
            {"condition": "yes"},
            never=desk.officer,
            says="The titles have passed.",
        )
