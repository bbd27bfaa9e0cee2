"""Files that support a request for payment: invoices, proofs, reports."""

from dataclasses import asdict

from sqlalchemy import func, select

from app.actions.act import Act
from app.actions.applications import NewFile
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Agreement, Payment, PaymentFile, StoredFile
from app.queries.agreement_facts import agreement_of_payment
from app.rules.permissions import Permission

TO = Permission.REQUEST_PAYMENT
MOST_FILES = 50


def attach(act: Act, payment_id: int, file: NewFile) -> int:
    """Add a file to a request that is being written or corrected; return its id."""
    payment = _open(act, payment_id)
    number = act.session.execute(
        select(func.count()).select_from(PaymentFile).where(PaymentFile.payment_id == payment.id)
    ).scalar_one()
    if number >= MOST_FILES:
        raise Invalid({"file": N_("There are {most} files already. Put several into one PDF.")},
                      most=MOST_FILES)  # fmt: skip
    stored = act.create(
        StoredFile(**asdict(file), created_at=act.now, created_by=act.actor.user_id),
        to=TO,
        within=payment,
    )
    added = act.create(
        PaymentFile(payment_id=payment.id, file_id=stored.id, added_at=act.now),
        to=TO,
        within=payment,
    )
    act.record(payment, "attach", filename=file.filename, sha256=file.sha256)
    return added.id


def detach(act: Act, payment_id: int, payment_file_id: int) -> None:
    """Take a file out again; the trail keeps its hash."""
    payment = _open(act, payment_id)
    found = act.load_many(
        PaymentFile,
        PaymentFile.payment_id == payment.id,
        PaymentFile.id == payment_file_id,
        to=TO,
        within=payment,
    )
    for each in found:
        act.session.delete(each)
        act.record(payment, "detach", file_id=each.file_id)
    act.session.flush()


def _open(act: Act, payment_id: int) -> Payment:
    agreement = act.load(Agreement, agreement_of_payment(act.session, payment_id), to=TO)
    payment = act.load(Payment, payment_id, to=TO)
    if agreement.state != "active" or payment.state not in ("planned", "returned"):
        raise Conflict(N_("This request was sent in. Its files can no longer be changed."))
    return payment
