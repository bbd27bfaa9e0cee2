"""Corrigenda: prepare a correction of a published call, publish it as a version, drop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.actions import mail
from app.actions.act import Act
from app.actions.calls_scheme import searchable, write_scheme
from app.actions.calls_versions import write_first, write_version
from app.errors import Conflict, Invalid
from app.i18n import DEFAULT
from app.i18n.marks import N_
from app.models import Call, Stage
from app.queries import calls as call_queries
from app.queries.calls_correction import (
    Standing,
    correction_findings,
    current_deadline,
    standing,
)
from app.queries.calls_versions import submitted_addresses
from app.queries.contacts import applicants_of
from app.queries.scheme_words import told_changes
from app.queries.schemes import scheme_from
from app.rules.lifecycle import CALL
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.scheme_json import digest

NOTHING_PREPARED = N_(
    "No corrigendum is prepared for this call. Somebody may have published or dropped it."
)
NO_REASON = N_("Enter why the call is corrected. Everybody will read it.")
_READ_AGAIN = N_("The corrigendum changed after you opened this page. Read it again first.")
_NOT_NOW = N_(
    "A call is corrected while it takes applications; afterwards only its money, and not "
    "while awards are being decided."
)
_DATES = {"dates.closes_at": "closes_at", "dates.opens_at": "opens_at"}
_IN_WORK = N_("A corrigendum is in work already. Change it, publish it or drop it.")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is published: why, and the new dates or None; `seen` is what the person read."""

    reason: str
    closes_at: datetime | None = None
    seen: str | None = None
    opens_at: datetime | None = None


def prepare(act: Act, call_id: int) -> None:
    """Begin a corrigendum: a copy of the rules that only the authority sees."""
    call = act.load(Call, call_id, to=Permission.EDIT_CALL)
    if "correct" not in CALL.events_from(call.state):
        raise Conflict(_NOT_NOW)
    if call.correction is not None:
        raise Conflict(_IN_WORK)
    call.correction = {"rules": call.template, "title": call.title, "summary": call.summary}
    act.record(call, "prepare_correction", digest=call.digest)


def drop(act: Act, call_id: int) -> None:
    """Throw a prepared corrigendum away; the call stays as it is published."""
    call = act.load(Call, call_id, to=Permission.EDIT_CALL)
    if call.correction is None:
        raise Conflict(NOTHING_PREPARED)
    act.record(call, "drop_correction", digest=digest(call.correction))
    call.correction = None


def correct(act: Act, call_id: int, wanted: Correction) -> int:
    """Publish the prepared corrigendum for all, tell everybody who began; return its number.

    Invalid names every change that is not allowed now and every inconsistency that it makes.
    Applications that were sent in stay as they are, under the version they name.
    """
    call = act.load(Call, call_id, to=Permission.PUBLISH_CALL)
    if call.correction is None:
        raise Conflict(NOTHING_PREPARED)
    # Somebody may have run the allocation since: it divided the envelope that is published.
    if "correct" not in CALL.events_from(call.state):
        raise Conflict(_NOT_NOW)
    if wanted.seen is not None and wanted.seen != digest(call.correction):
        raise Conflict(_READ_AGAIN)
    stages = _stages(act, call)
    found = standing(act.session, call_id, act.now, wanted.closes_at, wanted.opens_at)
    _refuse(found, wanted.reason)
    was = _told(call)
    write_first(act, call, stages)
    _move_opening(call, stages, wanted.opens_at)
    move_deadline(call, stages, wanted.closes_at)
    number = _publish(act, call, stages, wanted.reason)
    rules_were, rules_are = told_changes(found.before, found.after, found.changes)
    act.move(
        call,
        "correct",
        version=number,
        reason=wanted.reason,
        was={**was, "rules": rules_were},
        now={**_told(call), "rules": rules_are},
    )
    _tell(act, call, stages, wanted.reason, number)
    return number


def move_deadline(call: Call, stages: Sequence[Stage], closes_at: datetime | None) -> None:
    """Set the deadline in force; stages that close together move together."""
    deadline = current_deadline(stages)
    if closes_at is None or deadline is None or closes_at == deadline:
        return
    for stage in stages:
        if stage.state in {"waiting", "open"} and stage.closes_at == deadline:
            stage.closes_at = closes_at
            if stage.position == 1:
                call.closes_at = closes_at


def _move_opening(call: Call, stages: Sequence[Stage], opens_at: datetime | None) -> None:
    """Set when the call opens; stages that open with it move together."""
    old = call.opens_at
    if opens_at is None or opens_at == old:
        return
    call.opens_at = opens_at
    for stage in stages:
        if stage.opens_at == old:
            stage.opens_at = opens_at


def _told(call: Call) -> dict[str, object]:
    return {
        "title": call.title,
        "summary": call.summary,
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "digest": call.digest,
    }


def _refuse(found: Standing, reason: str) -> None:
    wrong: dict[str, str | Message] = {}
    if not reason.strip():
        wrong["reason"] = NO_REASON
    for number, message in enumerate(correction_findings(found)):
        field = _DATES.get(message.path, f"{number}:{message.path}")
        wrong.setdefault(field, message)
    if wrong:
        raise Invalid(wrong)


def _publish(act: Act, call: Call, stages: Sequence[Stage], reason: str) -> int:
    assert call.correction is not None
    prepared = call.correction
    told = {"title": prepared["title"], "summary": prepared["summary"]}
    version = write_version(act, call, prepared["rules"], stages, reason=reason, **told)
    call.title, call.summary, call.correction = told["title"], told["summary"], None
    authority = call_queries.authority_name(act.session, call.authority_id)
    call.search_text = searchable(call, authority)
    write_scheme(act, call, scheme_from(prepared["rules"]), template=prepared["rules"])
    return version.number


def _stages(act: Act, call: Call) -> Sequence[Stage]:
    return act.load_many(
        Stage,
        Stage.call_id == call.id,
        to=Permission.PUBLISH_CALL,
        within=call,
        order_by=Stage.position.asc(),
    )


def _tell(act: Act, call: Call, stages: Sequence[Stage], reason: str, number: int) -> None:
    """Who has sent in is told that it stands, and how to send in another one in time."""
    everybody = applicants_of(act.session, call.id)
    sent = submitted_addresses(act.session, call.id)
    for has_sent in (False, True):
        subject, body = mail.filled(
            "call_corrected",
            locale=DEFAULT,
            call=call.title,
            code=call.code,
            number=number,
            reason=reason,
            closes_at=current_deadline(stages),
            has_sent=has_sent,
            path=f"/calls/{call.id}/versions/{number}",
        )
        addresses = [one for one in everybody if (one in sent) is has_sent]
        mail.post_many(act, to=addresses, subject=subject, body=body)
