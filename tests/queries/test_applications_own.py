"""What applicants see of their own applications while the authority works."""

import pytest
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Stage, StageEntry
from app.queries import applications, applications_list
from app.queries.actors import actor_of
from tests.make.applications import RECEIVED, make_application, make_entry
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, make_organisation, make_user


@pytest.fixture
def proposed(session: Session):
    """An application that is provisionally selected, with the check that only such have."""
    call = make_call(session, state="allocated", scheme=make_scheme("eu_integra_sctm"))
    clerk = make_user(session)
    application = make_application(
        session,
        call=call,
        organisation=make_organisation(session, contact=clerk),
        state="proposed",
        entry=False,
    )
    first, second, check = call.stages.values()
    make_entry(session, application, stage=session.get_one(Stage, first), state="passed")
    make_entry(session, application, stage=session.get_one(Stage, second), state="passed")
    session.add(
        StageEntry(
            application_id=application.id,
            stage_id=check,
            state="submitted",
            received_at=RECEIVED,
        )
    )
    session.flush()
    return application, actor_of(session, clerk.id), list(call.stages)


def test_the_list_shows_the_stage_that_was_sent_in_last(session: Session, proposed) -> None:
    _, actor, keys = proposed

    (line,) = applications_list.own_applications(session, actor, NOW)

    assert (line.stage_key, line.state) == (keys[1], "under_assessment")


def test_the_application_lists_no_stage_that_the_authority_opened(
    session: Session, proposed
) -> None:
    application, actor, keys = proposed

    page = applications_list.own_application(session, actor, application.id)

    assert [stage.stage_key for stage in page.stages] == keys[:2]


def test_nobody_finds_the_check_of_the_selected_by_its_address(session: Session, proposed) -> None:
    application, actor, keys = proposed

    with pytest.raises(NotFound):
        applications.entry_of(session, actor, application.id, keys[2])
