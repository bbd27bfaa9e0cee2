"""A person of an organisation that may apply, at a fixed moment while the call is open."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.actions import applications as deeds
from app.models import StageEntry
from tests.actions.test_applications import GARDEN, LINES, PDF, SOURCES
from tests.make.calls import CLOSES_AT, make_call
from tests.make.people import act_as, make_organisation, make_user

IN_TIME = CLOSES_AT - timedelta(days=3)
A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(IN_TIME):
        yield


@pytest.fixture
def town(session):
    """A person with an organisation that may apply for gardens, and the open call."""
    person = make_user(session, name="Ana Anić", email="ana@example.org")
    organisation = make_organisation(
        session, contact=person, name="Društvo lipa", applicant_type="CSO"
    )
    call = make_call(session, code="GARDENS", title="Gardens of our town")
    return person, organisation, call


def begun(session, town):
    person, organisation, call = town
    act = act_as(session, person, now=IN_TIME)
    key = deeds.begin(act, call_id=call.id, lot_code="A", organisation_id=organisation.id)
    session.commit()
    return (
        act,
        key,
        session.scalars(select(StageEntry.id).where(StageEntry.application_id == key)).one(),
    )


def ready(session, town):
    act, key, entry_id = begun(session, town)
    deeds.save_section(act, entry_id, "garden", GARDEN)
    deeds.save_budget(act, entry_id, LINES, SOURCES)
    deeds.attach(act, entry_id, "statutes", PDF)
    session.commit()
    return act, key, entry_id


def budget(**changed):
    return {
        "lines0-0-description": "Trees",
        "lines0-0-unit": "tree",
        "lines0-0-units": "20",
        "lines0-0-value": "10.000,00",
        "flat1": "5 000,00",
        "source0": "150000",
        "source1": "55000",
        **changed,
    }
