"""What a reader narrows the award report to: lot, region, result, state of the agreement, words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from app.models import Agreement, Application, Award, Lot
from app.rules.search_text import search_text

# An award that was declined is shown, but its money is free again.
COUNTS = Award.state.not_in(("declined", "revoked", "discarded"))

NO_AGREEMENT = "none"
UNKNOWN_REGION = "unknown"

_RESULTS: Mapping[str, ColumnElement[bool]] = {
    "full": and_(COUNTS, Award.awarded_cents == Award.requested_cents),
    "part": and_(COUNTS, Award.awarded_cents < Award.requested_cents),
    "declined": Award.state == "declined",
    "reserve": and_(Award.id.is_(None), Application.state == "reserve"),
    "refused": Application.state.in_(("unsuccessful", "rejected")),
    "ineligible": Application.state == "ineligible",
    "withdrawn": Application.state == "withdrawn",
}
RESULTS = tuple(_RESULTS)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Empty texts narrow nothing. `result` is one of RESULTS, `region` a code of NUTS 2."""

    awards_only: bool = False
    lot: str = ""
    region: str = ""
    result: str = ""
    agreement: str = ""
    words: str = ""

    @property
    def narrows(self) -> bool:
        """True when lines are left out that have money in them."""
        return self != ReportFilter(awards_only=self.awards_only)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the lines of `award_report` must fulfil."""
        where: list[ColumnElement[bool]] = []
        if self.awards_only:
            where += [Award.id.is_not(None), COUNTS]
        if self.lot:
            where.append(Lot.code == self.lot)
        if self.region:
            region = "" if self.region == UNKNOWN_REGION else self.region
            where.append(Application.region == region)
        if self.result:
            where.append(_RESULTS[self.result])
        if self.agreement == NO_AGREEMENT:
            where.append(Agreement.id.is_(None))
        elif self.agreement:
            where.append(Agreement.state == self.agreement)
        for word in search_text(self.words).split():
            where.append(Application.search_text.contains(word, autoescape=True))
        return where
