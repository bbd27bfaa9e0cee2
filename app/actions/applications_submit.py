"""Sending in: every check again on the server, then one immutable record of what was received."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import i18n, registers
from app.actions import applications_again, mail, receipts
from app.actions.act import Act
from app.actions.applications import TO
from app.actions.applications_draft import Draft, open_draft
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Application, Submission
from app.queries import applications as reading
from app.queries import applications_case
from app.queries.applications import Entry
from app.queries.calls_versions import HeldRules, hold_rules
from app.rules.messages import Message
from app.rules.readiness import Case, Money, PartKind, readiness
from app.rules.scheme_json import digest
from app.rules.scheme_text import said
from app.rules.search_text import search_text

LATE = N_(
    "The deadline was {closes_at}. Your application arrived after it, on {received_at} (by the"
    " clock of this server at {clock}), so it cannot be taken."
)
SUSPENDED = N_(
    "This call is suspended: nothing can be sent in at present. Your draft is kept, and you will"
    " be told by mail when the call goes on. Its public page says why."
)
TOO_EARLY = N_("Applications are taken from {opens_at} to {closes_at}.")


def submit(
    act: Act, entry_id: int, *, received_at: datetime, submitted_by: int | None = None
) -> int:
    """Send in the draft of a stage; return the id of the submission.

    Lateness is judged by when the request arrived, not by when its turn came. Invalid
    names every part that is not ready; Conflict says that it is late, or that somebody
    else of the organisation was faster.
    """
    rules = hold_rules(act.session, entry_id)
    draft = open_draft(act, entry_id)
    entry = reading.with_contents(act.session, draft.entry)
    refuse_outside_of_time(entry, received_at)
    case = applications_case.case_of(entry)
    refuse_unready(case)
    money = case.money
    _write(draft.application, entry, case, received_at)
    draft.application.requested_cents = money.requested_cents
    moves = {"draft": "submit", "invited": "submit_next_stage"}
    if draft.application.state in moves:
        act.move(draft.application, moves[draft.application.state], stage=entry.stage_key)
    # Written after the application has moved, so that the entry is written once.
    draft.row.received_at = received_at
    draft.row.requested_cents = money.requested_cents
    draft.row.total_cents = money.total_cents
    draft.row.submitted_by = submitted_by if submitted_by is not None else act.actor.user_id
    act.move(draft.row, "submit", received_at=received_at)
    return _record(act, draft, entry, case, rules)


def refuse_outside_of_time(entry: Entry, received_at: datetime) -> None:
    """Raise the Conflict that names both times; the last instant of the deadline is in time."""
    opens_at, closes_at = entry.opens_at, entry.closes_at
    if entry.call_state == "cancelled":
        raise Conflict(N_("This call was cancelled."))
    if entry.call_state == "suspended":
        raise Conflict(SUSPENDED)
    if opens_at is None or closes_at is None or received_at < opens_at:
        raise Conflict(TOO_EARLY, opens_at=opens_at, closes_at=closes_at)
    if received_at > closes_at:
        # Both times may fall into one minute, so the clock is shown to the second.
        clock = received_at.astimezone(i18n.formats.ZONE).strftime("%H:%M:%S")
        raise Conflict(LATE, closes_at=closes_at, received_at=received_at, clock=clock)


def refuse_unready(case: Case) -> None:
    """Raise Invalid with the first thing that is missing in each part."""
    missing: dict[str, Message] = {}
    for part in readiness(case):
        if part.messages:
            place = part.key if part.kind is PartKind.SECTION else part.kind.value
            missing[place] = part.messages[0]
    if missing:
        raise Invalid(missing)


def _write(application: Application, entry: Entry, case: Case, received_at: datetime) -> None:
    """Put what lists, rankings and letters need where they look for it."""
    title = case.fact("action_title")
    application.title = title if isinstance(title, str) and title else application.title
    application.region = _region(case) or application.region or entry.applicant.region
    application.submitted_at = application.submitted_at or received_at
    words = (entry.reference, application.title, entry.applicant.name, entry.applicant.municipality)
    application.search_text = search_text(" ".join(words))
    # What was sent in is seen anyway; the consent was for this draft and for no later one.
    application.draft_shared_at = application.draft_shared_by = None


def _region(case: Case) -> str:
    """Return the region of the place in which the action happens, where the form asks for it."""
    key = case.fact("place")
    place = registers.local_government(key) if isinstance(key, str) else None
    return place.nuts2 if place else ""


def _record(act: Act, draft: Draft, entry: Entry, case: Case, rules: HeldRules) -> int:
    application, row = draft.application, draft.row
    snapshot = snapshot_of(entry, case, str(application.title))
    before = None
    if entry.is_taken_back:
        before = applications_again.replace_standing(act, application, row)
    number = before.number + 1 if before else 1
    sent = _as_sent(act, draft, entry)
    name = digest(snapshot)
    received = receipts.Received(
        entry=sent,
        files=entry.files,
        digest=name,
        money=Money(row.requested_cents, row.total_cents),
        number=number,
        replaces_received_at=before.received_at if before else None,
        partners=tuple(partner.name for partner in case.partners),
        rules_version=rules.number,
        rules_digest=rules.digest,
    )
    submission = act.create(
        Submission(
            entry_id=entry.entry_id,
            number=number,
            rules_version=rules.number,
            application_id=entry.application_id,
            received_at=row.received_at,
            submitted_by=row.submitted_by,
            snapshot=snapshot,
            digest=name,
            receipt_context=receipts.context(act.session, received),
        ),
        to=TO,
        within=application,
    )
    act.enqueue("receipts.render", submission_id=submission.id)
    _confirm(act, sent)
    return submission.id


def _as_sent(act: Act, draft: Draft, entry: Entry) -> Entry:
    """Return the entry as it is from now on, read again only where another person sent it in."""
    row = draft.row
    if row.submitted_by != act.actor.user_id:
        return reading.frame(act.session, entry.entry_id)
    title = draft.application.title
    who = act.actor.name
    return replace(entry, title=title, received_at=row.received_at, submitted_by=who)


def snapshot_of(entry: Entry, case: Case, title: str) -> Mapping[str, Any]:  # Any: JSON
    """Return what was received as JSON: enough to read it without any other table."""
    language = entry.scheme.languages[0]
    titles = {each.key: said(each.title, language) for each in entry.stage.documents}
    money: Money = case.money
    return {
        "version": 1,
        "call": entry.call_code,
        "lot": entry.lot_code,
        "stage": entry.stage_key,
        "reference": entry.reference,
        "title": title,
        "applicant": {"name": entry.applicant.name, **entry.applicant.attributes},
        "answers": {key: value for key, value in entry.answers.items() if key[:1] != "#"},
        "requested_cents": money.requested_cents,
        "total_cents": money.total_cents,
        **_budget(entry),
        "files": [
            {
                "requirement": file.requirement,
                "title": titles.get(file.requirement, file.requirement),
                "name": file.filename,
                "size_bytes": file.size_bytes,
                "sha256": file.sha256,
            }
            for file in entry.files
        ],
    }


def _budget(entry: Entry) -> dict[str, Any]:  # Any: JSON
    return {
        "lines": [
            {
                "heading": line.heading,
                "description": line.description,
                "unit": line.unit,
                "units": str(line.units),
                "unit_value_cents": line.unit_value_cents,
                "total_cents": line.total_cents,
            }
            for line in entry.lines
        ],
        "sources": [
            {"kind": source.kind, "name": source.name, "amount_cents": source.amount_cents}
            for source in entry.sources
        ],
    }


def _confirm(act: Act, sent: Entry) -> None:
    """Write to whoever sent it in and to the organisation; one message to one address."""
    subject, body = mail.filled(
        "application_received",
        locale=i18n.DEFAULT,
        call=sent.call_title,
        stage=said(sent.stage.title, sent.scheme.languages[0]),
        reference=sent.reference,
        title=sent.title,
        received_at=sent.received_at,
        submitted_by=sent.submitted_by,
        path=f"/applications/{sent.application_id}/{sent.stage_key}/receipt",
    )
    addresses = sorted({act.actor.email, sent.applicant.email} - {""})
    mail.post_many(act, to=addresses, subject=subject, body=body)
