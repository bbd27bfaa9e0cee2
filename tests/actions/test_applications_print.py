"""The whole application as PDF: drafts say that they are drafts, blind ones say no name."""

import pytest
from sqlalchemy import select, text

from app.actions import applications as deeds
from app.actions import applications_again, applications_print, applications_submit
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import NotFound
from app.models import (
    Application,
    ApplicationPrint,
    Assessment,
    Authority,
    Call,
    Declaration,
    Organisation,
    StageEntry,
)
from app.queries.applications_prints import own_print
from app.queries.blind import blind_application
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from tests.actions.test_applications import GARDEN, IN_TIME, _ready
from tests.make.people import act_as, make_user


def _paper(session, print_id):
    row = session.get_one(ApplicationPrint, print_id)
    return c.from_json(row.document, row.context)


def test_a_draft_is_printed_as_it_was_saved_and_says_that_it_is_one(session):
    act, entry_id, _ = _ready(session)

    paper = _paper(session, applications_print.ask(act, entry_id))

    assert (paper.received_at, paper.saved_at) == (None, act.now)
    answers = [answer.text for section in paper.body.sections for answer in section.answers]
    assert GARDEN["title"] in answers
    assert paper.body.total_cents == 205_000_00
    assert [file.name for file in paper.body.files] == ["statutes.pdf"]


def test_the_same_contents_are_printed_once_and_changed_ones_anew(session):
    act, entry_id, _ = _ready(session)
    first = applications_print.ask(act, entry_id)

    again = applications_print.ask(act, entry_id)
    deeds.save_section(act, entry_id, "garden", {**GARDEN, "title": "Orchard"})
    changed = applications_print.ask(act, entry_id)

    assert (again == first, changed == first) == (True, False)
    jobs = session.scalar(
        text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'prints.render'")
    )
    assert jobs == 2


def test_what_was_sent_in_is_printed_as_it_was_received_also_while_it_is_changed(session):
    act, entry_id, _ = _ready(session)
    sent = applications_submit.submit(act, entry_id, received_at=IN_TIME)
    applications_again.take_back(act, entry_id, submission_id=sent, received_at=IN_TIME)
    deeds.save_section(act, entry_id, "garden", {**GARDEN, "title": "Orchard"})

    received = _paper(session, applications_print.ask(act, entry_id, number=1))
    draft = _paper(session, applications_print.ask(act, entry_id))

    assert (received.action_title, received.received_at) == (GARDEN["title"], IN_TIME)
    assert (received.stands, received.submitted_by) == (True, "Ana Anić")
    assert draft.received_at is None


def test_it_becomes_a_file_that_only_its_organisation_may_open(session, tmp_path):
    act, entry_id, _ = _ready(session)
    print_id = applications_print.ask(act, entry_id)

    with Renderer() as renderer:
        for _ in range(2):
            applications_print.render(
                act_as(session), print_id, renderer=renderer, store=Store(tmp_path)
            )

    found = own_print(session, act.actor, print_id)
    assert found.file.filename.startswith("application-GARDENS-A-")
    assert Store(tmp_path).read(found.file.sha256)[:4] == b"%PDF"
    with pytest.raises(NotFound):
        own_print(session, act_as(session, make_user(session)).actor, print_id)


def test_a_failed_print_says_so_and_is_tried_again_when_it_is_asked_for_again(session):
    act, entry_id, _ = _ready(session)
    print_id = applications_print.ask(act, entry_id)
    applications_print.fail(act_as(session), print_id, OSError("No paper."))

    again = applications_print.ask(act, entry_id)

    assert (again, session.get_one(ApplicationPrint, print_id).failure) == (print_id, "")


def test_the_blind_version_has_no_name_no_number_and_no_file_name(session):
    act, entry_id, key = _ready(session)
    applications_submit.submit(act, entry_id, received_at=IN_TIME)
    application = session.get_one(Application, key)
    actor = _assessor(session, application, entry_id)
    found = blind_application(session, actor, session.scalars(select(Assessment.id)).one())

    paper = applications_print.blind_form(
        act_as(session),
        found,
        call_id=application.call_id,
        scheme=scheme_of(session, application.call_id),
        stage_key="application",
    )

    printed = c.snapshot(paper)
    organisation = session.get_one(Organisation, application.organisation_id)
    told = (organisation.name, application.reference, "statutes.pdf", "Ana Anić")
    assert [word for word in told if word in printed] == []
    assert GARDEN["title"] in printed


def _assessor(session, application, entry_id):
    call = session.get_one(Call, application.call_id)
    authority = session.get_one(Authority, call.authority_id)
    person = make_user(session, roles=[Role.ASSESSOR], authority=authority)
    stage_id = session.get_one(StageEntry, entry_id).stage_id
    session.add(
        Declaration(
            user_id=person.id, call_id=call.id, lot_id=application.lot_id, stage_id=stage_id,
            has_conflict=False, declared_at=IN_TIME, names_sha256="0" * 64,
        )
    )  # fmt: skip
    session.add(
        Assessment(
            entry_id=entry_id,
            assessor_id=person.id,
            position=1,
            state="in_progress",
            assigned_at=IN_TIME,
        )
    )
    return act_as(session, person).actor
