"""All letters of a stage leave together, or none: the part of an announcement that is paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Letter, Stage
from app.queries.days_off import days_off
from app.queries.letters import standing
from app.queries.schemes import scheme_of
from app.rules.deadlines import ZONE, reply_until
from app.rules.permissions import Permission

TO = Permission.ANNOUNCE
READY = ("rendered", "signed")


@dataclass(frozen=True, slots=True)
class Released:
    """Whose letters left; `answer_by` is the day printed in an offer, by application."""

    application_ids: tuple[int, ...]
    answer_by: Mapping[int, date]


def release(
    act: Act,
    stage: Stage,
    *,
    next_opens_at: datetime | None = None,
    next_closes_at: datetime | None = None,
) -> Released:
    """Release the letters of a locked stage.

    Refused while one is missing, waiting or failed, or says another day than what holds:
    the days to answer an offer count from today, and the next stage closes when the
    invitations say (`next_closes_at`); of interviews they say the beginning as well.
    """
    letters = act.load_many(
        Letter,
        Letter.stage_id == stage.id,
        Letter.released_at.is_(None),
        Letter.state != "superseded",
        to=TO,
        within=stage,
    )
    _refuse_incomplete(act, stage, letters)
    _refuse_other_deadline(letters, next_closes_at)
    _refuse_other_interviews(letters, next_opens_at)
    return _leave(act, stage, letters)


def release_these(act: Act, stage: Stage, letters: Sequence[Letter]) -> Released:
    """Release chosen letters of a locked stage, under the same conditions. Part of deeds."""
    unready = sum(each.state not in READY for each in letters)
    if unready:
        raise Conflict(
            N_(
                "Letters that are missing: {missing}; that are not ready: {unready}. Prepare or "
                "retry them first; nothing was announced."
            ),
            missing=0,
            unready=unready,
        )
    return _leave(act, stage, letters)


def _leave(act: Act, stage: Stage, letters: Sequence[Letter]) -> Released:
    answer_by = {
        each.application_id: printed for each in letters if (printed := _answer_by(each.context))
    }
    _refuse_short_time(act, stage, answer_by)
    for letter in letters:
        letter.released_at = act.now
    act.move_many(letters, "send")
    return Released(tuple(each.application_id for each in letters), answer_by)


def _refuse_incomplete(act: Act, stage: Stage, letters: Sequence[Letter]) -> None:
    missing = standing(act.session, stage.id).missing
    unready = sum(each.state not in READY for each in letters)
    if not letters and not missing:
        raise Conflict(N_("There are no letters to release."))
    if missing or unready:
        raise Conflict(
            N_(
                "Letters that are missing: {missing}; that are not ready: {unready}. Prepare or "
                "retry them first; nothing was announced."
            ),
            missing=missing,
            unready=unready,
        )


def _refuse_short_time(act: Act, stage: Stage, answer_by: Mapping[int, date]) -> None:
    days = scheme_of(act.session, stage.call_id).letters.offer_reply_days
    today = act.now.astimezone(ZONE).date()
    needed = reply_until(today, days, days_off(act.session, stage.call_id, today))
    if answer_by and min(answer_by.values()) < needed:
        raise Conflict(
            N_(
                "The offers ask for an answer by {printed_on}, but {days} days from today end on "
                "{needed_on}. Write the letters again with today's date; nothing was announced."
            ),
            printed_on=min(answer_by.values()),
            days=days,
            needed_on=needed,
        )


def _refuse_other_deadline(letters: Sequence[Letter], next_closes_at: datetime | None) -> None:
    printed = {
        datetime.fromisoformat(each.context["closes_at"])
        for each in letters
        if each.document == "preselection_invitation"
    }
    wrong = next((each for each in sorted(printed) if each != next_closes_at), None)
    if wrong is not None:
        raise Conflict(
            N_(
                "The invitations say that the next stage closes at {printed_at}. Announce it with "
                "this deadline, or write the letters again; nothing was announced."
            ),
            printed_at=wrong,
        )


def _refuse_other_interviews(letters: Sequence[Letter], next_opens_at: datetime | None) -> None:
    printed = {
        datetime.fromisoformat(said)
        for each in letters
        if (said := each.context.get("interviews_from_at"))
    }
    wrong = next((each for each in sorted(printed) if each != next_opens_at), None)
    if wrong is not None:
        raise Conflict(
            N_(
                "The invitations say that the interviews begin at {printed_at}. Announce them with "
                "this beginning, or write the letters again; nothing was announced."
            ),
            printed_at=wrong,
        )


def _answer_by(context: Mapping[str, Any]) -> date | None:  # Any: JSON
    printed = context.get("accept_by") or context.get("reply_by")
    return date.fromisoformat(printed) if printed else None
