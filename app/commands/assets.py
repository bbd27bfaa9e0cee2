"""`envelope assets`: put style, scripts and fonts of the npm packages where pages and letters look.

Nothing is built. The GOV.UK style loses what is the British government's own: the
GDS Transport font and the crest. Names carry a hash of their content; `manifest.json`
maps the plain name to it. Both target folders are ignored by git.
"""

import argparse
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = CHECKOUT / "node_modules"
PAGES = CHECKOUT / "app" / "web" / "static" / "vendor"
LETTERS = CHECKOUT / "reports" / "_house" / "fonts"

FONT_STACK = '"House Sans",arial,sans-serif'
GOVUK = "govuk-frontend/dist/govuk"
SANS = "source-sans"
UBUNTU = "@expo-google-fonts/ubuntu"

FOR_PAGES = {
    "govuk-frontend.min.css": f"{GOVUK}/govuk-frontend.min.css",
    "govuk-frontend.min.js": f"{GOVUK}/govuk-frontend.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
} | {
    f"SourceSans3-{cut}.woff2": f"{SANS}/WOFF2/TTF/SourceSans3-{cut}.ttf.woff2"
    for cut in ("Regular", "It", "Semibold", "Bold")
}
FOR_LETTERS = {
    f"SourceSans3-{cut}.ttf": f"{SANS}/TTF/SourceSans3-{cut}.ttf"
    for cut in ("Regular", "It", "Semibold", "Bold", "BoldIt")
} | {f"Ubuntu_{cut}.ttf": f"{UBUNTU}/{cut}/Ubuntu_{cut}.ttf" for cut in ("400Regular", "700Bold")}


class AssetError(Exception):
    """A package is missing or has changed; the message says what to do."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "put style, scripts and fonts of the npm packages in place"
    parser = subparsers.add_parser("assets", help=text, description=f"{text.capitalize()}.")
    parser.set_defaults(run=lambda _: run())


def run() -> int:
    place(PACKAGES, pages=PAGES, letters=LETTERS)
    return 0


def place(packages: Path, *, pages: Path, letters: Path) -> None:
    """Write both folders anew; what an older version has left there goes away."""
    manifest: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, source in FOR_PAGES.items():
        content = _cleaned(name, _content(packages / source))
        stem, _, ending = name.rpartition(".")
        manifest[name] = f"{stem}.{sha256(content).hexdigest()[:10]}.{ending}"
        files[manifest[name]] = content
    files["manifest.json"] = json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n"
    _fill(pages, files)
    _fill(letters, {name: _content(packages / source) for name, source in FOR_LETTERS.items()})


def _cleaned(name: str, content: bytes) -> bytes:
    """Return text files without the font and crest that are not ours, and without source maps."""
    if name.endswith(".woff2"):
        return content
    text = content.decode()
    if name.endswith(".css"):
        text = re.sub(r"@font-face\{[^}]*\}", "", text)
        text = text.replace("GDS Transport,arial,sans-serif", FONT_STACK)
        text = text.replace("url(/assets/images/govuk-crest.svg)", "none")
    text = re.sub(r"/[/*]# sourceMappingURL=\S+(\s*\*/)?", "", text)
    # A comment in the package speaks of the font; it goes with it.
    text = re.sub(r"/\*[^*]*GDS[^*]*\*/", "", text)
    for foreign in ("GDS", "url(/assets"):
        if foreign in text:
            raise AssetError(f"{name} still has {foreign!r}: adapt app/commands/assets.py to it.")
    return text.encode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise AssetError(f"{path} is missing: run make setup.") from None


def _fill(folder: Path, files: dict[str, bytes]) -> None:
    """Write beside the folder and swap, so that a reader never meets half of the files."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, content in files.items():
        (draft / name).write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
