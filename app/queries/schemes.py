"""The scheme of a call, read once: a published one never changes, so its digest is its name."""

from collections import OrderedDict
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Call, Stage
from app.rules.call_clock import days_before
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import JsonObject, digest, from_json

KEPT = 64
_read: OrderedDict[str, Scheme] = OrderedDict()
_guard = Lock()


def scheme_of(session: Session, call_id: int) -> Scheme:
    """Return the rules of a call: one small query when they are published and known.

    Asks for no permission: whoever calls it has found the call by a query that did.
    """
    row = session.execute(select(Call.digest).where(Call.id == call_id)).one_or_none()
    if row is None:
        raise NotFound
    return _kept(row.digest) or scheme_from(_template(session, call_id))


def scheme_named(session: Session, call_id: int, digest_: str | None) -> Scheme:
    """Return the rules of a call whose digest is known: no query while they are kept here."""
    return _kept(digest_) or scheme_from(_template(session, call_id))


def scheme_from(template: JsonObject) -> Scheme:
    """Read a stored template, or return what the same bytes were read to before."""
    name = digest(template)
    found = _kept(name)
    if found is None:
        found = from_json(template)
        with _guard:
            _read[name] = found
            while len(_read) > KEPT:
                _read.popitem(last=False)
    return found


def _kept(name: str | None) -> Scheme | None:
    if name is None:
        return None
    with _guard:
        if name in _read:
            _read.move_to_end(name)
        return _read.get(name)


def _template(session: Session, call_id: int) -> JsonObject:
    template: JsonObject = session.execute(
        select(Call.template).where(Call.id == call_id)
    ).scalar_one()
    return template


def dates_of(session: Session, call_id: int, scheme: Scheme | None = None) -> CallDates | None:
    """Return when a call opens and closes, None while a draft has no dates yet.

    `scheme` are its rules, where the caller has read them already.
    """
    call = session.execute(
        select(Call.published_at, Call.opens_at, Call.closes_at).where(Call.id == call_id)
    ).one_or_none()
    if call is None:
        raise NotFound
    if call.opens_at is None or call.closes_at is None:
        return None
    defaults = (scheme or scheme_of(session, call_id)).call
    later = session.execute(
        select(Stage.key, Stage.closes_at)
        .where(Stage.call_id == call_id, Stage.position > 1, Stage.closes_at.is_not(None))
        .order_by(Stage.position)
    )
    return CallDates(
        published_at=call.published_at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        questions_until_at=days_before(call.closes_at, defaults.questions_until_days),
        answers_until_at=days_before(call.closes_at, defaults.answers_until_days),
        stage_closes_at=tuple((key, at) for key, at in later if at is not None),
    )
