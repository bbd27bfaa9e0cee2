"""What waits for a second person where things are given instead of money."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, join
from sqlalchemy.orm import InstrumentedAttribute

from app.models import (
    Agreement,
    Asset,
    AuditEntry,
    Call,
    InKindGrant,
    OwnShare,
    OwnShareReturn,
    PriceChange,
)
from app.queries import visible
from app.queries.waiting_lines import USER_ID, Of, Task, task_line


def _of_grants(
    task: Task, part: Any, grant_id: InstrumentedAttribute[int], *where: ColumnElement[bool]
) -> Of:  # Any: a table of parts of grants, or two that are joined
    """Count the parts of each grant that wait, under the reference of its agreement."""

    def of(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
        return (
            task_line(task, InKindGrant.id, Agreement.reference, func.count())
            .select_from(part)
            .join(InKindGrant, InKindGrant.id == grant_id)
            .join(Agreement, Agreement.id == InKindGrant.agreement_id)
            .join(Call, Call.id == InKindGrant.call_id)
            .where(*where, reach.scope())
            .group_by(InKindGrant.id, Agreement.reference)
        )

    return of


own_shares = _of_grants(
    Task.CONFIRM_SHARE,
    OwnShare,
    OwnShare.grant_id,
    OwnShare.state == "recorded",
    OwnShare.recorded_by != USER_ID,
)
"""Own shares that a colleague found on the bank statement."""

invoices = _of_grants(
    Task.APPROVE_INVOICE,
    Asset,
    Asset.grant_id,
    Asset.state != "dropped",
    Asset.invoice_number != "",
    Asset.approved_at.is_(None),
    Asset.ordered_by.is_distinct_from(USER_ID),
    Asset.chosen_by.is_distinct_from(USER_ID),
    ~exists().where(
        AuditEntry.object_type == "asset",
        AuditEntry.object_id == Asset.id,
        AuditEntry.event == "same_supplier",
        AuditEntry.actor_id == USER_ID,
    ),
)
"""Invoices of suppliers, for who neither chose nor ordered nor named another supplier."""

returns = _of_grants(
    Task.APPROVE_RETURN,
    OwnShareReturn,
    OwnShareReturn.grant_id,
    OwnShareReturn.state == "proposed",
    OwnShareReturn.proposed_by != USER_ID,
)
"""Own shares that a colleague wants to pay back."""

prices = _of_grants(
    Task.DECIDE_PRICE,
    join(PriceChange, Asset, Asset.id == PriceChange.asset_id),
    Asset.grant_id,
    PriceChange.state == "proposed",
    PriceChange.proposed_by != USER_ID,
)
"""Other prices of things that a colleague proposed."""
