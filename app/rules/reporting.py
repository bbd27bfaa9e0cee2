"""The reports that an agreement asks for: when each is due, and with which instalment it comes.

Source: handbook 1.12 (interim reports by period, the final one some months after the end).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.agreement_terms import last_day
from app.rules.scheme_letters import ReportKind, ReportRule
from app.rules.scheme_money import Instalment, PaymentTrigger

# Before a report is due the beneficiary is reminded, and on the day after it if it has not come.
REMINDER_DAYS = (30, 7)
# Who owes a report for longer is not told by mail again: the list of finance tells of it. So an
# installation that begins to remind does not write of years at once.
TOLD_LATE_DAYS = 14
# A request in these states has not been sent in, or has to be corrected.
NOT_IN = ("planned", "returned")


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `number` counts those of its rule from 1.

    `position` is the instalment that it is sent in with, None where the plan has none left: then
    it goes to the authority on paper, and somebody notes that it has come.
    """

    rule: ReportRule
    number: int
    due_on: date
    position: int | None

    @property
    def about(self) -> str:
        """What a reminder of it is filed under."""
        return f"{self.rule.key}:{self.number}"

    def is_in(self, states: Sequence[str], came: Collection[str] = ()) -> bool:
        """Return whether it was sent in, by the states of the instalments in their order.

        `came` is what was noted as come on paper, by `about`.
        """
        if self.position is None:
            return self.about in came
        if self.position > len(states):
            return False
        return states[self.position - 1] not in NOT_IN

    def is_told(self, today: date) -> bool:
        """Return whether its beneficiary may still be told by mail that it is due or late."""
        return today <= self.due_on + timedelta(days=TOLD_LATE_DAYS)


def reports(
    rules: Sequence[ReportRule],
    instalments: Sequence[Instalment],
    *,
    starts_on: date,
    ends_on: date,
) -> tuple[Report, ...]:
    """Return the reports of an agreement by the day on which they are due.

    The last period of the action is told of in the final report, so no interim one is due for it
    where there is a final one.
    """
    found = [
        Report(rule, number, due_on, _position(rule, number, instalments))
        for rule in rules
        for number, due_on in enumerate(_days(rule, starts_on, ends_on), start=1)
    ]
    return tuple(sorted(found, key=lambda each: (each.due_on, each.about)))


def _days(rule: ReportRule, starts_on: date, ends_on: date) -> tuple[date, ...]:
    if rule.due_months is not None:
        return (last_day(ends_on + timedelta(days=1), rule.due_months),)
    if not rule.every_months:
        return ()
    found: list[date] = []
    while (day := last_day(starts_on, rule.every_months * (len(found) + 1))) < ends_on:
        found.append(day)
    return tuple(found)


def _position(rule: ReportRule, number: int, instalments: Sequence[Instalment]) -> int | None:
    is_final = rule.kind is ReportKind.FINAL
    asks = PaymentTrigger.FINAL_REPORT_ACCEPTED if is_final else PaymentTrigger.REPORT_ACCEPTED
    places = [place for place, each in enumerate(instalments, start=1) if each.on is asks]
    return places[number - 1] if number <= len(places) else None
