"""Questions to applicants during a check: ask, remind, take back; answer in time; lapse.

The officer asks in writing with a date, the applicant answers in the portal, and everything
stays as it was said. While a question waits the check cannot be finished (`actions.checks`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from app.actions import checks, clarifications_paper, letters, mail
from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.checks import TO_CLARIFY, Answer
from app.actions.notices import write_to_applicant
from app.errors import Conflict, Invalid
from app.i18n.formats import ZONE as SHOWN
from app.i18n.marks import N_
from app.models import Application, Clarification, ClarificationFile, StoredFile
from app.queries import clarifications as reading
from app.queries.contacts import emails_of
from app.queries.days_off import days_off
from app.queries.schemes import scheme_of
from app.rules import clarifying
from app.rules.call_clock import SETTLE
from app.rules.deadlines import ZONE, end_of_day, is_late
from app.rules.permissions import Permission

TO = Permission.CHECK_APPLICATION
LATE = N_(
    "The last moment for your answer was {reply_by_at}. It arrived after that, on {received_at}"
    " (by the clock of this server at {clock}), so it cannot be taken. The authority decides with"
    " what it has."
)
MOST_TEXT = 10_000
_MOST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """`items` are keys of the stage's checklist; `reply_on` is the last day, in Belgrade."""

    items: tuple[str, ...]
    question: str
    reply_on: date | None


def ask(act: Act, entry_id: int, asked: Question) -> int:
    """Ask the applicant; the items wait as “to clarify”. Return the question's id."""
    checked = checks.loaded(act, entry_id)
    checks.refuse_closed(checked)
    _refuse_second(act, entry_id)
    _refuse_wrong(act, checked, asked)
    text = asked.question.strip()
    open_items = [
        key
        for key in asked.items
        if key not in checked.items or checked.items[key].result != TO_CLARIFY
    ]
    reason = text[:_MOST_REASON]
    checks.answer(act, entry_id, {key: Answer(TO_CLARIFY, reason) for key in open_items})
    number = reading.last_number(act.session, entry_id) + 1
    assert asked.reply_on is not None
    reply_by, code = end_of_day(asked.reply_on), letters.new_code()
    row = Clarification(
        call_id=checked.application.call_id,
        application_id=checked.application.id,
        entry_id=entry_id,
        number=number,
        items=list(asked.items),
        question=text,
        reply_by=reply_by,
        asked_at=act.now,
        asked_by=act.actor.user_id,
        check_code=code,
        context=clarifications_paper.context(
            act.session,
            entry_id,
            clarifications_paper.Asked(number, asked.items, text, reply_by, code, act.now),
        ),
    )
    act.create(row, to=TO, within=checked.entry)
    act.record(row, "ask", items=list(asked.items), question=text, reply_by=reply_by)
    act.enqueue(clarifications_paper.TASK, clarification_id=row.id)
    _tell(act, row, "clarification_asked")
    return row.id


def remind(act: Act, clarification_id: int) -> None:
    """Write to the applicant once more about a question that waits."""
    row = _loaded(act, clarification_id, to=TO)
    if row.state != "asked" or is_late(act.now, row.reply_by):
        raise Conflict(N_("This question no longer waits for an answer."))
    row.reminded_at = act.now
    act.record(row, "remind")
    _tell(act, row, "clarification_reminder")


def take_back(act: Act, clarification_id: int, *, reason: str) -> None:
    """End a question that was asked by mistake; the applicant is told and sees the reason."""
    row = _loaded(act, clarification_id, to=TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the question is taken back.")})
    act.move(row, "take_back", reason=reason.strip())
    _tell(act, row, "clarification_taken_back")


def answer(
    act: Act, clarification_id: int, *, text: str, files: Sequence[NewFile], received_at: datetime
) -> None:
    """Take the applicant's answer, judged late or not by when the request arrived.

    Written once: what was said cannot be changed afterwards, by nobody.
    """
    row = _loaded(act, clarification_id, to=Permission.APPLY)
    if row.state in ("asked", "unanswered") and is_late(received_at, row.reply_by):
        # Both times may fall into one minute, so the clock is shown to the second.
        clock = received_at.astimezone(SHOWN).strftime("%H:%M:%S")
        raise Conflict(LATE, reply_by_at=row.reply_by, received_at=received_at, clock=clock)
    if row.state == "answered":
        raise Conflict(
            N_("This question was answered already, on {replied_at}."), replied_at=row.replied_at
        )
    if row.state == "taken_back":
        raise Conflict(N_("The authority has taken this question back. No answer is needed."))
    _refuse_answer(text, files)
    for file in files:
        stored = act.create(
            StoredFile(**asdict(file), created_at=act.now, created_by=act.actor.user_id),
            to=Permission.APPLY,
            within=row,
        )
        kept = ClarificationFile(clarification_id=row.id, file_id=stored.id)
        act.create(kept, to=Permission.APPLY, within=row)
    row.reply, row.replied_at, row.replied_by = text.strip(), received_at, act.actor.user_id
    act.move(row, "answer", received_at=received_at, files=[each.sha256 for each in files])
    _tell_officer(act, row)


def seen(act: Act, clarification_id: int) -> None:
    """Note when the applicant opened a question for the first time."""
    row = _loaded(act, clarification_id, to=Permission.APPLY)
    if row.seen_at is None:
        row.seen_at = act.now
        act.record(row, "open")


def lapse_due(act: Act) -> int:
    """End the questions whose time has run out, as the system; return how many."""
    due = reading.due(act.session, act.now - SETTLE)
    for clarification_id in due:
        row = _loaded(act, clarification_id, to=TO)
        if row.state == "asked":
            act.move(row, "lapse", reply_by=row.reply_by)
    return len(due)


def _loaded(act: Act, clarification_id: int, *, to: Permission) -> Clarification:
    """Lock the application, then the question: the order in which everybody locks."""
    application_id = reading.application_of(act.session, clarification_id)
    application = act.load(Application, application_id, to=to)
    if application.state == "withdrawn" and to is Permission.APPLY:
        raise Conflict(N_("This application was withdrawn. No answer is needed."))
    return act.load(Clarification, clarification_id, to=to)


def _refuse_second(act: Act, entry_id: int) -> None:
    waiting = reading.waiting_of(act.session, entry_id)
    if waiting is not None:
        raise Conflict(
            N_(
                "Question {number} waits for its answer until {reply_by_at}. Take it back first, "
                "or wait: two questions at once have no clear reply time."
            ),
            number=waiting.number,
            reply_by_at=waiting.reply_by,
        )


def _refuse_wrong(act: Act, checked: checks.Checked, asked: Question) -> None:
    scheme = scheme_of(act.session, checked.application.call_id)
    today = act.now.astimezone(ZONE).date()
    wrong = clarifying.question_findings(
        question=asked.question,
        items=asked.items,
        clarifiable={each.key: each.clarifiable for each in checked.stage.checklist},
        asked_on=today,
        reply_on=asked.reply_on,
        reply_days=scheme.letters.clarification_reply_days,
        holidays=days_off(act.session, checked.application.call_id, today),
    )
    if wrong:
        raise Invalid(wrong)


def _refuse_answer(text: str, files: Sequence[NewFile]) -> None:
    if not text.strip():
        raise Invalid({"reply": N_("Write your answer; files alone do not say what they show.")})
    if len(text) > MOST_TEXT:
        raise Invalid({"reply": N_("The answer is too long. Put the details into a file.")})
    if len(files) > clarifying.MOST_FILES:
        raise Invalid({"": N_("These are too many files. Put them together into fewer.")})


def _tell(act: Act, row: Clarification, name: str) -> None:
    """Write to the people of the organisation; the mail does not repeat the question."""
    about = reading.about(act.session, row.id)
    write_to_applicant(
        act,
        row.application_id,
        name,
        call=about.call_title,
        reference=about.reference,
        reply_by=row.reply_by,
        path=f"/clarifications/{row.id}",
    )


def _tell_officer(act: Act, row: Clarification) -> None:
    if row.asked_by is None:
        return
    about = reading.about(act.session, row.id)
    for email in emails_of(act.session, [row.asked_by]):
        mail.write(
            act,
            "clarification_answered",
            to=email,
            reference=about.reference,
            path=f"/office/entries/{row.entry_id}/check",
        )
