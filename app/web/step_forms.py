"""Steps that one person takes with one thing: a button, or a small form of its own page.

A desk keeps its steps in a `Steps` table. The page of the thing shows those that are open;
`asked` gives the form of one, `taken` does it and gives the form back where something is
wrong, with all that was typed. Who may is asked three times: for the button, for the form,
and when it is sent; the action asks once more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from fastapi import Request
from starlette.datastructures import FormData

from app.actions.act import Act
from app.actions.applications import NewFile
from app.errors import Invalid, NotFound
from app.queries.allowed import refuse_unless
from app.rules.permissions import Actor, Facts, Permission, may
from app.web.fields import Field
from app.web.forms import Form, filled, read
from app.web.uploads import taken as file_taken

What = TypeVar("What")
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent and read without errors; its values by the kind a step expects."""

    form: Form
    request: Request
    posted: FormData

    def day(self, name: str) -> date:
        value = self.form.values[name]
        assert isinstance(value, date)
        return value

    def cents(self, name: str) -> int:
        value = self.form.values[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        return str(self.form.values[name] or "")

    def keys(self, name: str) -> tuple[str, ...]:
        """Return what was ticked; nothing where the form has no such question."""
        value = self.form.values.get(name)
        return tuple(str(each) for each in value) if isinstance(value, tuple) else ()

    def is_yes(self, name: str) -> bool:
        return self.form.values.get(name) is True

    def file(self, name: str, *, allowed: frozenset[str]) -> NewFile | None:
        """Keep the file of a field; Invalid says at the field what is wrong with it."""
        return file_taken(self.request, self.posted, name, allowed=allowed)

    def into(self, kind: type[Kind]) -> Kind:
        return self.form.into(kind)


@dataclass(frozen=True, slots=True)
class Step(Generic[What]):
    """One step. Without `fields` its button does it at once, else it has a page that asks."""

    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, What, Sent], object]
    fields: Callable[[What], tuple[Field, ...]] | None = None
    explains: str = ""
    kind: str = "secondary"
    filled: Callable[[What], dict[str, object]] = lambda _: {}


OpenSteps = tuple[tuple[str, Step[What]], ...]


class Steps(Generic[What]):
    """The steps of one kind of thing, by the key in their address."""

    def __init__(self, table: Mapping[str, Step[What]]) -> None:
        self.table = dict(table)

    def __getitem__(self, key: str) -> Step[What]:
        if key not in self.table:
            raise NotFound
        return self.table[key]

    def open(self, keys: Iterable[str], actor: Actor, facts: Facts) -> OpenSteps[What]:
        """Return those of the keys that the person may take, in their order."""
        return tuple(
            (key, self.table[key])
            for key in keys
            if may(actor, self.table[key].needs, facts) is None
        )

    def asked(self, key: str, what: What, actor: Actor, facts: Facts) -> Form:
        """Return the form of a step; NotFound where it asks for nothing."""
        step = self[key]
        if step.fields is None:
            raise NotFound
        refuse_unless(actor, step.needs, facts)
        return filled(step.fields(what), step.filled(what))

    def taken(
        self, key: str, what: What, act: Act, facts: Facts, request: Request, posted: FormData
    ) -> Form | None:
        """Take a step; return its form with what is wrong, None when it is done."""
        step = self[key]
        refuse_unless(act.actor, step.needs, facts)
        form = read(step.fields(what) if step.fields else (), posted)
        return tried(form, lambda: step.run(act, what, Sent(form, request, posted)))


def tried(form: Form, deed: Callable[[], object]) -> Form | None:
    """Do the deed of a form without errors; return the form with what is wrong, else None."""
    if form.errors:
        return form
    try:
        deed()
    except Invalid as problem:
        return form.with_errors(problem.fields, **problem.values)
    return None
