"""Tests of app/queries/schemes.py."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.errors import NotFound
from app.models import Call
from app.queries.schemes import dates_of, scheme_of
from app.rules.scheme_json import to_json
from tests.make.calls import make_call, make_scheme


def statements(session, work) -> list[str]:
    seen: list[str] = []
    connection = session.connection()

    def note(_c, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    work()
    event.remove(connection, "before_cursor_execute", note)
    return seen


def test_scheme_of_a_published_call_is_what_was_frozen(session) -> None:
    call = make_call(session, scheme=make_scheme("eu_integra_sctm"))

    assert scheme_of(session, call.id) == call.scheme


def test_known_published_scheme_costs_one_query_without_the_template(session) -> None:
    call = make_call(session)
    scheme_of(session, call.id)

    seen = statements(session, lambda: scheme_of(session, call.id))

    assert len(seen) == 1
    assert "template" not in seen[0]


def test_scheme_of_a_draft_follows_every_change(session) -> None:
    call = make_call(session, state="draft")
    scheme_of(session, call.id)
    changed = replace(call.scheme, envelope_cents=1)

    session.get(Call, call.id).template = to_json(changed)
    session.flush()

    assert scheme_of(session, call.id).envelope_cents == 1


def test_call_that_does_not_exist_has_no_scheme(session) -> None:
    with pytest.raises(NotFound):
        scheme_of(session, 987_654_321)


def test_questions_and_answers_end_so_many_days_before_closing(session) -> None:
    """Handbook 4.5: deadline 31 March 2026, last questions 10 March, answers by 20 March."""
    call = make_call(
        session,
        scheme=make_scheme("eu_integra_sctm"),
        closes_at=datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
    )

    dates = dates_of(session, call.id)

    assert dates.questions_until_at == datetime(2026, 3, 10, 22, 59, 59, 999999, tzinfo=UTC)
    assert dates.answers_until_at == datetime(2026, 3, 20, 22, 59, 59, 999999, tzinfo=UTC)


def test_draft_without_dates_has_none(session) -> None:
    call = make_call(session, state="draft", opens_at=None, closes_at=None)

    assert dates_of(session, call.id) is None
