"""Award reports as PDF: asked for with the figures of the moment, printed in the background."""

from dataclasses import dataclass
from datetime import date

from app.actions import paper_parts
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n.formats import ZONE
from app.models import Call, ReportPrint, StoredFile
from app.queries import report_prints
from app.queries.letterhead import sender
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission

TO = Permission.SEE_REPORTS
DOCUMENT = "award_report"


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
    act.enqueue("reports.render", print_id=wanted.id)
    return wanted.id


def render(act: Act, print_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print once (the job `reports.render`); printed first, written last."""
    waiting = report_prints.unprinted(act.session, print_id)
    if waiting is None:
        return
    paper = c.from_json(DOCUMENT, waiting.context)
    kept = store.keep(renderer.pdf(paper, files=paper_parts.pictures(paper, store)))
    wanted = act.load(ReportPrint, print_id, to=TO)
    if wanted.file_id is not None:
        return
    file = act.create(
        StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            media_type="application/pdf",
            filename=f"award-report-{waiting.call_code.replace('/', '-')}-{print_id}.pdf",
            created_at=act.now,
        ),
        to=TO,
        within=wanted,
    )
    wanted.file_id, wanted.failure = file.id, ""


def fail(act: Act, print_id: int, reason: str) -> None:
    """Write why it could not be printed, where the person who asked looks."""
    wanted = act.load(ReportPrint, print_id, to=TO)
    wanted.failure = reason


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
    )
