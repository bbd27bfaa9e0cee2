"""Results as tables for people and as JSON for whoever compares runs."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.pages import Measured
from tests.benchmarks.run import TRIVIAL_PAGE, Results


def lines_of(results: Results) -> Iterator[str]:
    yield ""
    yield (
        f"## {results.size:,} applications: {results.database_bytes / 10**9:.1f} GB, "
        f"filled in {results.fill_seconds:.0f} s"
    )
    if results.pages:
        yield from _pages(results.pages)
    if results.report:
        yield from _report(results)
    if results.letters:
        yield from _letters(results)
    if results.allocation:
        yield from _allocation(results)


def _pages(pages: Sequence[Measured]) -> Iterator[str]:
    trivial = next(page for page in pages if page.page == TRIVIAL_PAGE).cpu_ms
    yield ""
    yield (
        "| page | CPU ms web | CPU ms database | × trivial | queries "
        "| ms at 1 client | ms at 8 | ms at 32 | a second at 32 |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for page in pages:
        waits = " | ".join(f"{level.median_ms:.0f} ({level.p95_ms:.0f})" for level in page.levels)
        queries = "" if page.queries is None else str(page.queries)
        yield (
            f"| {page.page} | {page.cpu_ms:.1f} | {page.database_ms:.1f} "
            f"| {page.cpu_ms / trivial:.0f} | {queries} | {waits} "
            f"| {page.levels[-1].per_second:.0f} |"
        )


def _report(results: Results) -> Iterator[str]:
    bare = {each.what: each.cpu_seconds for each in results.report}
    yield ""
    yield "| report | rows | seconds | CPU s | CPU s database | × bare | MB more |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for each in results.report:
        against = "csv" if "csv" in each.what else "openpyxl, write only"
        ratio = each.cpu_seconds / bare[f"bare {against}"]
        memory = "" if each.memory_bytes is None else f"{each.memory_bytes / 10**6:.0f}"
        yield (
            f"| {each.what} | {each.rows:,} | {each.seconds:.1f} | {each.cpu_seconds:.1f} "
            f"| {each.database_seconds:.1f} | {ratio:.2f} | {memory} |"
        )


def _letters(results: Results) -> Iterator[str]:
    bare = results.letters[0]
    yield ""
    yield (
        "| letters | processes | a second | share of bare × processes "
        "| CPU ms a letter, all processes | bare / it |"
    )
    yield "|---|--:|--:|--:|--:|--:|"
    for pace in results.letters:
        share = pace.per_second / (bare.per_second * pace.processes)
        yield (
            f"| {pace.what} | {pace.processes} | {pace.per_second:.1f} | {share:.0%} "
            f"| {pace.cpu_ms:.0f} | {bare.cpu_ms / pace.cpu_ms:.0%} |"
        )


def _allocation(results: Results) -> Iterator[str]:
    sorting = results.allocation[0].seconds
    yield ""
    yield "| allocation | applications | seconds | × sorting |"
    yield "|---|--:|--:|--:|"
    for each in results.allocation:
        ratio = each.seconds / sorting
        yield f"| {each.what} | {each.applications:,} | {each.seconds:.2f} | {ratio:.1f} |"


def growth(first: Results, last: Results) -> Iterator[str]:
    """Say which pages cost more where there are more applications; 1.0 is none."""
    before = {page.page: page for page in first.pages}
    if not first.pages or first.size == last.size:
        return
    yield ""
    yield f"| growth from {first.size:,} to {last.size:,} | web | database | both |"
    yield "|---|--:|--:|--:|"
    for page in last.pages:
        old = before[page.page]
        both = (page.cpu_ms + page.database_ms) / (old.cpu_ms + old.database_ms)
        database = page.database_ms / old.database_ms if old.database_ms else 1
        yield f"| {page.page} | {page.cpu_ms / old.cpu_ms:.1f} | {database:.1f} | {both:.1f} |"


def machine() -> str:
    """Say where this was measured: figures of another machine are others, ratios hardly."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, load {load:.1f} at the start, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def write_json(path: Path, where: str, results: Sequence[Results]) -> None:
    found = {"machine": where, "runs": [asdict(each) for each in results]}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
