"""The handover: a protocol as PDF, then the day on which both sides signed it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app import i18n
from app.actions import paper_parts as parts
from app.actions.act import Act
from app.actions.in_kind import TO, assets_of, day_of, locked, rules_of
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant, StoredFile
from app.queries import in_kind_facts as known
from app.queries import letterhead
from app.queries.agreement_paper import PaperFacts, paper_facts
from app.queries.schemes import scheme_of
from app.rules.in_kind import retained_until
from app.rules.scheme_text import said

DOCUMENT = "handover_protocol"
TASK = "handovers.render"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed for each side, and when; `conditions` are the keys that were confirmed."""

    signed_on: date
    handed_over_by: str
    received_by: str
    conditions: Collection[str] = ()


def prepare(act: Act, grant_id: int) -> None:
    """Write the protocol of everything that came, and ask for its PDF."""
    agreement, grant = locked(act, grant_id)
    if grant.state != "funded":
        raise Conflict(N_("The handover comes after buying, and only once."))
    assets = _bought(act, grant)
    missing = [each.title for each in assets if each.state != "received"]
    if missing or not assets:
        raise Conflict(N_("These have not come yet: {items}."), items=", ".join(missing))
    grant.protocol, grant.file_id = c.to_json(_context(act, agreement, assets)), None
    act.record(grant, "prepare_handover", items=[each.title for each in assets])
    act.session.flush()
    act.enqueue(TASK, grant_id=grant.id)


def render(act: Act, grant_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print a protocol once (the job `handovers.render`); a second run does nothing.

    Printed first, written last: nothing is locked while the paper is laid out.
    """
    contents = known.protocol_waits(act.session, grant_id)
    if contents is None:
        return
    paper = c.from_json(DOCUMENT, contents)
    kept = store.keep(renderer.pdf(paper, files=parts.pictures(paper, store)))
    _, grant = locked(act, grant_id)
    if grant.file_id is not None or grant.protocol != contents:
        return
    reference = known.reference_of(act.session, grant_id).replace("/", "-")
    file = StoredFile(
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        media_type="application/pdf",
        filename=f"handover-{reference}.pdf",
        created_at=act.now,
    )
    grant.file_id = act.create(file, to=TO, within=grant).id
    act.record(grant, "protocol_printed", sha256=kept.sha256)


def hand_over(act: Act, grant_id: int, signed: Signed) -> None:
    """Record the signed protocol: from this day the time of retention runs."""
    _, grant = locked(act, grant_id)
    if not grant.protocol:
        raise Conflict(N_("Print the protocol first; both sides sign it."))
    assets = _bought(act, grant)
    _refuse_wrong(act, grant, assets, signed)
    rules = rules_of(act.session, grant.call_id)
    grant.handed_over_on = signed.signed_on
    grant.handed_over_by = signed.handed_over_by.strip()
    grant.received_by = signed.received_by.strip()
    grant.conditions = sorted(signed.conditions)
    grant.retained_until = retained_until(signed.signed_on, rules.retention_months)
    act.move_many(assets, "sign_handover", signed_on=signed.signed_on)
    act.move_many(assets, "retain", until=grant.retained_until)
    act.move(
        grant,
        "sign_handover",
        signed_on=signed.signed_on,
        name=grant.received_by,
        until=grant.retained_until,
    )


def _bought(act: Act, grant: InKindGrant) -> Sequence[Asset]:
    return [each for each in assets_of(act, grant) if each.state != "dropped"]


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


def _context(act: Act, agreement: Agreement, assets: Sequence[Asset]) -> c.HandoverProtocol:
    facts, scheme = (
        paper_facts(act.session, agreement.id),
        scheme_of(act.session, agreement.call_id),
    )
    rules, language = rules_of(act.session, agreement.call_id), scheme.languages[0]
    with i18n.speaking(language):
        return c.HandoverProtocol(
            paper=c.Paper(
                reference=agreement.reference,
                written_on=act.now.astimezone(ZONE).date(),
                authority=parts.authority(letterhead.sender(act.session, agreement.call_id)),
                visibility=parts.visibility(scheme),
                call_reference=facts.call_code,
                call_title=facts.call_title,
                language=language,
            ),
            action_title=facts.action_title,
            authority_party=_authority(facts),
            beneficiary=_beneficiary(facts),
            currency=facts.currency,
            items=tuple(_item(each) for each in assets),
            retention_months=rules.retention_months,
            condition=said(rules.retention_condition, language),
            terms=tuple(said(each, language) for each in rules.terms),
            signatories=_signatories(facts),
        )


def _item(asset: Asset) -> c.HandedItem:
    return c.HandedItem(
        title=asset.title,
        quantity=asset.quantity,
        serial_number=asset.serial_number,
        location=asset.location,
        price_cents=asset.price_cents or 0,
        own_cents=(asset.price_cents or 0) - (asset.support_cents or 0),
    )


def _authority(facts: PaperFacts) -> c.Party:
    office = facts.authority
    return c.Party(
        name=office.name,
        address=parts.lines(office.address, f"{office.postcode} {office.city}"),
        represented_by=", ".join(parts.lines(office.signatory_name, office.signatory_title)),
    )


def _beneficiary(facts: PaperFacts) -> c.Party:
    firm = facts.beneficiary
    return c.Party(
        name=firm.name,
        address=parts.lines(firm.address, f"{firm.postcode} {firm.city}"),
        identifiers=tuple(f"{scheme} {number}" for scheme, number in facts.identifiers),
        represented_by=", ".join(parts.lines(firm.representative_name, firm.representative_title)),
    )


def _signatories(facts: PaperFacts) -> tuple[c.Signatory, ...]:
    office, firm = facts.authority, facts.beneficiary
    return (
        c.Signatory(
            name=firm.representative_name, function=firm.representative_title, party=firm.name
        ),
        c.Signatory(name=office.signatory_name, function=office.signatory_title, party=office.name),
    )
