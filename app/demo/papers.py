"""What is printed for the demo world: files that applicants attach, and what prints letters."""

from app.actions.applications import NewFile
from app.demo.answers import Subject, paper
from app.documents.child import Renderer
from app.documents.render import print_html
from app.documents.store import Store


class Papers:
    """The files that applicants attach: one page for each document, made once."""

    def __init__(self, store: Store, renderer: Renderer) -> None:
        self.store = store
        self.renderer = renderer
        self._kept: dict[str, NewFile] = {}

    def file(self, title: str, subject: Subject) -> NewFile:
        """Return the stored paper; the same for everybody who attaches that document."""
        if title not in self._kept:
            stored = self.store.keep(print_html(paper(title, subject), {}))
            name = "".join(c if c.isalnum() else "-" for c in title.lower())[:60].strip("-")
            self._kept[title] = NewFile(
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                media_type="application/pdf",
                filename=f"{name}.pdf",
            )
        return self._kept[title]
