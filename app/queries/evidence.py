"""What the evidence bundle of one award holds: every row, file and computation behind it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.documents.evidence import Bundle, Part, as_json, safe_name
from app.errors import NotFound
from app.i18n import gettext, sentence
from app.i18n.marks import N_
from app.models import (
    AllocationRun,
    Application,
    Award,
    Call,
    CallVersion,
    Declaration,
    Lot,
    Organisation,
    OrganisationIdentifier,
    Stage,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.audit_objects import Objects
from app.queries.evidence_rows import Row, Rows, numbers_in, read_rows, rows_of
from app.queries.evidence_scores import score_input
from app.queries.schemes import scheme_from
from app.rules.permissions import Actor, Permission
from app.rules.scheme_json import canonical

# Where the rows of a table stand, and what they are. Others stand under `records/`.
_PLACES = {
    "application": ("application", N_("The application and its outcome")),
    "stage_entry": ("application", N_("What was written at each stage, with its result")),
    "submission": ("application", N_("What was received, when and from whom")),
    "budget_line": ("application", N_("Lines of the budget")),
    "budget_source": ("application", N_("Where the money comes from")),
    "attachment": ("application", N_("Files that were added")),
    "check_item": ("check", N_("Answers of the check, each with its reason")),
    "assessment": ("assessments", N_("Marks and comments of each assessor")),
    "agreed_score": ("assessments", N_("Scores that the committee agreed, every version")),
    "award": ("decision", N_("The award")),
    "letter": ("letters", N_("Letters and what they were printed from")),
    "agreement": ("agreement", N_("The agreement")),
    "payment": ("payments", N_("Instalments: planned, requested, checked, approved, paid")),
    "expenditure_line": ("payments", N_("Costs that were reported and what was accepted")),
    "in_kind_grant": ("in-kind", N_("The grant in kind: price, support, own share")),
    "asset": ("in-kind", N_("Things: chosen quote, order, invoice, payment, title")),
    "quote": ("in-kind", N_("Quotes for each thing")),
    "price_change": ("in-kind", N_("Prices that changed, with reason and second person")),
    "reallocation": ("in-kind", N_("Things given to somebody else, with reason and second person")),
    "own_share": ("in-kind", N_("Own share that was paid in")),
    "own_share_return": ("in-kind", N_("Own share that was paid back")),
    "in_kind_paper": ("in-kind", N_("Protocols of handovers and transfers of title")),
    "site_visit": ("in-kind", N_("Visits on the spot")),
    "payment_file": ("payments", N_("Files of the requests")),
}
_FILES = {
    "submission": "application/receipts",
    "attachment": "application/files",
    "quote": "in-kind/quotes",
    "in_kind_paper": "in-kind/papers",
}


@dataclass(frozen=True, slots=True)
class EvidenceAward:
    """The award as the page before the bundle names it."""

    award_id: int
    application_id: int
    reference: str
    applicant: str
    call_id: int
    call_code: str
    call_title: str
    rules_digest: str
    run_id: int
    state: str
    awarded_cents: int
    currency: str
    lot_id: int
    organisation_id: int
    authority_id: int


def evidence_award(session: Session, actor: Actor, award_id: int) -> EvidenceAward:
    """Return the award; NotFound for who may not read the audit trail of its call."""
    row = session.execute(
        select(
            Award.id, Application.id, Application.reference, Organisation.name, Call.id, Call.code,
            Call.title, Call.digest, Award.run_id, Award.state, Award.awarded_cents, Call.currency,
            Award.lot_id, Organisation.id, Call.authority_id,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Award.call_id)
        .where(Award.id == award_id, visible.staff_scope(actor, Permission.SEE_AUDIT))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    values: list[Any] = list(row)  # Any: the columns of EvidenceAward
    return EvidenceAward(*values)


def bundle(session: Session, actor: Actor, found: EvidenceAward, now: datetime) -> Bundle:
    """Return all parts but the trail, which speaks the reader's language and is added by pages."""
    rows = rows_of(session, found.application_id)
    runs = _runs(session, found, rows)
    named = {**rows, "allocation_run": runs}
    people = _people(session, named)
    parts = [
        *_call(session, found),
        *_applicant(session, found),
        *_records(rows),
        *_received(rows),
        *_declarations(session, found),
        *_scores(session, found, rows, people),
        *_computed(runs),
        _part("people.json", N_("Who the numbers of people are"), people),
        *_stored(session, rows),
    ]
    return Bundle(
        reference=found.reference,
        call=f"{found.call_code} {found.call_title}",
        rules_digest=found.rules_digest,
        taken_by=actor.name,
        taken_at=now,
        parts=tuple(parts),
    )


def trail_objects(session: Session, found: EvidenceAward) -> Objects:
    """Return everything whose trail belongs to the award: its own, its call's, its applicant's."""
    rows = rows_of(session, found.application_id)
    objects = {name: tuple(row["id"] for row in listed) for name, listed in rows.items()}
    stages = session.scalars(select(Stage.id).where(Stage.call_id == found.call_id))
    runs = session.scalars(select(AllocationRun.id).where(AllocationRun.call_id == found.call_id))
    return {
        **objects,
        "call": (found.call_id,),
        "stage": tuple(stages),
        "lot": (found.lot_id,),
        "allocation_run": tuple(runs),
        "organisation": (found.organisation_id,),
    }


def _part(path: str, title: str, content: object) -> Part:
    return Part(path, gettext(title), as_json(content))


def _call(session: Session, found: EvidenceAward) -> Iterator[Part]:
    (row,) = read_rows(session, Call, Call.id == found.call_id)
    # In the one byte form of which the published digest is the SHA-256.
    rules = canonical(row.pop("template"))
    yield Part("call/rules.json", gettext(N_("The rules as they hold now")), rules)
    yield _part("call/call.json", N_("The call: dates, envelope, digest of its rules"), row)
    lots = read_rows(session, Lot, Lot.call_id == found.call_id)
    yield _part("call/lots.json", N_("Lots: envelope, moved, awarded"), lots)
    title = gettext(N_("The rules as they were published: first, then each corrigendum"))
    versions = read_rows(session, CallVersion, CallVersion.call_id == found.call_id)
    for each in versions:
        yield Part(f"call/version-{each['number']}.json", title, canonical(each["document"]))
    stages = read_rows(session, Stage, Stage.call_id == found.call_id)
    yield _part("call/stages.json", N_("Stages of the call"), stages)


def _applicant(session: Session, found: EvidenceAward) -> Iterator[Part]:
    number = found.organisation_id
    (row,) = read_rows(session, Organisation, Organisation.id == number)
    row["identifiers"] = read_rows(
        session, OrganisationIdentifier, OrganisationIdentifier.organisation_id == number
    )
    yield _part("application/applicant.json", N_("The applicant as registered today"), row)


def _records(rows: Rows) -> Iterator[Part]:
    for name, listed in rows.items():
        folder, title = _PLACES.get(name, ("records", N_("Other rows of the award")))
        yield _part(f"{folder}/{name}.json", title, listed)


def _received(rows: Rows) -> Iterator[Part]:
    """Each submission in the one byte form of which the receipt's digest is the SHA-256."""
    title = gettext(N_("The application as it was received: answers, budget, files"))
    for number, each in enumerate(rows.get("submission", ()), start=1):
        yield Part(f"application/received-{number}.json", title, canonical(each["snapshot"]))


def _declarations(session: Session, found: EvidenceAward) -> Iterator[Part]:
    listed = read_rows(session, Declaration, Declaration.lot_id == found.lot_id)
    title = N_("Declarations of impartiality for the lot")
    yield _part("assessments/declarations.json", title, listed)


def _scores(
    session: Session, found: EvidenceAward, rows: Rows, people: dict[int, str]
) -> Iterator[Part]:
    """The input of the scoring of each stage, from the newest agreed score of its entry."""
    template = session.execute(select(Call.template).where(Call.id == found.call_id)).scalar_one()
    scheme = scheme_from(template)
    keys = {
        row["id"]: row["key"] for row in read_rows(session, Stage, Stage.call_id == found.call_id)
    }
    agreed = {row["entry_id"]: row for row in rows.get("agreed_score", ())}
    marked: dict[int, list[Row]] = defaultdict(list)
    for each in rows.get("assessment", ()):
        marked[each["entry_id"]].append({**each, "assessor": people[each["assessor_id"]]})
    title = N_("Marks as the input of `envelope rules score`")
    for number, entry in enumerate(rows.get("stage_entry", ()), start=1):
        if entry["id"] in agreed:
            stage = scheme.stage(keys[entry["stage_id"]])
            given = score_input(stage, marked[entry["id"]], agreed[entry["id"]])
            if given is not None:
                yield _part(f"assessments/{number}-score-input.json", title, given)


def _runs(session: Session, found: EvidenceAward, rows: Rows) -> list[Row]:
    """The run of the award, and those that count of the stages before it."""
    stages = [entry["stage_id"] for entry in rows.get("stage_entry", ())]
    counts = AllocationRun.stage_id.in_(stages) & AllocationRun.discarded_at.is_(None)
    return read_rows(session, AllocationRun, or_(AllocationRun.id == found.run_id, counts))


def _computed(runs: list[Row]) -> Iterator[Part]:
    for number, run in enumerate(runs, start=1):
        inputs, result = run.pop("inputs"), run.pop("result")
        both = canonical({"inputs": inputs, "result": result})
        at = f"run/{number}"
        explained = run.pop("explanation")
        yield _part(f"{at}/input.json", N_("What was computed: rules, lots, applications"), inputs)
        yield _part(f"{at}/result.json", N_("What came out, line by line"), result)
        yield _part(f"{at}/explanation.json", N_("Why each line ended so"), explained)
        title = gettext(N_("Input and result in the form of the digest"))
        yield Part(f"{at}/inputs-and-result.json", title, both)
        yield _part(f"{at}/run.json", N_("Who computed and who decided, when and why"), run)


def _people(session: Session, rows: Rows) -> dict[int, str]:
    numbers = set(numbers_in(rows, User).values())
    query = select(User.id, User.name).where(User.id.in_(sorted(numbers))).order_by(User.id)
    return {row.id: row.name for row in session.execute(query)}


def _stored(session: Session, rows: Rows) -> Iterator[Part]:
    """Every file that a row names, beside the rows of its table."""
    named = numbers_in(rows, StoredFile)
    query = select(StoredFile).where(StoredFile.id.in_(sorted(set(named.values()))))
    files = {file.id: file for file in session.scalars(query)}
    title = N_("File that entry {number} of {folder} names")
    for count, ((place, number), file_id) in enumerate(named.items(), start=1):
        table = place.partition(".")[0]
        folder = _FILES.get(table, f"{_PLACES.get(table, ('records', ''))[0]}/files")
        file = files[file_id]
        said = sentence(title, {"folder": f"{place}", "number": number})
        yield Part(f"{folder}/{safe_name(count, file.filename)}", said, sha256=file.sha256)
