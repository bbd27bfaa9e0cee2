"""The people of a grant in kind, each with a browser, and how they take its steps."""

from collections.abc import Callable
from dataclasses import dataclass

from app.models import User
from tests.make.in_kind import InKindDesk
from tests.web.conftest import Browser, errors_of, text_of

A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SIGNED = {"scan": ("signed.pdf", A_PDF, "application/pdf")}


def day(name: str, of: int = 15, month: int = 4) -> dict[str, str]:
    return {f"{name}.day": str(of), f"{name}.month": str(month), f"{name}.year": "2026"}


@dataclass
class Road:
    """A desk with a browser for each of its people, each signed in once."""

    desk: InKindDesk
    sign_in_as: Callable[[User], Browser]

    def __post_init__(self) -> None:
        self.browsers: dict[int, Browser] = {}

    def of(self, user: User) -> Browser:
        if user.id not in self.browsers:
            self.browsers[user.id] = self.sign_in_as(user)
        return self.browsers[user.id]

    def take(self, path, by: User, typed=None, *, says: str, never: User, **more) -> str:
        """Take a step that `never` may not take; return the page it leads to."""
        typed = typed or {}
        assert self.of(never).submit(path, typed).status_code == 403, path
        done = self.of(by).submit(path, typed, **more)
        assert done.status_code == 200, errors_of(done)
        page = text_of(done).replace("\u00a0", " ")
        assert says in page
        return page

    def refuse(self, path, by: User, typed, errors: list[str], kept: str) -> None:
        """Send what is wrong: the form comes back with the errors and what was typed."""
        assert self.of(by).get(path).status_code == 200
        page = self.of(by).submit(path, typed)
        assert (page.status_code, errors_of(page)) == (422, errors), errors_of(page)
        assert kept in page.text
