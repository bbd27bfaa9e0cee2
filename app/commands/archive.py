"""The file that `envelope backup` makes: a tar of the database, the files, and what they are.

`manifest.json` comes last and holds the hash of everything before it: an archive without it
was cut off. Files go in under their hash; all of one backup belong to one moment of the database.
"""

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO

from app.documents.store import CHUNK_BYTES, Store
from app.errors import NotFound, Problem, Unavailable

FORMAT = 1
_DATABASE, _FILES, _MANIFEST = "database.dump", "files/", "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `files` is hash → bytes; `lost` could not be read when it was made.

    Without files (`has_files` is false) they have to be in the store where it is restored.
    """

    head: str
    made_at: str
    postgresql: int
    database_sha256: str
    rows: Mapping[str, int]
    files: Mapping[str, int]
    has_files: bool
    lost: tuple[str, ...] = ()
    format: int = field(default=FORMAT)


def write(
    target: Path, dump: Path, files: Mapping[str, int], store: Store | None, **facts: object
) -> Manifest:
    """Write the archive beside `target` and rename it when it is whole.

    A file that is missing or damaged in the store is named in `lost`: the rest is worth keeping.
    """
    draft = target.with_name(f"{target.name}.part")
    lost = []
    try:
        with tarfile.open(draft, "w") as tar:
            tar.add(dump, _DATABASE)
            for sha256 in sorted(files if store is not None else ()):
                assert store is not None
                if not _add(tar, store, sha256):
                    lost.append(sha256)
            manifest = Manifest(
                **facts,  # type: ignore[arg-type]  # the caller's facts, by name
                database_sha256=sha256_of(dump),
                files=files,
                has_files=store is not None,
                lost=tuple(lost),
            )
            _add_bytes(tar, _MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        draft.chmod(0o600)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return manifest


def _add(tar: tarfile.TarFile, store: Store, sha256: str) -> bool:
    """Collect the file first: only then is it known to be whole."""
    with tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES * 8) as collected:
        try:
            for piece in store.chunks(sha256, verify=True):
                collected.write(piece)
        except (NotFound, Unavailable):
            return False
        entry = tarfile.TarInfo(f"{_FILES}{sha256}")
        entry.size = collected.tell()
        collected.seek(0)
        tar.addfile(entry, collected)
    return True


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, BytesIO(data))


@contextmanager
def opened(path: Path) -> Iterator["Archive"]:
    """Open an archive whose every byte is what its manifest says, or refuse it."""
    try:
        with tarfile.open(path, "r:") as tar:
            archive = Archive(tar, _manifest_of(tar, path))
            archive.verify()
            yield archive
    except FileNotFoundError:
        raise Problem(f"There is no file {path}.") from None
    except tarfile.TarError as error:
        raise Problem(f"{path} is no backup of Envelope, or it is damaged: {error}.") from None


class Archive:
    """An open archive: its manifest, its dump, its files."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def verify(self) -> None:
        """Compute every hash again; Problem names the first that differs."""
        told = self.manifest
        self._compare(_DATABASE, told.database_sha256)
        for sha256 in told.files if told.has_files else ():
            if sha256 not in told.lost:
                self._compare(f"{_FILES}{sha256}", sha256)

    def take_dump(self, target: Path) -> None:
        with target.open("wb") as written:
            for piece in self._pieces(_DATABASE):
                written.write(piece)

    def give_files(self, keep: Callable[[Iterator[bytes]], object]) -> None:
        told = self.manifest
        for sha256 in told.files if told.has_files else ():
            if sha256 not in told.lost:
                keep(self._pieces(f"{_FILES}{sha256}"))

    def _compare(self, name: str, wanted: str) -> None:
        digest = hashlib.sha256()
        for piece in self._pieces(name):
            digest.update(piece)
        if digest.hexdigest() != wanted:
            raise Problem(
                f"{name} in this archive is not what its manifest says: the archive was damaged "
                "or changed. Nothing was restored; take another backup."
            )

    def _pieces(self, name: str) -> Iterator[bytes]:
        found = _member(self._tar, name)
        while piece := found.read(CHUNK_BYTES):
            yield piece


def _manifest_of(tar: tarfile.TarFile, path: Path) -> Manifest:
    told = json.loads(_member(tar, _MANIFEST).read())
    if told.get("format") != FORMAT:
        raise Problem(
            f"{path} was made by a newer Envelope (format {told.get('format')}). "
            "Restore it with that version."
        )
    return Manifest(**{**told, "lost": tuple(told["lost"])})


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise Problem(
            f"The archive has no {name}: it was cut off, or it is no backup of Envelope. "
            "Nothing was restored; take another backup."
        )
    return found


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
