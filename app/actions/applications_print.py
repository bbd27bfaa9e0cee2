"""A whole application as PDF: asked for at any time, printed in the background, once each.

A draft is printed as it was saved and says on every sheet that it is one; what was sent in is
printed from the record of what was received. `body` serves the blind version as well: it
prints whatever sections and files it is given.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.actions import paper_parts, printing
from app.actions.act import Act
from app.actions.applications_submit import snapshot_of
from app.documents import contexts as c
from app.documents.answers import CostRow, read_budget, shown_answer
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n import gettext, speaking
from app.i18n.formats import ZONE
from app.models import Application, ApplicationPrint
from app.queries import applications as reading
from app.queries import applications_case, applications_prints, letterhead
from app.queries.applications import Entry
from app.queries.applications_prints import Received
from app.queries.blind import BlindAnswer, BlindApplication, BlindSection, all_sections
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_form import QuestionKind
from app.rules.scheme_json import digest
from app.rules.scheme_text import said

TO = Permission.SEE_OWN_APPLICATION
TASK = "prints.render"


def ask(act: Act, entry_id: int, *, number: int | None = None) -> int:
    """Have one's application printed as it stands, or what was sent in the `number`th time.

    Return the id of the print. The same contents asked for twice are one print.
    """
    application = act.load(Application, reading.application_of(act.session, entry_id), to=TO)
    entry = reading.whole(act.session, entry_id)
    received = applications_prints.received(act.session, entry_id, number)
    if entry.is_draft and number is None:
        received = None
    paper = application_form(act, entry, received)
    return _ask(act, application, entry_id, paper)


def _waiting(session: Session, print_id: int) -> printing.Waiting | None:
    found = applications_prints.unprinted(session, print_id)
    if found is None:
        return None
    filename = printing.named("application", found.context["paper"]["reference"])
    return printing.Waiting(found.document, found.context, filename)


PAPER = printing.Kind(
    model=ApplicationPrint,
    to=TO,
    task=TASK,
    argument="print_id",
    waiting=_waiting,
    note=lambda *_: None,
)


def render(act: Act, print_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print once (the job `prints.render`)."""
    printing.render(act, PAPER, print_id, renderer=renderer, store=store)


def fail(act: Act, print_id: int, error: Exception) -> None:
    """Keep why it could not be printed, where the person who asked looks."""
    printing.fail(act, PAPER, print_id, error)


def retry(act: Act, print_id: int) -> None:
    """Have a print of one's own application that failed printed again."""
    printing.retry(act, PAPER, print_id)


def application_form(act: Act, entry: Entry, received: Received | None) -> c.ApplicationForm:
    """Return the paper of one's own application; a draft where nothing was received."""
    scheme, who = entry.scheme, entry.applicant
    case = applications_case.case_of(entry)
    snapshot = received.snapshot if received else snapshot_of(entry, case, entry.title)
    moment = (received.received_at if received else entry.saved_at) or act.now
    with speaking(scheme.languages[0]):
        return c.ApplicationForm(
            paper=_head(act, entry, moment.astimezone(ZONE).date()),
            application_reference=entry.reference,
            action_title=str(snapshot.get("title") or ""),
            applicant=c.Party(
                name=str(snapshot["applicant"]["name"]),
                address=paper_parts.lines(who.address, f"{who.postcode} {who.city}"),
                identifiers=tuple(each.replace(":", " ", 1) for each in entry.lead_numbers),
                represented_by=who.representative_name,
            ),
            body=body(
                scheme,
                stage=said(entry.stage.title, scheme.languages[0]),
                lot=paper_parts.lot_title(scheme, entry.lot_code),
                sections=all_sections(entry.stage, snapshot["answers"]),
                snapshot=snapshot,
                files=tuple(_file(each) for each in snapshot["files"]),
            ),
            saved_at=None if received else entry.saved_at,
            received_at=received.received_at if received else None,
            submitted_by=received.submitted_by if received else "",
            answers_sha256=received.digest if received else "",
            number=received.number if received else 1,
            stands=received.stands if received else True,
        )


def blind_form(
    act: Act, found: BlindApplication, *, call_id: int, scheme: Scheme, stage_key: str
) -> c.BlindApplicationForm:
    """Return the paper for an assessor, from what the blind query lets through and no more."""
    about = applications_prints.about_call(act.session, call_id)
    language = scheme.languages[0]
    snapshot = {
        "lines": [line_of(each) for each in found.lines],
        "sources": [{"kind": kind, "amount_cents": cents} for kind, cents in found.sources],
        "requested_cents": found.requested_cents,
        "total_cents": found.total_cents,
    }
    with speaking(language):
        return c.BlindApplicationForm(
            paper=c.Paper(
                reference=found.blind_code,
                written_on=act.now.astimezone(ZONE).date(),
                authority=paper_parts.authority(letterhead.sender(act.session, call_id)),
                visibility=paper_parts.visibility(scheme),
                call_reference=about.code,
                call_title=about.title,
                language=language,
            ),
            blind_code=found.blind_code,
            body=body(
                scheme,
                stage=said(scheme.stage(stage_key).title, language),
                lot="",
                sections=found.sections,
                snapshot=snapshot,
                files=tuple(
                    c.PrintedFile(
                        title=f"{said(each.title, language)} {each.number}",
                        size_bytes=each.size_bytes,
                    )
                    for each in found.files
                ),
            ),
        )


def line_of(line: Any) -> dict[str, Any]:  # Any: a blind line; JSON of a snapshot
    return {
        name: getattr(line, name)
        for name in ("heading", "description", "unit", "units", "unit_value_cents", "total_cents")
    }


def body(
    scheme: Scheme,
    *,
    stage: str,
    lot: str,
    sections: Iterable[BlindSection],
    snapshot: Mapping[str, Any],  # Any: JSON
    files: tuple[c.PrintedFile, ...],
) -> c.ApplicationBody:
    """Return answers, budget and files as they are printed, in the language that is spoken."""
    language = scheme.languages[0]
    sources = [(each["kind"], each["amount_cents"]) for each in snapshot["sources"]]
    budget = read_budget(scheme.budget, snapshot["lines"], sources)
    return c.ApplicationBody(
        stage=stage,
        lot=lot,
        currency=scheme.currency,
        sections=tuple(
            c.PrintedSection(
                title=said(section.title, language),
                answers=tuple(_answer(each, language, scheme.currency) for each in section.answers),
            )
            for section in sections
        ),
        costs=tuple(_cost(row) for row in (budget.rows if budget else ())),
        sources=tuple(
            c.PrintedSource(title=title, amount_cents=cents)
            for title, cents in (budget.sources if budget else ())
        ),
        files=files,
        requested_cents=snapshot["requested_cents"],
        total_cents=snapshot["total_cents"],
    )


def _ask(act: Act, application: Application, entry_id: int, paper: c.ApplicationForm) -> int:
    context = c.to_json(paper)
    print_digest = digest(context)
    name = c.document_name(paper)
    there = applications_prints.same(act.session, entry_id, name, print_digest)
    if there is not None:
        retry(act, there)
        return there
    wanted = act.create(
        ApplicationPrint(
            entry_id=entry_id,
            document=name,
            digest=print_digest,
            context=context,
            asked_at=act.now,
            asked_by=act.actor.user_id,
        ),
        to=TO,
        within=application,
    )
    act.record(application, "print_application")
    act.enqueue(TASK, print_id=wanted.id)
    return wanted.id


def _head(act: Act, entry: Entry, written_on: date) -> c.Paper:
    return c.Paper(
        reference=entry.reference,
        written_on=written_on,
        authority=paper_parts.authority(letterhead.sender(act.session, entry.call_id)),
        visibility=paper_parts.visibility(entry.scheme),
        call_reference=entry.call_code,
        call_title=entry.call_title,
        language=entry.scheme.languages[0],
    )


def _cost(row: CostRow) -> c.PrintedCost:
    return c.PrintedCost(
        title=f"{row.code} {row.title}".strip(),
        units=row.units,
        unit_value_cents=row.unit_value_cents,
        total_cents=row.total_cents,
        is_sum=row.is_sum,
    )


def _answer(given: BlindAnswer, language: str, currency: str) -> c.PrintedAnswer:
    question, answer = given.question, given.value
    label = said(question.label, language)
    if question.kind is QuestionKind.ROWS and isinstance(answer, list):
        return c.PrintedAnswer(
            label=label,
            columns=tuple(said(column.label, language) for column in question.columns),
            rows=tuple(
                tuple(
                    shown_answer(column, row.get(column.key), language, currency)
                    for column in question.columns
                )
                for row in answer
                if isinstance(row, Mapping)
            ),
        )
    return c.PrintedAnswer(label=label, text=shown_answer(question, answer, language, currency))


def _file(file: Mapping[str, Any]) -> c.PrintedFile:  # Any: JSON
    return c.PrintedFile(
        title=file["title"] or gettext("Document"),
        name=file["name"],
        size_bytes=file["size_bytes"],
        sha256=file["sha256"],
    )
