"""What a request for payment makes due: by the rule, by headings, within the agreement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.queries import payments
from app.queries.agreement_facts import PAID, UNDER_WAY
from app.queries.payments import PaymentPage
from app.queries.schemes import scheme_named
from app.rules.instalments import Due, due
from app.rules.payments import Payable, payable_now
from app.rules.payments_headings import Counted, counted_cents
from app.web.deps import Read


@dataclass(frozen=True, slots=True)
class Computed:
    """What a request makes due: by the rule, and after the agreement's own limit."""

    due: Due
    payable: Payable
    accepted_cents: int
    headings: tuple[Counted, ...]

    @property
    def held_cents(self) -> int:
        return sum(each.held_cents for each in self.headings)

    @property
    def counted_cents(self) -> int:
        return counted_cents(self.headings)


def computed_of(
    reader: Read,
    payment: PaymentPage,
    accepted_cents: int,
    revenue_cents: int,
    accepted: Mapping[int, int] | None = None,
) -> Computed:
    """Compute by the rules of the call what so much acceptance, also by line, makes due."""
    scheme = scheme_named(reader.session, payment.call_id, payment.digest)
    headings = payments.counted_of(reader.session, payment, accepted)
    claim = payment.claim(
        accepted_cents=accepted_cents, revenue_cents=revenue_cents, headings=headings
    )
    result = due(claim, scheme.payments)
    # What this very request has bound already does not stand in its own way.
    bound = payment.state in (*UNDER_WAY, *PAID)
    own_cents = payment.due_cents or 0 if bound else 0
    payable = payable_now(
        result.amount_cents,
        agreed_cents=payment.grant_cents,
        paid_cents=payment.committed_cents - own_cents,
    )
    said = replace(result, why=result.why.in_currency(payment.currency))
    cut = payable.why.in_currency(payment.currency) if payable.why else None
    return Computed(
        said, replace(payable, why=cut), accepted_cents, in_currency(headings, payment.currency)
    )


def in_currency(found: Iterable[Counted], currency: str) -> tuple[Counted, ...]:
    """Let the words of each heading print their amounts in the currency of the call."""
    return tuple(
        replace(each, why=each.why.in_currency(currency)) if each.why else each for each in found
    )
