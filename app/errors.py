"""Refusals that a person can act on. Everything else that is raised is a bug and may crash.

A message is plain English marked with `N_` where it is raised; the page translates it
and fills in `values` (`str.format` names, `*_cents` as money, `*_at` as local time).
"""

from collections.abc import Mapping
from typing import ClassVar, Protocol

from app.i18n.marks import N_


class Said(Protocol):
    """What a rule says about one place (`app.rules.messages.Message` is one)."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...


class Problem(Exception):  # noqa: N818 - a refusal is no error of the program
    """What was asked for is refused; `status` is the answer over HTTP."""

    status: ClassVar[int] = 400
    default: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, message: str = "", /, **values: object) -> None:
        self.message = message or self.default
        self.values = values
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the English sentence for logs and the command line."""
        try:
            return self.message.format(**self.values)
        except (KeyError, IndexError, ValueError):
            return self.message


class NotFound(Problem):
    """It does not exist, or this person may not know that it does."""

    status = 404
    default = N_("There is nothing at this address, or it is not yours to see.")


class Forbidden(Problem):
    """It is visible to this person, but not theirs to change."""

    status = 403
    default = N_("You may not do this.")


class Conflict(Problem):
    """Somebody or something was faster, or the thing is no longer in the state for it."""

    status = 409
    default = N_("Somebody changed this in the meantime. Look at it again, then repeat.")


class Gone(Problem):
    """A link that was used or has run out."""

    status = 410
    default = N_("This link was used or has run out.")


class TooLarge(Problem):
    """A file or form beyond the limits of the settings."""

    status = 413
    default = N_("This is larger than this installation accepts.")


class TooMany(Problem):
    """Asked too often; it will be answered again later."""

    status = 429
    default = N_("That was tried too often. Wait a little, then try again.")


class Unavailable(Problem):
    """The database, the disk or another part is away; nothing was saved."""

    status = 503
    default = N_("Envelope cannot reach its database. Nothing was saved; try again in a minute.")


class Invalid(Problem):
    """What was typed cannot be taken: place → what is wrong with it.

    Places are the names of form fields, `""` for the form as a whole. A value is
    a sentence marked with `N_`, or what a rule said. `values` belong to the sentences.
    """

    status = 422
    default = N_("Some answers need another look.")

    def __init__(self, fields: Mapping[str, str | Said], /, **values: object) -> None:
        self.fields = dict(fields)
        super().__init__(self.default, **values)

    def __str__(self) -> str:
        def plain(said: str | Said) -> str:
            return said if isinstance(said, str) else f"{said.code} {dict(said.values)}"

        return "; ".join(f"{place}: {plain(said)}" for place, said in self.fields.items())
