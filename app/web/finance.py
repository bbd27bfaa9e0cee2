"""The desk of finance: everything that waits for somebody, what waits for the reader first."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.queries import (
    agreement_prepare,
    agreements,
    authority_accounts,
    payment_queue,
    recoveries,
    reporting,
)
from app.queries.agreement_prepare import WaitingAward
from app.queries.agreements import AgreementLine
from app.queries.authority_accounts import AccountChangePage
from app.queries.payment_queue import QueueLine
from app.queries.recoveries import OrderLine
from app.queries.recovery_facts import OPEN
from app.rules.permissions import Actor, Permission, held
from app.web import pages
from app.web.deps import Reader

router = APIRouter(prefix="/finance")


@dataclass(frozen=True, slots=True)
class DeskPage:
    awards: tuple[WaitingAward, ...]
    to_sign: tuple[AgreementLine, ...]
    mine: tuple[QueueLine, ...]
    unreconciled: tuple[QueueLine, ...]
    others: tuple[QueueLine, ...]
    recoveries: tuple[OrderLine, ...]
    may_prepare: bool
    accounts: tuple[AccountChangePage, ...]
    reports_overdue: int


def holds(actor: Actor, permission: Permission) -> bool:
    """True when the person has the permission for anything; the page itself asks again."""
    return permission in held(actor)


@router.get("/desk")
def finance_start(request: Request, reader: Reader) -> HTMLResponse:
    queue = payment_queue.queue(reader.session, reader.actor)
    page = DeskPage(
        awards=agreement_prepare.waiting_awards(reader.session, reader.actor),
        to_sign=agreements.agreement_list(reader.session, reader.actor, state="sent"),
        mine=tuple(line for line in queue if line.is_mine and not line.is_paid),
        unreconciled=tuple(line for line in queue if line.is_paid),
        others=tuple(line for line in queue if not line.is_mine and not line.is_paid),
        recoveries=tuple(
            line
            for line in recoveries.order_lines(reader.session, reader.actor)
            if line.state in OPEN
        ),
        may_prepare=holds(reader.actor, Permission.PREPARE_AGREEMENT),
        accounts=_accounts(reader),
        reports_overdue=len(reporting.overdue(reader.session, reader.actor, reader.now)),
    )
    return pages.render(request, "finance/start.html", page=page)


def _accounts(reader: Reader) -> tuple[AccountChangePage, ...]:
    """Return accounts of authorities that wait; only who could confirm one is asked for."""
    if not holds(reader.actor, Permission.APPROVE_PAYMENT):
        return ()
    return authority_accounts.waiting_changes(reader.session, reader.actor)
