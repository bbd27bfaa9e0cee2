"""Letters in the office: prepare, watch them being printed, look at them, find what is missing."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import letters
from app.i18n.marks import N_
from app.queries.allowed import refuse_unless
from app.queries.letters_lists import (
    PAGE,
    SHOW,
    Kind,
    LetterFilter,
    StageLetters,
    StageSummary,
    stage_letters,
    stages_with_letters,
)
from app.queries.letters_own import letter_file
from app.rules.messages import Message
from app.rules.permissions import Actor, Permission, may
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.letter_pdf import shown
from app.web.parts import Paging, paging
from app.web.ranking_deeds import announcing

# A number beyond it would not fit into an OFFSET; there is no such page.
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]

router = APIRouter(prefix="/office")

_SHOW = {
    "": N_("All letters"),
    "failed": N_("Failed"),
    "queued": N_("Waiting to be printed"),
    "unseen": N_("Printed, nobody has looked"),
    "ready": N_("Printed, not released"),
    "sent": N_("Released"),
    "unopened": N_("Released, not opened by the applicant"),
}
REASON = (
    fields.long_text(
        "reason",
        N_("Why the letters are written again"),
        hint=N_("For the record of the authority; applicants do not see it."),
        missing=N_("Write why"),
        max_words=100,
    ),
)


@dataclass(frozen=True, slots=True)
class LettersPage:
    """What this person may do stands beside how far the letters are; buttons need both."""

    stage: StageLetters
    form: Form
    paging: Paging
    may_prepare: bool
    may_announce: bool
    may_plan: bool

    @property
    def is_decided(self) -> bool:
        return self.stage.stage_state == "decided"

    @property
    def is_complete(self) -> bool:
        """Everybody has a printed letter, so nothing stands against the announcement."""
        now = self.stage.standing
        return self.is_decided and not now.missing and now.ready == now.expected > 0

    @property
    def announce_key(self) -> str:
        return announcing(is_last=self.stage.is_last, invites=self.stage.next_is_interview)


@dataclass(frozen=True, slots=True)
class OverviewPage:
    stages: tuple[StageSummary, ...]


@dataclass(frozen=True, slots=True)
class AgainPage:
    stage: StageLetters
    form: Form


@router.get("/letters")
def office_letters(request: Request, reader: Reader) -> HTMLResponse:
    page = OverviewPage(stages_with_letters(reader.session, reader.actor, i18n.language()))
    return pages.render(request, "office/letters.html", page=page)


@router.get("/stages/{stage_id:int}/letters")
def office_stage_letters(
    request: Request, reader: Reader, stage_id: int, page: PageNumber = 1
) -> HTMLResponse:
    # The kinds of letters of this call are options of the filter, so the page is read first.
    form = read(_filter_fields(()), request.query_params)
    kind = str(request.query_params.get("kind", ""))
    show = str(form.values.get("show") or "")
    wanted = LetterFilter(
        show=show if show in SHOW else "",
        kind=kind,
        words=str(form.values.get("words") or ""),
        page=page,
    )
    found = stage_letters(reader.session, reader.actor, stage_id, wanted, i18n.language())
    form = read(_filter_fields(found.kinds), request.query_params)
    model = _page(found, form, reader.actor, page)
    part = "hx-request" in request.headers
    template = "office/letters_progress.html" if part else "office/letters_stage.html"
    response = pages.render(request, template, page=model)
    if part and not model.stage.standing.waiting:
        # The last one is printed: what may be done next stands beside the bar, not in it.
        response.headers["HX-Refresh"] = "true"
    return response


@router.post("/stages/{stage_id:int}/letters/prepare")
def office_letters_prepare(request: Request, act: InAct, stage_id: int) -> Response:
    made = letters.prepare(act, stage_id)
    said = N_("Letters written, waiting to be printed: {made}.")
    if not made:
        said = N_("Everybody has a letter already; nothing was written.")
    return _back(request, stage_id, said, made=made)


@router.post("/stages/{stage_id:int}/letters/retry")
def office_letters_retry(request: Request, act: InAct, stage_id: int) -> Response:
    tried = letters.retry_all(act, stage_id)
    return _back(request, stage_id, N_("{tried} letters are tried again."), tried=tried)


@router.get("/stages/{stage_id:int}/letters/again")
def office_letters_again(request: Request, reader: Reader, stage_id: int) -> HTMLResponse:
    found = stage_letters(reader.session, reader.actor, stage_id, LetterFilter(), i18n.language())
    refuse_unless(reader.actor, Permission.PREPARE_LETTERS, found.facts)
    page = AgainPage(found, blank(REASON))
    return pages.render(request, "office/letters_again.html", page=page)


@router.post("/stages/{stage_id:int}/letters/again")
def office_letters_write_again(
    request: Request, posted: Posted, act: InAct, stage_id: int
) -> Response:
    form = read(REASON, posted)
    if form.errors:
        found = stage_letters(act.session, act.actor, stage_id, LetterFilter(), i18n.language())
        page = AgainPage(found, form)
        return pages.render(request, "office/letters_again.html", page=page, status=422)
    made = letters.prepare_again(act, stage_id, reason=str(form.values["reason"]))
    said = N_("{made} letters are written again with today's date and wait to be printed.")
    return _back(request, stage_id, said, made=made)


@router.post("/letters/{letter_id:int}/retry")
def office_letter_retry(request: Request, act: InAct, letter_id: int) -> Response:
    stage_id = letters.retry(act, letter_id)
    return _back(request, stage_id, N_("The letter is tried again."))


@router.get("/letters/{letter_id:int}.pdf")
def office_letter_pdf(request: Request, act: InAct, letter_id: int) -> Response:
    """Show a letter under embargo. That somebody looked is kept, once; auditors leave no trace."""
    found = letter_file(act.session, act.actor, letter_id)
    unseen = not found.is_seen and not found.is_released
    if unseen and may(act.actor, Permission.PREPARE_LETTERS, found.facts) is None:
        letters.look_at(act, letter_id)
    return shown(request, found)


def _filter_fields(kinds: tuple[Kind, ...]) -> tuple[Field, ...]:
    shows = tuple(Option(key, text) for key, text in _SHOW.items())
    options = (
        Option("", N_("Every kind")),
        *(Option(each.key, Verbatim(_label(each, kinds))) for each in kinds),
    )
    return (
        fields.choice("show", N_("Show"), shows),
        fields.choice("kind", N_("Kind of letter"), options if kinds else ()),
        fields.text("words", N_("Reference, title or applicant"), max_length=100),
    )


def _label(kind: Kind, kinds: tuple[Kind, ...]) -> str:
    """Two letters may have one title; then what they tell stands behind it."""
    if sum(each.title == kind.title for each in kinds) == 1:
        return kind.title
    told = i18n.format_list([i18n.text(Message(f"outcome.{each}")) for each in kind.outcomes])
    return f"{kind.title}: {told}"


def _page(found: StageLetters, form: Form, actor: Actor, number: int) -> LettersPage:
    return LettersPage(
        stage=found,
        form=form,
        paging=paging(found.total, number, PAGE),
        may_prepare=may(actor, Permission.PREPARE_LETTERS, found.facts) is None,
        may_announce=may(actor, Permission.ANNOUNCE, found.facts) is None,
        may_plan=may(actor, Permission.EDIT_CALL, found.facts) is None,
    )


def _back(request: Request, stage_id: int, said: str, **values: object) -> Response:
    return pages.redirect(
        request, "office_stage_letters", notice=said, notice_values=values, stage_id=stage_id
    )
