"""Style sheets, scripts and fonts under names that carry their content's hash.

Our own files lie in `static/`, those of packages in `static/vendor/` with a
`manifest.json` (plain name → hashed name) written by `envelope assets`. A hashed
name never changes its content, so browsers keep it for a year.
"""

import hashlib
import json
import re
from mimetypes import guess_type
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).resolve().parent / "static"
PREFIX = "/static/"
YEAR = "public, max-age=31536000, immutable"

_URL = re.compile(r'url\("([A-Za-z0-9._-]+)"\)')


class Assets:
    """The files with their addresses, read once; an ASGI application that serves them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.vendor = _manifest(folder / "vendor")
        self.own: dict[str, tuple[Path, bytes]] = {}
        self.names: dict[str, str] = {}
        # Pictures and fonts before the style sheets that name them.
        for path in sorted(folder.glob("*.*"), key=lambda path: (path.suffix == ".css", path.name)):
            self._take(path)

    def _take(self, path: Path) -> None:
        content = path.read_bytes()
        if path.suffix == ".css":
            content = _URL.sub(
                lambda found: f'url("{self.url(found[1])}")', content.decode()
            ).encode()
        digest = hashlib.sha256(content).hexdigest()[:10]
        hashed = f"{path.stem}.{digest}{path.suffix}"
        self.names[path.name] = hashed
        self.own[hashed] = (path, content)

    def url(self, name: str) -> str:
        """Return the address of `envelope.css` or of a vendor file such as `htmx.min.js`."""
        if name in self.names:
            return PREFIX + self.names[name]
        return f"{PREFIX}vendor/{self.vendor.get(name, name)}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope["path"].removeprefix(PREFIX))(scope, receive, send)

    def _answer(self, name: str) -> Response:
        if name in self.own:
            path, content = self.own[name]
            kind = guess_type(path.name)[0] or "application/octet-stream"
            return Response(content, media_type=kind, headers={"cache-control": YEAR})
        file = name.removeprefix("vendor/")
        if name.startswith("vendor/") and file in self.vendor.values():
            return FileResponse(self.folder / "vendor" / file, headers={"cache-control": YEAR})
        raise HTTPException(404)


def _manifest(folder: Path) -> dict[str, str]:
    """Return plain name → hashed name; empty before the first `make setup`."""
    path = folder / "manifest.json"
    if not path.exists():
        return {}
    entries: dict[str, str] = json.loads(path.read_text("utf-8"))
    return entries
