"""Which enterprises are under one hand, as an officer finds it out when checking an application.

A link is written once, with what shows it; a mistake is ended with its reason, and so is an ending
that was one taken back: the trail tells by what aid was counted when.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.actions import aid
from app.actions.act import Act
from app.actions.recovery_letter import decimal
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Application, OwnershipLink
from app.queries import undertakings as known
from app.rules.identifiers import check_identifier
from app.rules.permissions import Permission
from app.rules.scheme_direct import parted, written
from app.rules.undertakings import LinkKind

TO = Permission.CHECK_APPLICATION
_NO_NUMBER = N_("The applicant has no registration number yet, so nothing can be linked with it.")


@dataclass(frozen=True, slots=True)
class NewLink:
    """Another enterprise, by registry number, that owns the applicant or is owned by it."""

    number: str
    name: str
    other_is_owner: bool
    kind: LinkKind
    percent: Fraction | None
    valid_from: date
    evidence: str


def record(act: Act, application_id: int, new: NewLink) -> int:
    """Record a link of an applicant with another enterprise; return its id."""
    application = act.load(Application, application_id, to=TO)
    own = known.number_of(act.session, application.organisation_id)
    if not own:
        raise Conflict(_NO_NUMBER)
    other = written(new.number)
    registered = known.organisations_of(act.session, [other]).get(other)
    _refuse(act, new, is_own=registered == application.organisation_id)
    aid.hold(act)
    names = known.around(act.session, application.organisation_id).names
    mine = (own, names[f"organisation {application.organisation_id}"])
    owner, owned = ((other, new.name.strip()), mine)[:: 1 if new.other_is_owner else -1]
    row = OwnershipLink(
        application_id=application.id,
        owner=owner[0],
        owner_name=owner[1],
        owned=owned[0],
        owned_name=owned[1],
        kind=new.kind.value,
        percent=None if new.percent is None else decimal(new.percent),
        valid_from=new.valid_from,
        evidence=new.evidence.strip(),
        recorded_by=act.actor.user_id,
        recorded_at=act.now,
    )
    act.create(row, to=TO, within=application)
    act.record(
        row,
        "record_link",
        owner=" ".join(owner),
        owned=" ".join(owned),
        kind=row.kind,
        percent=row.percent,
        valid_from=row.valid_from,
        evidence=row.evidence,
    )
    return row.id


def end(act: Act, link_id: int, *, valid_to: date | None, reason: str) -> None:
    """Say until which day a link held, and why it is known; it stays readable.

    Without a day it was a mistake and never held: no aid counts by it on any day.
    """
    row = _held(act, link_id)
    if row.ended_at is not None:
        raise Conflict(N_("This link has ended already. Look at the page again."))
    wrong: dict[str, str | Said] = {}
    if valid_to is not None and valid_to < row.valid_from:
        wrong["valid_to"] = N_("It began on {from_on}. Enter that day or a later one.")
    elif valid_to is not None and valid_to > act.now.astimezone(ZONE).date():
        wrong["valid_to"] = N_("This day lies ahead. Enter the last day on which it held.")
    if not reason.strip():
        wrong["reason"] = N_("Write what shows that it is over, or that it was a mistake.")
    if wrong:
        raise Invalid(wrong, from_on=row.valid_from)
    row.valid_to = row.valid_from - timedelta(days=1) if valid_to is None else valid_to
    row.end_reason = reason.strip()
    row.ended_by, row.ended_at = act.actor.user_id, act.now
    act.record(row, "end_link", valid_to=valid_to, reason=row.end_reason)
    act.session.flush()


def restore(act: Act, link_id: int, *, reason: str) -> None:
    """Take an ending back that was a mistake: the link holds again as if it had never ended."""
    row = _held(act, link_id)
    if row.ended_at is None:
        raise Conflict(N_("This link has not ended. Look at the page again."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write what shows that the link still holds.")})
    was = {"valid_to": row.valid_to, "reason": row.end_reason}
    row.valid_to = row.ended_by = row.ended_at = None
    row.end_reason = ""
    act.record(row, "restore_link", was=was, reason=reason.strip())
    act.session.flush()


def _held(act: Act, link_id: int) -> OwnershipLink:
    """Return a link for who may check the application with which it was recorded."""
    application_id = known.application_of_link(act.session, link_id)
    act.load(Application, application_id, to=TO)
    aid.hold(act)
    return act.load(OwnershipLink, link_id, to=TO)


def _refuse(act: Act, new: NewLink, *, is_own: bool) -> None:
    """Raise Invalid for what cannot be a link: a number that is none would link with nobody."""
    wrong: dict[str, str | Said] = {}
    try:
        checked = check_identifier(*parted(new.number))
    except KeyError:
        wrong["number"] = N_("Enter country, register and number, for example RS:MB:07024371.")
    else:
        if checked.blocking:
            wrong["number"] = next(iter(checked.blocking))
    if is_own:
        wrong["number"] = N_("This is the applicant itself. Enter the number of the other one.")
    if not new.name.strip():
        wrong["name"] = N_("Enter the name of the other enterprise.")
    if new.kind is LinkKind.HOLDING and not 0 < (new.percent or 0) <= 100:
        wrong["percent"] = N_("Enter the share of the votes, above 0 and up to 100 %.")
    if new.valid_from > act.now.astimezone(ZONE).date():
        wrong["valid_from"] = N_("This day lies ahead. Enter since when it holds.")
    if not new.evidence.strip():
        wrong["evidence"] = N_("Write what shows it, for example an extract of the register.")
    if wrong:
        raise Invalid(wrong)
