"""Where a server of our own lives, and as whom it runs."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.errors import Unavailable

OUTSIDE = Path("/var/lib/envelope")
USERS_WHEN_ROOT = ("envelope", "postgres", "nobody")


class PostgresError(Unavailable):
    """Our own PostgreSQL cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives, and as whom it runs (None: as ourselves)."""

    base: Path  # locks and password, ours
    data: Path
    user: pwd.struct_passwd | None

    @property
    def password(self) -> Path:
        return self.base / "postgres.password"

    @property
    def log(self) -> Path:
        return self.data.with_name("postgres.log")

    def run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        user, group = (self.user.pw_uid, self.user.pw_gid) if self.user else (None, None)
        # The locale of the shell must not decide how messages or dates look in the server.
        clean = {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            [str(program), *arguments],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            cwd="/", env=clean, user=user, group=group, extra_groups=[] if self.user else None,
        )  # fmt: skip


def place_of(data_dir: Path) -> Place:
    inside = data_dir / "postgres" / "data"
    if os.geteuid() != 0:
        return Place(data_dir, inside, None)
    user = unprivileged()
    digest = sha256(str(data_dir).encode()).hexdigest()[:12]
    outside = OUTSIDE / digest / "data"
    for made in (inside, outside):
        if (made / "PG_VERSION").exists():
            return Place(data_dir, made, pwd.getpwuid(made.stat().st_uid))
    return Place(data_dir, inside if reaches(user, data_dir) else outside, user)


def unprivileged() -> pwd.struct_passwd:
    for name in USERS_WHEN_ROOT:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("PostgreSQL does not run as root. Start Envelope as another user.")


def reaches(user: pwd.struct_passwd, path: Path) -> bool:
    """True when `user` may enter every folder down to `path`; read from the mode, no trial."""

    def enters(folder: Path) -> bool:
        at = folder.stat()
        if at.st_uid == user.pw_uid:
            return bool(at.st_mode & 0o100)
        return bool(at.st_mode & (0o010 if at.st_gid == user.pw_gid else 0o001))

    return all(enters(folder) for folder in (path, *path.parents))
