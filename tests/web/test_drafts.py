"""A draft is the applicant's alone, until the applicant lets the officers read it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.actions import drafts
from app.errors import Conflict
from app.models import AuditEntry, Membership, StageEntry
from tests.conftest import NOW
from tests.make.applications import make_application
from tests.make.people import act_as, make_organisation, make_user
from tests.web.assessing import ANSWERS, act_authority, world
from tests.web.conftest import text_of
from tests.web.test_office_applications import counted


@pytest.fixture
def made(session):
    return world(session, applications=1)


@pytest.fixture
def draft(session, made):
    organisation = make_organisation(session, name="Grad Nacrt")
    application = make_application(
        session, call=made.call, organisation=organisation, state="draft", answers=ANSWERS
    )
    person = make_user(session, name="Ana Applicant")
    session.add(
        Membership(
            organisation_id=organisation.id, user_id=person.id, role="contact",
            state="admitted", asked_at=NOW, answered_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    return application, person


def test_officer_reads_a_draft_only_while_the_applicant_allows_it(
    session, sign_in_as, made, draft
) -> None:
    application, person = draft
    officer, applicant = sign_in_as(made.officer), sign_in_as(person)
    page, consent = f"/office/drafts/{application.id}", f"/applications/{application.id}/consent"

    before = officer.get(page).status_code
    applicant.submit(consent, {"consent": "yes"})
    shared = officer.get(page)
    listed = officer.get(f"/office/calls/{made.call.id}/drafts")
    applicant.submit(consent, {"consent": "no"})
    after = officer.get(page).status_code

    assert (before, shared.status_code, after) == (404, 200, 404)
    assert "Plant 40 lime trees." in text_of(shared)
    assert application.reference in text_of(listed)
    events = select(AuditEntry.event).where(AuditEntry.object_type == "application")
    found = session.scalars(events.order_by(AuditEntry.id)).all()
    assert [each for each in found if "draft" in each] == [
        "share_draft", "read_draft", "hide_draft"
    ]  # fmt: skip


def test_who_read_a_draft_stands_in_the_trail_once_for_each_person_and_day(
    session, sign_in_as, made, draft
) -> None:
    application, person = draft
    drafts.share(act_as(session, person), application.id)
    officer = sign_in_as(made.officer)

    pages = [officer.get(f"/office/drafts/{application.id}") for _ in range(2)]
    second = make_user(session, roles=["officer"],
                       authority=act_authority(session, made.call), name="Other")  # fmt: skip
    # 23:30 in Belgrade, and half an hour after midnight there.
    for now in (
        datetime(2026, 3, 20, 22, 30, tzinfo=UTC),
        datetime(2026, 3, 20, 23, 30, tzinfo=UTC),
    ):
        for _ in range(2):
            drafts.note_read(act_as(session, second, now=now), application.id)

    names = select(AuditEntry.actor_name).where(AuditEntry.event == "read_draft")
    assert [page.status_code for page in pages] == [200, 200]
    assert session.scalars(names.order_by(AuditEntry.id)).all() == [
        "Olga Officer",
        "Other",
        "Other",
    ]


def test_draft_that_is_shared_is_not_seen_by_others(session, sign_in_as, made, draft) -> None:
    application, person = draft
    drafts.share(act_as(session, person), application.id)

    strangers = [made.assessors[0], make_user(session)]
    answers = [
        sign_in_as(each).get(f"/office/drafts/{application.id}").status_code for each in strangers
    ]

    assert answers == [404, 404]


def test_nobody_allows_for_another_organisation(session, sign_in_as, made, draft) -> None:
    application, _ = draft

    answer = sign_in_as(made.officer).submit(
        f"/applications/{application.id}/consent", {"consent": "yes"}
    )

    assert answer.status_code in (403, 404)
    session.refresh(application)
    assert application.draft_shared_at is None


def test_consent_ends_when_the_draft_is_no_draft_any_more(session, made, draft) -> None:
    application, person = draft
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    entry.state = "lapsed"

    with pytest.raises(Conflict):
        drafts.share(act_as(session, person), application.id)


def test_pages_of_drafts_ask_the_database_no_more_than_eight_times(
    session, sign_in_as, made, draft
) -> None:
    application, person = draft
    drafts.share(act_as(session, person), application.id)
    officer = sign_in_as(made.officer)

    assert counted(session, officer, f"/office/calls/{made.call.id}/drafts") <= 8
    # The first look of the day writes it down.
    officer.get(f"/office/drafts/{application.id}")
    assert counted(session, officer, f"/office/drafts/{application.id}") <= 8
