from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.actions import applications as deeds
from app.actions import applications_again, applications_submit, stages
from app.errors import Conflict, NotFound
from app.models import Application, Authority, Call, CheckItem, Mail, StageEntry, Submission
from app.queries import office_applications_one as office
from app.queries.applications import whole
from app.queries.applications_receipts import attached_file, receipt, sent_in
from app.rules.permissions import Role
from tests.actions.test_applications import GARDEN, IN_TIME, SOURCES, _ready
from tests.make.calls import CLOSES_AT, make_call, make_scheme
from tests.make.people import act_as, make_user

LATER = deeds.NewFile("b" * 64, 54_321, "application/pdf", "new statutes.pdf")
MORE = (
    deeds.NewLine("1", "More trees", Decimal(30), 10_000_00, "tree"),
    deeds.NewLine("2", "Overheads", Decimal(1), 5_000_00),
)
MORE_SOURCES = (deeds.NewSource("grant", 200_000_00), deeds.NewSource("own", 105_000_00))


def _sent(session, **more):
    act, entry_id, key = _ready(session, **more)
    return act, entry_id, key, applications_submit.submit(act, entry_id, received_at=IN_TIME)


def _change(act, entry_id):
    """Other answers, another budget, another file in the place of the first."""
    deeds.save_section(act, entry_id, "garden", {**GARDEN, "title": "Orchard"})
    deeds.save_budget(act, entry_id, MORE, MORE_SOURCES)
    old = whole(act.session, entry_id).files[0].attachment_id
    deeds.detach(act, entry_id, old)
    return old, deeds.attach(act, entry_id, "statutes", LATER)


def test_what_was_sent_in_stands_until_it_is_sent_in_again(session):
    act, entry_id, key, first = _sent(session)

    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    _change(act, entry_id)
    meanwhile = session.get_one(Application, key)
    stood = (meanwhile.state, meanwhile.title, meanwhile.requested_cents)
    second = applications_submit.submit(act, entry_id, received_at=CLOSES_AT)

    assert stood == ("submitted", "Garden of the old mill", 150_000_00)
    assert (meanwhile.state, meanwhile.title, meanwhile.requested_cents) == (
        "submitted",
        "Orchard",
        200_000_00,
    )
    kept = session.execute(
        select(Submission.id, Submission.number, Submission.stands, Submission.received_at)
        .where(Submission.entry_id == entry_id)
        .order_by(Submission.number)
    ).all()
    assert [tuple(row) for row in kept] == [
        (first, 1, False, IN_TIME),
        (second, 2, True, CLOSES_AT),
    ]


def test_each_time_keeps_its_own_receipt(session):
    act, entry_id, key, first = _sent(session)
    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    _change(act, entry_id)
    applications_submit.submit(act, entry_id, received_at=CLOSES_AT)

    newest = receipt(session, act.actor, key, "application")
    before = receipt(session, act.actor, key, "application", number=1)

    assert [
        (one.number, one.title, one.requested_cents, one.stands) for one in (newest, before)
    ] == [
        (2, "Orchard", 200_000_00, True),
        (1, "Garden of the old mill", 150_000_00, False),
    ]
    assert [one.number for one in sent_in(session, act.actor, key)] == [2, 1]
    context = session.get_one(Submission, newest.submission_id).receipt_context
    assert context["replaces_received_at"] == IN_TIME.isoformat()
    assert context["letter"]["reference"].endswith("-R1-2")


def test_who_does_not_send_it_in_again_has_applied_with_what_stands(session):
    call = make_call(
        session, code="GARDENS", state="published", stage_states={"application": "open"}
    )
    act, entry_id, key, first = _sent(session, call=call)
    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    old, new = _change(act, entry_id)

    stages.by_clock(act_as(session, now=CLOSES_AT + timedelta(days=1)), call.id)

    entry = whole(session, entry_id)
    assert (entry.state, entry.received_at, session.get_one(Application, key).state) == (
        "submitted",
        IN_TIME,
        "submitted",
    )
    assert (dict(entry.answers), [file.attachment_id for file in entry.files]) == (GARDEN, [old])
    assert [(line.description, line.total_cents) for line in entry.lines] == [
        ("Trees", 200_000_00),
        ("Overheads", 5_000_00),
    ]
    assert {source.kind: source.amount_cents for source in entry.sources} == {
        each.kind: each.amount_cents for each in SOURCES
    }
    subjects = session.scalars(select(Mail.subject).where(Mail.to == "town@example.org"))
    assert any(subject.startswith("It stands as you sent it in") for subject in subjects)
    assert new not in [file.attachment_id for file in entry.files]


def test_a_draft_that_was_never_sent_in_cannot_be_left_standing(session):
    act, entry_id, _ = _ready(session)

    with pytest.raises(Conflict, match="never sent in"):
        applications_again.let_stand(act, entry_id)


def test_after_the_deadline_it_is_refused_with_both_times(session):
    act, entry_id, _, first = _sent(session)
    late = CLOSES_AT + timedelta(microseconds=1)

    with pytest.raises(Conflict) as refused:
        applications_again.take_back(act, entry_id, submission_id=first, received_at=late)
    applications_again.take_back(act, entry_id, submission_id=first, received_at=CLOSES_AT)

    assert (refused.value.values["closes_at"], refused.value.values["received_at"]) == (
        CLOSES_AT,
        late,
    )
    assert session.get_one(StageEntry, entry_id).state == "open"


def test_who_looked_at_an_earlier_one_is_told_that_there_is_a_newer(session):
    act, entry_id, _, first = _sent(session)
    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    applications_submit.submit(act, entry_id, received_at=IN_TIME)

    with pytest.raises(Conflict, match="sent it in again"):
        applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)


def test_what_an_officer_found_in_the_one_before_is_not_held_against_the_new_one(session):
    act, entry_id, _, first = _sent(session)
    item = make_scheme().stages[0].checklist[0].key
    # Nobody checks before the deadline any more; a call may have been prolonged meanwhile.
    session.add(
        CheckItem(entry_id=entry_id, key=item, result="not_met", reason="None.", checked_at=IN_TIME)
    )
    session.flush()

    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    applications_submit.submit(act, entry_id, received_at=IN_TIME)

    assert session.scalars(select(CheckItem).where(CheckItem.entry_id == entry_id)).all() == []


def test_staff_read_what_stands_and_nothing_of_the_new_draft(session):
    act, entry_id, key, first = _sent(session)
    call_id = session.get_one(Application, key).call_id
    officer = act_as(
        session, make_user(session, roles=[Role.OFFICER], authority=_authority(session, call_id))
    ).actor
    applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
    old, new = _change(act, entry_id)

    sent = office.office_application(session, officer, key).stages[0]

    assert [file.attachment_id for file in sent.files] == [old]
    assert sent.snapshot["answers"] == GARDEN
    assert attached_file(session, officer, old).filename == "statutes.pdf"
    with pytest.raises(NotFound):
        attached_file(session, officer, new)


def _authority(session, call_id):
    return session.get_one(Authority, session.get_one(Call, call_id).authority_id)
