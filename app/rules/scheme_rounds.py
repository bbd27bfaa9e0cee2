"""Rounds as data: one envelope, given out cut-off by cut-off (handbook 2.1, SP-4, SP-6).

Each round is a call of its own, with its own applications, ranking and allocation; it closes on
a cut-off. What it leaves is moved to the next round by two people (`app.rules.rounds`).
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Rounds:
    """`cut_offs` are the days on which a round closes, the earliest first.

    The reserve list of a round ends with the next cut-off at the latest, so that it never
    competes with the round after; with `keeps_reserve` it may be valid for longer.
    """

    cut_offs: tuple[date, ...] = ()
    keeps_reserve: bool = False

    def after(self, day: date) -> date | None:
        """Return the cut-off that follows a day; None after the last."""
        return next((each for each in sorted(self.cut_offs) if each > day), None)

    def next_for(self, begins_on: date, *, today: date, min_days: int) -> date | None:
        """Return the cut-off of a round that begins then and is published today at the earliest.

        One that leaves less than the `min_days` from publication to closing is passed over.
        """
        return self.after(max(begins_on, today + timedelta(days=min_days - 1)))
