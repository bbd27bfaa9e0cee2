"""Pages on which a fund manager changes the rules of a draft, or of a corrigendum in work.

All of them are topics (`office_calls_topics`): the same form, read and kept in one way.
"""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls_edit
from app.actions.act import Act
from app.actions.calls import CHANGED
from app.actions.calls_edit import Edit
from app.errors import Invalid
from app.i18n import text
from app.i18n.marks import N_
from app.queries.calls import CallPage
from app.queries.calls_findings import CallFinding, findings_of
from app.rules.scheme_edit import value_at
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, filled, read
from app.web.office_calls_asked import shown_values, typed_values
from app.web.office_calls_draft import (
    Difference,
    changeable,
    differences,
    version_of,
    with_version,
)
from app.web.office_calls_findings import Told, one, topic_href
from app.web.office_calls_topics import LOTS, Topic, topic_for, topic_of

router = APIRouter(prefix="/calls/{call_id:int}")
VERSION = fields.hidden("version")


@dataclass(frozen=True, slots=True)
class RulesPage:
    """`told` are findings of this page that no field shows; `theirs` what somebody else saved."""

    call: CallPage
    topic: Topic
    form: Form
    told: tuple[Told, ...]
    theirs: tuple[Difference, ...]
    parent_title_text: str
    hrefs: dict[str, str]


@router.get("/lots")
def office_call_lots(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _open(request, reader, call_id, LOTS)


@router.post("/lots")
def office_call_lots_save(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    return _save(request, posted, act, call_id, LOTS)


@router.get("/rules/{topic:path}")
def office_call_rules_edit(
    request: Request, reader: Reader, call_id: int, topic: str
) -> HTMLResponse:
    return _open(request, reader, call_id, topic)


@router.post("/rules/{topic:path}")
def office_call_rules_save(
    request: Request, posted: Posted, act: InAct, call_id: int, topic: str
) -> Response:
    return _save(request, posted, act, call_id, topic)


def _open(request: Request, reader: Reader, call_id: int, key: str) -> HTMLResponse:
    call = changeable(reader, call_id)
    topic = topic_for(call.working, key)
    found = _findings(call, key, reader)
    form = _filled(call, topic).with_errors(_at_fields(topic, found))
    return _show(request, call, topic, form, found)


def _save(request: Request, posted: Posted, act: InAct, call_id: int, key: str) -> Response:
    call = changeable(act, call_id)
    topic = topic_for(call.working, key)
    form = read((*(each.field for each in topic.asked), VERSION), posted)
    op = str(posted.get("op") or "")
    form = _without_removed(topic, form, op)
    theirs: tuple[Difference, ...] = ()
    if not form.errors:
        version = version_of(str(form.values["version"]))
        try:
            calls_edit.change_rules(act, call_id, _edit(call, topic, form, op), version=version)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
            if CHANGED in problem.fields.values():
                theirs = differences(form, _filled(call, topic))
        else:
            return _after(request, act, topic, call_id, op)
    call = changeable(act, call_id)
    found = _findings(call, key, act)
    return _show(request, call, topic, with_version(form, call), found, theirs, status=422)


def _show(
    request: Request,
    call: CallPage,
    topic: Topic,
    form: Form,
    found: tuple[CallFinding, ...],
    theirs: tuple[Difference, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    at_fields = {each.path for each in topic.asked}
    rest = [each for each in found if not (each.is_error and each.message.path in at_fields)]
    scheme = call.working
    page = RulesPage(
        call=call,
        topic=topic,
        form=form,
        told=tuple(
            one(request, call, scheme, each.message, is_error=each.is_error) for each in rest
        ),
        theirs=theirs,
        parent_title_text=topic_for(scheme, topic.parent).title_text if topic.parent else "",
        hrefs={
            key: topic_href(request, call.id, key)
            for key in (topic.parent, *(line.topic for line in topic.lines))
            if key
        },
    )
    return pages.render(request, "office/call_rules.html", page=page, status=status)


def _filled(call: CallPage, topic: Topic) -> Form:
    asked = (*(each.field for each in topic.asked), VERSION)
    values = {**shown_values(call.working, topic.asked), "version": str(call.version)}
    return filled(asked, values)


def _findings(call: CallPage, key: str, reader: Read | Act) -> tuple[CallFinding, ...]:
    """Return what this page can mend, and on a page with lines what those pages can."""
    found = findings_of(call.working, call.dates, reader.now)
    return tuple(
        each
        for each in found
        if (home := topic_of(each.message.path)) == key or home.startswith(f"{key}/")
    )


def _at_fields(topic: Topic, found: tuple[CallFinding, ...]) -> dict[str, str]:
    """Return errors by the name of the field that mends them."""
    names = {each.path: each.field.name for each in topic.asked}
    return {
        names[each.message.path]: text(each.message)
        for each in found
        if each.is_error and each.message.path in names
    }


def _without_removed(topic: Topic, form: Form, op: str) -> Form:
    """What is taken out need not be filled in first."""
    gone = {
        name
        for group in topic.groups
        if group.item and op == f"remove:{group.item}"
        for name in group.names
    }
    return replace(
        form, errors={name: said for name, said in form.errors.items() if name not in gone}
    )


def _edit(call: CallPage, topic: Topic, form: Form, op: str) -> Edit:
    deed, _, what = op.partition(":")
    values = typed_values(
        call.working,
        [
            each
            for each in topic.asked
            if not (deed == "remove" and each.path.startswith(f"{what}."))
        ],
        form.values,
    )
    items = set(topic.items())
    if deed == "remove" and what in items:
        return Edit(values, remove=what)
    if deed == "raise" and what in items:
        return Edit(values, raise_=what)
    for adding in topic.adding:
        if deed == "add" and what == adding.label:
            return Edit(values, add=(adding.path, adding.item()))
    for switch in topic.switches:
        if deed == "switch" and what == switch.name:
            return Edit({**values, switch.path: switch.value})
    return Edit(values)


def _after(request: Request, act: InAct, topic: Topic, call_id: int, op: str) -> Response:
    """Stay where something is left to do; else go where the person came from."""
    call = changeable(act, call_id)
    key = _added(call, topic, op) or topic.key
    stays = bool(op) or key != topic.key
    found = _findings(call, key, act)
    if not op and any(each.is_error and topic_of(each.message.path) == key for each in found):
        notice = N_("Saved, but something does not fit yet.")
        return pages.redirect_to(request, topic_href(request, call_id, key), notice=notice)
    if stays or topic.parent:
        target = key if stays else topic.parent
        return pages.redirect_to(request, topic_href(request, call_id, target), notice=N_("Saved."))
    home = "office_call" if call.is_draft else "office_call_correction"
    return pages.redirect(request, home, call_id=call_id, notice=N_("Saved."))


def _added(call: CallPage, topic: Topic, op: str) -> str:
    """Return the page of an item that was just added."""
    for adding in topic.adding:
        if op == f"add:{adding.label}":
            last = len(value_at(call.working, adding.path)) - 1
            return topic_of(f"{adding.path}[{last}]")
    return ""
