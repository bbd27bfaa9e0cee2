"""Days off: an administrator confirms or strikes a public holiday, or adds a day, with a reason."""

from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.errors import Invalid, Said
from app.i18n.marks import N_
from app.models import Authority, DayOffRuling
from app.queries.days_off import ruling_of
from app.rules.permissions import Permission

TO = Permission.MANAGE_AUTHORITY
# What a person reads who rules on a day without saying why.
NO_REASON = N_("Write where it stands, or who decided it; it is kept in the audit trail.")
NO_NAME = N_("Write what day it is")


@dataclass(frozen=True, slots=True)
class NewRuling:
    day: date
    is_free: bool
    name: str
    reason: str


def rule(act: Act, authority_id: int, new: NewRuling) -> int:
    """Say that a day is free or that people work; the last word stands. Return the row's id.

    Deadlines that were set stay as they are; those that are computed from now on follow.
    """
    authority = act.load(Authority, authority_id, to=TO)
    said: dict[str, str | Said] = {}
    if not new.name.strip():
        said["name"] = NO_NAME
    if not new.reason.strip():
        said["reason"] = NO_REASON
    if said:
        raise Invalid(said)
    # The authority is locked: two people who rule on one day come one after the other.
    known = ruling_of(act.session, authority_id, new.day)
    if known is None:
        row = act.create(_row(act, authority_id, new), to=TO, within=authority)
        was = None
    else:
        row = act.load(DayOffRuling, known, to=TO)
        was = row.is_free
        row.is_free, row.reason = new.is_free, new.reason.strip()
        row.ruled_by, row.ruled_at = act.actor.user_id, act.now
        act.session.flush()
    act.record(
        row,
        "rule_day_off",
        day=row.day,
        name=row.name,
        is_free=row.is_free,
        was_free=was,
        reason=row.reason,
    )
    return row.id


def _row(act: Act, authority_id: int, new: NewRuling) -> DayOffRuling:
    return DayOffRuling(
        authority_id=authority_id,
        day=new.day,
        is_free=new.is_free,
        name=new.name.strip(),
        reason=new.reason.strip(),
        ruled_by=act.actor.user_id,
        ruled_at=act.now,
    )
