"""The evidence bundle of one award: a ZIP that an auditor can verify without this program.

It knows no database: parts come ready, files come from the store by their hash. Everything
is written piece by piece. `manifest.json` names the SHA-256 of each file of the ZIP but its
own; `index.html` shows the same to a person.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from markupsafe import Markup

from app.errors import NotFound
from app.i18n import format_datetime, format_filesize, gettext, language, sentence
from app.i18n.marks import N_

Chunks = Callable[[str], Iterator[bytes]]

# Times inside a ZIP have no zone; a fixed one keeps them from saying a wrong hour.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r"[^\w.\- ]+")
_LONGEST_NAME = 100

README = N_("""Evidence of one award
Award: {reference}
Call: {call}
Taken: {taken_at} by {taken_by}

What is inside
index.html lists every file with what it is. manifest.json lists the same with the SHA-256 and the
size of each. On Linux "sha256sum -c SHA256SUMS", on macOS "shasum -a 256 -c SHA256SUMS" verifies
all of them at once.

Some hashes were made long before this bundle and are known to others than the authority:
- call/rules.json has as its SHA-256 the digest of the rules of the call ({rules_digest}).
- call/version-N.json has the digest that was published with the call and with each corrigendum.
- application/received-N.json has as its SHA-256 the digest on the applicant's receipt.
- run/N/inputs-and-result.json has as its SHA-256 the digest of the run that was decided.

How to compute the award again
The rules are public: app/rules/ of the program, and its specification. With the program installed:
    envelope rules allocate run/N/input.json
prints what run/N/result.json says, to the cent; the line of this application is the one with the
id {reference}. run/N/explanation.json says why each line ended so.
    envelope rules check run/N/inputs-and-result.json
compares both at once, also for a shortlist, and prints the digest.
    envelope rules score assessments/N-score-input.json
prints the score from the assessors' marks. Where the committee changed a score, its reason stands
in assessments/agreed_score.json.

How to read it
Amounts named "_cents" are whole cents. Times named "_at" are in UTC. People are named by numbers;
people.json says who they are. The bundle holds personal data: keep it as the audit requires.
""")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle: its bytes, or the hash under which the store has them."""

    path: str
    title: str
    content: bytes = b""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    reference: str
    call: str
    rules_digest: str
    taken_by: str
    taken_at: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the ZIP. `is_missing`: the store has lost the file; the hash was its name."""

    path: str
    title: str
    sha256: str
    size_bytes: int
    is_missing: bool = False


def as_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def safe_name(number: int, filename: str) -> str:
    """Return a name for inside the ZIP: what was typed must not become a path."""
    plain = _UNSAFE.sub("_", filename).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    kept = f"{stem[: _LONGEST_NAME - len(ending)]}{dot}{ending}" if stem else plain
    return f"{number:02d}-{kept[-_LONGEST_NAME:]}"


def write(bundle: Bundle, chunks: Chunks, target: BinaryIO) -> tuple[Written, ...]:
    """Write the ZIP and return what its manifest lists."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = [_add(archive, part, chunks) for part in bundle.parts]
        readme = Part("README.txt", gettext(N_("How to verify and compute again")), _readme(bundle))
        listed.append(_add(archive, readme, chunks))
        sums = "".join(f"{each.sha256}  {each.path}\n" for each in listed if not each.is_missing)
        title = gettext(N_("Every hash in the form that sha256sum -c reads"))
        listed.append(_add(archive, Part("SHA256SUMS", title, sums.encode()), chunks))
        title = gettext(N_("This list for people"))
        listed.append(_add(archive, Part("index.html", title, _index(bundle, listed)), chunks))
        manifest = Part("manifest.json", "", _manifest(bundle, listed))
        _add(archive, manifest, chunks)
    return tuple(listed)


def _add(archive: zipfile.ZipFile, part: Part, chunks: Chunks) -> Written:
    try:
        pieces = chunks(part.sha256) if part.sha256 else iter((part.content,))
    except NotFound:
        return Written(part.path, part.title, part.sha256, 0, is_missing=True)
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(part.path, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w") as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return Written(part.path, part.title, digest.hexdigest(), size)


def _readme(bundle: Bundle) -> bytes:
    values = {
        "reference": bundle.reference,
        "call": bundle.call,
        "rules_digest": bundle.rules_digest,
        "taken_at": bundle.taken_at,
        "taken_by": bundle.taken_by,
    }
    return sentence(README, values).encode()


def _manifest(bundle: Bundle, listed: Iterable[Written]) -> bytes:
    return as_json(
        {
            "award": bundle.reference,
            "call": bundle.call,
            "taken_at": bundle.taken_at.isoformat(),
            "taken_by": bundle.taken_by,
            "files": [
                {
                    "path": each.path,
                    "title": each.title,
                    "sha256": each.sha256,
                    "size_bytes": each.size_bytes,
                    "missing": each.is_missing,
                }
                for each in listed
            ],
        }
    )


def _index(bundle: Bundle, listed: Iterable[Written]) -> bytes:
    rows = Markup("\n").join(_row(each) for each in listed)
    heads = Markup("").join(
        Markup("<th scope='col'>{}</th>").format(gettext(head))
        for head in (N_("File"), N_("What it is"), N_("Size"), N_("SHA-256"))
    )
    title = sentence(N_("Evidence of the award {reference}"), {"reference": bundle.reference})
    taken = sentence(
        N_("Taken on {taken} by {taken_by}. README.txt says how to verify it."),
        {"taken": format_datetime(bundle.taken_at), "taken_by": bundle.taken_by},
    )
    page = Markup(
        "<!DOCTYPE html>\n<html lang='{language}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>{title}</title>"
        "<style>body{{font:1rem/1.5 sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}}"
        "table{{border-collapse:collapse;width:100%}}caption{{text-align:left}}"
        "th,td{{text-align:left;vertical-align:top;padding:.3rem .6rem;"
        "border-bottom:1px solid #ccc}}"
        "code{{overflow-wrap:anywhere}}</style></head>"
        "<body><h1>{title}</h1><p>{call}</p><p>{taken}</p>"
        "<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></body></html>\n"
    )
    values = {"title": title, "call": bundle.call, "taken": taken, "heads": heads, "rows": rows}
    return page.format(language=language().replace("_", "-"), **values).encode()


def _row(each: Written) -> Markup:
    if each.is_missing:
        name = Markup("{} <strong>{}</strong>").format(
            each.path, gettext(N_("The store has lost this file."))
        )
    else:
        name = Markup("<a href='{path}'>{path}</a>").format(path=each.path)
    return Markup(
        "<tr><td>{name}</td><td>{title}</td><td>{size}</td><td><code>{sha256}</code></td></tr>"
    ).format(name=name, title=each.title, size=format_filesize(each.size_bytes), sha256=each.sha256)
