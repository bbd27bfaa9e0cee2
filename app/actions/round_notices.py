"""Those whom a move of money between rounds concerns are told, once it is agreed.

Who has begun or sent in an application in a lot that got money hears that there is more; who is
on the reserve list of a lot that gave it hears whether the list still holds.
"""

from collections.abc import Iterable, Mapping

from app.actions import mail
from app.actions.act import Act
from app.i18n import DEFAULT, format_date, format_money
from app.i18n.formats import ZONE
from app.models import Call, RoundMove
from app.queries.contacts import people_in_lots
from app.queries.reserve import valid_until
from app.queries.schemes import scheme_from
from app.rules.allocation_reserve import has_lapsed
from app.rules.scheme import Scheme
from app.rules.scheme_money import LotMode

# Of the round that gets money: whoever may still apply, or can still be given some of it.
_HOPING = ("draft", "submitted", "admitted", "assessed", "invited", "reserve")


def tell(act: Act, giver: Call, receiver: Call, move: RoundMove) -> None:
    """Write to the people of both rounds. A part."""
    _tell_receivers(act, receiver, move)
    _tell_reserve(act, giver, receiver, move)


def _tell_receivers(act: Act, receiver: Call, move: RoundMove) -> None:
    """One message for each set of lots that somebody has applications in."""
    scheme = scheme_from(receiver.template)
    by_person = people_in_lots(act.session, receiver.id, _concerned(scheme, move), states=_HOPING)
    for lots in sorted(set(by_person.values())):
        subject, body = mail.filled(
            "round_more_money",
            locale=DEFAULT,
            call=receiver.title,
            code=receiver.code,
            lots=_lines(scheme, lots),
            path=f"/calls/{receiver.id}",
        )
        people = (email for email, theirs in by_person.items() if theirs == lots)
        mail.post_many(act, to=sorted(people), subject=subject, body=body)


def _tell_reserve(act: Act, giver: Call, receiver: Call, move: RoundMove) -> None:
    """A round that was cancelled once it was computed has a list that nobody was ever told of."""
    if giver.state != "announced":
        return
    scheme = scheme_from(giver.template)
    lots = _concerned(scheme, move)
    people = people_in_lots(act.session, giver.id, lots, states=("reserve",))
    if not people:
        return
    last_day = valid_until(scheme, giver.reserve_valid_until)
    lapsed = has_lapsed(act.now.astimezone(ZONE).date(), last_day)
    day = format_date(last_day, DEFAULT) if last_day else ""
    subject, body = mail.filled(
        "round_money_left",
        locale=DEFAULT,
        call=giver.title,
        code=giver.code,
        receiver=receiver.code,
        until="" if lapsed else day,
        lapsed=day if lapsed else "",
        path=f"/calls/{receiver.id}",
    )
    mail.post_many(act, to=sorted(people), subject=subject, body=body)


def _concerned(scheme: Scheme, move: RoundMove) -> Iterable[str]:
    """Return the lots that moved; all of them where lots share their money."""
    if scheme.allocation.lot_mode is LotMode.SEPARATE:
        return sorted(move.lots)
    return sorted(lot.code for lot in scheme.lots)


def _lines(scheme: Scheme, codes: Iterable[str]) -> list[str]:
    envelopes: Mapping[str, int] = {lot.code: lot.envelope_cents for lot in scheme.lots}
    return [f"{code}: {format_money(envelopes[code], scheme.currency, DEFAULT)}" for code in codes]
