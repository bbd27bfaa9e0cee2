"""What the papers of a grant in kind say: the protocol of a handover, the transfer of title."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app import i18n
from app.actions import paper_parts as parts
from app.actions.act import Act
from app.actions.in_kind import rules_of
from app.documents import contexts as c
from app.i18n.formats import ZONE
from app.models import Agreement, Asset
from app.queries import letterhead
from app.queries.agreement_paper import PaperFacts, application_facts, paper_facts
from app.queries.schemes import scheme_of
from app.rules.scheme_text import said


def handover_protocol(
    act: Act, agreement: Agreement, assets: Sequence[Asset], number: int
) -> c.HandoverProtocol:
    facts = paper_facts(act.session, agreement.id)
    scheme, rules = (
        scheme_of(act.session, agreement.call_id),
        rules_of(act.session, agreement.call_id),
    )
    language = scheme.languages[0]
    with i18n.speaking(language):
        return c.HandoverProtocol(
            paper=_head(act, agreement, facts, f"H{number}"),
            action_title=facts.action_title,
            authority_party=parts.authority_party(facts),
            beneficiary=parts.beneficiary(facts),
            currency=facts.currency,
            items=tuple(_item(each) for each in assets),
            retention_months=rules.retention_months,
            condition=said(rules.retention_condition, language),
            terms=tuple(said(each, language) for each in rules.terms),
            signatories=parts.signatories(facts),
            agreement=agreement.reference,
        )


def title_transfer(
    act: Act, agreement: Agreement, assets: Sequence[Asset], number: int, handed_over_on: date
) -> c.TitleTransfer:
    """Return the act by which the title of these things passes; of one handover or of several."""
    facts = paper_facts(act.session, agreement.id)
    scheme = scheme_of(act.session, agreement.call_id)
    language = scheme.languages[0]
    with i18n.speaking(language):
        return c.TitleTransfer(
            paper=_head(act, agreement, facts, f"T{number}"),
            action_title=facts.action_title,
            authority_party=parts.authority_party(facts),
            beneficiary=parts.beneficiary(facts),
            currency=facts.currency,
            items=tuple(_item(each) for each in assets),
            handed_over_on=handed_over_on,
            passed_on=act.now.astimezone(ZONE).date(),
            condition=said(rules_of(act.session, agreement.call_id).retention_condition, language),
            signatories=parts.signatories(facts),
        )


def given_on(
    act: Act, agreement: Agreement, asset: Asset, number: int, application_id: int, value_cents: int
) -> c.TitleTransfer:
    """Return the act by which a thing that was taken back becomes somebody else's."""
    facts = application_facts(act.session, application_id)
    assert asset.received_on is not None
    with i18n.speaking(scheme_of(act.session, agreement.call_id).languages[0]):
        return c.TitleTransfer(
            paper=_head(act, agreement, facts, f"R{number}"),
            action_title=facts.action_title,
            authority_party=parts.authority_party(facts),
            beneficiary=parts.beneficiary(facts),
            currency=facts.currency,
            items=(replace(_item(asset), price_cents=value_cents, own_cents=0),),
            handed_over_on=asset.received_on,
            passed_on=act.now.astimezone(ZONE).date(),
            condition="",
            signatories=parts.signatories(facts),
            taken_back_from=agreement.reference,
        )


def _head(act: Act, agreement: Agreement, facts: PaperFacts, mark: str) -> c.Paper:
    scheme = scheme_of(act.session, agreement.call_id)
    return c.Paper(
        reference=f"{agreement.reference}/{mark}",
        written_on=act.now.astimezone(ZONE).date(),
        authority=parts.authority(letterhead.sender(act.session, agreement.call_id)),
        visibility=parts.visibility(scheme),
        call_reference=facts.call_code,
        call_title=facts.call_title,
        language=scheme.languages[0],
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
