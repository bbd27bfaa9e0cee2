"""The same form sent twice is done once: the first one stores its key, the second finds it.

`app.web.forms.new_key` makes the key when the form is shown. A second post that
arrives while the first is still at work waits for it at the unique constraint.
"""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.actions.act import Act
from app.models import FormKey


def once(act: Act, key: str) -> bool:
    """Return True the first time; False → it was done already, answer with `first_answer`.

    A form without a key is taken as new: the key guards against a double click,
    it is no permission.
    """
    if not key:
        return True
    taken = act.session.execute(
        insert(FormKey)
        .values(key=_bound(act, key), user_id=act.actor.user_id, used_at=act.now, answer="")
        .on_conflict_do_nothing()
        .returning(FormKey.key)
    )
    return taken.scalar_one_or_none() is not None


def forget(act: Act, key: str) -> None:
    """Free the key of a post that was refused: the second click gets the refusal, not a thanks."""
    if key:
        act.session.execute(delete(FormKey).where(FormKey.key == _bound(act, key)))


def remember(act: Act, key: str, answer: str) -> None:
    """Keep what the first post led to (an id, a path), in the same transaction."""
    row = act.session.get(FormKey, _bound(act, key)) if key else None
    if row is not None:
        row.answer = answer
        act.session.flush()


def first_answer(act: Act, key: str) -> str:
    """Return what the first post led to, empty when it kept nothing."""
    query = select(FormKey.answer).where(FormKey.key == _bound(act, key))
    return act.session.execute(query).scalar_one_or_none() or ""


def _bound(act: Act, key: str) -> str:
    """Bind the key to the person, so that nobody can use up or read another person's form."""
    return f"{act.actor.user_id or 0}:{key[:200]}"
