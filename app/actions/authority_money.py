"""The interest that an authority asks on late repayments: a new row counts from its day on."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.actions.act import Act
from app.actions.recovery_letter import decimal
from app.errors import Invalid, Said
from app.i18n.marks import N_
from app.models import Authority, InterestRate
from app.rules.permissions import Permission

TO = Permission.MANAGE_AUTHORITY


@dataclass(frozen=True, slots=True)
class NewRate:
    valid_from: date
    percent: Fraction
    source: str


def set_interest(act: Act, authority_id: int, new: NewRate) -> int:
    """Let a rate count from a day on, with its source; return its id."""
    authority = act.load(Authority, authority_id, to=TO)
    wrong: dict[str, str | Said] = {}
    if not 0 <= new.percent <= 100:
        wrong["percent"] = N_("Enter a rate from 0 to 100 % a year.")
    if not new.source.strip():
        wrong["source"] = N_("Write where the rate comes from.")
    if wrong:
        raise Invalid(wrong)
    rate = act.create(
        InterestRate(
            authority_id=authority.id,
            valid_from=new.valid_from,
            percent=decimal(new.percent) or "0",
            source=new.source.strip(),
            set_at=act.now,
            set_by=act.actor.user_id,
        ),
        to=TO,
        within=authority,
    )
    act.record(
        rate, "set_interest", valid_from=rate.valid_from, percent=rate.percent, reason=rate.source
    )
    return rate.id
