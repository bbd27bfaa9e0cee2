"""What the applicant got in writing, and the answer to an offer."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import agreement_letters as agreement_letter_deeds
from app.actions import letters, offers
from app.actions.act import Act
from app.errors import Conflict, Problem
from app.i18n.marks import N_
from app.queries import agreement_letters
from app.queries.agreement_letters import AgreementLetterLine, own_agreement_letters
from app.queries.feedback import Feedback, feedback
from app.queries.letters_own import OwnLetter, letter_file, own_letters
from app.queries.offers import Offer, offer, offer_of
from app.queries.recoveries import OrderLine, own_order_lines
from app.rules.deadlines import end_of_day
from app.rules.permissions import Facts, Permission, may
from app.web import fields, pages
from app.web.applicant import time_left
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.fields import Option
from app.web.forms import Form, Posted, blank, read
from app.web.letter_pdf import shown

router = APIRouter()

ACCEPT, DECLINE = "accept", "decline"
ANSWER = (
    fields.one_of(
        "answer",
        N_("Your answer"),
        (
            Option(ACCEPT, N_("We accept the offer")),
            Option(
                DECLINE,
                N_("We decline the offer"),
                hint=N_("The money goes to the next on the list. This cannot be taken back."),
            ),
        ),
        missing=N_("Choose whether you accept or decline"),
    ),
    fields.long_text(
        "reason",
        N_("If you decline: why"),
        hint=N_("You need not give a reason."),
        max_words=200,
    ),
    fields.yes_no(
        "sure",
        N_("I answer for the organisation that applied, and I know that this answer is final"),
        missing=N_("Tick the box to confirm"),
    ),
)


@dataclass(frozen=True, slots=True)
class LettersPage:
    """Letters about applications, then those under agreements, recovery orders included."""

    letters: tuple[OwnLetter, ...]
    of_agreements: tuple[AgreementLetterLine, ...]
    recoveries: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class OfferPage:
    """`form` is asked only while the offer is open; `problem` says why an answer was refused."""

    form: Form
    offer: Offer
    letters: tuple[OwnLetter, ...]
    is_open: bool
    is_late: bool
    time_left: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    application_id: int
    reference: str
    title: str
    found: tuple[Feedback, ...]


@router.get("/applications/{application_id:int}/feedback")
def applicant_feedback(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    """Show points and comments as the released letters state them, and nothing else."""
    reference, title, found = feedback(reader.session, reader.actor, application_id)
    page = FeedbackPage(application_id, reference, title, found)
    return pages.render(request, "applicant/feedback.html", page=page)


@router.get("/letters")
def applicant_letters(request: Request, reader: Reader) -> HTMLResponse:
    page = LettersPage(
        own_letters(reader.session, reader.actor, i18n.language()),
        own_agreement_letters(reader.session, reader.actor),
        own_order_lines(reader.session, reader.actor),
    )
    return pages.render(request, "applicant/letters.html", page=page)


@router.get("/agreements/letters/{letter_id:int}.pdf")
def applicant_agreement_letter(request: Request, act: InAct, letter_id: int) -> Response:
    """Show a letter under an agreement; the first opening by its beneficiary is kept."""
    found = agreement_letters.letter_file(act.session, act.actor, letter_id)
    if may(act.actor, Permission.SEE_OWN_APPLICATION, found.facts) is None:
        agreement_letter_deeds.opened(act, letter_id, at=act.now)
    return download(request, found.file)


@router.get("/letters/{letter_id:int}.pdf")
def applicant_letter_pdf(request: Request, act: InAct, letter_id: int) -> Response:
    """Show a released letter; the first opening by its applicant is kept."""
    found = letter_file(act.session, act.actor, letter_id)
    if may(act.actor, Permission.SEE_OWN_APPLICATION, found.facts) is None and found.is_released:
        letters.opened(act, letter_id)
    return shown(request, found)


@router.get("/applications/{application_id:int}/offer")
def applicant_offer_of(request: Request, reader: Reader, application_id: int) -> Response:
    """Lead from the application to its offer."""
    found = offer_of(reader.session, reader.actor, application_id)
    if found is None:
        return pages.redirect(request, "applicant_application", application_id=application_id)
    return pages.redirect(request, "applicant_offer", award_id=found.award_id)


@router.get("/offers/{award_id:int}")
def applicant_offer(request: Request, reader: Reader, award_id: int) -> HTMLResponse:
    return _show(request, reader, award_id, blank(ANSWER))


@router.post("/offers/{award_id:int}")
def applicant_offer_answer(request: Request, posted: Posted, act: InAct, award_id: int) -> Response:
    form = read(ANSWER, posted)
    if form.errors:
        return _show(request, act, award_id, form, status=422)
    arrived = request.state.received_at
    try:
        if form.values["answer"] == ACCEPT:
            offers.accept(act, award_id, received_at=arrived)
            said = N_("You accepted the offer. The authority prepares the agreement next.")
        else:
            reason = str(form.values["reason"])
            offers.decline(act, award_id, reason=reason, received_at=arrived)
            said = N_("You declined the offer. Thank you for your answer.")
    except Conflict as problem:
        return _show(request, act, award_id, form, status=409, problem=problem)
    return pages.redirect(request, "applicant_offer", notice=said, award_id=award_id)


def _show(
    request: Request,
    reader: Read | Act,
    award_id: int,
    form: Form,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HTMLResponse:
    found = offer(reader.session, reader.actor, award_id)
    is_late = found.answer_by is not None and reader.now > end_of_day(found.answer_by)
    left = time_left(end_of_day(found.answer_by), reader.now) if found.answer_by else ""
    mine = Facts(organisation_id=found.organisation_id)
    may_answer = may(reader.actor, Permission.ANSWER_OFFER, mine) is None
    page = OfferPage(
        form=form,
        offer=found,
        letters=own_letters(reader.session, reader.actor, i18n.language(), found.application_id),
        is_open=found.state == "announced" and not is_late and may_answer,
        is_late=is_late and found.state == "announced",
        time_left=left if found.state == "announced" else "",
        problem=i18n.sentence(problem.message, problem.values) if problem else "",
    )
    return pages.render(request, "applicant/offer.html", page=page, status=status)
