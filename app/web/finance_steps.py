"""Steps of a request or an agreement that are one button, some with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import agreement_steps, payment_steps
from app.actions.act import Act
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import agreements, payments
from app.rules.permissions import Actor, Facts, Permission, may
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, blank, read
from app.web.step_forms import tried

router = APIRouter(prefix="/finance")

REASON = (fields.long_text("reason", N_("Reason"), missing=N_("Write the reason."), max_words=300),)


@dataclass(frozen=True, slots=True)
class Step:
    """`states` in which it is legal; with `explains` it has a page that asks for the reason."""

    needs: Permission
    states: tuple[str, ...]
    button: str
    notice: str
    run: Callable[[Act, int, str], None]
    explains: str = ""
    kind: str = "secondary"


PAYMENT_STEPS: dict[str, Step] = {
    "send": Step(
        Permission.PAY,
        ("approved",),
        N_("It is with the bank"),
        N_("Noted. Record the payment when it stands on the statement."),
        lambda act, key, _: payment_steps.send(act, key),
    ),
    "send_again": Step(
        Permission.PAY,
        ("failed",),
        N_("Send it to the bank again"),
        N_("Noted. Record the payment when it stands on the statement."),
        lambda act, key, _: payment_steps.send_again(act, key),
        kind="primary",
    ),
    "fail": Step(
        Permission.PAY,
        ("sent",),
        N_("The bank refused it"),
        N_("Noted. The money stays bound; send it again when the bank takes it."),
        lambda act, key, reason: payment_steps.fail(act, key, reason=reason),
        explains=N_("Write what the bank says. The money stays bound to the agreement."),
    ),
    "suspend": Step(
        Permission.CHECK_PAYMENT,
        ("requested", "checked"),
        N_("Suspend the term of payment"),
        N_("Suspended. The beneficiary was told by e-mail."),
        lambda act, key, reason: payment_steps.suspend(act, key, reason=reason),
        explains=N_(
            "The days within which it is paid stand still until you go on. The beneficiary is told "
            "by e-mail; a check that was made is made anew."
        ),
    ),
    "resume": Step(
        Permission.CHECK_PAYMENT,
        ("suspended",),
        N_("Go on with it"),
        N_("The term of payment goes on."),
        lambda act, key, _: payment_steps.resume(act, key),
        kind="primary",
    ),
    "reject": Step(
        Permission.APPROVE_PAYMENT,
        ("checked",),
        N_("Refuse it for good"),
        N_("Refused. The beneficiary was told by e-mail."),
        lambda act, key, reason: payment_steps.reject(act, key, reason=reason),
        explains=N_(
            "Nothing of this instalment is ever paid. To have it corrected, return it instead."
        ),
    ),
}

AGREEMENT_STEPS: dict[str, Step] = {
    "suspend": Step(
        Permission.SIGN_AGREEMENT,
        ("active",),
        N_("Suspend the agreement"),
        N_("Suspended. The beneficiary was told by e-mail."),
        lambda act, key, reason: agreement_steps.suspend(act, key, reason=reason),
        explains=N_(
            "No payment can be asked for until it goes on. The beneficiary reads the reason."
        ),
    ),
    "resume": Step(
        Permission.SIGN_AGREEMENT,
        ("suspended",),
        N_("Let the agreement go on"),
        N_("The agreement goes on. The beneficiary was told by e-mail."),
        lambda act, key, _: agreement_steps.resume(act, key),
        kind="primary",
    ),
    "propose_end": Step(
        Permission.PREPARE_AGREEMENT,
        ("active", "suspended"),
        N_("Propose to end it before its time"),
        N_("Proposed. The fund manager, another person, decides."),
        lambda act, key, reason: agreement_steps.propose_end(act, key, reason=reason),
        explains=N_(
            "A second person decides. Instalments that are not approved are then never paid; what "
            "was paid too much is ordered back."
        ),
    ),
    "end": Step(
        Permission.SIGN_AGREEMENT,
        ("active", "suspended"),
        N_("End the agreement as proposed"),
        N_("Ended. The beneficiary was told by e-mail."),
        lambda act, key, _: agreement_steps.end(act, key),
        kind="warning",
    ),
    "drop_end": Step(
        Permission.PREPARE_AGREEMENT,
        ("active", "suspended"),
        N_("Take the proposal to end it back"),
        N_("The proposal is taken back."),
        lambda act, key, reason: agreement_steps.drop_end(act, key, reason=reason),
        explains=N_("The agreement goes on as it was."),
    ),
    "close": Step(
        Permission.SIGN_AGREEMENT,
        ("completed",),
        N_("Close the agreement"),
        N_("Closed. The beneficiary was told until when records are kept."),
        lambda act, key, _: agreement_steps.close(act, key),
        kind="primary",
    ),
}


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the step is about: its own page (`back_url`) and how it is called."""

    form: Form
    step: Step
    title: str
    caption: str
    back_url: str


def open_steps(
    steps: dict[str, Step], actor: Actor, facts: Facts, state: str
) -> tuple[tuple[str, Step], ...]:
    """Return the steps that are legal in the state and that the person may take."""
    return tuple(
        (key, step)
        for key, step in steps.items()
        if state in step.states and may(actor, step.needs, facts) is None
    )


def _asked(steps: dict[str, Step], key: str) -> Step:
    if key not in steps or not steps[key].explains:
        raise NotFound
    return steps[key]


@router.get("/payments/{payment_id:int}/step/{key}")
def finance_payment_step(
    request: Request, reader: Reader, payment_id: int, key: str
) -> HTMLResponse:
    step = _asked(PAYMENT_STEPS, key)
    payment = payments.staff_payment(reader.session, reader.actor, payment_id, to=step.needs)
    page = _payment_page(request, payment, step, blank(REASON))
    return pages.render(request, "finance/step.html", page=page)


@router.post("/payments/{payment_id:int}/step/{key}")
def finance_payment_step_now(
    request: Request, posted: Posted, act: InAct, payment_id: int, key: str
) -> Response:
    step = _step(PAYMENT_STEPS, key)
    payment = payments.staff_payment(act.session, act.actor, payment_id, to=step.needs)
    wrong = _taken(act, step, payment_id, posted)
    if wrong is None:
        return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=step.notice)
    page = _payment_page(request, payment, step, wrong)
    return pages.render(request, "finance/step.html", page=page, status=422)


@router.get("/agreements/{agreement_id:int}/step/{key}")
def finance_agreement_step(
    request: Request, reader: Reader, agreement_id: int, key: str
) -> HTMLResponse:
    step = _asked(AGREEMENT_STEPS, key)
    found = agreements.staff_agreement(reader.session, reader.actor, agreement_id, to=step.needs)
    page = _agreement_page(request, found, step, blank(REASON))
    return pages.render(request, "finance/step.html", page=page)


@router.post("/agreements/{agreement_id:int}/step/{key}")
def finance_agreement_step_now(
    request: Request, posted: Posted, act: InAct, agreement_id: int, key: str
) -> Response:
    step = _step(AGREEMENT_STEPS, key)
    found = agreements.staff_agreement(act.session, act.actor, agreement_id, to=step.needs)
    wrong = _taken(act, step, agreement_id, posted)
    if wrong is None:
        return pages.redirect(
            request, "finance_agreement", agreement_id=agreement_id, notice=step.notice
        )
    page = _agreement_page(request, found, step, wrong)
    return pages.render(request, "finance/step.html", page=page, status=422)


def _step(steps: dict[str, Step], key: str) -> Step:
    if key not in steps:
        raise NotFound
    return steps[key]


def _taken(act: Act, step: Step, key: int, posted: Posted) -> Form | None:
    """Take the step; return the form with what is wrong, None when it is done."""
    form = read(REASON if step.explains else (), posted)
    return tried(form, lambda: step.run(act, key, str(form.values.get("reason", ""))))


def _payment_page(
    request: Request, payment: payments.PaymentPage, step: Step, form: Form
) -> StepPage:
    back = pages.url(request, "finance_payment", payment_id=payment.payment_id)
    caption = f"{payment.agreement} · {payment.organisation}"
    return StepPage(form, step, payment.title, caption, back)


def _agreement_page(
    request: Request, found: agreements.AgreementPage, step: Step, form: Form
) -> StepPage:
    back = pages.url(request, "finance_agreement", agreement_id=found.agreement_id)
    return StepPage(form, step, found.reference, found.organisation, back)
