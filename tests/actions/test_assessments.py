"""Assigning, declaring, marking, submitting, giving back: who may, when, and what stays."""

import pytest
from sqlalchemy import select

from app.actions import assessments
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Assessment, Declaration, Mail, Membership, StageEntry
from tests.make.people import NOW, act_as
from tests.web.assessing import COMMENTS, MARKS, assessment_of, assign, declare, mark, world


@pytest.fixture
def made(session):
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    return made


@pytest.fixture
def officer(session, made):
    return act_as(session, made.officer)


def row(session, made, person=0, entry=0) -> Assessment:
    key = assessment_of(session, made.entries[entry], made.assessors[person])
    return session.get_one(Assessment, key)


def test_third_assessor_may_join_and_no_fourth(session) -> None:
    made = world(session, people=4)
    assign(session, made, made.entries[0], made.assessors[:2])
    assign(session, made, made.entries[0], made.assessors[2:3])

    with pytest.raises(Invalid, match="No more than three"):
        assign(session, made, made.entries[0], made.assessors[3:])

    assert [row(session, made, each).position for each in range(3)] == [1, 2, 3]


def test_assessors_are_told_by_mail_once_a_day_however_often_files_come(session, made) -> None:
    assign(session, made, made.entries[1], made.assessors[:2])

    mails = session.execute(select(Mail.to, Mail.subject).order_by(Mail.to)).all()

    said = "Applications wait for your assessment"
    assert [tuple(each) for each in mails] == sorted((p.email, said) for p in made.assessors[:2])


def test_nobody_gets_an_application_twice(session, made) -> None:
    with pytest.raises(Invalid, match="has this application already"):
        assign(session, made, made.entries[0], made.assessors[:1])
    with pytest.raises(Invalid, match="different"):
        assign(session, made, made.entries[1], [made.assessors[0]] * 2)
    with pytest.raises(Invalid, match="not an assessor"):
        assign(session, made, made.entries[1], [made.officer])


def test_people_of_the_applicant_never_assess_it(session, made) -> None:
    session.add(
        Membership(
            organisation_id=made.applications[1].organisation_id,
            user_id=made.assessors[0].id,
            state="asked",
            asked_at=NOW,
        )
    )
    session.flush()

    with pytest.raises(Invalid, match="belongs to the organisation"):
        assign(session, made, made.entries[1], made.assessors[:2])


def test_entry_that_is_not_admitted_gets_nobody(session) -> None:
    made = world(session, admitted=False)

    with pytest.raises(Conflict):
        assign(session, made, made.entries[0], made.assessors[:2])


def test_many_are_assigned_by_turns_and_the_rest_is_told(session, made, officer) -> None:
    done = assessments.assign_many(
        officer, made.stage_id, made.lot_id, [each.id for each in made.assessors],
        turn_by_turn=True,
    )  # fmt: skip

    first, second = made.entries
    pair = (made.assessors[0].id, made.assessors[1].id)
    assert done.assigned == ((second.id, pair),)
    assert [(key, why.code) for key, why in done.skipped] == [(first.id, "assigning.enough")]
    assert row(session, made, 1, 1).position == 2


@pytest.mark.parametrize(("people", "turns"), [(slice(1), True), (slice(3), False)])
def test_wrong_choice_for_many_is_refused(session, made, officer, people, turns) -> None:
    chosen = [each.id for each in made.assessors[people]]

    with pytest.raises(Invalid):
        assessments.assign_many(officer, made.stage_id, made.lot_id, chosen, turn_by_turn=turns)


def test_removed_assessor_may_get_the_file_back_with_what_was_typed(session, made, officer) -> None:
    declare(session, made, made.assessors[0])
    mine, key = act_as(session, made.assessors[0]), row(session, made).id
    assessments.save(mine, key, marks={"A1": "8"}, comments={})

    assessments.remove(officer, key, reason="On leave.")
    with pytest.raises(Conflict, match="no longer yours"):
        assessments.save(mine, key, marks={}, comments={})
    assign(session, made, made.entries[0], made.assessors[:1])

    assert (row(session, made).state, row(session, made).marks) == ("assigned", {"A1": "8"})


def test_removal_needs_a_reason_and_never_takes_what_was_submitted(session, made, officer) -> None:
    with pytest.raises(Invalid):
        assessments.remove(officer, row(session, made).id, reason=" ")
    declare(session, made, made.assessors[0])
    key = mark(session, made, made.entries[0], made.assessors[0])

    with pytest.raises(Conflict):
        assessments.remove(officer, key, reason="Why not.")


def test_nothing_is_marked_before_the_declaration(session, made) -> None:
    with pytest.raises(Forbidden, match="Declare"):
        assessments.start(act_as(session, made.assessors[0]), row(session, made).id)


def test_conflict_takes_open_and_submitted_files_of_the_lot(session, made) -> None:
    assign(session, made, made.entries[1], made.assessors[:2])
    declare(session, made, made.assessors[0])
    mark(session, made, made.entries[0], made.assessors[0])

    act = act_as(session, made.assessors[0])
    assessments.declare(
        act, stage_id=made.stage_id, lot_id=made.lot_id, has_conflict=True, reason="A friend."
    )

    states = [row(session, made, 0, entry).state for entry in (0, 1)]
    others = [row(session, made, 1, entry).state for entry in (0, 1)]
    kept = session.query(Declaration).one()
    assert (states, others) == (["conflict"] * 2, ["assigned"] * 2)
    assert (kept.has_conflict, kept.reason) == (True, "A friend.")
    with pytest.raises(Forbidden, match="conflict of interest"):
        assessments.save(act, row(session, made).id, marks={}, comments={})


def test_conflict_bars_from_the_lot_for_good(session, made) -> None:
    act = act_as(session, made.assessors[2])
    assessments.declare(
        act, stage_id=made.stage_id, lot_id=made.lot_id, has_conflict=True, reason="A friend."
    )

    with pytest.raises(Invalid, match="conflict of interest"):
        assign(session, made, made.entries[1], made.assessors[2:])


def test_declaration_is_made_once_and_a_conflict_needs_its_reason(session, made) -> None:
    declare(session, made, made.assessors[0])

    with pytest.raises(Conflict):
        declare(session, made, made.assessors[0])
    with pytest.raises(Invalid):
        assessments.declare(
            act_as(session, made.assessors[1]),
            stage_id=made.stage_id,
            lot_id=made.lot_id,
            has_conflict=True,
        )


def test_draft_keeps_everything_that_belongs_to_the_grid(session, made) -> None:
    declare(session, made, made.assessors[0])

    total = assessments.save(
        act_as(session, made.assessors[0]),
        row(session, made).id,
        marks={"A1": "7,5", "B1": "eleven", "X": "3"},
        comments={"A": "So so.", "B": "  ", "X": "?"},
    )

    kept = row(session, made)
    assert (str(total), kept.state) == ("15.000000", "in_progress")
    assert kept.marks == {"A1": "7,5", "B1": "eleven"}
    assert kept.comments == {"A": "So so."}


def test_submitting_names_every_gap_and_then_closes_the_sheet(session, made) -> None:
    declare(session, made, made.assessors[0])
    act, key = act_as(session, made.assessors[0]), row(session, made).id
    assessments.start(act, key)

    with pytest.raises(Invalid) as refused:
        assessments.submit(act, key)
    assessments.save(act, key, marks={"A1": "7,5", "B1": "6"}, comments=COMMENTS)
    assessments.submit(act, key)

    assert list(refused.value.fields) == ["A1", "A", "B1", "B"]
    assert (row(session, made).state, row(session, made).marks) == ("submitted", MARKS)
    with pytest.raises(Conflict):
        assessments.save(act, key, marks={}, comments={})


def test_other_peoples_sheets_are_invisible_or_forbidden(session, made) -> None:
    key = row(session, made).id

    with pytest.raises(NotFound):
        assessments.save(act_as(session, made.assessors[1]), key, marks={}, comments={})
    with pytest.raises(Forbidden):
        assessments.submit(act_as(session, made.officer), key)


def test_withdrawn_application_is_marked_no_further(session, made) -> None:
    declare(session, made, made.assessors[0])
    made.entries[0].state = "withdrawn"
    session.flush()

    with pytest.raises(Conflict, match="withdrawn"):
        assessments.save(
            act_as(session, made.assessors[0]), row(session, made).id, marks={}, comments={}
        )


def test_given_back_sheet_is_submitted_again(session, made, officer) -> None:
    declare(session, made, made.assessors[0])
    key = mark(session, made, made.entries[0], made.assessors[0])

    with pytest.raises(Invalid):
        assessments.reopen(officer, key, reason="")
    assessments.reopen(officer, key, reason="A comment is on the wrong section.")
    mark(session, made, made.entries[0], made.assessors[0], {"A1": "9", "B1": "6"})

    assert str(row(session, made).total) == "24.000000"


def test_sheet_of_an_agreed_score_is_not_given_back(session, made, officer) -> None:
    declare(session, made, made.assessors[0])
    key = mark(session, made, made.entries[0], made.assessors[0])
    session.get_one(StageEntry, made.entries[0].id).state = "assessed"
    session.flush()

    with pytest.raises(Conflict, match="agreed"):
        assessments.reopen(officer, key, reason="Too late.")
