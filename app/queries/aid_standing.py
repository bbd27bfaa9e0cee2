"""What undertakings have towards the ceiling before an award: granted aid, and what is offered.

An award that is decided and not yet signed is no aid by law, but it becomes aid: of two calls
that decide at the same time the second counts what the first has promised.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import AllocationRun, Application, Award, Call, Lot, Organisation, StageEntry
from app.queries.aid import granted
from app.queries.schemes import scheme_named
from app.queries.undertakings import around_all
from app.rules.aid_ceiling import Above, Standing, Wanted, above
from app.rules.scheme import Scheme
from app.rules.scheme_letters import AidRegime

# Offers that no signed agreement follows yet; a signed one is counted as what it is.
OFFERED = ("decided", "announced", "accepted")
_UNDER_WAY = ("proposed", "decided")


@dataclass(frozen=True, slots=True)
class Proposed:
    """An award before its announcement."""

    application_id: int
    reference: str
    organisation_id: int
    organisation: str
    cents: int


@dataclass(frozen=True, slots=True)
class AwardAbove:
    """An award that passes the ceiling, for who decides; `found` says by how much."""

    application_id: int
    reference: str
    organisation: str
    found: Above


def ceiling_of(scheme: Scheme) -> int | None:
    """Return the ceiling in cents where what a call gives is de minimis aid, else None."""
    rule = scheme.state_aid
    return rule.ceiling_cents if rule.regime is AidRegime.DE_MINIMIS else None


def standings(
    session: Session, scheme: Scheme, call_id: int, organisation_ids: Collection[int], on: date
) -> dict[int, Standing]:
    """Return what the undertaking of each organisation has on a day, in the scheme's currency.

    What this call has decided and not yet announced is left out: it is what is asked about.
    """
    those = around_all(session, organisation_ids)
    groups = {key: frozenset({key, *each.members(on)}) for key, each in those.items()}
    asked = frozenset[int]().union(*groups.values())
    currency, years = scheme.currency, scheme.state_aid.ceiling_years
    has: Counter[int] = Counter()
    for line in granted(session, asked, on, years):
        if line.currency == currency:
            has[line.organisation_id] += line.cents
    offered = _offered(session, call_id, asked, currency)
    return {
        key: Standing(
            group=min(each.undertaking(on)),
            names=tuple(each.names.get(one, one) for one in each.undertaking(on)),
            granted_cents=sum(has[one] for one in groups[key]),
            offered_cents=sum(offered[one] for one in groups[key]),
        )
        for key, each in those.items()
    }


def _offered(
    session: Session, call_id: int, organisation_ids: Collection[int], currency: str
) -> Counter[int]:
    # Of an agreement that ended before it was signed nothing is offered any more.
    left = func.sum(Award.awarded_cents - Award.released_cents)
    rows = session.execute(
        select(Call.id, Call.digest, Application.organisation_id, left)
        .join(Application, Application.id == Award.application_id)
        .join(Call, Call.id == Award.call_id)
        .where(
            Application.organisation_id.in_(organisation_ids),
            Award.state.in_(OFFERED),
            (Award.call_id != call_id) | (Award.state != "decided"),
        )
        .group_by(Call.id, Application.organisation_id)
    )
    found: Counter[int] = Counter()
    for other_id, digest, organisation_id, cents in rows:
        scheme = scheme_named(session, other_id, digest)
        if ceiling_of(scheme) is not None and scheme.currency == currency:
            found[organisation_id] += int(cents)
    return found


def above_of(
    session: Session,
    scheme: Scheme,
    call_id: int,
    wanted: Iterable[tuple[str, int, int]],
    on: date,
) -> tuple[Above, ...]:
    """Return who passes the ceiling, of (id, organisation, cents) in their order; none without."""
    ceiling_cents, listed = ceiling_of(scheme), list(wanted)
    if ceiling_cents is None or not listed:
        return ()
    has = standings(session, scheme, call_id, {each[1] for each in listed}, on)
    return above((Wanted(key, cents, has[whose]) for key, whose, cents in listed), ceiling_cents)


def proposed_above(
    session: Session, scheme: Scheme, call_id: int, on: date
) -> tuple[AwardAbove, ...]:
    """Return of the awards that a call has proposed or decided those that pass the ceiling.

    Of several awards of one undertaking those of earlier lots and better ranks come first.
    """
    if ceiling_of(scheme) is None:
        return ()
    rows = session.execute(
        select(
            Application.id, Application.reference, Organisation.id, Organisation.name,
            Award.awarded_cents,
        )
        .join(Award, Award.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Award.lot_id)
        .join(AllocationRun, AllocationRun.id == Award.run_id)
        .join(
            StageEntry,
            (StageEntry.application_id == Application.id)
            & (StageEntry.stage_id == AllocationRun.stage_id),
        )
        .where(Award.call_id == call_id, Award.state.in_(_UNDER_WAY))
        .order_by(Lot.position, StageEntry.rank, Application.reference)
    )  # fmt: skip
    return awards_above(session, scheme, call_id, [Proposed(*row) for row in rows], on)


def awards_above(
    session: Session, scheme: Scheme, call_id: int, awards: Sequence[Proposed], on: date
) -> tuple[AwardAbove, ...]:
    """Return the same of awards that are known, in the order in which they come."""
    who = {each.reference: each for each in awards}
    wanted = [(each.reference, each.organisation_id, each.cents) for each in awards]
    return tuple(
        AwardAbove(who[one.id].application_id, one.id, who[one.id].organisation, one)
        for one in above_of(session, scheme, call_id, wanted, on)
    )
