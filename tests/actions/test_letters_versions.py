"""A letter that has left is issued again as a new version; what was issued is never replaced."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions import decisions, letters, letters_versions, printing
from app.documents import contexts as c
from app.documents.store import Store
from app.errors import Conflict, Forbidden, Invalid
from app.models import Letter, Organisation
from app.queries.letters import pending, standing
from app.queries.letters_own import own_letters
from tests.make.letters import PREPARED_AT, make_decided
from tests.make.people import act_as

LATER = PREPARED_AT + timedelta(days=5)
WHY = "The mayor has changed."


class Press:
    """Prints nothing worth reading, at once."""

    def pdf(self, context, files):
        del context, files
        return b"%PDF-1.7"


@pytest.fixture
def print_all(session, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "page_count", lambda _: 1)

    def printed(stage_id: int) -> None:
        for key in pending(session, stage_id):
            letters.render(act_as(session), key, renderer=Press(), store=Store(tmp_path))

    return printed


@pytest.fixture
def decided(session, print_all):
    found = make_decided(session)
    act = act_as(session, found.manager, now=PREPARED_AT)
    letters.prepare(act, found.stage_id)
    print_all(found.stage_id)
    decisions.announce(act, found.call.id)
    return found


def letter_of(session, decided, outcome: str) -> Letter:
    application_id = decided.applications[outcome].id
    query = select(Letter).where(
        Letter.application_id == application_id, Letter.stage_id == decided.stage_id
    )
    return session.scalars(query.order_by(Letter.number.desc())).first()


def reissue(session, decided, outcome: str = "AWARDED_FULL") -> tuple[Letter, Letter]:
    old = letter_of(session, decided, outcome)
    act = act_as(session, decided.manager, now=LATER)
    return old, session.get_one(Letter, letters_versions.reissue(act, old.id, reason=WHY))


def test_new_version_names_the_old_one_and_takes_people_anew(session, decided) -> None:
    old = letter_of(session, decided, "AWARDED_FULL")
    organisation_id = decided.applications["AWARDED_FULL"].organisation_id
    session.get_one(Organisation, organisation_id).representative_name = "Nova Novaković"

    old, new = reissue(session, decided)

    before = c.from_json(old.document, old.context)
    after = c.from_json(new.document, new.context)
    assert (new.number, new.replaces_id, new.state) == (old.number + 1, old.id, "queued")
    assert after.letter.addressee.person == "Nova Novaković"
    assert after.letter.replaces == c.Replaced(
        reference=before.letter.reference, written_on=before.letter.written_on, reason=WHY
    )
    assert (after.amounts, after.accept_by) == (before.amounts, before.accept_by)


def test_old_version_holds_until_the_new_one_leaves_and_then_both_are_seen(
    session, decided, print_all
) -> None:
    old, new = reissue(session, decided)
    applicant = decided.applicants["AWARDED_FULL"]
    application_id = decided.applications["AWARDED_FULL"].id
    actor = act_as(session, applicant).actor
    before = own_letters(session, actor, "en", application_id)
    print_all(decided.stage_id)

    letters_versions.release(act_as(session, decided.manager, now=LATER), new.id)

    after = own_letters(session, actor, "en", application_id)
    assert [each.letter_id for each in before] == [old.id]
    assert [(each.letter_id, each.is_replaced, each.reissue_reason) for each in after] == [
        (new.id, False, WHY),
        (old.id, True, ""),
    ]
    assert (old.state, old.released_at, new.state, new.released_at) == (
        "superseded",
        PREPARED_AT,
        "sent",
        LATER,
    )


def test_new_version_is_none_of_the_letters_that_are_due(session, decided, print_all) -> None:
    before = standing(session, decided.stage_id)
    reissue(session, decided)
    print_all(decided.stage_id)

    after = standing(session, decided.stage_id)

    assert (after.expected, after.printed) == (before.expected, before.printed)


def test_version_that_was_set_aside_leaves_the_old_one_in_force(session, decided) -> None:
    old, new = reissue(session, decided)
    act = act_as(session, decided.manager, now=LATER)

    letters_versions.drop(act, new.id, reason="It was right.")

    assert (old.state, new.state) == ("sent", "superseded")
    with pytest.raises(Conflict):
        letters_versions.release(act, new.id)


def test_two_versions_are_not_prepared_at_once(session, decided) -> None:
    reissue(session, decided)

    with pytest.raises(Conflict):
        letters_versions.reissue(
            act_as(session, decided.manager),
            session.scalars(select(Letter.replaces_id).where(Letter.replaces_id > 0)).one(),
            reason=WHY,
        )


def test_version_that_is_not_printed_does_not_leave(session, decided) -> None:
    _, new = reissue(session, decided)

    with pytest.raises(Conflict):
        letters_versions.release(act_as(session, decided.manager), new.id)


@pytest.mark.parametrize("reason", [" ", "x" * 501])
def test_reason_is_one_sentence(session, decided, reason) -> None:
    old = letter_of(session, decided, "RESERVE")

    with pytest.raises(Invalid) as refused:
        letters_versions.reissue(act_as(session, decided.manager), old.id, reason=reason)

    assert list(refused.value.fields) == ["reason"]


def test_applicant_does_not_issue_letters(session, decided) -> None:
    old = letter_of(session, decided, "RESERVE")

    with pytest.raises(Forbidden):
        letters_versions.reissue(act_as(session, decided.applicants["RESERVE"]), old.id, reason=WHY)
