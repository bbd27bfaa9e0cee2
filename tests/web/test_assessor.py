"""The assessor's pages: declare, read blind, mark, submit; nothing tells who applies."""

import pytest

from app.models import Assessment, Attachment, Declaration
from tests.web.assessing import (
    COMMENTS,
    MARKS,
    SECRETS,
    assessment_of,
    assign,
    declare,
    mark,
    world,
)
from tests.web.conftest import errors_of, heading_of, text_of

FULL = {
    "mark_0_0": "7.5", "comment_0": "A good idea.", "mark_1_0": "6", "comment_1": "They will.",
}  # fmt: skip


@pytest.fixture
def made(session):
    """Two applications, the first with two assessors who have declared."""
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    declare(session, made, *made.assessors[:2])
    return made


@pytest.fixture
def path(session, made) -> str:
    """The page of assessor A's file."""
    return f"/assessor/assessments/{assessment_of(session, made.entries[0], made.assessors[0])}"


def seen_of(response) -> str:
    return response.text.partition('name="seen" value="')[2].partition('"')[0]


def hand_in(browser, path: str, typed: dict[str, str]):
    """Fill in the grid, look at the whole, submit it."""
    looked_at = browser.submit(path, {**typed, "action": "submit"})
    return browser.submit(f"{path}/check", {"seen": seen_of(looked_at)})


def state_of(session, path: str) -> Assessment:
    return session.get_one(Assessment, int(path.rpartition("/")[2]))


def test_nothing_on_any_page_of_an_assessor_tells_who_applies(
    session, sign_in_as, made, path
) -> None:
    browser = sign_in_as(made.assessors[0])
    plan = session.query(Attachment).filter_by(requirement="plan").first()

    read = [browser.get("/assessor"), browser.get(path), browser.submit(path, {"action": "submit"})]
    read += [browser.submit(path, {**FULL, "action": "submit"}), hand_in(browser, path, FULL)]
    read += [browser.get("/assessor"), browser.get(path)]

    told = [
        (place, secret)
        for place, response in enumerate(read)
        for secret in (*SECRETS, made.applications[0].reference)
        if secret in response.text
    ]
    assert told == []
    assert "Plant 40 lime trees." in read[1].text
    assert f"{path}/files/{plan.id}" in read[1].text
    assert "Plan of the garden 1.pdf" in read[1].text


def test_only_documents_for_assessors_can_be_opened_under_a_neutral_name(
    session, sign_in_as, app, made, path
) -> None:
    from app.documents.store import Store
    from app.models import StoredFile

    plan = session.query(Attachment).filter_by(requirement="plan").first()
    statutes = session.query(Attachment).filter_by(requirement="statutes").first()
    kept = Store(app.state.settings.files_dir).keep(b"%PDF-1.4 plan")
    session.get_one(StoredFile, plan.file_id).sha256 = kept.sha256
    browser = sign_in_as(made.assessors[0])

    opened = browser.get(f"{path}/files/{plan.id}")
    refused = browser.get(f"{path}/files/{statutes.id}")

    assert opened.content == b"%PDF-1.4 plan"
    assert opened.headers["content-disposition"] == (
        f"attachment; filename*=UTF-8''{made.applications[0].blind_code}-{plan.id}.pdf"
    )
    assert refused.status_code == 404


def test_assessment_of_another_assessor_does_not_exist(sign_in_as, made, path) -> None:
    other = sign_in_as(made.assessors[1])

    answers = [other.get(path), other.submit(path, FULL), other.submit(f"{path}/autosave", FULL)]

    assert [response.status_code for response in answers] == [404, 404, 404]


def test_names_alone_are_shown_before_the_declaration(session, sign_in_as) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    browser = sign_in_as(made.assessors[0])
    key = assessment_of(session, made.entries[0], made.assessors[0])

    response = browser.get(f"/assessor/assessments/{key}")

    shown = text_of(response)
    assert response.url.path == (f"/assessor/stages/{made.stage_id}/lots/{made.lot_id}/declaration")
    assert [name in shown for name in ("Opština Tajnović", "Udruženje Lipa")] == [True, True]
    assert "lime trees" not in response.text
    assert "Green yard" not in response.text


def test_names_are_not_shown_to_assessors_without_a_file(session, sign_in_as, made) -> None:
    path = f"/assessor/stages/{made.stage_id}/lots/{made.lot_id}/declaration"

    assert sign_in_as(made.assessors[2]).get(path).status_code == 404


def names_of(response) -> str:
    return response.text.partition('name="names" value="')[2].partition('"')[0]


def test_declaring_impartial_opens_the_lot(session, sign_in_as) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    browser = sign_in_as(made.assessors[0])
    path = f"/assessor/stages/{made.stage_id}/lots/{made.lot_id}/declaration"
    names = names_of(browser.get(path))

    response = browser.submit(path, {"declaration": "impartial", "names": names})

    kept = session.query(Declaration).one()
    assert "You can assess the applications of this lot." in text_of(response)
    assert made.applications[0].blind_code in text_of(response)
    assert (kept.has_conflict, kept.names_sha256) == (False, names)


def test_conflict_needs_a_reason_and_takes_the_lot_away(session, sign_in_as) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    browser = sign_in_as(made.assessors[0])
    path = f"/assessor/stages/{made.stage_id}/lots/{made.lot_id}/declaration"
    names = names_of(browser.get(path))

    silent = browser.submit(path, {"declaration": "conflict", "names": names})
    response = browser.submit(
        path, {"declaration": "conflict", "reason": "My sister works there.", "names": names}
    )
    key = assessment_of(session, made.entries[0], made.assessors[0])

    assert (silent.status_code, errors_of(silent)) == (422, ["Say what the conflict is"])
    assert "taken from you" in text_of(response)
    assert session.get_one(Assessment, key).state == "conflict"
    assert browser.get(f"/assessor/assessments/{key}").status_code == 404
    assert "Opština Tajnović" not in browser.get(path).text


def test_list_that_changed_meanwhile_is_shown_again(session, sign_in_as) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    path = f"/assessor/stages/{made.stage_id}/lots/{made.lot_id}/declaration"

    response = sign_in_as(made.assessors[0]).submit(
        path, {"declaration": "impartial", "names": "an older list"}
    )

    assert errors_of(response) == ["The list of names has changed. Look at it again."]


def test_draft_may_be_incomplete_and_wrong_and_nothing_is_lost(
    session, sign_in_as, made, path
) -> None:
    browser = sign_in_as(made.assessors[0])

    saved = browser.submit(path, {"mark_0_0": "7,5", "mark_1_0": "99", "comment_1": "Hm."})

    shown = text_of(saved)
    assert "Saved. Points so far: 15." in shown
    assert 'value="99"' in saved.text
    assert "Hm.</textarea>" in saved.text
    assert len(errors_of(saved)) == 1
    assert state_of(session, path).marks == {"A1": "7,5", "B1": "99"}


def test_autosave_keeps_what_is_being_typed(session, sign_in_as, made, path) -> None:
    response = sign_in_as(made.assessors[0]).submit(f"{path}/autosave", {"mark_0_0": "8"})

    row = state_of(session, path)
    assert (response.status_code, row.state, row.marks) == (204, "in_progress", {"A1": "8"})


def test_everything_that_is_missing_is_listed_and_kept(session, sign_in_as, made, path) -> None:
    response = sign_in_as(made.assessors[0]).submit(path, {"mark_0_0": "8", "action": "submit"})

    assert response.status_code == 422
    assert errors_of(response) == [
        "Write a comment on section A.",
        "Give a mark for B1.",
        "Write a comment on section B.",
    ]
    assert 'href="#comment-0"' in response.text
    assert state_of(session, path).marks == {"A1": "8"}


def test_submitted_marks_are_exact_and_can_only_be_read(session, sign_in_as, made, path) -> None:
    browser = sign_in_as(made.assessors[0])

    hand_in(browser, path, {**FULL, "mark_0_0": "7,5"})
    read = browser.get(path)
    again = browser.submit(path, {"mark_0_0": "1"})

    row = state_of(session, path)
    assert (row.state, row.marks, str(row.total)) == ("submitted", MARKS, "21.000000")
    assert (read.text.count("<textarea"), "7.5 × 2 = 15 of 20" in text_of(read)) == (0, True)
    assert COMMENTS["A"] in read.text
    assert again.status_code == 409


def test_whole_assessment_is_shown_before_anything_is_submitted(
    session, sign_in_as, made, path
) -> None:
    browser = sign_in_as(made.assessors[0])

    looked_at = browser.submit(path, {**FULL, "action": "submit"})

    shown = text_of(looked_at)
    listed = text_of(browser.get("/assessor"))
    assert looked_at.url.path == f"{path}/check"
    assert "21.00 of 30" in listed
    assert state_of(session, path).state == "in_progress"
    assert [
        word in shown
        for word in ("A good idea.", "They will.", "7.5 × 2 = 15 of 20", "Total 21.00 of 30")
    ] == [True] * 4
    assert "There is no comment on A1 and B1." in shown


def test_back_from_the_summary_everything_stands_in_the_grid(sign_in_as, made, path) -> None:
    browser = sign_in_as(made.assessors[0])
    browser.submit(path, {**FULL, "action": "submit"})

    grid = browser.get(path)

    assert ['value="7.5"' in grid.text, "They will.</textarea>" in grid.text] == [True, True]


def test_assessment_that_changed_in_another_window_is_looked_at_again(
    session, sign_in_as, made, path
) -> None:
    browser = sign_in_as(made.assessors[0])
    seen = seen_of(browser.submit(path, {**FULL, "action": "submit"}))
    browser.submit(f"{path}/autosave", {**FULL, "mark_0_0": "3"})

    refused = browser.submit(f"{path}/check", {"seen": seen})
    again = browser.submit(f"{path}/check", {"seen": seen_of(refused)})

    assert refused.status_code == 409
    assert "It was changed since you looked at it" in text_of(refused)
    assert "is submitted with 12 of 30 points" in text_of(again)
    assert state_of(session, path).state == "submitted"


def test_summary_of_an_incomplete_assessment_names_what_is_missing_and_submits_nothing(
    session, sign_in_as, made, path
) -> None:
    browser = sign_in_as(made.assessors[0])
    browser.submit(path, {"mark_0_0": "8"})

    page = browser.get(f"{path}/check")
    pressed = browser.submit(f"{path}/check", {})

    assert f'href="{path}#mark-1-0"' in page.text
    assert ('name="seen"' in page.text, pressed.status_code) == (False, 422)
    assert state_of(session, path).state == "in_progress"


def test_marks_of_the_other_assessor_are_never_shown(session, sign_in_as, made, path) -> None:
    mark(session, made, made.entries[0], made.assessors[1], {"A1": "3.5", "B1": "2.5"})
    browser = sign_in_as(made.assessors[0])

    before = browser.get(path)
    hand_in(browser, path, FULL)
    after = browser.get(path)

    read = [text_of(before), text_of(after)]
    assert [text for text in read if "3.5" in text or made.assessors[1].name in text] == []
    assert heading_of(before) == f"Application {made.applications[0].blind_code} Assigned"
