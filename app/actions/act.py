"""Act: who, when, in which transaction. The first argument of every action.

`load` is the only way to hold a row for writing, `move` the only assignment to a
state, and both ask the tables of `app.rules`; so nobody forgets a check, a lock or
the audit row. House tests watch over it.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from app import queue
from app.actions.together import insert_alike, write_changes
from app.errors import Conflict, NotFound
from app.i18n.marks import N_
from app.models import AuditEntry, Base
from app.queries.allowed import refuse_unless, refused
from app.queries.facts import facts_of
from app.queries.kept import locked_pair
from app.rules.lifecycle import IllegalMove
from app.rules.permissions import Actor, Facts, Permission, stands_in_for

Row = TypeVar("Row", bound=Base)
Part = TypeVar("Part", bound=Base)

__all__ = ["Act", "plain", "refused"]

_KEEPS = "keeps"

# By the table: no entry of the trail is read back as an object, or changed.
_AUDIT = cast("Table", AuditEntry.__table__)
_WRITE_AUDIT = insert(_AUDIT)


def plain(value: object) -> Any:  # Any: what JSON can hold
    """Return a value as JSON can hold it, exact and readable."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


@dataclass(frozen=True, slots=True)
class Act:
    """One person's (or the system's) deed at one moment, in one transaction."""

    session: Session
    actor: Actor
    now: datetime
    # What was asked so far: the trail says for whom somebody stands in who needed that role.
    asked: set[Permission] = field(default_factory=set, repr=False, compare=False)

    def attempt(self) -> AbstractContextManager[object]:
        """Open a part of the transaction of which a refusal leaves nothing.

        For pages that read again, in the same transaction, what they show after a refusal.
        """
        return self.session.begin_nested()

    def keep(self) -> None:
        """Let what is written stay although the page shows a refusal: what somebody typed and
        saved, an attempt that is counted. Of any other refused page nothing stays.
        """
        self.session.info[_KEEPS] = True

    @property
    def is_kept(self) -> bool:
        return _KEEPS in self.session.info

    def load(self, model: type[Row], key: int, *, to: Permission) -> Row:
        """Return the row, locked; NotFound if invisible, Forbidden if visible but not allowed."""
        row = self.session.get(model, key, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound
        self.allow(to, facts_of(self.session, row))
        return row

    def wait_for(self, model: type[Base], key: int) -> None:
        """Lock a row without showing it, so that locks stand in one order: call, lot, application,
        award, agreement, payment.

        For deeds whose writes reach a row above theirs (a trigger keeps the sums of call and
        lot) but whose person has nothing to do with that row. It grants nothing.
        """
        self.session.get(model, key, with_for_update=True, populate_existing=True)

    def load_many(
        self,
        model: type[Row],
        *where: ColumnElement[bool],
        to: Permission,
        within: Base,
        order_by: ColumnElement[Any] | None = None,
        without: Sequence[InstrumentedAttribute[Any]] = (),
    ) -> Sequence[Row]:
        """Return the rows that belong to `within` (a row already loaded), locked, by id.

        The permission is asked once, for the parent: `where` must name it. Wide columns of
        which a deed has no use are left `without`; whoever reads one all the same is refused.
        """
        self.allow(to, facts_of(self.session, within))
        order = model.__mapper__.primary_key[0] if order_by is None else order_by
        query = select(model).where(*where).order_by(order).with_for_update()
        if without:
            query = query.options(*(defer(each, raiseload=True) for each in without))
        return self.session.execute(query.execution_options(populate_existing=True)).scalars().all()

    def load_with(
        self, model: type[Row], part: type[Part], part_id: int, *, to: Permission
    ) -> tuple[Row, Part]:
        """Return the row to which a part of another table belongs, and the part: both locked.

        In one question, the row before its part, where two calls would ask twice. NotFound if
        the row is invisible, Forbidden if visible but not allowed.
        """
        found = self.session.execute(locked_pair(model, part), {"part_id": part_id}).one_or_none()
        if found is None:
            raise NotFound
        row, locked = found
        self.allow(to, facts_of(self.session, row))
        return row, locked

    def allow(self, to: Permission, facts: Facts | None = None) -> None:
        """Raise the Problem if the actor may not; for deeds without a row of their own."""
        self.asked.add(to)
        refuse_unless(self.actor, to, facts)

    def create(self, row: Row, *, to: Permission, within: Base | None = None) -> Row:
        """Add a new row under the same check, asked of `within` or else of the row itself."""
        self.session.add(row)
        if within is not None:
            self.allow(to, facts_of(self.session, within))
            self.session.flush()
        else:
            self.session.flush()
            self.allow(to, facts_of(self.session, row))
        return row

    def create_many(
        self, model: type[Base], rows: Iterable[Mapping[str, Any]], *, to: Permission, within: Base
    ) -> None:
        """Insert many rows of one table in one statement, under the parent's check."""
        self.allow(to, facts_of(self.session, within))
        listed = [dict(row) for row in rows]
        if listed:
            self.session.flush()
            # Asked for something back, the rows go out a thousand at a time, not one by one.
            kept = insert(model).returning(model.__mapper__.primary_key[0])
            self.session.execute(kept, listed).close()

    def write_many(self, rows: Sequence[Base]) -> None:
        """Write what changed on many loaded rows of one table by one statement."""
        write_changes(self.session, rows)

    def move(self, row: Base, event: str, **detail: object) -> None:
        """Move the row along its lifecycle and write who, when, before, after and why."""
        before = row.state  # type: ignore[attr-defined] # rows with a LIFECYCLE have one
        after = self._after(row, before, event)
        row.state = after  # type: ignore[attr-defined] # the only assignment to a state
        self._audit([row], event, before=before, after=after, detail=detail)
        self.session.flush()

    def move_many(
        self,
        rows: Sequence[Base],
        event: str,
        each: Mapping[int, Mapping[str, object]] | None = None,
        **detail: object,
    ) -> None:
        """Move many rows of one table and one call by one event; all or none.

        `detail` is said of all of them, `each` of one row by its id: its figures.
        """
        moved: dict[tuple[str, str], list[Base]] = {}
        for row in rows:
            before = row.state  # type: ignore[attr-defined] # rows with a LIFECYCLE have one
            after = self._after(row, before, event)
            row.state = after  # type: ignore[attr-defined] # see move
            moved.setdefault((before, after), []).append(row)
        self.write_many(rows)
        for (before, after), same in moved.items():
            self._audit(same, event, before=before, after=after, detail=detail, each=each)
        self.session.flush()

    def record(self, row: Base, what: str, **detail: object) -> None:
        """Write a fact about the row that changes no state."""
        self._audit([row], what, before=None, after=None, detail=detail)

    def record_many(
        self, rows: Sequence[Base], what: str, each: Mapping[int, Mapping[str, object]]
    ) -> None:
        """Write the same fact about many rows of one table and one call, with what is its own."""
        self._audit(rows, what, before=None, after=None, detail={}, each=each)

    def enqueue(self, task: str, **ids: int | str) -> None:
        queue.enqueue(self.session, task, **ids)

    def enqueue_many(self, task: str, rows: Iterable[Mapping[str, int | str]]) -> None:
        queue.enqueue_many(self.session, task, rows)

    def _after(self, row: Base, before: str, event: str) -> str:
        lifecycle = type(row).LIFECYCLE
        if lifecycle is None:
            raise TypeError(f"{type(row).__name__} has no lifecycle")
        try:
            return lifecycle.after(before, event)
        except IllegalMove as illegal:
            raise Conflict(
                N_("This is no longer possible: it is already “{state}”. Look at it again."),
                state=before,
            ) from illegal

    def _audit(
        self,
        rows: Sequence[Base],
        event: str,
        *,
        before: str | None,
        after: str | None,
        detail: Mapping[str, object],
        each: Mapping[int, Mapping[str, object]] | None = None,
    ) -> None:
        # The rows share authority and call, so one look-up serves all of them.
        facts = facts_of(self.session, rows[0])
        shared = {
            "at": self.now,
            "actor_id": self.actor.user_id,
            "actor_name": self.actor.name,
            "authority_id": facts.authority_id,
            "call_id": facts.call_id,
            "object_type": type(rows[0]).__tablename__,
            "event": event,
            "before": before,
            "after": after,
        }
        told = plain({**detail, **self._as_stand_in(facts)})
        keys = [row.id for row in rows]  # type: ignore[attr-defined] # every such table has an id
        own = {} if each is None else each
        details = [plain(own[key]) | told if key in own else told for key in keys]
        # What the entry tells of is written first, and is refused first.
        self.session.flush()
        if len(keys) == 1:
            entry = {**shared, "object_id": keys[0], "detail": details[0]}
            self.session.execute(_WRITE_AUDIT, entry)
        else:
            insert_alike(self.session, _AUDIT, shared, {"object_id": keys, "detail": details})

    def _as_stand_in(self, facts: Facts) -> dict[str, object]:
        """Say for whom and since when, where the role was lent; nothing for one's own."""
        lent = stands_in_for(self.actor, sorted(self.asked), facts)
        return {} if lent is None else {"for_absent": lent.absent, "absent_since": lent.since}
