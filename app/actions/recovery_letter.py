"""The letter of a recovery order: its contents when it is issued, the PDF by a job."""

from fractions import Fraction

from sqlalchemy.orm import Session

from app.actions import agreement_letters, printing
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.models import Agreement, RecoveryOrder
from app.queries import agreement_facts
from app.queries import recoveries as known
from app.queries.agreement_paper import paper_facts
from app.rules.agreement_terms import rate_text
from app.rules.money import format_exact
from app.rules.permissions import Permission

DOCUMENT = "recovery_order"
TASK = "recoveries.render"
TO = Permission.CHECK_PAYMENT


def decimal(rate: Fraction) -> str:
    """Return a rate as text without needless zeros: 113/20 is "5.65"."""
    return format_exact(rate, 6).rstrip("0").rstrip(".")


def context(act: Act, agreement: Agreement, order: RecoveryOrder) -> dict[str, object]:
    """Return what the letter prints, as JSON, from the order's terms and the agreement."""
    facts = paper_facts(act.session, agreement.id)
    accepted_cents = agreement_facts.accepted_in_all(act.session, agreement.id)
    is_final = order.payment_id is not None
    assert order.due_on is not None
    return c.to_json(
        c.RecoveryOrder(
            letter=agreement_letters.letter_head(
                act.session, agreement.id, order.reference, order.check_code or "", act.now
            ),
            agreement_reference=agreement.reference,
            currency=facts.currency,
            agreed_cents=agreement.grant_cents,
            paid_cents=agreement.paid_cents,
            amount_cents=order.amount_cents,
            reason=order.reason,
            due_on=order.due_on,
            interest_percent=order.interest_percent,
            iban=str(order.context["iban"]),
            account_holder=str(order.context["account_holder"]),
            rate_percent=rate_text(Fraction(agreement.rate)),
            accepted_cents=accepted_cents if is_final else None,
            final_cents=agreement.paid_cents - order.amount_cents if is_final else None,
        )
    )


def _waiting(session: Session, order_id: int) -> printing.Waiting | None:
    contents = known.unprinted(session, order_id)
    if contents is None:
        return None
    filename = printing.named("recovery", contents["letter"]["reference"])
    return printing.Waiting(DOCUMENT, contents, filename)


PAPER = printing.Kind(
    model=RecoveryOrder,
    to=TO,
    task=TASK,
    argument="order_id",
    waiting=_waiting,
    note=printing.record,
)


def render(act: Act, order_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print the letter once (the job `recoveries.render`)."""
    printing.render(act, PAPER, order_id, renderer=renderer, store=store)


def fail(act: Act, order_id: int, error: Exception) -> None:
    """Keep why the letter could not be printed, after the last attempt."""
    printing.fail(act, PAPER, order_id, error)


def retry(act: Act, order_id: int) -> None:
    """Have a letter that failed printed again."""
    printing.retry(act, PAPER, order_id)
