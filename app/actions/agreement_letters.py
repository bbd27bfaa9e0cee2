"""Letters under an agreement (L14 to L16, L18): written with the deed, printed by a job.

They are told at once, without embargo: the deed that they tell of is done. The contents are
kept, so that the PDF says what held on that day.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.actions import letters, paper_parts, printing
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n.formats import ZONE
from app.models import Agreement, AgreementLetter
from app.queries import agreement_letters as known
from app.queries import letterhead
from app.queries.agreement_paper import PaperFacts, paper_facts
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import said
from app.settings import settings

TASK = "agreement_letters.render"
# Whoever sees agreements may have a letter printed again; its contents do not change.
TO = Permission.SEE_AGREEMENTS

Make = Callable[[c.Letter], c.Context]


def write(
    act: Act,
    agreement: Agreement,
    kind: str,
    make: Make,
    *,
    to: Permission,
    payment_id: int | None = None,
    complaint: bool = False,
) -> int:
    """Write a letter about what was just done and ask for its paper; return its id. A part."""
    reference = f"{agreement.reference}/N{known.letters_before(act.session, agreement.id) + 1}"
    code = letters.new_code()
    head = letter_head(act.session, agreement.id, reference, code, act.now, complaint=complaint)
    paper = make(head)
    letter = act.create(
        AgreementLetter(
            agreement_id=agreement.id,
            payment_id=payment_id,
            kind=kind,
            document=c.document_name(paper),
            reference=reference,
            context=c.to_json(paper),
            check_code=code,
            written_at=act.now,
            written_by=act.actor.user_id,
        ),
        to=to,
        within=agreement,
    )
    act.enqueue(TASK, letter_id=letter.id)
    return letter.id


def letter_head(
    session: Session,
    agreement_id: int,
    reference: str,
    code: str,
    written_at: datetime,
    *,
    complaint: bool = False,
) -> c.Letter:
    """Return who writes to whom about what, with the code by which it can be checked."""
    facts = paper_facts(session, agreement_id)
    scheme = scheme_of(session, facts.call_id)
    town, language = facts.beneficiary, scheme.languages[0]
    sender = letterhead.sender(session, facts.call_id)
    return c.Letter(
        reference=reference,
        written_on=written_at.astimezone(ZONE).date(),
        authority=paper_parts.authority(sender),
        visibility=paper_parts.visibility(scheme),
        addressee=c.Addressee(
            organisation=town.name,
            address=paper_parts.lines(town.address, f"{town.postcode} {town.city}"),
            person=town.representative_name,
            function=town.representative_title,
        ),
        matter=_matter(facts, scheme),
        data_protection=said(scheme.letters.data_protection, language),
        complaint=_complaint(scheme, sender) if complaint else None,
        verification=c.Verification(url=f"{settings().base_url}/check", code=code),
        language=language,
    )


def _matter(facts: PaperFacts, scheme: Scheme) -> c.Matter:
    return c.Matter(
        call_reference=facts.call_code,
        call_title=facts.call_title,
        application_reference=facts.application_reference,
        action_title=facts.action_title,
        lot=paper_parts.lot_title(scheme, facts.lot_code),
    )


def _complaint(scheme: Scheme, sender: letterhead.Sender) -> c.Complaint:
    rules = scheme.letters
    return c.Complaint(
        days=rules.complaint_window_days,
        send_to=sender.complaints_to or sender.email,
        reply_days=rules.complaint_reply_days,
        further=said(rules.complaint_paragraph, scheme.languages[0]),
    )


def paragraphs(typed: str) -> tuple[str, ...]:
    """Return what a person typed as the paragraphs of a letter."""
    return tuple(each.strip() for each in typed.splitlines() if each.strip())


def _waiting(session: Session, letter_id: int) -> printing.Waiting | None:
    found = known.unprinted(session, letter_id)
    return None if found is None else printing.letter(found.document, found.context)


PAPER = printing.Kind(
    model=AgreementLetter,
    to=TO,
    task=TASK,
    argument="letter_id",
    waiting=_waiting,
    note=printing.note_pages,
)


def render(act: Act, letter_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print one letter (the job `agreement_letters.render`)."""
    printing.render(act, PAPER, letter_id, renderer=renderer, store=store)


def fail(act: Act, letter_id: int, error: Exception) -> None:
    """Keep why a letter could not be printed, after the last attempt."""
    printing.fail(act, PAPER, letter_id, error)


def retry(act: Act, letter_id: int) -> int:
    """Print a failed letter again; return its agreement."""
    may = Permission.PREPARE_AGREEMENT
    return printing.retry(act, PAPER, letter_id, to=may).agreement_id


def opened(act: Act, letter_id: int, *, at: datetime) -> None:
    """Note when the beneficiary opened a letter for the first time."""
    letter = act.load(AgreementLetter, letter_id, to=Permission.SEE_OWN_APPLICATION)
    if letter.opened_at is None:
        letter.opened_at = at
        act.record(letter, "opened")
