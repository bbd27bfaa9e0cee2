"""What a grant agreement says where things are given instead of money."""

from sqlalchemy.orm import Session

from app.documents import contexts as c
from app.models import Agreement
from app.queries.in_kind_facts import planned_items
from app.rules.agreement_terms import rate_text
from app.rules.scheme import Scheme
from app.rules.scheme_in_kind import Procurer
from app.rules.scheme_text import said


def in_kind_terms(session: Session, agreement: Agreement, scheme: Scheme) -> c.InKindTerms | None:
    """Return the items of the application and the scheme's terms; None where money is paid."""
    rules, language = scheme.in_kind, scheme.languages[0]
    if rules is None:
        return None
    items = planned_items(session, agreement.application_id)
    return c.InKindTerms(
        items=tuple(
            c.AgreedItem(
                title=item.title, quantity=item.quantity, estimate_cents=item.estimate_cents
            )
            for item in items
        ),
        own_share_percent=rate_text(rules.own_share_percent / 100),
        quotes_least=rules.quotes_min,
        beneficiary_buys=rules.procured_by is Procurer.BENEFICIARY,
        conditions=tuple(said(each.question, language) for each in rules.handover_conditions),
        retention_months=rules.retention_months,
        retention_condition=said(rules.retention_condition, language),
        terms=tuple(said(each, language) for each in rules.terms),
    )
