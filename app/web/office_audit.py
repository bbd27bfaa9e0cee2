"""The audit trail for auditors, fund managers and administrators: read only, and as a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.errors import Conflict, Forbidden, NotFound
from app.i18n import language
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.i18n.said import all_sentences
from app.queries.audit import (
    AuditFilter,
    AuditLine,
    AuditPage,
    audit_batches,
    audit_count,
    audit_page,
)
from app.queries.audit_objects import audit_objects, by_reference, whole
from app.queries.audit_words import words_of
from app.rules.permissions import GRANTED, Actor, Facts, Permission, may
from app.web import audit_sheet, award_sheet, fields, pages, sent_file, trail_words
from app.web.deps import Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, read
from app.web.trail_words import Entry, Objects

# The largest number that the database has for an entry.
EntryNumber = Annotated[int, Query(ge=1, le=2**63 - 1)]
_LARGEST = 2**62

router = APIRouter(prefix="/office")

_OBJECT = "audit.object."
_SHEETS = ("csv", "xlsx")

# Which page shows an object, what its address takes, and who may open it.
_PAGES = {
    "agreement": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "application": ("office_application", "application_id", Permission.SEE_APPLICATIONS),
    "authority": ("admin_authority", "authority_id", Permission.MANAGE_AUTHORITY),
    "award": ("office_evidence", "award_id", Permission.SEE_AUDIT),
    "call": ("office_call", "call_id", Permission.SEE_CALL),
    "letters": ("office_stage_letters", "stage_id", Permission.SEE_APPLICATIONS),
    "payment": ("finance_payment", "payment_id", Permission.SEE_AGREEMENTS),
    "in_kind": ("office_in_kind_grant", "grant_id", Permission.SEE_ASSETS),
    "ranking": ("office_ranking", "stage_id", Permission.SEE_ASSESSMENTS),
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry in words, with the page that shows its object where the reader may open it."""

    entry: Entry
    href: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """`query` repeats the filters in the addresses of the downloads."""

    form: Form
    lines: tuple[TrailLine, ...]
    older_href: str
    is_filtered: bool
    query: Mapping[str, str]


def filter_fields() -> tuple[Field, ...]:
    options = (
        Option("", N_("Everything")),
        *(Option(kind, Verbatim(trail_words.kind_name(kind))) for kind in trail_kinds()),
    )
    hint = N_("With it comes all that belongs to it.")
    return (
        fields.choice("object_type", N_("What"), options),
        fields.text("object_id", N_("Number or reference"), hint=hint, max_length=100),
        fields.text("person", N_("Who"), max_length=100),
        fields.date_of("since", N_("From")),
        fields.date_of("until", N_("To")),
    )


@router.get("/audit")
def office_audit(request: Request, reader: Reader, before: EntryNumber | None = None) -> Response:
    _only_readers(reader.actor)
    form = read(filter_fields(), request.query_params)
    wanted = _wanted(reader, form, before)
    found = AuditPage() if form.errors else audit_page(reader.session, reader.actor, wanted)
    objects = audit_objects(reader.session, trail_words.keys_of(found.lines))
    words = words_of(reader.session, found.lines, language())
    asked = {
        name: value for name, value in request.query_params.items() if value and name != "before"
    }
    page = TrailPage(
        form,
        tuple(
            TrailLine(entry, _href(request, reader.actor, entry.line, objects))
            for entry in trail_words.entries(found.lines, objects, words)
        ),
        _older(request, found),
        is_filtered=any(texts != ("",) for texts in form.typed.values()),
        query=asked,
    )
    status = 422 if form.errors else 200
    return pages.render(request, "office/audit.html", page=page, status=status)


@router.get("/audit/trail.{kind}")
def office_audit_file(request: Request, reader: Reader, kind: str) -> Response:
    """Send all entries that fit the same filters; a wrong filter shows the page instead."""
    _only_readers(reader.actor)
    if kind not in _SHEETS:
        raise NotFound
    form = read(filter_fields(), request.query_params)
    if form.errors:
        return pages.redirect(request, "office_audit", query=dict(request.query_params))
    wanted = _wanted(reader, form, None)
    return sent_file.send(
        lambda file: audit_sheet.write(
            kind,
            audit_sheet.rows(
                reader, audit_batches(reader.session, reader.actor, wanted)
            ),
            file,
            count=_count(reader, wanted, kind),
        ),
        name=f"audit-trail-{reader.now.astimezone(ZONE):%Y-%m-%d}.{kind}",
        media_type=award_sheet.MEDIA_TYPES[kind],
    )  # fmt: skip


def _count(reader: Read, wanted: AuditFilter, kind: str) -> int:
    """Return how many rows there will be; a sheet of XLSX has an end, CSV has none."""
    if kind != "xlsx":
        return 0
    most = audit_sheet.MOST_XLSX_ROWS + 1
    count = audit_count(reader.session, reader.actor, wanted, most=most)
    if count == most:
        raise Conflict(
            N_("These are more entries than an Excel sheet can hold. Narrow the dates or take CSV.")
        )
    return count


def _only_readers(actor: Actor) -> None:
    if not any(Permission.SEE_AUDIT in GRANTED[role] for role in actor.roles):
        said = N_("Your role does not allow you to {permission}. Ask the fund manager.")
        raise Forbidden(said, permission=Permission.SEE_AUDIT.value)


def _wanted(reader: Read, form: Form, before: int | None) -> AuditFilter:
    until = form.values["until"]
    kind, typed = str(form.values["object_type"] or ""), str(form.values["object_id"] or "")
    wanted = AuditFilter(
        object_type=kind,
        person=str(form.values["person"] or ""),
        since=_midnight(form.values["since"]),
        until=_midnight(until + timedelta(days=1) if isinstance(until, date) else None),
        before_id=before,
    )
    return _about(reader, wanted, typed) if typed else wanted


def _about(reader: Read, wanted: AuditFilter, typed: str) -> AuditFilter:
    """Narrow to one object and what belongs to it, by its number or by its reference."""
    kind = wanted.object_type
    if typed.isdecimal() and int(typed) < _LARGEST:
        number = int(typed)
    else:
        known = by_reference(reader.session, typed)
        if known is None or kind not in {"", known[0]}:
            return replace(wanted, objects={})
        kind, number = known
    if kind == "call":
        return replace(wanted, object_type="", call_id=number)
    if kind:
        objects = whole(reader.session, kind, number)
        return replace(wanted, object_type="", objects=objects)
    return replace(wanted, objects=dict.fromkeys(trail_kinds(), (number,)))


def trail_kinds() -> tuple[str, ...]:
    """Return the kinds of objects that the trail speaks of."""
    return tuple(
        sorted(code.removeprefix(_OBJECT) for code in all_sentences() if code.startswith(_OBJECT))
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


def _href(request: Request, actor: Actor, line: AuditLine, objects: Objects) -> str:
    """Return the address of the page that shows the object, empty where the reader may not."""
    found = objects.get((line.object_type, line.object_id))
    if found is None or not found.page:
        return ""
    route, name, permission = _PAGES[found.page]
    facts = Facts(authority_id=line.authority_id, call_id=line.call_id)
    if may(actor, permission, facts) is not None:
        return ""
    return pages.url(request, route, None, **{name: found.page_id})
