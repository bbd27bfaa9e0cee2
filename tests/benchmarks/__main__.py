"""`make bench`: measures and prints figures and ratios; it never fails because of a time.

BENCH_SIZES    applications in the database, several with commas (10000,200000)
BENCH_JSON     a file for the results as JSON; none is written without it
BENCH_PARTS    pages, report, letters, allocation; all without it
BENCH_PAGE     only pages whose name contains this
BENCH_FOLDER   where the databases lie meanwhile; else the folder for temporary files
"""

import os
import tempfile
import warnings
from pathlib import Path

from tests.benchmarks.pages import Effort
from tests.benchmarks.run import Results, Wanted, run
from tests.benchmarks.table import growth, lines_of, machine, write_json

FULL = Effort(one=100, eight=160, many=320, seconds=20)


def main() -> None:
    warnings.simplefilter("ignore")
    where = machine()
    print(where)
    done: list[Results] = []
    for results in run(_wanted()):
        done.append(results)
        print("\n".join(lines_of(results)), flush=True)
    print("\n".join(growth(done[0], done[-1])))
    if kept := os.environ.get("BENCH_JSON"):
        write_json(Path(kept), where, done)


def _wanted() -> Wanted:
    read = os.environ.get
    parts = read("BENCH_PARTS", "pages,report,letters,allocation")
    return Wanted(
        sizes=tuple(int(size) for size in read("BENCH_SIZES", "10000,200000").split(",")),
        effort=FULL,
        letters=int(read("BENCH_LETTERS", "120")),
        divided=int(read("BENCH_DIVIDED", "100000")),
        folder=Path(read("BENCH_FOLDER") or tempfile.gettempdir()),
        parts=tuple(part.strip() for part in parts.split(",")),
        page=read("BENCH_PAGE", ""),
    )


if __name__ == "__main__":
    main()
