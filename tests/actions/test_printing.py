"""What is alike for every paper; each paper's own tests say what it prints."""

import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import i18n
from app.actions import (
    agreement_paper,
    agreements,
    applications_submit,
    assessments_print,
    handovers,
    printing,
    printing_failures,
    receipts,
    recovery_letter,
)
from app.documents import child, render, store_errors
from app.documents import contexts as c
from app.documents.store import Store
from app.errors import Forbidden, NotFound, Unavailable
from app.jobs.handlers import HANDLERS, Tools
from app.models import (
    Agreement,
    ApplicationPrint,
    AuditEntry,
    Base,
    InKindPaper,
    RecoveryOrder,
    Submission,
)
from app.rules.messages import Message
from app.rules.permissions import Role
from tests.actions.test_agreements import TERMS, Desk
from tests.actions.test_applications import IN_TIME, _ready
from tests.actions.test_recoveries import Owed
from tests.make.in_kind import InKindDesk
from tests.make.people import act_as, make_user
from tests.web.assessing import assessment_of, assign, declare, world

CHECKOUT = Path(__file__).parents[2]
MIGRATION = CHECKOUT / "migrations/versions/0029_links_and_papers.py"


@pytest.mark.parametrize(
    ("reference", "filename"),
    [("GG-2027-0042", "letter-GG-2027-0042.pdf"), ("SP/1/N2", "letter-SP-1-N2.pdf")],
)
def test_file_is_named_by_the_reference_of_its_letter(reference: str, filename: str) -> None:
    waiting = printing.letter("award_letter", {"letter": {"reference": reference}})

    assert waiting.filename == filename


def test_jobs_of_old_installations_are_still_known() -> None:
    printed = {name for name in HANDLERS if name.endswith(".render")}

    assert printed == {
        "agreement_letters.render",
        "agreements.render",
        "clarifications.render",
        "handovers.render",
        "letters.render",
        "prints.render",
        "receipts.render",
        "recoveries.render",
        "reports.render",
    }


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that waits: its job, its row, and who has it printed again."""

    task: str
    row: Base
    again: Callable[[], object]

    @property
    def failure(self) -> str:
        return str(
            self.row.receipt_failure if isinstance(self.row, Submission) else self.row.failure
        )

    @property
    def file_id(self) -> int | None:
        row = self.row
        return row.receipt_file_id if isinstance(row, Submission) else row.file_id


def a_receipt(session: Session) -> Paper:
    act, entry_id, _ = _ready(session)
    key = applications_submit.submit(act, entry_id, received_at=IN_TIME)
    row = session.get_one(Submission, key)
    return Paper("receipts.render", row, lambda: receipts.retry(act, key))


def an_agreement(session: Session) -> Paper:
    desk = Desk(session)
    row = session.get_one(Agreement, agreements.prepare(desk.act(), desk.award.id, TERMS))
    return Paper("agreements.render", row, lambda: agreement_paper.retry(desk.act(), row.id))


def a_recovery_order(session: Session) -> Paper:
    owed = Owed(session)
    row = session.get_one(RecoveryOrder, owed.issued())
    return Paper("recoveries.render", row, lambda: recovery_letter.retry(owed.act(), row.id))


def a_protocol(session: Session) -> Paper:
    desk = InKindDesk(session)
    desk.received()
    row = session.get_one(InKindPaper, handovers.prepare(desk.act(), desk.grant_id))
    return Paper("handovers.render", row, lambda: handovers.retry(desk.act(), row.id))


def a_blind_file(session: Session) -> Paper:
    made = world(session)
    person = made.assessors[0]
    assign(session, made, made.entries[0], made.assessors[:2])
    declare(session, made, person)
    key = assessment_of(session, made.entries[0], person)
    act = act_as(session, person)
    row = session.get_one(ApplicationPrint, assessments_print.ask(act, key))
    return Paper("prints.render", row, lambda: assessments_print.ask(act, key))


class Printer:
    """Prints in this process, and raises `error` instead as long as there is one."""

    error: Exception | None = None

    def pdf(self, context: c.Context, files: Mapping[str, bytes] | None = None) -> bytes:
        if self.error is not None:
            raise self.error
        return render.pdf(context, files)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    return Tools(Printer(), Store(tmp_path))


def jobs(session: Session, task: str) -> list[Mapping[str, int]]:
    taken = text("DELETE FROM procrastinate_jobs WHERE task_name = :task RETURNING args")
    return [dict(row) for row in session.execute(taken, {"task": task}).scalars()]


@pytest.mark.parametrize(
    "make", [a_receipt, an_agreement, a_recovery_order, a_protocol, a_blind_file]
)
def test_a_paper_that_fails_says_why_and_is_printed_when_asked_again(
    session: Session, tools: Tools, make: Callable[[Session], Paper]
) -> None:
    paper = make(session)
    handler, system = HANDLERS[paper.task], act_as(session)
    (arguments,) = jobs(session, paper.task)
    tools.renderer.error = Unavailable(store_errors.FULL)
    with pytest.raises(Unavailable) as full:
        handler.run(system, tools, arguments)
    handler.give_up(system, arguments, full.value)
    assert (paper.failure, paper.file_id) == ("paper.disk_full", None)
    cause = select(AuditEntry.detail["cause"].astext).where(AuditEntry.event.contains("failed"))
    assert session.scalars(cause).all() == [f"Unavailable: {store_errors.FULL}"]

    paper.again()
    paper.again()
    (arguments,) = jobs(session, paper.task)
    assert paper.failure == ""
    tools.renderer.error = None
    handler.run(system, tools, arguments)

    assert (paper.failure, paper.file_id is None) == ("", False)
    paper.again()
    assert jobs(session, paper.task) == []


def test_only_who_may_prepare_an_agreement_has_it_printed_again(session: Session) -> None:
    desk = Desk(session)
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    agreement_paper.fail(act_as(session), key, NotFound())
    monitor = make_user(session, roles=[Role.MONITOR], authority=desk.authority)

    with pytest.raises(Forbidden):
        agreement_paper.retry(act_as(session, monitor), key)


def test_a_changed_draft_forgets_that_the_one_before_failed(session: Session) -> None:
    desk = Desk(session)
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    agreement_paper.fail(act_as(session), key, NotFound())

    agreements.send(desk.act(), key)

    assert session.get_one(Agreement, key).failure == ""


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (NotFound("The file is not in the store any more."), "A picture that belongs on it, most"),
        (Unavailable(store_errors.DAMAGED), "A picture that belongs on it is damaged"),
        (Unavailable(store_errors.AWAY), "The place where files are kept did not answer."),
        (Unavailable(store_errors.FULL), "The disk that holds the files was full."),
        (Unavailable(child.SLOW, seconds=120), "Printing took too long and was stopped."),
        (Unavailable(child.ENDED), "The printing program ended twice"),
        (render.RenderError("no glyph"), "Its template and what it says do not fit"),
        (UndefinedError("'amount' is undefined"), "Its template and what it says do not fit"),
        (ValueError("wrong"), "Its template and what it says do not fit"),
        (Unavailable(), "Something went wrong that nobody foresaw."),
        (OSError("what"), "Something went wrong that nobody foresaw."),
    ],
)
def test_a_person_reads_what_happened_and_never_the_name_of_an_error(
    error: Exception, begins: str
) -> None:
    words = i18n.text(Message(printing_failures.code_of(error)))

    assert words.startswith(begins)
    assert words.count("again") > 0
    assert type(error).__name__ not in words


def told_of_old_papers(session: Session) -> None:
    """Do what the migration does with papers that failed before their rows said so."""
    early = runpy.run_path(str(MIGRATION))
    for table, file, failure, task, argument in early["PAPERS"]:
        assert task in HANDLERS
        statement = early["FAILED"].format(
            table=table, file=file, failure=failure, task=task, argument=argument
        )
        session.execute(text(statement))
    session.expire_all()


def test_papers_whose_job_was_given_up_before_it_was_noted_can_be_printed_again(
    session: Session,
) -> None:
    desk = Desk(session)
    key = agreements.prepare(desk.act(desk.finance), desk.award.id, TERMS)
    told_of_old_papers(session)
    assert session.get_one(Agreement, key).failure == ""
    session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))

    told_of_old_papers(session)

    assert session.get_one(Agreement, key).failure == "paper.unexpected"
    printing.retry(desk.act(desk.finance), agreement_paper.PAPER, key)
    # A job waits again, so it is left alone.
    told_of_old_papers(session)
    assert session.get_one(Agreement, key).failure == ""
