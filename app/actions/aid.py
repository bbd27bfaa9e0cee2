"""De minimis aid before it is given: counted for the whole undertaking, and refused above.

None of an aid that breaks the ceiling counts as de minimis, so it is refused whole (handbook
3.1); the check stands at the award, at the agreement and where a thing is given on (3.3).
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement
from app.queries import aid, aid_standing
from app.queries.aid import AidKnown
from app.queries.facts import facts_of
from app.queries.ranking import Candidate
from app.queries.schemes import scheme_of
from app.queries.undertakings import around
from app.rules.aid_ceiling import Above
from app.rules.allocation_model import Allocation
from app.rules.in_kind import aid_finding
from app.rules.messages import Message
from app.rules.scheme import Scheme
from app.rules.scheme_letters import AidRegime

AWARDS_ABOVE = N_(
    "{references} would pass the ceiling of de minimis aid by now. Take the proposal back, then "
    "make it again: the next on the list take their place."
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('envelope.aid', 0))")


def is_aid(act: Act, call_id: int) -> bool:
    """Return whether what is given in this call counts as de minimis aid. A part."""
    return scheme_of(act.session, call_id).state_aid.regime is AidRegime.DE_MINIMIS


def known(act: Act, organisation_id: int, call_id: int) -> AidKnown:
    """Return what counts today for an organisation's undertaking. A part."""
    those = around(act.session, organisation_id)
    return aid.aid_known(act.session, those, scheme_of(act.session, call_id), _today(act))


def finding(act: Act, organisation_id: int, call_id: int, cents: int) -> Message | None:
    """Say why so much more passes the ceiling of a call; None where it is no such aid. A part."""
    if not is_aid(act, call_id):
        return None
    rule = scheme_of(act.session, call_id).state_aid
    known_cents = known(act, organisation_id, call_id).cents
    return aid_finding(known_cents, cents, rule.ceiling_cents, rule.ceiling_years)


def hold(act: Act) -> None:
    """Let nobody else count or give aid, or link enterprises, until this deed is done. A part.

    One lock for all: a link that somebody records just now may join two undertakings of which
    each would have held only its own, and then neither sees what the other is given.
    """
    act.session.execute(_ONE_AT_A_TIME)


def above_of(
    act: Act, scheme: Scheme, call_id: int, wanted: Sequence[tuple[str, int, int]]
) -> tuple[Above, ...]:
    """Return who passes the ceiling of a scheme, of (reference, organisation, cents) in the order
    in which they come; nobody where it is no such aid. A part.
    """
    if aid_standing.ceiling_of(scheme) is None:
        return ()
    hold(act)
    return aid_standing.above_of(act.session, scheme, call_id, wanted, _today(act))


def above_in(
    act: Act, scheme: Scheme, call_id: int, result: Allocation, listed: Sequence[Candidate]
) -> tuple[Above, ...]:
    """Return whose award in an allocation passes the ceiling, by lot and rank. A part."""
    lots = [lot.code for lot in scheme.lots]
    whose = {each.reference: each.organisation_id for each in listed}
    lines = sorted(
        (line for line in result.lines if line.awarded_cents > 0),
        key=lambda line: (lots.index(line.lot), line.rank or 0, line.id),
    )
    wanted = [(line.id, whose[line.id], line.awarded_cents) for line in lines]
    return above_of(act, scheme, call_id, wanted)


def refuse_awards(act: Act, scheme: Scheme, call_id: int) -> None:
    """Raise Conflict where an award that waits for its decision passes the ceiling. A part.

    Aid may have been given, or a link found, since it was proposed.
    """
    if aid_standing.ceiling_of(scheme) is None:
        return
    hold(act)
    if above := aid_standing.proposed_above(act.session, scheme, call_id, _today(act)):
        raise Conflict(AWARDS_ABOVE, references=", ".join(each.reference for each in above))


def _today(act: Act) -> date:
    return act.now.astimezone(ZONE).date()


def refuse_above(act: Act, agreement: Agreement) -> None:
    """Raise Conflict where an agreement would pass the ceiling. A part of prepare and sign."""
    organisation_id = facts_of(act.session, agreement).organisation_id
    if organisation_id is None or not is_aid(act, agreement.call_id):
        return
    hold(act)
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
