"""De minimis aid that is known here, of an organisation and all that are one undertaking with it.

Of a grant in kind the price less the own share counts (handbook 2.1.3), of an ended agreement
what was paid and not recovered; and things that others had before. It is granted on the day on
which the authority signs (3.1). Aid of other givers is known only from statements.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, DateTime, case, null, select, union_all
from sqlalchemy.orm import Session

from app.i18n.formats import ZONE
from app.models import Agreement, Application, Call, InKindGrant, Organisation, Reallocation
from app.queries.schemes import scheme_named
from app.queries.undertakings import Around
from app.rules.scheme import Scheme
from app.rules.scheme_letters import AidRegime
from app.rules.undertakings import Aid, counted


@dataclass(frozen=True, slots=True)
class AidLine:
    """One grant of aid: an agreement, or a thing that was given on."""

    organisation_id: int
    organisation: str
    reference: str
    granted_on: date
    cents: int
    currency: str

    @property
    def aid(self) -> Aid:
        return Aid(str(self.organisation_id), self.granted_on, self.cents)


@dataclass(frozen=True, slots=True)
class AidKnown:
    """What counts on a day in one currency, in cents; `others` are the currencies of other aid.

    `undertaking` names who is counted together, the organisation itself first.
    """

    lines: tuple[AidLine, ...]
    others: tuple[str, ...]
    undertaking: tuple[str, ...]

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


def aid_known(session: Session, those: Around, scheme: Scheme, on: date) -> AidKnown:
    """Return what counts against the ceiling of a scheme on a day; no rate of exchange is known."""
    counting = granted(session, those.members(on), on, scheme.state_aid.ceiling_years)
    currency = scheme.currency
    return AidKnown(
        lines=tuple(line for line in counting if line.currency == currency),
        others=tuple(sorted({line.currency for line in counting} - {currency})),
        undertaking=tuple(those.names.get(key, key) for key in those.undertaking(on)),
    )


def granted(
    session: Session, organisation_ids: Collection[int], on: date, years: int | None
) -> list[AidLine]:
    """Return the aid of these that counts on a day, in any currency, the oldest first."""
    lines = _aid_of(session, organisation_ids)
    those = map(str, organisation_ids)
    within = set(counted((line.aid for line in lines), those, on, years))
    return [line for line in lines if line.aid in within and line.cents]


def _aid_of(session: Session, organisation_ids: Collection[int]) -> tuple[AidLine, ...]:
    """Return all de minimis aid of these organisations, the oldest first."""
    given = case(
        (Agreement.state == "terminated", Agreement.paid_cents - Agreement.recovered_cents),
        (InKindGrant.price_cents > 0, InKindGrant.support_cents),
        else_=Agreement.grant_cents,
    )
    agreed = (
        select(
            Application.call_id, Organisation.id, Organisation.name, Agreement.reference,
            Agreement.signed_by_authority_on.label("granted_on"),
            null().cast(DateTime(timezone=True)).label("decided_at"), given.label("cents"),
        )
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(InKindGrant, InKindGrant.agreement_id == Agreement.id)
        .where(Organisation.id.in_(organisation_ids), Agreement.signed_by_authority_on.is_not(None))
    )  # fmt: skip
    taken_over = (
        select(
            Application.call_id, Organisation.id, Organisation.name, Application.reference,
            null().cast(Date), Reallocation.decided_at, Reallocation.value_cents,
        )
        .join(Application, Application.id == Reallocation.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Organisation.id.in_(organisation_ids), Reallocation.state == "agreed")
    )  # fmt: skip
    both = union_all(agreed, taken_over).subquery()
    rows = session.execute(select(both, Call.digest).join(Call, Call.id == both.c.call_id))
    found: list[AidLine] = []
    for call_id, key, name, reference, granted_on, decided_at, cents, digest in rows:
        day = granted_on or (decided_at and decided_at.astimezone(ZONE).date())
        scheme = scheme_named(session, call_id, digest)
        if day and scheme.state_aid.regime is AidRegime.DE_MINIMIS:
            found.append(AidLine(key, name, reference, day, cents, scheme.currency))
    return tuple(sorted(found, key=lambda line: (line.granted_on, line.reference)))
