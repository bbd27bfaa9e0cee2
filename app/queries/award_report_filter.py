"""What a reader narrows the award report to: lot, region, result, state of the agreement, words.

Of all but words the sums are kept, so each of them is asked of a line and of a group alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement

from app.models import Application, ApplicationLine, Lot
from app.rules.search_text import search_text

NO_AGREEMENT = "none"
UNKNOWN_REGION = "unknown"

# An award that was declined is shown, but its money is free again.
COUNTING = frozenset({"full", "part"})
_WITHOUT_AWARD = frozenset({""})


@dataclass(frozen=True, slots=True)
class _Result:
    """The awards and the states of an application that a result means; nothing means all."""

    awards: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()


_RESULTS: Mapping[str, _Result] = {
    "full": _Result(awards=frozenset({"full"})),
    "part": _Result(awards=frozenset({"part"})),
    "declined": _Result(awards=frozenset({"declined"})),
    "reserve": _Result(awards=_WITHOUT_AWARD, states=frozenset({"reserve"})),
    "refused": _Result(states=frozenset({"unsuccessful", "rejected"})),
    "ineligible": _Result(states=frozenset({"ineligible"})),
    "withdrawn": _Result(states=frozenset({"withdrawn"})),
}
RESULTS = tuple(_RESULTS)


class Grouped(Protocol):
    """What lines have in common whose sums are kept."""

    @property
    def lot_code(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def application_state(self) -> str: ...
    @property
    def award(self) -> str: ...
    @property
    def agreement_state(self) -> str: ...


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

    @property
    def has_words(self) -> bool:
        return bool(search_text(self.words))

    def fits(self, group: Grouped) -> bool:
        """True when all lines of the group fit, as far as words do not decide."""
        return (
            (not self.lot or group.lot_code == self.lot)
            and (not self.region or group.region == self._region)
            and (not self.agreement or group.agreement_state == self._agreement)
            and all(
                (not each.awards or group.award in each.awards)
                and (not each.states or group.application_state in each.states)
                for each in self._results()
            )
        )

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the same as SQL; words need Application in the FROM, a lot needs Lot."""
        line = ApplicationLine
        where: list[ColumnElement[bool]] = []
        if self.lot:
            where.append(Lot.code == self.lot)
        if self.region:
            where.append(line.region == self._region)
        if self.agreement:
            where.append(line.agreement_state == self._agreement)
        for each in self._results():
            if each.awards:
                where.append(line.award.in_(sorted(each.awards)))
            if each.states:
                where.append(line.application_state.in_(sorted(each.states)))
        text = Application.search_text
        return [*where, *(text.contains(each) for each in search_text(self.words).split())]

    def _results(self) -> tuple[_Result, ...]:
        shown = (_Result(awards=COUNTING),) if self.awards_only else ()
        return (*shown, _RESULTS[self.result]) if self.result else shown

    @property
    def _region(self) -> str:
        return "" if self.region == UNKNOWN_REGION else self.region

    @property
    def _agreement(self) -> str:
        return "" if self.agreement == NO_AGREEMENT else self.agreement
