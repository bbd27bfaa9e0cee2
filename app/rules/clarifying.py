"""What may be asked of an applicant during a check, and how long they have to answer.

Only what is unclear is asked, never what would improve the application; the items that the
guidelines call not clarifiable are left alone. The reply time is the same for everybody: the
published working days, or longer where the officer says so; public holidays of the authority's
country are given and do not count. Source: handbook 1.4, 1.5, 1.11 (L2), 4.5.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from app.rules.deadlines import is_working_day, next_working_day, working_days_after
from app.rules.messages import Message

# A later date than this is a slip of the pen: the check cannot wait for it.
MOST_DAYS = 60
MOST_FILES = 5


def earliest_reply_on(asked_on: date, reply_days: int, holidays: AbstractSet[date]) -> date:
    """Return the first day that may be given: the published working days after the letter's."""
    return working_days_after(asked_on, reply_days, holidays)


def question_findings(
    *,
    question: str,
    items: Collection[str],
    clarifiable: Mapping[str, bool],
    asked_on: date,
    reply_on: date | None,
    reply_days: int,
    holidays: AbstractSet[date],
) -> dict[str, Message]:
    """Say what is wrong with a question, by field: `question`, `items`, `reply_on`."""
    wrong: dict[str, Message] = {}
    if not question.strip():
        wrong["question"] = Message("clarifying.no_question")
    if not items:
        wrong["items"] = Message("clarifying.no_item")
    elif any(key not in clarifiable for key in items):
        wrong["items"] = Message("clarifying.unknown_item")
    elif not all(clarifiable[key] for key in items):
        wrong["items"] = Message("clarifying.not_clarifiable")
    found = _date_finding(asked_on, reply_on, reply_days, holidays)
    if found is not None:
        wrong["reply_on"] = found
    return wrong


def _date_finding(
    asked_on: date, reply_on: date | None, reply_days: int, holidays: AbstractSet[date]
) -> Message | None:
    earliest_on = earliest_reply_on(asked_on, reply_days, holidays)
    if reply_on is None:
        return Message("clarifying.no_date")
    if reply_on < earliest_on:
        return Message("clarifying.too_soon", {"days": reply_days, "earliest_on": earliest_on})
    if (reply_on - asked_on).days > MOST_DAYS:
        return Message("clarifying.too_far", {"days": MOST_DAYS})
    if not is_working_day(reply_on, holidays):
        better = {"better_on": next_working_day(reply_on, holidays)}
        return Message("clarifying.not_a_working_day", dict(better))
    return None
