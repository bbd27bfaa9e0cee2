"""The jobs by name: what each does, how often it is tried, and what it leaves when given up.

A handler gets the Act of the system and plain arguments. It may run twice for one fact
(a killed worker's job is taken up again), so it looks first whether the work is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from app import queue
from app.actions import (
    agreement_letters,
    agreement_paper,
    applications_print,
    clarifications,
    clarifications_paper,
    handovers,
    housekeeping,
    letters,
    mail,
    offers,
    receipts,
    recovery_letter,
    reminders,
    report_print,
    stages,
    tallies,
)
from app.actions.act import Act
from app.documents.child import Renderer
from app.documents.store import Store


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker keeps for its whole life: the printing child and the file store."""

    renderer: Renderer
    store: Store


@dataclass(frozen=True, slots=True)
class Handler:
    """`pauses` are the seconds before each further attempt, so their number is that of retries.

    `give_up` writes the reason to where a person looks, after the last attempt.
    """

    run: Callable[[Act, Tools, Mapping[str, int]], object]
    pauses: tuple[int, ...] = ()
    give_up: Callable[[Act, Mapping[str, int], Exception], object] | None = None


_MAIL_PAUSES = (10, 60, 300, 900, 3600, 3 * 3600, 12 * 3600)
_PAPER_PAUSES = (5, 30, 120)


class _Print(Protocol):
    def __call__(self, act: Act, key: int, /, *, renderer: Renderer, store: Store) -> object: ...


def _paper(render: _Print, argument: str, fail: Callable[[Act, int, Exception], object]) -> Handler:
    """Return what prints a paper; `argument` is the name of its id in jobs, old ones as well."""
    return Handler(
        run=lambda act, tools, args: render(
            act, args[argument], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, error: fail(act, args[argument], error),
    )


HANDLERS: dict[str, Handler] = {
    "mail.send": Handler(
        run=lambda act, _, args: mail.send(act, args["mail_id"]),
        pauses=_MAIL_PAUSES,
        give_up=lambda act, args, error: mail.give_up(
            act, args["mail_id"], f"{type(error).__name__}: {error}"
        ),
    ),
    "receipts.render": _paper(receipts.render, "submission_id", receipts.fail),
    "prints.render": _paper(applications_print.render, "print_id", applications_print.fail),
    "agreements.render": _paper(agreement_paper.render, "agreement_id", agreement_paper.fail),
    "handovers.render": _paper(handovers.render, "paper_id", handovers.fail),
    "recoveries.render": _paper(recovery_letter.render, "order_id", recovery_letter.fail),
    "agreement_letters.render": _paper(
        agreement_letters.render, "letter_id", agreement_letters.fail
    ),
    "reports.render": _paper(report_print.render, "print_id", report_print.fail),
    "letters.render": _paper(letters.render, "letter_id", letters.fail),
    "clarifications.render": _paper(
        clarifications_paper.render, "clarification_id", clarifications_paper.fail
    ),
    "clarifications.lapse": Handler(run=lambda act, _, __: clarifications.lapse_due(act)),
    "offers.lapse": Handler(run=lambda act, _, __: offers.lapse_due(act)),
    "stages.by_clock": Handler(run=lambda act, _, __: stages.by_clock(act)),
    "reminders.by_clock": Handler(run=lambda act, _, __: reminders.by_clock(act)),
    "reminders.draft": Handler(
        run=lambda act, _, args: reminders.draft(act, args["entry_id"]), pauses=_PAPER_PAUSES
    ),
    "reminders.assessor": Handler(
        run=lambda act, _, args: reminders.assessor(act, args["stage_id"], args["user_id"]),
        pauses=_PAPER_PAUSES,
    ),
    "reminders.reports_by_clock": Handler(run=lambda act, _, __: reminders.reports_by_clock(act)),
    "reminders.report": Handler(
        run=lambda act, _, args: reminders.report(act, args["agreement_id"]), pauses=_PAPER_PAUSES
    ),
    "accounts.forget_old": Handler(run=lambda act, _, __: housekeeping.forget_old(act)),
    "files.tidy": Handler(run=lambda act, tools, _: housekeeping.tidy_files(act, tools.store)),
    "tallies.fold": Handler(run=lambda act, _, __: tallies.fold(act)),
    "tallies.mend": Handler(run=lambda act, _, __: tallies.mend(act)),
    "queue.take_up_again": Handler(run=lambda act, _, __: queue.take_up_again(act.session)),
}
