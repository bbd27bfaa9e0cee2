"""Requests for payment: what waits for whom, and one request with its costs and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Call,
    ExpenditureLine,
    Organisation,
    Payment,
    PaymentFile,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.agreements import instalment_titles, titled
from app.queries.allowed import refuse_unless
from app.queries.applications_receipts import Download
from app.queries.payment_claims import (
    Before,
    HeadingCost,
    as_checked,
    before,
    costs_by_heading,
    counted,
)
from app.queries.schemes import scheme_named, scheme_of
from app.rules.instalments import Claim
from app.rules.payment_clock import pay_by
from app.rules.payments_headings import Counted
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class Cost:
    line_id: int
    position: int
    heading: str
    heading_title: str
    description: str
    supplier: str
    invoice_number: str
    invoice_on: date | None
    amount_cents: int
    accepted_cents: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SupportingFile:
    payment_file_id: int
    filename: str
    size_bytes: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One request; names are empty where nobody has done that step yet."""

    payment_id: int
    position: int
    kind: str
    state: str
    title: str
    agreement_id: int
    agreement: str
    agreement_state: str
    organisation: str
    call_id: int
    call_code: str
    digest: str | None
    currency: str
    authority_id: int
    organisation_id: int
    applicant_type: str
    grant_cents: int
    committed_cents: int
    paid_cents: int
    rate: str
    planned_cents: int
    requested_at: datetime | None
    requested_by: str
    requested_by_id: int | None
    report: str
    forecast_cents: int | None
    accepted_cents: int | None
    revenue_cents: int
    due_cents: int | None
    recoverable_cents: int
    checked_at: datetime | None
    checked_by: str
    checked_by_id: int | None
    check_note: str
    approved_at: datetime | None
    approved_by: str
    paid_on: date | None
    bank_reference: str
    paid_recorded_by_id: int | None
    statement_on: date | None
    statement_reference: str
    reconciled_by: str
    set_off_cents: int
    first_requested_at: datetime | None
    clock_stopped_at: datetime | None
    clock_stopped_days: int
    pay_by: date | None
    earlier: Before
    headings: list[dict[str, Any]]  # Any: JSON
    costs: tuple[Cost, ...]
    files: tuple[SupportingFile, ...]

    @property
    def facts(self) -> Facts:
        """With those who may not approve: whoever asked or checked, or recorded the payment."""
        prepared = (self.requested_by_id, self.checked_by_id)
        if self.state in ("paid", "reconciled"):
            prepared = (self.paid_recorded_by_id, None)
        return Facts(
            authority_id=self.authority_id,
            call_id=self.call_id,
            organisation_id=self.organisation_id,
            prepared_by=frozenset(who for who in prepared if who is not None),
        )

    def claim(
        self, *, accepted_cents: int, revenue_cents: int, headings: Sequence[Counted]
    ) -> Claim:
        """Return the request as the rule needs it, with so much accepted of its own costs."""
        return self.earlier.claim(
            self, accepted_cents=accepted_cents, revenue_cents=revenue_cents, counted=headings
        )

    @property
    def accepted_before_cents(self) -> int:
        return self.earlier.accepted_cents

    @property
    def paid_before_cents(self) -> tuple[int, ...]:
        return self.earlier.paid_cents

    @property
    def is_blocked(self) -> bool:
        return self.earlier.is_blocked

    @property
    def costs_cents(self) -> int:
        return sum(cost.amount_cents for cost in self.costs)

    @property
    def seen(self) -> str:
        """When the check was made that a page shows, for the approval of that check alone."""
        return self.checked_at.isoformat() if self.checked_at else ""

    @property
    def left_cents(self) -> int:
        return self.grant_cents - self.committed_cents

    @property
    def sent_cents(self) -> int:
        """What goes to the bank: what is due less what is set off against a debt."""
        return (self.due_cents or 0) - self.set_off_cents


def staff_payment(
    session: Session,
    actor: Actor,
    payment_id: int,
    *,
    to: Permission = Permission.SEE_AGREEMENTS,
) -> PaymentPage:
    """Return one request for people of the authority who may do this with it."""
    found = _payment(session, payment_id, visible.staff_scope(actor, Permission.SEE_AGREEMENTS))
    # The four-eyes rule speaks when the deed is done, with what was seen.
    refuse_unless(actor, to, replace(found.facts, prepared_by=frozenset()))
    return found


def own_payment(session: Session, actor: Actor, payment_id: int) -> PaymentPage:
    """Return a request of the person's own organisation."""
    return _payment(
        session, payment_id, visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    )


def _payment(session: Session, payment_id: int, allowed: ColumnElement[bool]) -> PaymentPage:
    row = session.execute(_with_people().where(Payment.id == payment_id, allowed)).one_or_none()
    if row is None:
        raise NotFound
    known = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    known["payment_id"], known["agreement"] = known.pop("id"), known.pop("reference")
    known["call_code"] = known.pop("code")
    for name in ("requested_by", "checked_by", "approved_by", "reconciled_by"):
        known[name] = known[name] or ""
    scheme = scheme_named(session, row.call_id, row.digest)
    return PaymentPage(
        **known,
        title=titled(instalment_titles(scheme), row.position, row.kind),
        pay_by=_pay_by(row, scheme),
        earlier=before(session, row.agreement_id, row.position),
        costs=_costs(session, payment_id, heading_titles(scheme)),
        files=_files(session, payment_id),
    )


def _pay_by(row: Row[*tuple[Any, ...]], scheme: Scheme) -> date | None:  # Any: see _with_people
    """Return the last day to pay; None while the clock stands or nothing waits for payment."""
    runs = row.state in ("requested", "checked", "approved", "sent", "failed")
    plan = scheme.payments.instalments
    if not runs or row.first_requested_at is None or row.position > len(plan):
        return None
    days = plan[row.position - 1].pay_within_days
    return pay_by(row.first_requested_at, days, stopped=row.clock_stopped_days)


def _with_people() -> Select[*tuple[Any, ...]]:  # Any: the columns of PaymentPage
    asker, checker, approver, finder = (aliased(User) for _ in range(4))
    return (
        select(
            Payment.id, Payment.position, Payment.kind, Payment.state,
            Agreement.id.label("agreement_id"), Agreement.reference,
            Agreement.state.label("agreement_state"), Organisation.name.label("organisation"),
            Call.id.label("call_id"), Call.code, Call.digest, Call.currency, Call.authority_id,
            Organisation.id.label("organisation_id"), Organisation.applicant_type,
            Agreement.grant_cents,
            Agreement.committed_cents, Agreement.paid_cents, Agreement.rate,
            Payment.planned_cents, Payment.requested_at, asker.name.label("requested_by"),
            Payment.requested_by.label("requested_by_id"), Payment.report,
            Payment.forecast_cents, Payment.accepted_cents, Payment.revenue_cents,
            Payment.due_cents, Payment.recoverable_cents, Payment.checked_at,
            checker.name.label("checked_by"), Payment.checked_by.label("checked_by_id"),
            Payment.check_note, Payment.approved_at, approver.name.label("approved_by"),
            Payment.paid_on, Payment.bank_reference,
            Payment.paid_recorded_by.label("paid_recorded_by_id"), Payment.statement_on,
            Payment.statement_reference, finder.name.label("reconciled_by"), Payment.set_off_cents,
            Payment.first_requested_at, Payment.clock_stopped_at, Payment.clock_stopped_days,
            Payment.headings,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Payment.call_id)
        .outerjoin(asker, asker.id == Payment.requested_by)
        .outerjoin(checker, checker.id == Payment.checked_by)
        .outerjoin(approver, approver.id == Payment.approved_by)
        .outerjoin(finder, finder.id == Payment.reconciled_by)
    )  # fmt: skip


def counted_of(
    session: Session, payment: PaymentPage, accepted: Mapping[int, int] | None = None
) -> tuple[Counted, ...]:
    """Say by heading what counts of all costs; nothing where the agreement has no budget.

    With `accepted` (cents by line) as the budget is now, else as it was when it was checked.
    """
    scheme = scheme_named(session, payment.call_id, payment.digest)
    if accepted is None:
        return counted(scheme, as_checked(payment.headings))
    costs = [(each.heading, each.amount_cents, accepted[each.line_id]) for each in payment.costs]
    return _counted(session, payment, scheme, costs)


def counted_before(session: Session, payment: PaymentPage) -> tuple[Counted, ...]:
    """Say by heading what counts of the earlier requests, as the budget is now."""
    return _counted(session, payment, scheme_named(session, payment.call_id, payment.digest), ())


def _counted(
    session: Session, payment: PaymentPage, scheme: Scheme, costs: Sequence[HeadingCost]
) -> tuple[Counted, ...]:
    found = costs_by_heading(session, payment.agreement_id, scheme, payment.earlier, costs)
    return counted(scheme, found)


def headings_of(session: Session, call_id: int) -> dict[str, str]:
    """Return the headings of the call's budget by code, as a beneficiary chooses them."""
    return heading_titles(scheme_of(session, call_id))


def heading_titles(scheme: Scheme) -> dict[str, str]:
    """Return the headings of a scheme's budget by code, in its first language."""
    if scheme.budget is None:
        return {}
    language = scheme.languages[0]
    return {each.code: said(each.title, language) for each in scheme.budget.headings}


def _costs(session: Session, payment_id: int, titles: dict[str, str]) -> tuple[Cost, ...]:
    rows = session.execute(
        select(
            ExpenditureLine.id, ExpenditureLine.position, ExpenditureLine.heading,
            ExpenditureLine.description, ExpenditureLine.supplier,
            ExpenditureLine.invoice_number, ExpenditureLine.invoice_on,
            ExpenditureLine.amount_cents, ExpenditureLine.accepted_cents, ExpenditureLine.reason,
        )
        .where(ExpenditureLine.payment_id == payment_id)
        .order_by(ExpenditureLine.position, ExpenditureLine.id)
    )  # fmt: skip
    lines: list[list[Any]] = [list(row) for row in rows]  # Any: the columns of Cost
    return tuple(
        Cost(key, position, heading, titles.get(heading, heading), *others)
        for key, position, heading, *others in lines
    )


def _files(session: Session, payment_id: int) -> tuple[SupportingFile, ...]:
    rows = session.execute(
        select(
            PaymentFile.id, StoredFile.filename, StoredFile.size_bytes, StoredFile.sha256,
            PaymentFile.added_at,
        )
        .join(StoredFile, StoredFile.id == PaymentFile.file_id)
        .where(PaymentFile.payment_id == payment_id)
        .order_by(PaymentFile.id)
    )  # fmt: skip
    return tuple(SupportingFile(*row) for row in rows)


def payment_file(session: Session, actor: Actor, payment_file_id: int) -> Download:
    """Return a supporting file for the staff who see agreements."""
    return _file(session, payment_file_id, visible.staff_scope(actor, Permission.SEE_AGREEMENTS))


def own_payment_file(session: Session, actor: Actor, payment_file_id: int) -> Download:
    """Return a supporting file for the beneficiary itself."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return _file(session, payment_file_id, own)


def _file(session: Session, payment_file_id: int, scope: ColumnElement[bool]) -> Download:
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(PaymentFile, PaymentFile.file_id == StoredFile.id)
        .join(Payment, Payment.id == PaymentFile.payment_id)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Payment.call_id)
        .where(PaymentFile.id == payment_file_id, scope)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)
