"""Questions to applicants: asked in writing, answered in time, and the check waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.actions import checks, clarifications, clarifications_paper, printing
from app.actions.applications import NewFile
from app.actions.checks import Answer
from app.actions.clarifications import Question
from app.documents import contexts as c
from app.documents.render import RenderError
from app.documents.store import Store
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AuditEntry, Authority, CheckItem, Clarification, Mail, Membership
from app.queries import clarifications as reading
from tests.conftest import NOW
from tests.make.people import act_as, make_user
from tests.web.assessing import world

REPLY_ON = date(2026, 3, 26)
REPLY_BY = datetime(2026, 3, 26, 22, 59, 59, 999999, tzinfo=UTC)
FILE = NewFile("a" * 64, 3, "application/pdf", "power-of-attorney.pdf")


@pytest.fixture
def made(session):
    return world(session, applications=2, admitted=False)


@pytest.fixture
def act(session, made):
    return act_as(session, made.officer)


@pytest.fixture
def applicant(session, made):
    person = make_user(session, name="Ana Applicant")
    session.add(
        Membership(
            organisation_id=made.applications[0].organisation_id,
            user_id=person.id,
            role="contact",
            state="admitted",
            asked_at=NOW,
            answered_at=NOW,
        )
    )
    session.flush()
    return person


def ask(act, made, **changes) -> int:
    asked = {"items": ("statutes",), "question": "Which version holds?", "reply_on": REPLY_ON}
    return clarifications.ask(act, made.entries[0].id, Question(**(asked | changes)))


def reply(session, person, key, *, at=NOW, said="The second one.", files=()) -> None:
    act = act_as(session, person, now=at)
    clarifications.answer(act, key, text=said, files=files, received_at=at)


def mails(session) -> list[tuple[str, str]]:
    return [(mail.to, mail.subject) for mail in session.scalars(select(Mail).order_by(Mail.id))]


def test_question_makes_a_letter_a_mail_and_marks_the_item(session, made, act, applicant) -> None:
    key = ask(act, made)

    row = session.get_one(Clarification, key)
    letter = c.from_json("clarification_request", row.context)
    reference = made.applications[0].reference
    item = session.scalars(select(CheckItem).where(CheckItem.entry_id == row.entry_id)).one()
    assert (row.number, row.state, row.reply_by) == (1, "asked", REPLY_BY)
    assert (letter.letter.reference, letter.question, letter.reply_by) == (
        f"{reference}-Q1-1",
        ("Which version holds?",),
        REPLY_BY,
    )
    assert (item.result, item.reason) == ("to_clarify", "Which version holds?")
    assert mails(session) == [(applicant.email, f"A question about application {reference}")]


def test_holidays_of_the_country_of_the_authority_are_no_working_days(session, made) -> None:
    # Good Friday and Easter Monday of the Orthodox calendar lie in between: 10 and 13 April 2026.
    easter = act_as(session, made.officer, now=datetime(2026, 4, 9, 8, tzinfo=UTC))

    with pytest.raises(Invalid) as refused:
        ask(easter, made, reply_on=date(2026, 4, 17))
    session.get_one(Authority, made.call.authority_id).country = "BE"
    session.flush()
    ask(easter, made, reply_on=date(2026, 4, 16))

    assert refused.value.fields["reply_on"].values["earliest_on"] == date(2026, 4, 20)


def test_check_is_not_finished_while_a_question_waits(session, made, act) -> None:
    ask(act, made)
    entry_id = made.entries[0].id
    checks.answer(act, entry_id, {"statutes": Answer("met")})

    with pytest.raises(Conflict):
        checks.admit(act, entry_id)

    checks.answer(act, entry_id, {"statutes": Answer("not_met", "None was sent.")})
    with pytest.raises(Conflict):
        checks.find_ineligible(act, entry_id, reason="No statutes.")


def test_check_goes_on_after_the_answer(session, made, act, applicant) -> None:
    key = ask(act, made)
    reply(session, applicant, key)
    checks.answer(act, made.entries[0].id, {"statutes": Answer("met")})

    checks.admit(act, made.entries[0].id)

    assert made.entries[0].state == "admitted"


def test_check_goes_on_after_the_date_without_an_answer(session, made, act) -> None:
    ask(act, made)
    later = act_as(session, made.officer, now=REPLY_BY + timedelta(seconds=1))
    checks.answer(later, made.entries[0].id, {"statutes": Answer("not_met", "None was sent.")})

    checks.find_ineligible(later, made.entries[0].id, reason="No statutes.")

    assert made.entries[0].outcome == "CHECK_FAILED"


def test_answer_with_files_is_kept_and_the_officer_told(session, made, act, applicant) -> None:
    key = ask(act, made)

    reply(session, applicant, key, files=[FILE])

    found = reading.of_entry(session, made.entries[0].id)[0]
    assert (found.state, found.reply, found.replied_by) == (
        "answered",
        "The second one.",
        "Ana Applicant",
    )
    assert [each.filename for each in found.files] == ["power-of-attorney.pdf"]
    assert mails(session)[-1][0] == made.officer.email


def test_answer_of_the_last_instant_is_in_time_and_one_later_names_both_times(
    session, made, act, applicant
) -> None:
    key = ask(act, made)
    late = REPLY_BY + timedelta(microseconds=1)

    with pytest.raises(Conflict) as refused:
        reply(session, applicant, key, at=late)
    reply(session, applicant, key, at=REPLY_BY)

    assert (refused.value.values["reply_by_at"], refused.value.values["received_at"]) == (
        REPLY_BY,
        late,
    )
    assert session.get_one(Clarification, key).replied_at == REPLY_BY


def test_answer_that_arrived_in_time_is_taken_before_the_clock_ends_the_question(
    session, made, act
) -> None:
    ask(act, made)

    early = clarifications.lapse_due(act_as(session, None, now=REPLY_BY + timedelta(seconds=90)))
    due = clarifications.lapse_due(act_as(session, None, now=REPLY_BY + timedelta(minutes=3)))

    states = session.scalars(select(Clarification.state)).all()
    assert (early, due, states) == (0, 1, ["unanswered"])


@pytest.mark.parametrize("words", ["", "  \n"])
def test_answer_without_words_is_refused(session, made, act, applicant, words) -> None:
    key = ask(act, made)

    with pytest.raises(Invalid) as refused:
        reply(session, applicant, key, said=words, files=[FILE])

    assert list(refused.value.fields) == ["reply"]


def test_second_answer_is_refused(session, made, act, applicant) -> None:
    key = ask(act, made)
    reply(session, applicant, key)

    with pytest.raises(Conflict):
        reply(session, applicant, key, said="No, the first.")


def test_database_keeps_question_and_answer_as_they_were(session, made, act, applicant) -> None:
    key = ask(act, made)
    reply(session, applicant, key)

    for name in ("question", "reply"):
        change = text(f"UPDATE clarification SET {name} = 'Another.' WHERE id = {key}")
        with pytest.raises(DBAPIError, match="is frozen"), session.begin_nested():
            session.execute(change)

    row = session.get_one(Clarification, key, populate_existing=True)
    assert (row.question, row.reply) == ("Which version holds?", "The second one.")


def test_one_question_at_a_time(made, act) -> None:
    ask(act, made)

    with pytest.raises(Conflict):
        ask(act, made)


def test_question_that_was_taken_back_makes_room_for_the_next(session, made, act) -> None:
    clarifications.take_back(act, ask(act, made), reason="Wrong applicant.")

    second = ask(act, made)

    assert session.get_one(Clarification, second).number == 2


def test_reminder_is_noted_and_mailed(session, made, act, applicant) -> None:
    key = ask(act, made)

    clarifications.remind(act, key)

    subject = f"Still open: a question about application {made.applications[0].reference}"
    events = session.scalars(
        select(AuditEntry.event)
        .where(AuditEntry.object_type == "clarification")
        .order_by(AuditEntry.id)
    ).all()
    assert mails(session)[-1] == (applicant.email, subject)
    assert (events, session.get_one(Clarification, key).reminded_at) == (["ask", "remind"], NOW)


def test_wrong_questions_are_refused_at_their_fields(made, act) -> None:
    with pytest.raises(Invalid) as refused:
        ask(act, made, question=" ", items=(), reply_on=date(2026, 3, 20))

    assert sorted(refused.value.fields) == ["items", "question", "reply_on"]


def test_others_neither_ask_nor_answer(session, made, act, applicant) -> None:
    key = ask(act, made)
    with pytest.raises(Forbidden):
        ask(act_as(session, made.assessors[0]), made)
    with pytest.raises(NotFound):
        reply(session, make_user(session), key)
    with pytest.raises(NotFound):
        reading.own_question(session, act_as(session, make_user(session)).actor, key)


class Renderer:
    def pdf(self, context, files):
        assert files == {}
        return b"%PDF-1.7\n/Type /Pages /Count 2\n%%EOF"


def test_letter_that_failed_is_printed_again(session, made, act, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(printing, "page_count", lambda _: 2)
    key = ask(act, made)
    clarifications_paper.fail(act, key, RenderError("no font"))
    failed = reading.of_entry(session, made.entries[0].id)[0].failure

    clarifications_paper.retry(act, key)
    for _ in range(2):
        clarifications_paper.render(act, key, renderer=Renderer(), store=Store(tmp_path))

    found = reading.of_entry(session, made.entries[0].id)[0]
    assert failed == "paper.contents"
    assert (found.failure, found.letter_filename, len(found.letter_sha256)) == (
        "",
        f"letter-{made.applications[0].reference.replace('/', '-')}-Q1-1.pdf",
        64,
    )
