"""An announcement releases all letters of a stage together, with what they say about time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import decisions, letters
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict
from app.models import Award, Letter, StageEntry
from tests.actions.test_letters import (
    decided,
    letter_of,
    prepare,
    render_all,
    renderer,
    set_dates,
    store,
)
from tests.make.letters import NEXT_CLOSES, NEXT_OPENS, PREPARED_AT, Decided, make_shortlist
from tests.make.people import act_as

__all__ = ["decided", "renderer", "store"]


def test_nothing_is_announced_while_a_letter_is_missing_or_unprinted(
    session: Session, decided: Decided
) -> None:
    with pytest.raises(Conflict, match="missing: 9; that are not ready: 0"):
        decisions.announce(act_as(session, decided.manager, now=PREPARED_AT), decided.call.id)
    prepare(session, decided)
    with pytest.raises(Conflict, match="missing: 0; that are not ready: 9"):
        decisions.announce(act_as(session, decided.manager, now=PREPARED_AT), decided.call.id)


def test_an_announcement_releases_all_with_the_printed_day_to_answer(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    prepare(session, decided)
    render_all(session, decided, renderer, store)
    decisions.announce(act_as(session, decided.manager, now=PREPARED_AT), decided.call.id)
    states = session.execute(
        select(Letter.state, func.count(), func.min(Letter.released_at)).group_by(Letter.state)
    ).all()
    assert [tuple(row) for row in states] == [("sent", 9, PREPARED_AT)]
    awards = session.execute(select(Award.answer_by, Award.state).where(Award.state != "discarded"))
    assert {tuple(row) for row in awards} == {(date(2026, 6, 5), "announced")}


def test_offers_whose_days_to_answer_have_begun_to_run_are_written_again(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    prepare(session, decided)
    render_all(session, decided, renderer, store)
    tomorrow = PREPARED_AT + timedelta(days=1)
    with pytest.raises(Conflict, match="Write the letters again with today's date"):
        decisions.announce(act_as(session, decided.manager, now=tomorrow), decided.call.id)
    act = act_as(session, decided.manager, now=tomorrow)
    assert letters.prepare_again(act, decided.stage_id, reason="A day later.") == 9
    letter = letter_of(session, decided, "AWARDED_FULL")
    # Fifteen days end on a Saturday, so the Monday after it is the last one.
    assert (letter.number, letter.context["accept_by"]) == (2, "2026-06-08")
    assert letter.context["letter"]["reference"].endswith("-L2-2")


def test_a_shortlist_is_announced_with_the_deadline_that_its_letters_name(
    session: Session, renderer: Renderer, store: Store
) -> None:
    shortlist = make_shortlist(session)
    set_dates(session, shortlist)
    prepare(session, shortlist)
    render_all(session, shortlist, renderer, store)
    act = act_as(session, shortlist.manager, now=PREPARED_AT)
    with pytest.raises(Conflict, match="The invitations say that the next stage closes"):
        decisions.announce_preselection(
            act,
            shortlist.stage_id,
            opens_at=NEXT_OPENS,
            closes_at=NEXT_CLOSES + timedelta(days=1),
        )


def test_a_shortlist_opens_the_next_stage_to_those_invited(
    session: Session, renderer: Renderer, store: Store
) -> None:
    shortlist = make_shortlist(session)
    set_dates(session, shortlist)
    prepare(session, shortlist)
    render_all(session, shortlist, renderer, store)
    decisions.announce_preselection(
        act_as(session, shortlist.manager, now=PREPARED_AT),
        shortlist.stage_id,
        opens_at=NEXT_OPENS,
        closes_at=NEXT_CLOSES,
    )
    states = {name: each.state for name, each in shortlist.applications.items()}
    assert states == {
        "PRESELECTED": "invited",
        "PRESELECTED_2": "invited",
        "NOT_PRESELECTED": "rejected",
        "BELOW_THRESHOLD": "rejected",
    }
    following = shortlist.call.stages["full_application"]
    assert (
        session.scalar(
            select(func.count()).select_from(StageEntry).where(StageEntry.stage_id == following)
        )
        == 2
    )
