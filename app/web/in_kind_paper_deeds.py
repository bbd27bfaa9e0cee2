"""What can be done to a paper of a grant in kind, and to own share that goes back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.actions import handovers, own_share_returns
from app.actions.act import Act
from app.actions.applications import NewFile
from app.actions.handovers import Signed
from app.i18n.marks import N_
from app.queries.in_kind import InKindPage
from app.queries.in_kind_money import PaperLine, ReturnLine
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_text import said
from app.web.fields import Field, Option, Verbatim, date_of, several, text, upload
from app.web.forms import Form
from app.web.in_kind_deeds import BANK, REASON, day_in, keys_in, text_in

SCAN = "scan"
_ACCEPT = (".pdf", ".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class PaperDeed:
    """One button of a paper; `run` gets the file that came with the form, if one did."""

    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, PaperLine, Form, NewFile | None], object]
    fields: Callable[[InKindPage], tuple[Field, ...]]
    explains: str = ""


@dataclass(frozen=True, slots=True)
class ReturnDeed:
    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, ReturnLine, Form], object]
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperView:
    paper: PaperLine
    steps: tuple[tuple[str, PaperDeed], ...]


@dataclass(frozen=True, slots=True)
class ReturnView:
    line: ReturnLine
    steps: tuple[tuple[str, ReturnDeed], ...]


def _scan(page: InKindPage) -> tuple[Field, ...]:
    del page
    hint = N_("A PDF or a picture, with both signatures.")
    return (upload(SCAN, N_("The signed paper"), hint=hint, accept=_ACCEPT),)


def _handover_fields(page: InKindPage) -> tuple[Field, ...]:
    conditions = tuple(
        Option(each.key, Verbatim(said(each.question, page.language)))
        for each in page.rules.handover_conditions
    )
    asked = (
        several("conditions", N_("What was checked before the handover"), conditions),
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
        *_scan(page),
    )


PAPER_DEEDS: dict[str, PaperDeed] = {
    "signed": PaperDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the signed handover"),
        notice=N_("Handed over. The time of retention of these things has begun."),
        run=lambda act, paper, form, scan: handovers.hand_over(
            act,
            paper.paper_id,
            Signed(
                day_in(form, "signed_on"),
                text_in(form, "handed_over_by"),
                text_in(form, "received_by"),
                keys_in(form, "conditions"),
            ),
            scan,
        ),
        fields=_handover_fields,
        explains=N_("Take names and day from the signed paper. It can be added later as well."),
    ),
    "scan": PaperDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Add the signed paper"),
        notice=N_("The signed paper is kept."),
        run=lambda act, paper, _, scan: handovers.add_scan(act, paper.paper_id, scan),
        fields=_scan,
        explains=N_("It is kept once and for all: look whether both signatures can be read."),
    ),
    "drop": PaperDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Take the protocol back"),
        notice=N_("Taken back. Its things can stand on another protocol."),
        run=lambda act, paper, form, _: handovers.drop(
            act, paper.paper_id, reason=text_in(form, "reason")
        ),
        fields=lambda _: (REASON,),
    ),
}
RETURN_DEEDS: dict[str, ReturnDeed] = {
    "approve": ReturnDeed(
        needs=Permission.APPROVE_PAYMENT,
        button=N_("Approve paying back"),
        notice=N_("Approved. Finance pays it back."),
        run=lambda act, line, _: own_share_returns.approve(act, line.return_id),
    ),
    "pay": ReturnDeed(
        needs=Permission.PAY,
        button=N_("Record that it was paid back"),
        notice=N_("Paid back. The beneficiary was told."),
        run=lambda act, line, form: own_share_returns.pay(
            act,
            line.return_id,
            paid_on=day_in(form, "paid_on"),
            bank_reference=text_in(form, "bank_reference"),
        ),
        fields=(
            date_of("paid_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
            BANK,
        ),
    ),
    "drop": ReturnDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Do not pay it back"),
        notice=N_("Nothing is paid back."),
        run=lambda act, line, form: own_share_returns.drop(
            act, line.return_id, reason=text_in(form, "reason")
        ),
        fields=(REASON,),
    ),
}


def paper_steps(
    page: InKindPage, paper: PaperLine, actor: Actor
) -> tuple[tuple[str, PaperDeed], ...]:
    """Return the deeds that the person may do to a paper as it stands."""
    keys: list[str] = []
    if paper.kind == handovers.HANDOVER and paper.state == "prepared":
        keys = ["signed", "drop"] if page.agreement_state == "active" else []
    elif paper.state != "dropped" and not paper.scan_sha256:
        keys = ["scan"]
    allowed = may(actor, Permission.HANDLE_ASSETS, page.facts) is None
    return tuple((key, PAPER_DEEDS[key]) for key in keys) if allowed else ()


def return_steps(
    page: InKindPage, line: ReturnLine, actor: Actor
) -> tuple[tuple[str, ReturnDeed], ...]:
    people = frozenset() if line.proposed_by is None else frozenset({line.proposed_by})
    facts = replace(page.facts, prepared_by=people)
    keys = {"proposed": ("approve", "drop"), "approved": ("pay", "drop")}.get(line.state, ())
    return tuple(
        (key, RETURN_DEEDS[key])
        for key in keys
        if may(actor, RETURN_DEEDS[key].needs, facts) is None
    )
