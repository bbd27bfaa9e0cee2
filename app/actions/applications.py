"""An application from its beginning to the last change of its draft; sending in is next door.

Drafts may be incomplete and even wrong: what was typed is kept, and what is wrong with it
is told. Rows are locked in the house's order: lot, application, entry.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import delete

from app.actions import interview_mail
from app.actions.act import Act
from app.actions.applications_draft import Draft, EditedMeanwhile, open_draft
from app.errors import Invalid
from app.i18n.marks import N_
from app.models import (
    Application,
    Attachment,
    Award,
    BudgetLine,
    BudgetSource,
    Call,
    Letter,
    Lot,
    Organisation,
    StageEntry,
    StoredFile,
)
from app.queries import applications as reading
from app.queries import applications_begin, applications_case
from app.queries.applications import Entry
from app.queries.applications_parts import files_of
from app.queries.offers import call_of_application
from app.rules import lifecycle, merging
from app.rules.budget import line_total_cents
from app.rules.messages import Message, Messages
from app.rules.permissions import Permission
from app.rules.readiness import files_allowed, section_findings
from app.rules.scheme import questions_of
from app.rules.search_text import search_text

TO = Permission.APPLY
UNREAD_BUDGET = applications_case.UNREAD_BUDGET

# No letter or figure that could be taken for another one when it is read aloud.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SIGNS = _LETTERS + "23456789"


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of costs; `heading` is the code of the scheme's item, or of a heading without items.

    A heading with a flat rate is one line of one unit.
    """

    heading: str
    description: str
    units: Decimal
    unit_value_cents: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class NewSource:
    """Money of one source; `kind` is the code of the scheme's source."""

    kind: str
    amount_cents: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file whose bytes are in the store already."""

    sha256: str
    size_bytes: int
    media_type: str
    filename: str


def begin(
    act: Act, *, call_id: int, lot_code: str, organisation_id: int, blind_code: str = ""
) -> int:
    """Begin an application for an organisation in a lot of an open call; return its id.

    The organisation's row stays locked, so that two people of one town hall cannot begin
    more applications together than the call allows. `blind_code` is given only by whoever
    builds a world that has to be the same every time.
    """
    organisation = act.load(Organisation, organisation_id, to=TO)
    call = applications_begin.beginning(act.session, act.actor, call_id)
    standing = applications_begin.organised(act.session, act.actor, call_id, organisation_id)[0]
    refusal = applications_begin.refusal(call, standing, lot_code, act.now)
    if refusal is not None:
        raise refusal
    mine = (Lot.call_id == call_id, Lot.code == lot_code)
    lot = act.load_many(Lot, *mine, to=TO, within=organisation)[0]
    number, lot.next_number = lot.next_number, lot.next_number + 1
    reference = f"{call.code}/{lot.code}-{number:03d}"
    application = act.create(
        Application(
            call_id=call_id,
            lot_id=lot.id,
            organisation_id=organisation_id,
            reference=reference,
            blind_code=blind_code or new_blind_code(),
            region=organisation.region,
            created_at=act.now,
            created_by=act.actor.user_id,
            search_text=search_text(f"{reference} {organisation.name}"),
        ),
        to=TO,
    )
    _create_entry(act, application, call.first_stage_id)
    act.record(application, "begin", lot=lot_code)
    return application.id


def begin_next_stage(act: Act, application_id: int) -> int:
    """Open the next stage of an invited application as a draft; return the entry's id.

    Somebody else of the organisation may have done so: then it is that entry.
    """
    application = act.load(Application, application_id, to=TO)
    entry_id, stage_id = applications_begin.next_stage(act.session, application_id, act.now)
    return entry_id or _create_entry(act, application, stage_id)


def save_section(
    act: Act,
    entry_id: int,
    section_key: str,
    answers: Mapping[str, Any],  # Any: answers of every kind
    *,
    read: Mapping[str, str] | None = None,
    seen: Entry | None = None,
) -> Messages:
    """Keep the answers of one section as they were typed; return what is wrong with them.

    An answer of None is taken out; questions that are not named stay as they are. `read` are
    the marks of the answers that the person saw (`rules.merging`): what a colleague changed
    since then is kept, and EditedMeanwhile says where both changed one answer. `seen` is for
    `open_draft`.
    """
    draft = open_draft(act, entry_id, seen)
    section = next((each for each in draft.entry.stage.form if each.key == section_key), None)
    if section is None:
        raise Invalid({"": N_("This form has no such section.")})
    known = {question.key for question in section.questions}
    kept = {key: value for key, value in answers.items() if key in known}
    result = merging.merge(read or {}, draft.row.answers, kept)
    if result.clashes:
        raise EditedMeanwhile(draft, result.clashes, draft.row.answers)
    merged = {**draft.row.answers, **result.written}
    draft.row.answers = {key: value for key, value in merged.items() if value is not None}
    draft.saved_by(act)
    _keep_title(draft)
    act.session.flush()
    case = applications_case.case_of(draft.entry, draft.row.answers)
    return Messages(section_findings(case, section, complete=False))


def save_budget(
    act: Act,
    entry_id: int,
    lines: Sequence[NewLine],
    sources: Sequence[NewSource],
    *,
    read: str = "",
) -> None:
    """Replace the budget: lines that were understood as a whole, in their order.

    `read` is the mark of the budget that the person saw; EditedMeanwhile where another one
    stands by now.
    """
    draft = open_draft(act, entry_id)
    _refuse_other_budget(act, draft, read, applications_case.budget_mark(lines, sources))
    rows = [
        {"entry_id": entry_id, "position": place, **asdict(line), "total_cents": _total(line)}
        for place, line in enumerate(lines, start=1)
    ]
    money = [
        {"entry_id": entry_id, "position": place, **asdict(source)}
        for place, source in enumerate(sources, start=1)
    ]
    act.session.execute(delete(BudgetLine).where(BudgetLine.entry_id == entry_id))
    act.session.execute(delete(BudgetSource).where(BudgetSource.entry_id == entry_id))
    act.create_many(BudgetLine, rows, to=TO, within=draft.application)
    act.create_many(BudgetSource, money, to=TO, within=draft.application)
    draft.row.answers = {k: v for k, v in draft.row.answers.items() if k != UNREAD_BUDGET}
    draft.saved_by(act)


def _refuse_other_budget(act: Act, draft: Draft, read: str, mine: str) -> None:
    if not read:
        return
    whole = reading.whole(act.session, draft.row.id)
    stands = applications_case.budget_mark_of(whole)
    if stands not in (read, mine):
        raise EditedMeanwhile(draft, ("budget",), {"budget": whole})


def keep_unread_budget(
    act: Act, entry_id: int, typed: Mapping[str, Sequence[str]], *, read: str = ""
) -> None:
    """Keep a budget in which something was not understood, word for word, beside the last good one.

    It is shown again at the next visit; an application cannot be sent in while it is there.
    """
    draft = open_draft(act, entry_id)
    kept = {name: list(texts) for name, texts in typed.items()}
    _refuse_other_budget(act, draft, read, merging.mark(kept))
    draft.row.answers = {**draft.row.answers, UNREAD_BUDGET: kept}
    draft.saved_by(act)


def attach(act: Act, entry_id: int, requirement: str, file: NewFile) -> int:
    """Add a file for one of the documents asked for; return the attachment's id.

    The same bytes for the same document once more change nothing: somebody pressed twice.
    """
    draft = open_draft(act, entry_id)
    entry = replace(draft.entry, files=files_of(act.session, entry_id))
    case = applications_case.case_of(entry, draft.row.answers)
    document = next((each for each in case.documents if each.key == requirement), None)
    if document is None:
        raise Invalid({"": N_("This call does not ask for such a document.")})
    same = [
        one for one in entry.files if (one.requirement, one.sha256) == (requirement, file.sha256)
    ]
    if same:
        return same[0].attachment_id
    allowed = files_allowed(case, document)
    if case.files.get(requirement, 0) >= allowed:
        raise Invalid({requirement: Message("upload.too_many_files", {"allowed": allowed})})
    stored = act.create(
        StoredFile(**asdict(file), created_at=act.now, created_by=act.actor.user_id),
        to=TO,
        within=draft.application,
    )
    attachment = act.create(
        Attachment(
            entry_id=entry_id,
            requirement=requirement,
            file_id=stored.id,
            added_at=act.now,
            added_by=act.actor.user_id,
        ),
        to=TO,
        within=draft.application,
    )
    draft.saved_by(act)
    act.record(draft.row, "attach", requirement=requirement, sha256=file.sha256)
    return attachment.id


def detach(act: Act, entry_id: int, attachment_id: int) -> None:
    """Take a file out of the draft; its row stays, so that the trail can tell of it."""
    draft = open_draft(act, entry_id)
    found = act.load_many(
        Attachment,
        Attachment.entry_id == entry_id,
        Attachment.id == attachment_id,
        Attachment.removed_at.is_(None),
        to=TO,
        within=draft.application,
    )
    for attachment in found:
        attachment.removed_at = act.now
        act.record(draft.row, "detach", requirement=attachment.requirement)
    draft.saved_by(act)


def withdraw(act: Act, application_id: int, *, reason: str = "") -> None:
    """Take an application back, for good. What was received stays in the file.

    Until the announcement it is possible from every state, so that a refusal tells nobody
    what was found. A decided award is revoked and a waiting letter never leaves; what is
    only proposed stays in the run, which then cannot be decided any more.
    """
    # A decided award that is revoked changes the sums of its call: that row comes first.
    act.wait_for(Call, call_of_application(act.session, application_id))
    application = act.load(Application, application_id, to=TO)
    entries = act.load_many(
        StageEntry, StageEntry.application_id == application_id, to=TO, within=application
    )
    act.move(application, "withdraw", reason=reason)
    for entry in entries:
        if "withdraw" in lifecycle.STAGE_ENTRY.events_from(entry.state):
            act.move(entry, "withdraw")
    interview_mail.tell_of_withdrawal(act, application, entries)
    _settle_decided(act, application)


def _settle_decided(act: Act, application: Application) -> None:
    """Give decided money back to its lot and set aside what was written but not released."""
    awards = act.load_many(
        Award,
        Award.application_id == application.id,
        Award.state == "decided",
        to=TO,
        within=application,
    )
    letters = act.load_many(
        Letter,
        Letter.application_id == application.id,
        Letter.released_at.is_(None),
        Letter.state != "superseded",
        to=TO,
        within=application,
    )
    for award in awards:
        act.move(award, "revoke", reason="withdrawn")
    for letter in letters:
        act.move(letter, "supersede", reason="withdrawn")


def new_blind_code() -> str:
    """Return a code like K7-4F2Q: 700 million of them, and nothing in it tells who applies."""
    signs = [secrets.choice(_SIGNS) for _ in range(5)]
    return f"{secrets.choice(_LETTERS)}{signs[0]}-{''.join(signs[1:])}"


def _create_entry(act: Act, application: Application, stage_id: int) -> int:
    entry = StageEntry(application_id=application.id, stage_id=stage_id, saved_at=None)
    return act.create(entry, to=TO, within=application).id


def _keep_title(draft: Draft) -> None:
    """Name the draft by what its form says, so that the list of applications can.

    What was sent in keeps its name until it is sent in again: officers read it there.
    """
    if draft.entry.received_at is not None:
        return
    for question in questions_of(draft.entry.stage):
        title = draft.row.answers.get(question.key)
        if question.fact == "action_title" and isinstance(title, str):
            draft.application.title = title


def _total(line: NewLine) -> int:
    return line_total_cents(Fraction(line.units), line.unit_value_cents)
