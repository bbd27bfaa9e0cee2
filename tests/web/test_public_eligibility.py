"""Anybody asks whether they may apply; the answer is a page, and nothing is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.models import AuditEntry, FormKey
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW
from tests.web.conftest import text_of


@pytest.fixture
def path(session):
    call = make_call(
        session,
        scheme=make_scheme("eu_integra_sctm"),
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=30),
    )
    with clock.frozen(NOW):
        yield f"/calls/{call.id}/may-we-apply"


def test_the_call_leads_to_the_questions(client, path):
    page = client.get(path.rpartition("/")[0])

    assert path in page.text


def test_a_firm_of_another_country_reads_why_not_and_what_to_do(client, path, session):
    shown = text_of(client.submit(path, {"lead_type": "SME", "lead_country": "AL"}))

    assert "Not as things stand" in shown
    assert "Albania is not admitted; only Serbia." in shown
    assert "look for an organisation that may apply" in shown
    kept = session.scalar(select(func.count()).select_from(AuditEntry))
    assert (kept, session.scalar(select(func.count()).select_from(FormKey))) == (0, 0)


def test_an_empty_form_tells_what_is_open_and_refuses_nobody(client, path):
    answer = client.submit(path, {})

    assert (answer.status_code, "Perhaps" in text_of(answer)) == (200, True)


def test_a_number_that_is_none_comes_back_as_it_was_typed(client, path):
    answer = client.submit(path, {"duration_months": "a year"})

    assert (answer.status_code, 'value="a year"' in answer.text) == (422, True)
