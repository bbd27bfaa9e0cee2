"""Stand-ins: named by the administrator for a period, with a reason, and ended early."""

from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Authority, StandIn
from app.queries import stand_ins as known
from app.rules.permissions import Permission, Role
from app.rules.stand_ins import Proposal, wrong

TO = Permission.MANAGE_AUTHORITY


@dataclass(frozen=True, slots=True)
class NewStandIn:
    role: Role
    absent_id: int
    stand_in_id: int
    starts_on: date
    ends_on: date
    reason: str


def give(act: Act, authority_id: int, new: NewStandIn) -> int:
    """Let a person hold another's role from the first to the last day; return the row's id."""
    authority = act.load(Authority, authority_id, to=TO)
    proposal = Proposal(
        role=new.role,
        absent_id=new.absent_id,
        stand_in_id=new.stand_in_id,
        given_by=act.actor.user_id,
        absent_roles=known.roles_of(act.session, authority_id, new.absent_id),
        stand_in_roles=known.roles_of(act.session, authority_id, new.stand_in_id),
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        today=act.now.astimezone(ZONE).date(),
    )
    said: dict[str, str | Said] = {each.path: each for each in wrong(proposal)}
    if not new.reason.strip():
        said["reason"] = N_("Write why somebody stands in; it is kept in the audit trail.")
    if said:
        raise Invalid(said)
    row = act.create(
        StandIn(
            authority_id=authority_id,
            role=new.role.value,
            user_id=new.stand_in_id,
            absent_id=new.absent_id,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            reason=new.reason.strip(),
            given_by=act.actor.user_id,
            given_at=act.now,
        ),
        to=TO,
        within=authority,
    )
    act.record(row, "give_stand_in", **_told(act, row))
    return row.id


def end(act: Act, stand_in_id: int, *, reason: str) -> None:
    """End a stand-in at once: the next request of the person is without the role."""
    row = act.load(StandIn, stand_in_id, to=TO)
    if row.ended_at is not None:
        raise Conflict(N_("This stand-in has ended already."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write why it ends; it is kept in the audit trail.")})
    row.ended_at, row.ended_by = act.now, act.actor.user_id
    act.record(row, "end_stand_in", **_told(act, row) | {"reason": reason.strip()})
    act.session.flush()


def _told(act: Act, row: StandIn) -> dict[str, object]:
    names = known.names(act.session, (row.user_id, row.absent_id))
    return {
        "person": names.get(row.user_id, ""),
        "absent": names.get(row.absent_id, ""),
        "role": row.role,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "reason": row.reason,
    }
