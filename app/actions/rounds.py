"""The next round of a call: a draft with the same rules, the next cut-off, and no money yet.

What the rounds before leave is moved to it by two people (`round_moves`).
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.actions import calls
from app.actions.act import Act
from app.actions.calls_edit import start_like
from app.errors import Conflict
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Call
from app.queries.rounds import begins_at, round_of, series
from app.queries.schemes import scheme_from
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_rounds import Rounds

NO_ROUNDS = N_("This call is not given out in rounds: its rules name no cut-offs.")


def begin_next(act: Act, call_id: int, *, code: str, title: str) -> int:
    """Start the round after this one as a draft and return its id.

    It opens when this one closes, so that applications can always be handed in, and closes on
    the next cut-off at the same hour. After a round that was cancelled it opens at once, and may
    close on the same cut-off. Its own money is 0 until some is moved or entered.
    """
    source = act.load(Call, call_id, to=Permission.EDIT_CALL)
    scheme = scheme_from(source.template)
    closes_on = next_cut_off(source, scheme, act.now)
    rounds = series(act.session, call_id)
    if source.state == "draft":
        raise Conflict(N_("Publish this round first: the next one takes over its rules."))
    if follower := next((each for each in rounds if each.call_id > call_id), None):
        raise Conflict(N_("{code} follows this round already."), code=follower.code)
    assert source.closes_at is not None
    rules = _without_money(scheme)
    call = start_like(act, source, rules, code=code, title=title, follows=True)
    number = round_of(series(act.session, call.id), call.id).number
    act.record(call, "begin_round", source=source.code, code=call.code, title=title, round=number)
    closes_at = datetime.combine(closes_on, source.closes_at.astimezone(ZONE).time(), ZONE)
    calls.change_dates(
        act,
        call.id,
        opens_at=begins_at(source.state, source.closes_at, act.now),
        closes_at=closes_at.astimezone(UTC),
        reserve_valid_until=_list_until(scheme.rounds, closes_on),
    )
    return call.id


def next_cut_off(call: Call, scheme: Scheme, now: datetime) -> date:
    """Return the day on which the round after this one closes; Conflict says why there is none."""
    if scheme.rounds is None:
        raise Conflict(NO_ROUNDS)
    if call.closes_at is None:
        raise Conflict(N_("Set the dates of this round first."))
    begins_on = begins_at(call.state, call.closes_at, now).astimezone(ZONE).date()
    today = now.astimezone(ZONE).date()
    found = scheme.rounds.next_for(begins_on, today=today, min_days=scheme.call.min_days)
    if found is None:
        raise Conflict(
            N_(
                "No cut-off is left after this round. Name a further one by a corrigendum while "
                "this round takes applications, or start a new call."
            )
        )
    return found


def _without_money(scheme: Scheme) -> Scheme:
    lots = tuple(replace(lot, envelope_cents=0) for lot in scheme.lots)
    return replace(scheme, envelope_cents=0, lots=lots)


def _list_until(rounds: Rounds | None, closes_on: date) -> date | None:
    """Return the last day of a new round's reserve list: the cut-off after its own, if any."""
    return rounds.after(closes_on) if rounds and not rounds.keeps_reserve else None
