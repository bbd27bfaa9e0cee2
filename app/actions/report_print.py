"""Award reports as PDF: asked for with the figures of the moment, printed in the background."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.actions import paper_parts, printing
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n.formats import ZONE
from app.models import Call, ReportPrint
from app.queries import report_prints
from app.queries.letterhead import sender
from app.queries.rounds import Move, moves_of
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission

TO = Permission.SEE_REPORTS
DOCUMENT = "award_report"
TASK = "reports.render"


@dataclass(frozen=True, slots=True)
class Contents:
    """What the page shows, in words: the paper says the same."""

    lots: tuple[c.LotSummary, ...]
    regions: tuple[c.RegionSum, ...]
    rows: tuple[c.AwardRow, ...]
    narrowed: str = ""


def ask(act: Act, call_id: int, contents: Contents) -> int:
    """Keep the figures as they are now and let a worker print them; return the print's id."""
    call = act.load(Call, call_id, to=TO)
    paper = _paper(act, call, contents, act.now.astimezone(ZONE).date())
    wanted = act.create(
        ReportPrint(
            call_id=call_id,
            context=c.to_json(paper),
            asked_by=act.actor.user_id,
            asked_at=act.now,
        ),
        to=TO,
        within=call,
    )
    act.record(call, "print_report", applications=len(contents.rows), filters=contents.narrowed)
    act.enqueue(TASK, print_id=wanted.id)
    return wanted.id


def _waiting(session: Session, print_id: int) -> printing.Waiting | None:
    found = report_prints.unprinted(session, print_id)
    if found is None:
        return None
    filename = printing.named("award-report", f"{found.call_code}-{print_id}")
    return printing.Waiting(DOCUMENT, found.context, filename)


PAPER = printing.Kind(
    model=ReportPrint,
    to=TO,
    task=TASK,
    argument="print_id",
    waiting=_waiting,
    note=lambda *_: None,
)


def render(act: Act, print_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print once (the job `reports.render`)."""
    printing.render(act, PAPER, print_id, renderer=renderer, store=store)


def fail(act: Act, print_id: int, error: Exception) -> None:
    """Keep why it could not be printed, where the person who asked looks."""
    printing.fail(act, PAPER, print_id, error)


def retry(act: Act, print_id: int) -> int:
    """Have a report that failed printed again, with the figures of then; return its call."""
    return printing.retry(act, PAPER, print_id).call_id


def _paper(act: Act, call: Call, contents: Contents, today: date) -> c.AwardReport:
    scheme = scheme_of(act.session, call.id)
    return c.AwardReport(
        paper=c.Paper(
            reference=call.code,
            written_on=today,
            authority=paper_parts.authority(sender(act.session, call.id)),
            visibility=paper_parts.visibility(scheme),
            call_reference=call.code,
            call_title=call.title,
        ),
        currency=call.currency,
        as_of=today,
        lots=contents.lots,
        regions=contents.regions,
        rows=contents.rows,
        narrowed=contents.narrowed,
        moves=tuple(_moved(each, call.id) for each in moves_of(act.session, call.id, agreed=True)),
    )


def _moved(move: Move, call_id: int) -> c.MovedMoney:
    """Say what moved as it is seen from one of its two rounds."""
    came_in = move.receiver_id == call_id
    version = move.receiver_version if came_in else move.giver_version
    assert move.decided_at is not None
    assert version is not None
    return c.MovedMoney(
        moved_on=move.decided_at.astimezone(ZONE).date(),
        amount_cents=move.amount_cents,
        other=move.giver if came_in else move.receiver,
        came_in=came_in,
        version=version,
    )
