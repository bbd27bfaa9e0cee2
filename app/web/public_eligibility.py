"""May we apply? Questions with reasons for anybody, before registering; nothing is kept."""

from dataclasses import dataclass
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app import i18n, registers
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import calls_public
from app.queries.calls_public import PublicCall
from app.rules.applicants import ApplicantType, type_name
from app.rules.eligibility import Result
from app.rules.eligibility_self import (
    Asked,
    AskedKind,
    SelfFinding,
    asked_of,
    self_check,
)
from app.rules.messages import Message
from app.rules.scheme import Scheme
from app.rules.scheme_text import Text, said
from app.web import fields, pages
from app.web.deps import PublicReader, Read
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.public_links import href

router = APIRouter(prefix="/calls/{call_id:int}/may-we-apply")

YES_NO = (
    Option("yes", N_("Yes")),
    Option("no", N_("No")),
    Option("unsure", N_("I do not know")),
)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One criterion with what came out, in words; `paper` has to show it later."""

    question: str
    result: str
    reason: str
    advice: str
    paper: str


@dataclass(frozen=True, slots=True)
class LotView:
    title: str
    result: str
    found: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class EligibilityPage:
    """`result` is empty before anything was answered."""

    form: Form
    call: PublicCall
    apply_href: str
    result: str = ""
    general: tuple[FindingView, ...] = ()
    lots: tuple[LotView, ...] = ()


@router.get("")
def public_eligibility(request: Request, reader: PublicReader, call_id: int) -> HTMLResponse:
    call = _call(reader, call_id)
    return _show(request, EligibilityPage(blank(_fields(call.scheme)), call, _apply(request, call)))


@router.post("")
def public_eligibility_checked(
    request: Request, posted: Posted, reader: PublicReader, call_id: int
) -> HTMLResponse:
    """Answer on the same page. A post, so that the answers stand in no address and no log."""
    call = _call(reader, call_id)
    form = read(_fields(call.scheme), posted)
    if form.errors:
        return _show(request, EligibilityPage(form, call, _apply(request, call)))
    checked = self_check(call.scheme, *_answers(call.scheme, form))
    several = len(call.scheme.lots) > 1
    page = EligibilityPage(
        form=form,
        call=call,
        apply_href=_apply(request, call),
        result=checked.result.value,
        general=tuple(_view(call.scheme, each) for each in checked.general),
        lots=tuple(
            LotView(
                f"{each.lot.code}: {said(each.lot.title, i18n.language())}",
                each.result.value,
                tuple(_view(call.scheme, one) for one in each.found),
            )
            for each in checked.lots
            if several or each.found
        ),
    )
    return _show(request, page)


def _call(reader: Read, call_id: int) -> PublicCall:
    """Return a call to which everybody may apply; who is named elsewhere need not ask."""
    call = calls_public.public_call(reader.session, call_id, reader.now)
    if call.scheme.call.direct is not None:
        raise NotFound(
            N_("This grant is awarded without a competition: only those who are named may apply.")
        )
    return call


def _show(request: Request, page: EligibilityPage) -> HTMLResponse:
    status = 422 if page.form.errors else 200
    return pages.render(request, "public/eligibility.html", page=page, status=status)


def _apply(request: Request, call: PublicCall) -> str:
    return href(request, "applicant_begin", call_id=call.id) if call.phase == "open" else ""


def _fields(scheme: Scheme) -> tuple[Field, ...]:
    return tuple(_field(each) for each in asked_of(scheme))


def _field(asked: Asked) -> Field:
    label = Verbatim(_words(asked.label))
    match asked.kind:
        case AskedKind.TYPE:
            kinds = tuple(Option(str(k), Verbatim(i18n.text(type_name(k)))) for k in ApplicantType)
            return fields.choice(asked.key, label, kinds)
        case AskedKind.COUNTRY:
            listed = tuple(Option(c.code, Verbatim(c.name_en)) for c in registers.countries())
            return fields.choice(asked.key, label, listed)
        case AskedKind.CHOICE:
            choices = tuple(Option(key, Verbatim(_words(text))) for key, text in asked.choices)
            return fields.choice(asked.key, label, choices)
        case AskedKind.NUMBER:
            return fields.number(asked.key, label, minimum=0, maximum=1_000_000)
        case AskedKind.TRUE:
            question = i18n.sentence(N_("Is this so? {statement}"), {"statement": label})
            return fields.one_of(asked.key, Verbatim(question), YES_NO)


def _answers(scheme: Scheme, form: Form) -> tuple[dict[str, object], dict[str, bool]]:
    facts: dict[str, object] = {}
    true: dict[str, bool] = {}
    for asked in asked_of(scheme):
        value = form.values[asked.key]
        if asked.kind is AskedKind.TRUE:
            if value in {"yes", "no"}:
                true[asked.key] = value == "yes"
        elif isinstance(value, int):
            facts[asked.key] = Fraction(value)
        elif value:
            facts[asked.key] = value
    return facts, true


def _view(scheme: Scheme, found: SelfFinding) -> FindingView:
    language = i18n.language()
    papers = {each.key: said(each.title, language) for _, each in scheme.documents()}
    wanted = papers.get(found.evidence, "") if found.result is not Result.NOT_MET else ""
    return FindingView(
        question=_words(found.question),
        result=found.result.value,
        reason=i18n.text(found.reason),
        advice=i18n.text(found.advice) if found.advice else "",
        paper=wanted,
    )


def _words(label: Text | Message) -> str:
    return i18n.text(label) if isinstance(label, Message) else said(label, i18n.language())
