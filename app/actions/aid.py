"""De minimis aid before it is given: counted for the whole undertaking, and refused above.

None of an aid that breaks the ceiling counts as de minimis, so it is refused whole (handbook
3.1); the check stands at the agreement and where a thing is given on (3.3).
"""

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Organisation
from app.queries import aid
from app.queries.aid import AidKnown
from app.queries.facts import facts_of
from app.queries.schemes import scheme_of
from app.queries.undertakings import around
from app.rules.in_kind import aid_finding
from app.rules.messages import Message
from app.rules.scheme_letters import AidRegime


def is_aid(act: Act, call_id: int) -> bool:
    """Return whether what is given in this call counts as de minimis aid. A part."""
    return scheme_of(act.session, call_id).state_aid.regime is AidRegime.DE_MINIMIS


def known(act: Act, organisation_id: int, call_id: int) -> AidKnown:
    """Return what counts today for an organisation's undertaking. A part."""
    today = act.now.astimezone(ZONE).date()
    those = around(act.session, organisation_id)
    return aid.aid_known(act.session, those, scheme_of(act.session, call_id), today)


def finding(act: Act, organisation_id: int, call_id: int, cents: int) -> Message | None:
    """Say why so much more passes the ceiling of a call; None where it is no such aid. A part."""
    if not is_aid(act, call_id):
        return None
    rule = scheme_of(act.session, call_id).state_aid
    known_cents = known(act, organisation_id, call_id).cents
    return aid_finding(known_cents, cents, rule.ceiling_cents, rule.ceiling_years)


def hold(act: Act, organisation_id: int) -> None:
    """Lock all of an undertaking, so that of two who are given aid at once one sees the other. A
    part.

    Whoever records a link holds both of its ends, so what is held is looked at again.
    """
    today = act.now.astimezone(ZONE).date()
    held: set[int] = set()
    while fresh := {organisation_id, *around(act.session, organisation_id).members(today)} - held:
        for key in sorted(fresh):
            act.wait_for(Organisation, key)
        held |= fresh


def refuse_above(act: Act, agreement: Agreement) -> None:
    """Raise Conflict where an agreement would pass the ceiling. A part of prepare and sign."""
    organisation_id = facts_of(act.session, agreement).organisation_id
    if organisation_id is None or not is_aid(act, agreement.call_id):
        return
    hold(act, organisation_id)
    cents = agreement.grant_cents
    above = finding(act, organisation_id, agreement.call_id, cents)
    if above is None:
        return
    scheme = scheme_of(act.session, agreement.call_id)
    found = known(act, organisation_id, agreement.call_id)
    ceiling_cents = scheme.state_aid.ceiling_cents or 0
    raise Conflict(
        N_(
            "With {known} of de minimis aid that {undertaking} have already, {grant} passes the "
            "ceiling of {ceiling}. Then none of it is de minimis aid, so there is no agreement; "
            "up to {left} could have been offered before the award."
        ),
        known_cents=found.cents,
        undertaking=", ".join(found.undertaking),
        grant_cents=cents,
        ceiling_cents=ceiling_cents,
        left_cents=max(0, ceiling_cents - found.cents),
        currency=scheme.currency,
    )
