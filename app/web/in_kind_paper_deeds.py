"""What can be done to a paper of a grant in kind, and to own share that comes or goes back."""

from app.actions import handovers, own_share_returns, own_shares
from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.handovers import Signed
from app.i18n.marks import N_
from app.rules.permissions import Actor, Permission
from app.rules.scheme_text import said
from app.web.fields import Field, Option, Verbatim, date_of, several, text, upload
from app.web.in_kind_parts import STATEMENT, Back, Paid, Paper, reason_only
from app.web.step_forms import OpenSteps, Sent, Step, Steps
from app.web.uploads import PAPERS

SCAN = "scan"
_ACCEPT = (".pdf", ".jpg", ".jpeg", ".png")


def _scan(missing: str = "") -> Field:
    hint = N_("A PDF or a picture, with both signatures.")
    return upload(SCAN, N_("The signed paper"), hint=hint, accept=_ACCEPT, missing=missing)


def _handover_fields(what: Paper) -> tuple[Field, ...]:
    conditions = tuple(
        Option(each.key, Verbatim(said(each.question, what.grant.language)))
        for each in what.grant.rules.handover_conditions
    )
    asked = (
        several(
            "conditions",
            N_("What was checked before the handover"),
            conditions,
            missing=N_("Nothing is handed over before every condition is confirmed."),
        ),
    ) if conditions else ()  # fmt: skip
    return (
        date_of("signed_on", N_("Day of the last signature"), missing=N_("Enter the day")),
        text(
            "handed_over_by",
            N_("Who signed for the authority"),
            missing=N_("Enter who signed for the authority."),
            max_length=200,
        ),
        text(
            "received_by",
            N_("Who signed for the beneficiary"),
            missing=N_("Enter who signed for the beneficiary."),
            max_length=200,
        ),
        *asked,
        _scan(),
    )


def _sign(act: Act, what: Paper, sent: Sent) -> None:
    signed = Signed(
        sent.day("signed_on"),
        sent.text("handed_over_by"),
        sent.text("received_by"),
        sent.keys("conditions"),
    )
    handovers.hand_over(act, what.paper.paper_id, signed, _scanned(sent))


def _scanned(sent: Sent) -> NewFile | None:
    return sent.file(SCAN, allowed=PAPERS)


PAPER: Steps[Paper] = Steps(
    {
        "signed": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Record the signed handover"),
            notice=N_("Handed over. The time of retention of these things has begun."),
            run=_sign,
            fields=_handover_fields,
            explains=N_("Take names and day from the signed paper. It can be added later as well."),
        ),
        "scan": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Add the signed paper"),
            notice=N_("The signed paper is kept."),
            run=lambda act, what, sent: handovers.add_scan(
                act, what.paper.paper_id, _scanned(sent)
            ),
            fields=lambda _: (_scan(N_("Choose the file of the signed paper.")),),
            explains=N_("It is kept once and for all: look whether both signatures can be read."),
        ),
        "drop": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Take the protocol back"),
            notice=N_("Taken back. Its things can stand on another protocol."),
            run=lambda act, what, sent: handovers.drop(
                act, what.paper.paper_id, reason=sent.text("reason")
            ),
            fields=reason_only,
        ),
    }
)
RETURN: Steps[Back] = Steps(
    {
        "approve": Step(
            needs=Permission.APPROVE_PAYMENT,
            button=N_("Approve paying back"),
            notice=N_("Approved. Finance pays it back."),
            run=lambda act, back, _: own_share_returns.approve(act, back.line.return_id),
        ),
        "pay": Step(
            needs=Permission.PAY,
            button=N_("Record that it was paid back"),
            notice=N_("Paid back. The beneficiary was told."),
            run=lambda act, back, sent: own_share_returns.pay(
                act,
                back.line.return_id,
                paid_on=sent.day("paid_on"),
                bank_reference=sent.text("bank_reference"),
            ),
            fields=lambda _: STATEMENT,
        ),
        "drop": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Do not pay it back"),
            notice=N_("Nothing is paid back."),
            run=lambda act, back, sent: own_share_returns.drop(
                act, back.line.return_id, reason=sent.text("reason")
            ),
            fields=reason_only,
        ),
    }
)
SHARE: Steps[Paid] = Steps(
    {
        "confirm": Step(
            needs=Permission.CONFIRM_OWN_SHARE,
            button=N_("Confirm by the statement"),
            notice=N_("The own share is confirmed."),
            run=lambda act, paid, _: own_shares.confirm(act, paid.share.own_share_id),
        ),
        "strike": Step(
            needs=Permission.HANDLE_ASSETS,
            button=N_("Strike out"),
            notice=N_("The record is struck out."),
            run=lambda act, paid, sent: own_shares.strike(
                act, paid.share.own_share_id, reason=sent.text("reason")
            ),
            fields=reason_only,
            explains=N_("For a record that was wrong, before anybody has confirmed it."),
        ),
    }
)


def paper_steps(what: Paper, actor: Actor) -> OpenSteps[Paper]:
    """Return the steps that the person may take with a paper as it stands."""
    paper = what.paper
    keys: tuple[str, ...] = ()
    if paper.kind == handovers.HANDOVER and paper.state == "prepared":
        keys = ("signed", "drop") if what.grant.agreement_state == "active" else ()
    elif paper.state != "dropped" and not paper.scan_sha256:
        keys = ("scan",)
    return PAPER.open(keys, actor, what.facts)


def return_steps(back: Back, actor: Actor) -> OpenSteps[Back]:
    keys = {"proposed": ("approve", "drop"), "approved": ("pay", "drop")}.get(back.line.state, ())
    return RETURN.open(keys, actor, back.facts)


def share_steps(paid: Paid, actor: Actor) -> OpenSteps[Paid]:
    keys = ("confirm", "strike") if paid.share.state == "recorded" else ()
    return SHARE.open(keys, actor, paid.facts)
