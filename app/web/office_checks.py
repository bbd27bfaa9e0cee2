"""The published checklist as a form: answer, keep, admit or find ineligible."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import checks, judgements
from app.actions.checks import CRITERION, MET, NOT_MET, TO_CLARIFY, Answer
from app.errors import Invalid
from app.i18n import gettext, language
from app.i18n.marks import N_
from app.queries.checks import (
    CheckedCriterion,
    CheckedItem,
    EntryCheck,
    entry_check,
    next_unchecked,
)
from app.rules.messages import Message
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.asked import AskedView, asked_views
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Bound, Form, Posted, filled, read
from app.web.parts import StoredFile

router = APIRouter(prefix="/office/entries/{entry_id:int}/check")

_RESULTS = (
    Option(MET, N_("Met")),
    Option(NOT_MET, N_("Not met")),
    Option(TO_CLARIFY, N_("To clarify")),
)
_NOTICES = {
    "save": N_("The check is saved. Nothing is decided yet."),
    "admit": N_("The application is admitted."),
    "find_ineligible": N_("The application is found ineligible."),
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of the list with its two fields, what rules can see, and the files it is about."""

    checked: CheckedItem
    question: str
    help: str
    result: Bound
    reason: Bound
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion that the officer judges, with its two fields."""

    checked: CheckedCriterion
    question: str
    result: Bound
    reason: Bound


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`asked` are the questions to the applicant, newest first; `next_step` a text and a link.

    `not_yet` says why the check cannot begin, while the applicant may still change it all.
    """

    check: EntryCheck
    stage_title: str
    form: Form
    items: tuple[ItemView, ...]
    criteria: tuple[CriterionView, ...]
    asked: tuple[AskedView, ...]
    may_check: bool
    may_refuse_later: bool
    following: tuple[int, str] | None
    next_step: tuple[str, str] | None
    not_yet: Message | None

    @property
    def waits(self) -> bool:
        """True while the applicant may still answer, which keeps the check open."""
        return any(each.is_open for each in self.asked)


@router.get("")
def office_check(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    check = entry_check(reader.session, reader.actor, entry_id)
    form = filled(_fields(check), _stored(check))
    following = next_unchecked(reader.session, entry_id)
    return _show(request, check, form, reader.actor, following)


@router.post("")
def office_check_save(request: Request, act: InAct, entry_id: int, posted: Posted) -> Response:
    """Keep every answer that can be kept, then decide if that was asked for."""
    check = entry_check(act.session, act.actor, entry_id)
    deed = str(posted.get("action") or "save")
    # An unanswered item is no mistake while the check goes on.
    form = replace(read(_fields(check), posted), errors={})
    good, wrong = _sorted(check, form)
    found, unclear = _judged(check, form)
    wrong = {**wrong, **unclear}
    open_items = _unanswered(check, form) if deed == "admit" else {}
    act.keep()
    try:
        checks.answer(act, entry_id, good)
        judgements.judge(act, entry_id, found)
        if not wrong and not open_items and deed == "admit":
            checks.admit(act, entry_id)
        elif not wrong and deed == "find_ineligible":
            checks.find_ineligible(act, entry_id, reason=str(form.values["reason"] or ""))
    except Invalid as problem:
        named = _result_names(check)
        form = form.with_errors({named.get(key, key): s for key, s in problem.fields.items()})
    form = form.with_errors(wrong)
    for name, question in open_items.items():
        form = form.with_errors(
            {name: N_("Choose whether this is met: {question}")}, question=question
        )
    if form.errors:
        again = entry_check(act.session, act.actor, entry_id)
        following = next_unchecked(act.session, entry_id)
        return _show(request, again, form, act.actor, following, status=422)
    notice = _NOTICES.get(deed, _NOTICES["save"])
    return pages.redirect(request, "office_check", entry_id=entry_id, notice=notice)


def _show(
    request: Request,
    check: EntryCheck,
    form: Form,
    actor: Actor,
    following: tuple[int, str] | None,
    *,
    status: int = 200,
) -> HTMLResponse:
    may_check = may(actor, Permission.CHECK_APPLICATION, check.facts) is None
    not_yet = check.not_yet(request.state.received_at)
    page = CheckPage(
        check=check,
        stage_title=said(check.stage.title, language()),
        form=form,
        items=tuple(
            _view(request, checked, form[f"result_{place}"], form[f"reason_{place}"])
            for place, checked in enumerate(check.items)
        ),
        criteria=tuple(
            CriterionView(
                checked=each,
                question=said(each.criterion.question, language()),
                result=form[f"judged_{place}"],
                reason=form[f"judged_reason_{place}"],
            )
            for place, each in enumerate(check.criteria)
        ),
        asked=asked_views(request, check, may_check=may_check),
        may_check=may_check and check.is_open and not_yet is None,
        may_refuse_later=may_check and check.entry.state == "admitted",
        following=following,
        next_step=_next_step(request, check, actor),
        not_yet=not_yet if check.is_open else None,
    )
    return pages.render(request, "office/check.html", page=page, status=status)


def _next_step(request: Request, check: EntryCheck, actor: Actor) -> tuple[str, str] | None:
    """Say what comes after the check of this application: its assessors."""
    may_assign = may(actor, Permission.ASSIGN_ASSESSORS, check.facts) is None
    if check.entry.state != "admitted" or check.stage.grid is None or not may_assign:
        return None
    address = pages.url(request, "office_assign_entry", entry_id=check.entry.entry_id)
    return gettext(N_("Assign assessors")), address


def _view(request: Request, checked: CheckedItem, result: Bound, reason: Bound) -> ItemView:
    return ItemView(
        checked=checked,
        question=said(checked.item.question, language()),
        help=said(checked.item.help, language()),
        result=result,
        reason=reason,
        files=tuple(
            StoredFile(
                file.filename,
                pages.url(request, "office_file", attachment_id=file.attachment_id),
                file.size_bytes,
            )
            for file in checked.files
        ),
    )


def _fields(check: EntryCheck) -> tuple[Field, ...]:
    pairs = [field for place, checked in enumerate(check.items) for field in _pair(place, checked)]
    whole = fields.long_text(
        "reason",
        N_("Reason for finding it ineligible, as the applicant will read it"),
        max_length=4000,
        missing=N_("Write the reason as the applicant will read it."),
    )
    judged = [each for place, one in enumerate(check.criteria) for each in _judge_pair(place, one)]
    return (*pairs, *judged, whole)


def _judge_pair(place: int, one: CheckedCriterion) -> tuple[Field, Field]:
    question = Verbatim(said(one.criterion.question, language()))
    missing = N_("Choose whether this is met")
    return (
        fields.one_of(f"judged_{place}", question, _RESULTS, missing=missing),
        fields.long_text(
            f"judged_reason_{place}",
            N_("Reason, where it is not met or has to be clarified"),
            max_length=2000,
            missing=missing,
        ),
    )


def _pair(place: int, checked: CheckedItem) -> tuple[Field, Field]:
    question = Verbatim(said(checked.item.question, language()))
    options = [Option(MET, N_("Met")), Option(NOT_MET, N_("Not met"))]
    # What cannot be made better by asking is not offered as something to ask about.
    if checked.item.clarifiable or checked.result == TO_CLARIFY:
        options.append(Option(TO_CLARIFY, N_("To clarify")))
    missing = N_("Choose whether this is met")
    return (
        fields.one_of(f"result_{place}", question, options, missing=missing),
        fields.long_text(
            f"reason_{place}",
            N_("Reason, where it is not met or has to be clarified"),
            max_length=2000,
            missing=missing,
        ),
    )


def _stored(check: EntryCheck) -> dict[str, object]:
    stored: dict[str, object] = {"reason": check.reason}
    for place, checked in enumerate(check.items):
        stored |= {f"result_{place}": checked.result, f"reason_{place}": checked.reason}
    for place, one in enumerate(check.criteria):
        if one.judged is not None:
            stored |= {
                f"judged_{place}": one.judged.result,
                f"judged_reason_{place}": one.judged.reason,
            }
    return stored


def _sorted(check: EntryCheck, form: Form) -> tuple[dict[str, Answer], Mapping[str, str]]:
    """Return the answers that can be kept, and what is wrong with the others by field."""
    good: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for place, checked in enumerate(check.items):
        result = str(form.values[f"result_{place}"] or "")
        reason = str(form.values[f"reason_{place}"] or "")
        if not result and reason:
            wrong[f"result_{place}"] = N_("Choose whether this is met; your reason is kept here.")
        elif result and result != MET and not reason:
            wrong[f"reason_{place}"] = N_("Write the reason; the applicant has a right to it.")
        elif result:
            good[checked.item.key] = Answer(result, reason)
    return good, wrong


def _unanswered(check: EntryCheck, form: Form) -> dict[str, str]:
    """Return field and question of each item that nobody has answered, in the last check also
    of each criterion.
    """
    asked = {f"result_{place}": checked.item.question for place, checked in enumerate(check.items)}
    if check.judges_all:
        asked |= {
            f"judged_{place}": one.criterion.question for place, one in enumerate(check.criteria)
        }
    return {
        name: said(question, language())
        for name, question in asked.items()
        if not form.values[name]
    }


def _judged(check: EntryCheck, form: Form) -> tuple[dict[str, Answer], Mapping[str, str]]:
    """Return the judgements that can be kept, and what is wrong with the others by field."""
    good: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for place, one in enumerate(check.criteria):
        result = str(form.values[f"judged_{place}"] or "")
        reason = str(form.values[f"judged_reason_{place}"] or "")
        if not result and reason:
            wrong[f"judged_{place}"] = N_("Choose whether this is met; your reason is kept here.")
        elif result and result != MET and not reason:
            wrong[f"judged_reason_{place}"] = N_(
                "Write the reason; the applicant has a right to it."
            )
        elif result:
            good[one.criterion.key] = Answer(result, reason)
    return good, wrong


def _result_names(check: EntryCheck) -> dict[str, str]:
    named = {checked.item.key: f"result_{place}" for place, checked in enumerate(check.items)}
    return named | {
        f"{CRITERION}{one.criterion.key}": f"judged_{place}"
        for place, one in enumerate(check.criteria)
    }
