"""The jobs by name: what each does, how often it is tried, and what it leaves when given up.

A handler gets the Act of the system and plain arguments. It may run twice for one fact
(a killed worker's job is taken up again), so it looks first whether the work is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    report_print,
    stages,
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
    give_up: Callable[[Act, Mapping[str, int], str], object] | None = None


_MAIL_PAUSES = (10, 60, 300, 900, 3600, 3 * 3600, 12 * 3600)
_PAPER_PAUSES = (5, 30, 120)

HANDLERS: dict[str, Handler] = {
    "mail.send": Handler(
        run=lambda act, _, args: mail.send(act, args["mail_id"]),
        pauses=_MAIL_PAUSES,
        give_up=lambda act, args, reason: mail.give_up(act, args["mail_id"], reason),
    ),
    "receipts.render": Handler(
        run=lambda act, tools, args: receipts.render(
            act, args["submission_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
    ),
    "prints.render": Handler(
        run=lambda act, tools, args: applications_print.render(
            act, args["print_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, reason: applications_print.fail(act, args["print_id"], reason),
    ),
    "agreements.render": Handler(
        run=lambda act, tools, args: agreement_paper.render(
            act, args["agreement_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
    ),
    "handovers.render": Handler(
        run=lambda act, tools, args: handovers.render(
            act, args["paper_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
    ),
    "recoveries.render": Handler(
        run=lambda act, tools, args: recovery_letter.render(
            act, args["order_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
    ),
    "agreement_letters.render": Handler(
        run=lambda act, tools, args: agreement_letters.render(
            act, args["letter_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, reason: agreement_letters.fail(act, args["letter_id"], reason),
    ),
    "reports.render": Handler(
        run=lambda act, tools, args: report_print.render(
            act, args["print_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, reason: report_print.fail(act, args["print_id"], reason),
    ),
    "letters.render": Handler(
        run=lambda act, tools, args: letters.render(
            act, args["letter_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, reason: letters.fail(act, args["letter_id"], reason),
    ),
    "clarifications.render": Handler(
        run=lambda act, tools, args: clarifications_paper.render(
            act, args["clarification_id"], renderer=tools.renderer, store=tools.store
        ),
        pauses=_PAPER_PAUSES,
        give_up=lambda act, args, reason: clarifications_paper.fail(
            act, args["clarification_id"], reason
        ),
    ),
    "clarifications.lapse": Handler(run=lambda act, _, __: clarifications.lapse_due(act)),
    "offers.lapse": Handler(run=lambda act, _, __: offers.lapse_due(act)),
    "stages.by_clock": Handler(run=lambda act, _, __: stages.by_clock(act)),
    "accounts.forget_old": Handler(run=lambda act, _, __: housekeeping.forget_old(act)),
    "files.tidy": Handler(run=lambda act, tools, _: housekeeping.tidy_files(act, tools.store)),
    "queue.take_up_again": Handler(run=lambda act, _, __: queue.take_up_again(act.session)),
}
