from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import func, select, text

from app.actions import applications as deeds
from app.actions import applications_submit
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Application, Attachment, AuditEntry, BudgetLine, Mail, StageEntry, Submission
from app.queries import applications as reading
from app.queries.applications_parts import files_of
from app.rules.permissions import Role
from app.rules.scheme_json import digest
from tests.counting import counted
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT, OPENS_AT, make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user

IN_TIME = CLOSES_AT - timedelta(days=3)
PDF = deeds.NewFile("a" * 64, 12_345, "application/pdf", "statutes.pdf")
GARDEN = {"title": "Garden of the old mill", "idea": "We plant lindens and benches."}
LINES = (
    deeds.NewLine("1", "Trees", Decimal(20), 10_000_00, "tree"),
    deeds.NewLine("2", "Overheads", Decimal(1), 5_000_00),
)
SOURCES = (deeds.NewSource("grant", 150_000_00), deeds.NewSource("own", 55_000_00))


def _applicant(session, *, kind="CSO", email="", **more):
    person = make_user(session, name="Ana Anić", email=email)
    return person, make_organisation(session, contact=person, applicant_type=kind, **more)


def _draft(session, *, call=None, now=IN_TIME, email=""):
    """An application begun by Ana: the act, the entry's id, the application's id."""
    call = call or make_call(session, code="GARDENS")
    person, organisation = _applicant(session, email=email)
    act = act_as(session, person, now=now)
    key = deeds.begin(act, call_id=call.id, lot_code="A", organisation_id=organisation.id)
    return act, _entry_id(session, key), key


def _entry_id(session, application_id):
    query = select(StageEntry.id).where(StageEntry.application_id == application_id)
    return session.scalars(query.order_by(StageEntry.id.desc())).first()


def _ready(session, **more):
    act, entry_id, key = _draft(session, **more)
    deeds.save_section(act, entry_id, "garden", GARDEN)
    deeds.save_budget(act, entry_id, LINES, SOURCES)
    deeds.attach(act, entry_id, "statutes", PDF)
    return act, entry_id, key


def test_an_application_begins_as_a_draft_with_a_reference_of_its_lot_and_an_own_code(session):
    call = make_call(session, code="GARDENS")
    _, __, first = _draft(session, call=call)
    _, entry_id, second = _draft(session, call=call)

    made = session.get_one(Application, second)
    assert session.get_one(Application, first).reference == "GARDENS/A-001"
    assert (made.reference, made.state, made.region) == ("GARDENS/A-002", "draft", "RS12")
    assert session.get_one(StageEntry, entry_id).state == "open"
    assert made.blind_code != session.get_one(Application, first).blind_code
    assert len(made.blind_code) == 7


def test_an_organisation_of_another_kind_is_told_that_it_cannot_apply(session):
    call = make_call(session)
    person, firm = _applicant(session, kind="UNIVERSITY", name="Faculty of Gardens")
    act = act_as(session, person, now=IN_TIME)

    with pytest.raises(Invalid) as refused:
        deeds.begin(act, call_id=call.id, lot_code="A", organisation_id=firm.id)

    assert refused.value.fields["lot"].code == "applications.kind_not_admitted"


def test_nobody_begins_before_the_call_opens_or_after_it_closed(session):
    call = make_call(session)
    person, organisation = _applicant(session)
    for now in (OPENS_AT - timedelta(seconds=1), CLOSES_AT + timedelta(seconds=1)):
        with pytest.raises(Conflict) as refused:
            deeds.begin(
                act_as(session, person, now=now),
                call_id=call.id,
                lot_code="A",
                organisation_id=organisation.id,
            )
        assert refused.value.values == {"opens_at": OPENS_AT, "closes_at": CLOSES_AT}


def test_a_call_that_takes_one_application_of_a_lead_refuses_the_second_one(session):
    call = make_call(session, scheme=make_scheme("eu_integra_sctm"))
    person, town = _applicant(session, kind="LSG_CITY", name="Grad Šabac")
    act = act_as(session, person, now=IN_TIME)
    deeds.begin(act, call_id=call.id, lot_code="L1", organisation_id=town.id)

    with pytest.raises(Conflict) as refused:
        deeds.begin(act, call_id=call.id, lot_code="L2", organisation_id=town.id)

    assert str(refused.value) == (
        "“Grad Šabac” has 1 application(s) in this call; more are not allowed."
    )


def test_a_withdrawn_application_leaves_room_for_another(session):
    act, _, key = _draft(session)
    application = session.get_one(Application, key)

    deeds.withdraw(act, key)
    again = deeds.begin(
        act,
        call_id=application.call_id,
        lot_code="A",
        organisation_id=application.organisation_id,
    )

    assert application.state == "withdrawn"
    assert session.get_one(StageEntry, _entry_id(session, key)).state == "withdrawn"
    assert session.get_one(Application, again).reference == "GARDENS/A-002"


def test_a_section_keeps_what_could_not_be_understood_and_says_so(session):
    call = make_call(session, scheme=make_scheme("eu_integra_sctm"))
    person, town = _applicant(session, kind="LSG_CITY")
    act = act_as(session, person, now=IN_TIME)
    key = deeds.begin(act, call_id=call.id, lot_code="L1", organisation_id=town.id)
    entry_id = _entry_id(session, key)

    said = deeds.save_section(
        act, entry_id, "action", {"action_title": "Square", "requested": "1.234", "alien": "x"}
    )

    entry = session.get_one(StageEntry, entry_id)
    assert entry.answers == {"action_title": "Square", "requested": "1.234"}
    assert [(each.path, each.code) for each in said] == [("requested", "amount.ambiguous")]
    assert session.get_one(Application, key).title == "Square"


def test_saving_a_section_is_a_handful_of_statements(session):
    act, entry_id, _ = _draft(session)

    with counted(session) as seen:
        deeds.save_section(act, entry_id, "garden", GARDEN)
        session.flush()
    section = seen.number
    with counted(session) as seen:
        deeds.save_budget(act, entry_id, LINES * 40, SOURCES)
        session.flush()

    assert section <= 9
    assert seen.number <= 15


def test_the_budget_is_replaced_and_each_line_rounded_half_up(session):
    act, entry_id, _ = _draft(session)
    deeds.save_budget(act, entry_id, LINES, SOURCES)

    deeds.save_budget(act, entry_id, (deeds.NewLine("1", "Soil", Decimal("2.5"), 33),), SOURCES)

    entry = reading.whole(session, entry_id)
    assert [(line.heading, line.total_cents) for line in entry.lines] == [("1", 83)]
    assert [source.amount_cents for source in entry.sources] == [150_000_00, 55_000_00]


def test_a_whole_application_is_sent_in_once_with_a_record_that_proves_itself(session):
    act, entry_id, key = _ready(session, email="ana@example.org")

    submission_id = applications_submit.submit(act, entry_id, received_at=IN_TIME)

    application, entry = session.get_one(Application, key), session.get_one(StageEntry, entry_id)
    submission = session.get_one(Submission, submission_id)
    assert (application.state, entry.state) == ("submitted", "submitted")
    assert (application.requested_cents, entry.total_cents) == (150_000_00, 205_000_00)
    assert application.title == "Garden of the old mill"
    assert application.submitted_at == entry.received_at == IN_TIME
    assert submission.digest == digest(submission.snapshot)
    assert submission.snapshot["files"][0]["sha256"] == "a" * 64
    assert submission.receipt_context["received_at"] == IN_TIME.isoformat()
    jobs = session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'receipts.render'")
    ).scalars()
    assert list(jobs) == [{"submission_id": submission_id}]
    assert session.scalars(select(Mail.to).order_by(Mail.to)).all() == [
        "ana@example.org",
        "town@example.org",
    ]


def test_the_trail_tells_who_sent_it_in_and_from_which_state(session):
    act, entry_id, key = _ready(session)

    applications_submit.submit(act, entry_id, received_at=IN_TIME)

    row = session.execute(
        select(AuditEntry.actor_name, AuditEntry.before, AuditEntry.after).where(
            AuditEntry.object_type == "application",
            AuditEntry.object_id == key,
            AuditEntry.event == "submit",
        )
    ).one()
    assert tuple(row) == ("Ana Anić", "draft", "submitted")


def test_an_incomplete_application_is_refused_part_by_part(session):
    act, entry_id, _ = _draft(session)

    with pytest.raises(Invalid) as refused:
        applications_submit.submit(act, entry_id, received_at=IN_TIME)

    assert {place: said.code for place, said in refused.value.fields.items()} == {
        "garden": "form.required_text",
        "budget": "readiness.budget_empty",
        "documents": "readiness.document_missing",
    }


def test_sources_that_do_not_equal_uses_are_refused_with_the_difference(session):
    act, entry_id, _ = _ready(session)
    deeds.save_budget(
        act, entry_id, LINES, (deeds.NewSource("grant", 150_000_00), deeds.NewSource("own", 1))
    )

    with pytest.raises(Invalid) as refused:
        applications_submit.submit(act, entry_id, received_at=IN_TIME)

    said = refused.value.fields["budget"]
    assert said.code == "budget.sources_below_uses"
    assert said.values["difference_cents"] == 54_999_99


def test_the_last_instant_is_in_time_and_the_next_one_is_not(session):
    act, entry_id, _ = _ready(session)
    late = CLOSES_AT + timedelta(microseconds=1)

    with pytest.raises(Conflict) as refused:
        applications_submit.submit(act, entry_id, received_at=late)
    done = applications_submit.submit(act, entry_id, received_at=CLOSES_AT)

    assert refused.value.values["received_at"] == late
    assert refused.value.values["closes_at"] == CLOSES_AT
    assert session.get_one(Submission, done).received_at == CLOSES_AT


def test_who_comes_second_is_told_who_was_faster(session):
    act, entry_id, _ = _ready(session)
    applications_submit.submit(act, entry_id, received_at=IN_TIME)

    with pytest.raises(Conflict) as refused:
        applications_submit.submit(act, entry_id, received_at=IN_TIME)

    assert refused.value.values == {"name": "Ana Anić", "received_at": IN_TIME}
    assert session.scalar(select(func.count(Submission.id))) == 1


def test_a_person_of_another_organisation_finds_nothing(session):
    _, entry_id, key = _draft(session)
    stranger, _ = _applicant_of_its_own(session)
    act = act_as(session, stranger, now=IN_TIME)

    for deed in (
        lambda: deeds.save_section(act, entry_id, "garden", GARDEN),
        lambda: deeds.save_budget(act, entry_id, LINES, SOURCES),
        lambda: deeds.attach(act, entry_id, "statutes", PDF),
        lambda: applications_submit.submit(act, entry_id, received_at=IN_TIME),
        lambda: deeds.withdraw(act, key),
    ):
        with pytest.raises(NotFound):
            deed()


def test_staff_cannot_write_into_a_draft(session):
    _, entry_id, key = _draft(session)
    call_id = session.get_one(Application, key).call_id
    from app.models import Call

    officer = make_user(session, roles=[Role.OFFICER], call=session.get_one(Call, call_id))

    with pytest.raises(Forbidden):
        deeds.save_section(act_as(session, officer), entry_id, "garden", GARDEN)


def test_only_as_many_files_as_asked_for_can_be_added_and_a_removed_one_makes_room(session):
    act, entry_id, _ = _draft(session)
    first = deeds.attach(act, entry_id, "statutes", PDF)

    with pytest.raises(Invalid) as refused:
        deeds.attach(act, entry_id, "statutes", replace(PDF, sha256="b" * 64))
    deeds.detach(act, entry_id, first)
    second = deeds.attach(act, entry_id, "statutes", PDF)

    assert refused.value.fields["statutes"].code == "upload.too_many_files"
    assert session.get_one(Attachment, first).removed_at == IN_TIME
    assert [file.attachment_id for file in files_of(session, entry_id)] == [second]


def test_the_same_file_added_twice_is_there_once(session):
    act, entry_id, _ = _draft(session)

    first = deeds.attach(act, entry_id, "statutes", PDF)
    second = deeds.attach(act, entry_id, "statutes", PDF)

    assert (first, len(files_of(session, entry_id))) == (second, 1)


def test_the_next_stage_is_sent_in_with_the_amount_bound_to_the_stage_before(session):
    act, entry_id, key = _invited(session, requested_cents=150_000_00)
    deeds.save_section(act, entry_id, "garden", GARDEN)
    deeds.attach(act, entry_id, "statutes", PDF)
    too_much = (deeds.NewSource("grant", 190_000_00), deeds.NewSource("own", 35_000_00))
    more = (deeds.NewLine("1", "Trees", Decimal(1), 225_000_00),)
    deeds.save_budget(act, entry_id, more, too_much)

    with pytest.raises(Invalid) as refused:
        applications_submit.submit(act, entry_id, received_at=act.now)
    exactly = (deeds.NewSource("grant", 180_000_00), deeds.NewSource("own", 45_000_00))
    deeds.save_budget(act, entry_id, more, exactly)
    applications_submit.submit(act, entry_id, received_at=act.now)

    assert refused.value.fields["budget"].code == "budget.amount_changed_too_much"
    application = session.get_one(Application, key)
    assert (application.state, application.requested_cents) == ("submitted", 180_000_00)
    assert [
        row.event
        for row in session.execute(
            select(AuditEntry.event)
            .where(AuditEntry.object_type == "application", AuditEntry.object_id == key)
            .order_by(AuditEntry.id)
        )
    ] == ["submit_next_stage"]


def _invited(session, **more):
    """An application that is invited to the second of two stages, opened as a draft."""
    first = make_scheme().stages[0]
    second = replace(first, key="second", amount_change_max_percent=Fraction(20))
    states = {"application": "announced", "second": "open"}
    call = make_call(
        session,
        state="closed",
        scheme=make_scheme(stages=(first, second)),
        stage_states=states,
    )
    person, organisation = _applicant(session)
    made = make_application(session, call=call, organisation=organisation, state="invited", **more)
    act = act_as(session, person, now=CLOSES_AT + timedelta(days=70))
    return act, deeds.begin_next_stage(act, made.id), made.id


def test_a_budget_that_was_not_understood_is_kept_and_stands_in_the_way_of_sending(session):
    act, entry_id, _ = _ready(session)
    deeds.keep_unread_budget(act, entry_id, {"lines-0-unit_value": ("1.234",)})

    with pytest.raises(Invalid) as refused:
        applications_submit.submit(act, entry_id, received_at=IN_TIME)
    deeds.save_budget(act, entry_id, LINES, SOURCES)

    assert refused.value.fields["budget"].code == "readiness.budget_unread"
    assert session.get_one(StageEntry, entry_id).answers == GARDEN
    assert session.scalar(select(func.count(BudgetLine.id))) == 2


def test_an_invited_application_goes_on_only_once_that_is_announced(session):
    scheme = make_scheme("eu_integra_sctm")
    states = {"concept_note": "decided", "full_application": "open"}
    call = make_call(session, state="closed", scheme=scheme, stage_states=states)
    person, town = _applicant(session, kind="LSG_CITY")
    application = make_application(
        session, call=call, organisation=town, lot="L1", state="invited", created_by=person
    )
    act = act_as(session, person, now=CLOSES_AT + timedelta(days=70))

    with pytest.raises(Conflict):
        deeds.begin_next_stage(act, application.id)
    session.execute(
        text("UPDATE stage SET state = 'announced' WHERE id = :id"),
        {"id": call.stages["concept_note"]},
    )
    entry_id = deeds.begin_next_stage(act, application.id)

    assert deeds.begin_next_stage(act, application.id) == entry_id
    frame = reading.frame(session, entry_id)
    assert (frame.stage_key, frame.earlier.requested_cents) == ("full_application", 300_000_00)


def _applicant_of_its_own(session):
    person = make_user(session, email="stranger@example.org")
    return person, make_organisation(session, contact=person)
