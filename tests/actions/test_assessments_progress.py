"""Assessors give files back, the secretary sees who is late, reminds, and finds somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions import assessments, assessments_progress
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Assessment, AuditEntry, Mail
from app.queries.assessing_progress import stage_progress
from tests.conftest import NOW
from tests.make.people import act_as, make_user
from tests.web.assessing import assessment_of, assign, declare, mark, world


@pytest.fixture
def made(session):
    found = world(session, applications=2)
    for entry in found.entries:
        assign(session, found, entry, found.assessors[:2])
    declare(session, found, *found.assessors[:2])
    return found


def board(session, made, *, now=NOW):
    return stage_progress(session, act_as(session, made.officer).actor, made.stage_id, now)


def mails(session, subject: str) -> list[str]:
    found = select(Mail.to).where(Mail.subject == subject).order_by(Mail.to)
    return list(session.scalars(found))


def test_declined_file_is_told_to_the_officers_and_given_to_somebody_else(session, made) -> None:
    first, _, third = made.assessors
    entry = made.entries[0]
    key = assessment_of(session, entry, first)

    assessments.decline(act_as(session, first), key, reason="No time before June.")
    assign(session, made, entry, [third])

    declined = board(session, made).declined
    row = session.get_one(Assessment, key)
    assert (row.state, row.decline_reason) == ("declined", "No time before June.")
    assert [(each.assessor, each.reason, each.live) for each in declined] == [
        ("Assessor A", "No time before June.", 2)
    ]
    subject = f"An assessor gives back {made.applications[0].reference}"
    assert mails(session, subject) == [made.officer.email]


def test_declined_file_is_no_longer_seen_and_no_longer_counts(session, made) -> None:
    first, second = made.assessors[:2]
    key = assessment_of(session, made.entries[0], first)
    assessments.decline(act_as(session, first), key, reason="No time.")
    mark(session, made, made.entries[0], second)

    with pytest.raises(Conflict):
        assessments.save(act_as(session, first), key, marks={}, comments={})

    lines = {each.assessor: each for each in board(session, made).lines}
    assert [(line.assigned, line.submitted) for line in lines.values()] == [(1, 0), (2, 1)]


def test_who_declined_may_get_the_file_again(session, made) -> None:
    first = made.assessors[0]
    key = assessment_of(session, made.entries[0], first)
    assessments.decline(act_as(session, first), key, reason="No time.")

    assign(session, made, made.entries[0], [first])

    row = session.get_one(Assessment, key)
    assert (row.state, row.decline_reason) == ("assigned", "")


def test_submitted_file_is_not_given_back_and_nobody_elses_either(session, made) -> None:
    first, second, third = made.assessors
    mine = mark(session, made, made.entries[0], first)
    other = assessment_of(session, made.entries[0], second)

    with pytest.raises(Conflict):
        assessments.decline(act_as(session, first), mine, reason="Too late.")
    with pytest.raises((Forbidden, NotFound)):
        assessments.decline(act_as(session, third), other, reason="Not mine.")
    with pytest.raises(Invalid):
        assessments.decline(act_as(session, second), other, reason=" ")


def test_open_files_are_late_after_the_date_and_only_then(session, made) -> None:
    first, second = made.assessors[:2]
    mark(session, made, made.entries[0], first)
    assessments.start(act_as(session, second), assessment_of(session, made.entries[1], second))
    due = NOW + timedelta(days=7)
    assessments_progress.set_deadline(act_as(session, made.officer), made.stage_id, due)

    on_time = board(session, made, now=due).lines
    late = board(session, made, now=due + timedelta(microseconds=1)).lines

    assert [(e.assigned, e.started, e.submitted, e.late) for e in on_time] == [
        (2, 0, 1, 0),
        (2, 1, 0, 0),
    ]
    assert [each.late for each in late] == [1, 2]


def test_date_in_the_past_is_refused(session, made) -> None:
    with pytest.raises(Invalid) as refused:
        assessments_progress.set_deadline(act_as(session, made.officer), made.stage_id, NOW)

    assert list(refused.value.fields) == ["assess_by"]


def test_reminder_goes_to_who_has_open_files_and_is_noted_at_each(session, made) -> None:
    first, second = made.assessors[:2]
    for entry in made.entries:
        mark(session, made, entry, first)

    written = assessments_progress.remind(
        act_as(session, made.officer), made.stage_id, [each.id for each in made.assessors]
    )

    events = session.scalars(
        select(AuditEntry.id).where(
            AuditEntry.object_type == "assessment", AuditEntry.event == "remind"
        )
    ).all()
    assert (written, len(events)) == (1, 2)
    assert mails(session, "Applications still wait for your assessment") == [second.email]


def test_reminding_nobody_is_said(session, made) -> None:
    with pytest.raises(Conflict):
        assessments_progress.remind(
            act_as(session, made.officer), made.stage_id, [made.assessors[2].id]
        )


def test_others_do_not_see_the_board(session, made) -> None:
    for person in (made.assessors[0], make_user(session)):
        with pytest.raises(NotFound):
            stage_progress(session, act_as(session, person).actor, made.stage_id, NOW)
