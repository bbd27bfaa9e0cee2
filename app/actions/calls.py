"""A call from the template to publication; then it is frozen, and a corrigendum changes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from app.actions import interview_mail, invitations, mail, stages
from app.actions.act import Act
from app.actions.calls_scheme import (
    searchable,
    working_scheme,
    write_scheme,
    write_working,
)
from app.actions.calls_versions import write_version
from app.actions.mail import Letter
from app.actions.templates import library_scheme
from app.errors import Conflict, Invalid
from app.i18n import DEFAULT
from app.i18n.marks import N_
from app.models import Award, Call, Stage
from app.queries import calls as call_queries
from app.queries.calls_findings import findings
from app.queries.contacts import applicants_of
from app.queries.schemes import scheme_from, scheme_of
from app.rules.call_clock import opens_with_the_call
from app.rules.lifecycle import STAGE
from app.rules.messages import Message
from app.rules.permissions import Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_json import digest
from app.rules.scheme_money import Lot as LotRules
from app.rules.scheme_text import Text

CHANGED = N_(
    "Somebody changed this call after you opened this page. What you typed is still here: "
    "compare it with the call, then save again."
)
FROZEN = N_(
    "This call is published. Its rules are frozen: prepare a corrigendum to change what may still "
    "be changed."
)
_CODE_TAKEN = N_("Another call of this authority has this code. Choose a different one.")
_CODE_FORM = N_("Use letters, digits and hyphens only, for example GRANTS-2027-01.")

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class LotChange:
    """What a fund manager sets for one lot; the rest of a lot comes from the template."""

    code: str
    title: str
    envelope_cents: int
    min_grant_cents: int
    max_grant_cents: int | None


def start(act: Act, *, authority_id: int, template_key: str, code: str, title: str) -> int:
    """Start a draft from a template of the library and return the id of the call."""
    act.allow(Permission.EDIT_CALL, Facts(authority_id=authority_id))
    authority = call_queries.authority_name(act.session, authority_id)
    code = good_code(act.session, authority_id, code)
    scheme = library_scheme(template_key)
    call = Call(
        authority_id=authority_id,
        code=code,
        title=title,
        template_key=template_key,
        template={},
        envelope_cents=scheme.envelope_cents,
        created_at=act.now,
        created_by=act.actor.user_id,
    )
    act.create(call, to=Permission.EDIT_CALL)
    call.search_text = searchable(call, authority)
    write_scheme(act, call, scheme)
    act.record(call, "start", template=template_key, code=code, title=title)
    return call.id


def change_basics(
    act: Act, call_id: int, *, code: str, title: str, summary: str, version: int | None = None
) -> None:
    """Change how the call is named and introduced. `version` is the one the person looked at.

    A corrigendum changes title and summary; the code of a published call stays.
    """
    call = editable(act, call_id, version)
    if call.correction is not None:
        was = {"title": call.correction["title"], "summary": call.correction["summary"]}
        told = {"title": title, "summary": summary}
        call.correction = {**call.correction, **told}
        act.record(call, "change_basics", was=was, now=told)
        return
    before = {"code": call.code, "title": call.title, "summary": call.summary}
    call.code = good_code(act.session, call.authority_id, code, besides=call_id)
    call.title, call.summary = title, summary
    authority = call_queries.authority_name(act.session, call.authority_id)
    call.search_text = searchable(call, authority)
    after = {"code": call.code, "title": title, "summary": summary}
    act.record(call, "change_basics", was=before, now=after)


def change_dates(
    act: Act,
    call_id: int,
    *,
    opens_at: datetime,
    closes_at: datetime,
    reserve_valid_until: date | None = None,
    version: int | None = None,
) -> None:
    """Set when the call takes applications, and to when its reserve list is valid."""
    call = editable(act, call_id, version, is_draft=True)
    stages.check_dates(opens_at, closes_at, now=act.now)
    scheme = scheme_of(act.session, call_id)
    allocation = replace(scheme.allocation, reserve_valid_until=reserve_valid_until)
    write_scheme(act, call, replace(scheme, allocation=allocation))
    was = _dates_of(call, scheme.allocation.reserve_valid_until)
    _set_window(act, call, scheme, opens_at, closes_at)
    act.record(call, "change_dates", was=was, now=_dates_of(call, reserve_valid_until))


def change_lots(
    act: Act,
    call_id: int,
    *,
    envelope_cents: int,
    lots: Sequence[LotChange],
    version: int | None = None,
) -> None:
    """Set the money of the call and of each lot, as the manager states them.

    Sums that do not fit are saved and told as findings: a person works on several numbers
    at once. Only publishing refuses them. Invalid for a lot that the call does not have.
    """
    call = editable(act, call_id, version)
    scheme = working_scheme(call)
    changes = {change.code: change for change in lots}
    if changes.keys() != {lot.code for lot in scheme.lots}:
        raise Invalid({"": N_("The lots on the page are not those of the call. Open it again.")})
    language = scheme.languages[0]
    changed = tuple(_changed_lot(lot, changes[lot.code], language) for lot in scheme.lots)
    write_working(act, call, replace(scheme, envelope_cents=envelope_cents, lots=changed))
    act.record(
        call,
        "change_lots",
        was=_money_of(scheme),
        now=_money_of(replace(scheme, envelope_cents=envelope_cents, lots=changed)),
    )


def publish(act: Act, call_id: int, *, seen: str | None = None) -> str:
    """Freeze the rules, give the call to the public, and return the digest.

    `seen` is the digest of the rules that the person was shown: if they changed since,
    nobody publishes what they have not read. Invalid lists every error that forbids it.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if call.state != "draft":
        raise Conflict(FROZEN)
    name = digest(call.template)
    if seen is not None and seen != name:
        raise Conflict(N_("The rules changed after you opened this page. Read them again first."))
    errors = [each.message for each in findings(act.session, call_id, act.now) if each.is_error]
    if errors:
        raise Invalid(_by_place(errors))
    assert call.opens_at is not None
    assert call.closes_at is not None
    # An opening that has passed in the meantime means: opens with its publication.
    opens_at = max(call.opens_at, act.now)
    _set_window(act, call, scheme_from(call.template), opens_at, call.closes_at)
    rows = act.load_many(Stage, Stage.call_id == call_id, to=Permission.PUBLISH_CALL, within=call)
    write_version(act, call, call.template, rows, reason="")
    call.digest, call.published_at = name, act.now
    act.move(call, "publish", digest=name, opens_at=opens_at, closes_at=call.closes_at)
    stages.by_clock(act, call_id)
    invitations.invite_named(act, call, scheme_from(call.template))
    return name


def cancel(act: Act, call_id: int, *, reason: str) -> None:
    """End a call before awards are decided and tell everybody who began to apply.

    Applications stay as they are, on record.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if not reason.strip():
        raise Invalid({"reason": N_("Enter why the call is cancelled. Applicants will read it.")})
    rows = act.load_many(Stage, Stage.call_id == call_id, to=Permission.PUBLISH_CALL, within=call)
    mine = (Award.call_id == call_id, Award.state == "proposed")
    proposed = act.load_many(Award, *mine, to=Permission.PUBLISH_CALL, within=call)
    # Nobody is given anything in it, so nothing of its money stays bound.
    act.move_many(proposed, "discard", reason=reason)
    act.move(call, "cancel", reason=reason)
    call.stopped_at, call.stop_reason = act.now, reason
    running = [row for row in rows if "cancel" in STAGE.events_from(row.state)]
    act.move_many(running, "cancel", reason=reason)
    _tell_of_cancelling(act, call, reason)


def _tell_of_cancelling(act: Act, call: Call, reason: str) -> None:
    """Write to applicants and to whoever was to hold interviews, which leave their calendars."""
    off = interview_mail.calendars_off(act, call)
    said = {
        has_hour: mail.filled(
            "call_cancelled",
            locale=DEFAULT,
            call=call.title,
            code=call.code,
            reason=reason,
            has_hour=has_hour,
            path=f"/calls/{call.id}",
        )
        for has_hour in (False, True)
    }
    people = sorted({*applicants_of(act.session, call.id), *off})
    mail.post_letters(act, (Letter(to, *said[to in off], off.get(to, "")) for to in people))


def editable(act: Act, call_id: int, version: int | None, *, is_draft: bool = False) -> Call:
    """Lock a draft, or a call with a corrigendum in work; Invalid if another person was faster.

    `version` is the one the person looked at. With `is_draft` only a draft will do.
    """
    call = act.load(Call, call_id, to=Permission.EDIT_CALL)
    if call.state != "draft" and (is_draft or call.correction is None):
        raise Conflict(FROZEN)
    if version is not None and version != call.version:
        raise Invalid({"": CHANGED})
    return call


def good_code(session: Session, authority_id: int, code: str, *, besides: int = 0) -> str:
    """The code stands in references and file names, so it keeps to letters that travel."""
    upper = code.strip().upper()
    if not upper.replace("-", "").isalnum() or not upper.isascii():
        raise Invalid({"code": _CODE_FORM})
    if call_queries.code_is_taken(session, authority_id, upper, besides=besides):
        raise Invalid({"code": _CODE_TAKEN})
    return upper


def _set_window(
    act: Act, call: Call, scheme: Scheme, opens_at: datetime, closes_at: datetime
) -> None:
    call.opens_at, call.closes_at = opens_at, closes_at
    rows = act.load_many(Stage, Stage.call_id == call.id, to=Permission.EDIT_CALL, within=call)
    for row in rows:
        if opens_with_the_call(scheme, scheme.stage(row.key)):
            row.opens_at, row.closes_at = opens_at, closes_at


def _changed_lot(lot: LotRules, change: LotChange, language: str) -> LotRules:
    return replace(
        lot,
        title=Text({**lot.title, language: change.title}),
        envelope_cents=change.envelope_cents,
        min_grant_cents=change.min_grant_cents,
        max_grant_cents=change.max_grant_cents,
    )


def _money_of(scheme: Scheme) -> dict[str, object]:
    lots = {
        lot.code: {
            "title": lot.title.get(scheme.languages[0], ""),
            "envelope_cents": lot.envelope_cents,
            "min_grant_cents": lot.min_grant_cents,
            "max_grant_cents": lot.max_grant_cents,
        }
        for lot in scheme.lots
    }
    return {"envelope_cents": scheme.envelope_cents, "lots": lots}


def _dates_of(call: Call, reserve_valid_until: date | None) -> dict[str, object]:
    return {
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "reserve_valid_until": reserve_valid_until,
    }


def _by_place(errors: Sequence[Message]) -> dict[str, Message]:
    """Two errors at one place are two errors."""
    return {f"{number}:{each.path}": each for number, each in enumerate(errors)}
