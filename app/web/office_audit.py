"""The audit trail for auditors, fund managers and administrators: read only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.errors import Forbidden
from app.i18n import text
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.i18n.said import all_sentences
from app.queries.audit import AuditFilter, AuditLine, AuditPage, audit_page
from app.rules.messages import Message
from app.rules.permissions import GRANTED, Actor, Permission
from app.web import fields, pages
from app.web.deps import Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, read

# The largest number that the database has for an entry.
EntryNumber = Annotated[int, Query(ge=1, le=2**63 - 1)]

router = APIRouter(prefix="/office")

_OBJECT = "audit.object."


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry with its object named and its reasons as pairs of what and value."""

    entry: AuditLine
    object_name: str
    event: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TrailPage:
    form: Form
    lines: tuple[TrailLine, ...]
    older_href: str
    is_filtered: bool


def filter_fields() -> tuple[Field, ...]:
    kinds = sorted(
        code.removeprefix(_OBJECT) for code in all_sentences() if code.startswith(_OBJECT)
    )
    options = (Option("", N_("Everything")), *(Option(k, Verbatim(_name(k))) for k in kinds))
    return (
        fields.choice("object_type", N_("What"), options),
        fields.number("object_id", N_("Number"), maximum=2**62),
        fields.text("person", N_("Who"), max_length=100),
        fields.date_of("since", N_("From")),
        fields.date_of("until", N_("To")),
    )


@router.get("/audit")
def office_audit(request: Request, reader: Reader, before: EntryNumber | None = None) -> Response:
    _only_readers(reader.actor)
    form = read(filter_fields(), request.query_params)
    found = audit_page(reader.session, reader.actor, _wanted(form, before))
    page = TrailPage(
        form,
        tuple(_line(entry) for entry in found.lines),
        _older(request, found),
        is_filtered=any(texts != ("",) for texts in form.typed.values()),
    )
    status = 422 if form.errors else 200
    return pages.render(request, "office/audit.html", page=page, status=status)


def _only_readers(actor: Actor) -> None:
    if not any(Permission.SEE_AUDIT in GRANTED[role] for role in actor.roles):
        said = N_("Your role does not allow you to {permission}. Ask the fund manager.")
        raise Forbidden(said, permission=Permission.SEE_AUDIT.value)


def _wanted(form: Form, before: int | None) -> AuditFilter:
    number = form.values["object_id"]
    until = form.values["until"]
    return AuditFilter(
        object_type=str(form.values["object_type"] or ""),
        object_id=number if isinstance(number, int) else None,
        person=str(form.values["person"] or ""),
        since=_midnight(form.values["since"]),
        until=_midnight(until + timedelta(days=1) if isinstance(until, date) else None),
        before_id=before,
    )


def _midnight(day: object) -> datetime | None:
    """Return the beginning of a day in Belgrade."""
    if not isinstance(day, date):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _older(request: Request, found: AuditPage) -> str:
    if found.older_id is None:
        return ""
    return f"?{request.url.include_query_params(before=found.older_id).query}"


def _line(entry: AuditLine) -> TrailLine:
    reasons = tuple(
        (_spaced(name), _plain(value))
        for name, value in entry.detail.items()
        if value not in ("", None)
    )
    return TrailLine(entry, _name(entry.object_type), _spaced(entry.event), reasons)


def _name(kind: str) -> str:
    code = f"{_OBJECT}{kind}"
    return text(Message(code)) if code in all_sentences() else _spaced(kind)


def _spaced(code: str) -> str:
    return code.replace("_", " ")


def _plain(value: object) -> str:
    """Show what JSON holds so that a person can read it."""
    if isinstance(value, dict):
        return "; ".join(f"{_spaced(str(name))}: {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value)
