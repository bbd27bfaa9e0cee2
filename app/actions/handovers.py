"""The handover: a protocol as PDF, then the day on which both sides signed it.

A grant may be handed over in several parts, each by a protocol of its own; from its day the
time of retention of these things runs. The signed paper is kept as a scan.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.actions import handovers_paper, printing
from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.in_kind import TO, assets_of, day_of, locked, rules_of
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict, Invalid, Said
from app.i18n.marks import N_
from app.models import Asset, InKindGrant, InKindPaper, StoredFile
from app.queries import in_kind_facts as known
from app.rules.in_kind import retained_until
from app.rules.permissions import Permission

HANDOVER, TITLE, GIVEN_ON = "handover", "title", "reallocation"
DOCUMENTS = {
    HANDOVER: "handover_protocol",
    TITLE: "title_transfer",
    GIVEN_ON: "title_transfer",
}
TASK = "handovers.render"
_NOT_OPEN = N_("This protocol is signed or taken back already. Look at it again.")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed for each side, and when; `conditions` are the keys that were confirmed."""

    signed_on: date
    handed_over_by: str
    received_by: str
    conditions: Collection[str] = ()


def prepare(act: Act, grant_id: int, asset_ids: Collection[int] = ()) -> int:
    """Write a protocol of things that came, by default of all that stand on none; return its id."""
    agreement, grant = locked(act, grant_id)
    if grant.state != "funded":
        raise Conflict(N_("The handover comes after buying, and only once."))
    came = [
        each
        for each in assets_of(act, grant)
        if each.state == "received" and each.handover_id is None
    ]
    chosen = [each for each in came if each.id in asset_ids] if asset_ids else came
    if not chosen or len(chosen) < len(asset_ids):
        raise Conflict(N_("Choose things that have come and stand on no other protocol."))
    number = known.next_paper(act.session, grant.id, HANDOVER)
    paper = handovers_paper.handover_protocol(act, agreement, chosen, number)
    row = new_paper(act, grant, HANDOVER, number, c.to_json(paper))
    for asset in chosen:
        asset.handover_id = row.id
    act.record(row, "prepare_handover", items=[each.title for each in chosen])
    act.session.flush()
    act.enqueue(TASK, paper_id=row.id)
    return row.id


def new_paper(
    act: Act,
    grant: InKindGrant,
    kind: str,
    number: int,
    contents: dict[str, object],
    *,
    to: Permission = TO,
) -> InKindPaper:
    """Keep what a paper says, before it is printed. A part."""
    row = InKindPaper(
        grant_id=grant.id,
        kind=kind,
        number=number,
        contents=contents,
        prepared_by=act.actor.user_id,
        prepared_at=act.now,
    )
    act.create(row, to=to, within=grant)
    return row


def _waiting(session: Session, paper_id: int) -> printing.Waiting | None:
    found = known.waiting_paper(session, paper_id)
    if found is None:
        return None
    reference = known.reference_of(session, known.grant_of_paper(session, paper_id))
    filename = printing.named(found.kind, f"{reference}-{found.number}")
    return printing.Waiting(DOCUMENTS[found.kind], found.contents, filename)


def _note(act: Act, row: InKindPaper, printed: printing.Printed) -> None:
    act.record(row, "protocol_printed", sha256=printed.sha256)


PAPER = printing.Kind(
    model=InKindPaper, to=TO, task=TASK, argument="paper_id", waiting=_waiting, note=_note
)


def render(act: Act, paper_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print a paper once (the job `handovers.render`)."""
    printing.render(act, PAPER, paper_id, renderer=renderer, store=store)


def fail(act: Act, paper_id: int, error: Exception) -> None:
    """Keep why a paper could not be printed, after the last attempt."""
    printing.fail(act, PAPER, paper_id, error)


def retry(act: Act, paper_id: int) -> int:
    """Have a paper that failed printed again; return its grant."""
    return printing.retry(act, PAPER, paper_id).grant_id


def hand_over(act: Act, paper_id: int, signed: Signed, scan: NewFile | None = None) -> None:
    """Record a signed protocol: from this day the time of retention of its things runs."""
    _, grant = locked(act, known.grant_of_paper(act.session, paper_id))
    row = act.load(InKindPaper, paper_id, to=TO)
    if row.kind != HANDOVER or row.state != "prepared":
        raise Conflict(_NOT_OPEN)
    things = [each for each in assets_of(act, grant) if each.handover_id == row.id]
    _refuse_wrong(act, grant, things, signed)
    until = retained_until(signed.signed_on, rules_of(act.session, grant.call_id).retention_months)
    row.signed_on, row.retained_until = signed.signed_on, until
    row.signed_for_authority = signed.handed_over_by.strip()
    row.signed_for_beneficiary = signed.received_by.strip()
    row.conditions = sorted(signed.conditions)
    if scan is not None:
        _keep_scan(act, row, scan)
    act.move_many(things, "sign_handover", signed_on=signed.signed_on)
    act.move_many(things, "retain", until=until)
    act.move(
        row, "sign_paper", signed_on=signed.signed_on, name=row.signed_for_beneficiary, until=until
    )
    _finish(act, grant, signed.signed_on, until)


def _finish(act: Act, grant: InKindGrant, signed_on: date, until: date) -> None:
    """With the last thing the whole grant is handed over."""
    before = (grant.handed_over_on, grant.retained_until)
    grant.handed_over_on = max(each for each in (before[0], signed_on) if each)
    grant.retained_until = max(each for each in (before[1], until) if each)
    if all(each.state not in _BEFORE_HANDOVER for each in assets_of(act, grant)):
        act.move(grant, "sign_handover", signed_on=grant.handed_over_on, until=grant.retained_until)


def add_scan(act: Act, paper_id: int, scan: NewFile | None) -> None:
    """Keep the paper with both signatures; it is written once. A transfer is signed by it."""
    locked(act, known.grant_of_paper(act.session, paper_id), states=ANY_TIME)
    row = act.load(InKindPaper, paper_id, to=TO)
    if row.scan_id is not None:
        raise Conflict(N_("The signed paper is kept already."))
    if row.state == "dropped" or (row.kind == HANDOVER and row.state != "signed"):
        raise Conflict(N_("Record who signed and when first; then add the signed paper."))
    if scan is None:
        raise Invalid({"scan": N_("Choose the file of the signed paper.")})
    _keep_scan(act, row, scan)
    if row.kind != HANDOVER and row.state == "prepared":
        act.move(row, "sign_paper")


def drop(act: Act, paper_id: int, *, reason: str) -> None:
    """Take a protocol back that nobody signed; its things can stand on another one."""
    _, grant = locked(act, known.grant_of_paper(act.session, paper_id))
    row = act.load(InKindPaper, paper_id, to=TO)
    if row.kind != HANDOVER or row.state != "prepared":
        raise Conflict(_NOT_OPEN)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the protocol is taken back.")})
    for asset in assets_of(act, grant):
        if asset.handover_id == row.id:
            asset.handover_id = None
    act.move(row, "drop_paper", reason=reason.strip())


ANY_TIME = ("active", "suspended", "completed", "closed", "terminated")
_BEFORE_HANDOVER = ("planned", "ordered", "received")


def _keep_scan(act: Act, row: InKindPaper, scan: NewFile) -> None:
    stored = StoredFile(**asdict(scan), created_at=act.now, created_by=act.actor.user_id)
    row.scan_id = act.create(stored, to=TO, within=row).id
    row.scanned_by = act.actor.user_id
    act.record(row, "keep_scan", sha256=scan.sha256)


def _refuse_wrong(act: Act, grant: InKindGrant, assets: Sequence[Asset], signed: Signed) -> None:
    wrong: dict[str, str | Said] = {}
    latest = max((each.received_on for each in assets if each.received_on), default=None)
    if signed.signed_on > day_of(act.now):
        wrong["signed_on"] = N_("This day lies ahead. Enter the day of the signature.")
    elif latest and signed.signed_on < latest:
        wrong["signed_on"] = N_("Not everything had come on this day. Enter the day of signature.")
    if not signed.handed_over_by.strip():
        wrong["handed_over_by"] = N_("Enter who signed for the authority.")
    if not signed.received_by.strip():
        wrong["received_by"] = N_("Enter who signed for the beneficiary.")
    needed = {each.key for each in rules_of(act.session, grant.call_id).handover_conditions}
    if needed - set(signed.conditions):
        wrong["conditions"] = N_("Nothing is handed over before every condition is confirmed.")
    if wrong:
        raise Invalid(wrong)
