"""The award report takes the same memory for one line and for thousands.

`make bench` measures a hundred thousand over HTTP; this is its fixed part.
"""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from app.models import Application
from tests.make.applications import make_application
from tests.make.calls import make_call
from tests.make.people import make_organisation, make_user

MANY = 3_000
# Room for buffers that fill once; the lines held as objects take more.
MOST_GROWTH_KB = 3_000

# The kernel's own mark of this process; `ru_maxrss` would count the parent's memory too.
# Small files first, so that everything is loaded; then the growth of the most that was held.
MEASURE = """
import json, re, sys
from pathlib import Path
from app.cli import main
few, many, folder = sys.argv[1:]
def write(call, kind):
    assert main(["export", "awards", call, "--format", kind, "-o", f"{folder}/{call}.{kind}"]) == 0
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
kinds = ("csv", "json", "xlsx")
before = max(write(few, kind) for kind in kinds)
print(json.dumps({kind: write(many, kind) - before for kind in kinds}))
"""

COPY = """
INSERT INTO application ({columns})
SELECT {values} FROM application, generate_series(1, :many) AS n WHERE application.id = :id
"""


@pytest.fixture
def codes(sessions) -> tuple[str, str]:
    """A call with one application, and one with many copies of it."""
    with sessions() as session:
        few, many = make_call(session), make_call(session)
        town = make_organisation(session, contact=make_user(session))
        make_application(session, call=few, organisation=town)
        pattern = make_application(session, call=many, organisation=town)
        session.flush()
        columns = [column.name for column in Application.__table__.c if column.name != "id"]
        unique = {"reference", "blind_code"}
        values = [f"{name} || '-' || n" if name in unique else name for name in columns]
        copy = COPY.format(columns=", ".join(columns), values=", ".join(values))
        session.execute(text(copy), {"many": MANY, "id": pattern.id})
        session.commit()
        return few.code, many.code


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the most memory of a process")
def test_memory_does_not_grow_with_the_lines(codes, database_url, tmp_path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, *codes, str(tmp_path)],
        env={**os.environ, "ENVELOPE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    growth = json.loads(run.stdout.splitlines()[-1])
    assert (tmp_path / f"{codes[1]}.csv").read_bytes().count(b"\n") == MANY + 2
    assert {kind: kb for kind, kb in growth.items() if kb > MOST_GROWTH_KB} == {}, growth
