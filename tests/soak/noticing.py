"""Runs the tests on one wrong after the other, each in a copy of a process that is ready.

One process collects all tests of the rules and sees once which test runs which line. Then, for
each wrong, a copy of it exchanges the code of the module's functions and runs the tests that run
the changed line, until one fails: the hundredth part of a second where a start costs one.
What is computed when a module is imported cannot be exchanged: those wrongs are imported anew.
"""

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from coverage import Coverage

from tests.soak.mutants import CHECKOUT, RULES, Mutant, wrong

ALL = ["tests/rules"]
PROOFS = ["tests/proofs/test_allocation_readings.py"]
MEMORY = 4 * 1024**3  # bytes; a loop that fills a list must not take the machine's
IMPORTED_SECONDS = 60  # of the processor, not of the clock: a laden machine must change nothing
BROKEN = 99  # the exit code of a copy that did not come to run tests; pytest ends with 0 to 5
_LIVING = (FunctionType, _lru_cache_wrapper)
AT_IMPORT = ""  # the name that coverage gives to what runs before the first test
QUIET = (
    "-x", "-q", "-s", "-m", "not soak", "-o", "addopts=", "-p", "no:cacheprovider",
    "-p", "no:randomly", "--no-header", "--assert=plain", "--hypothesis-profile=mutants",
    "-W", "ignore",
    # It measures, and copies of a process on a laden machine measure badly.
    "-k", "not test_cost_grows_like_sorting",
)  # fmt: skip


def judged(asked: list[Mutant], *, near: bool) -> Iterator[tuple[Mutant, str]]:
    """Yield each wrong with `noticed`, `never ends` or `survives`; near: only the nearest tests."""
    named = dict.fromkeys(test for mutant in asked for test in tests_of(mutant.path))
    paths = list(named) if near else ALL + PROOFS
    _warm()
    again = []
    for number, verdict in _told(lambda write: _collect(_Quick(asked, write), paths)):
        if verdict == "import anew":
            again.append(asked[number])
        else:
            yield asked[number], verdict
    for mutant in again:
        verdicts = (_imported(mutant, tests) for tests in _stages(mutant.path, near=near))
        yield mutant, next((one for one in verdicts if one != "survives"), "survives")


def tests_of(path: Path) -> list[str]:
    """Return the test files that name the module, its own ones first."""
    every = sorted((CHECKOUT / "tests" / "rules").glob("test_*.py"))
    named = [test for test in every if _names(path.stem, test.read_text("utf-8"))]
    near = [test for test in every if test.stem.startswith(f"test_{path.stem.partition('_')[0]}")]
    files = sorted(named or near, key=lambda test: f"test_{path.stem}" not in test.stem)
    return [str(test.relative_to(CHECKOUT)) for test in files] or ALL


def _names(module: str, text: str) -> bool:
    return f"app.rules.{module} " in text or f"import {module}\n" in text


def _stages(path: Path, *, near: bool) -> list[list[str]]:
    return [tests_of(path)] if near else [tests_of(path), ALL]


# --- copies of a process --------------------------------------------------------------


def _warm() -> None:
    """Load what every copy would load otherwise, and nothing of the product."""
    import babel
    import hypothesis
    import pydantic
    import schwifty
    import sqlalchemy.orm
    import stdnum

    assert all((babel, pydantic, schwifty, sqlalchemy.orm, stdnum))
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # no shrinking
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def _told(work: Callable[[Callable[[object], None]], object]) -> Iterator[object]:
    """Yield what the work writes, one line of JSON each, in a copy of this process."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(there)
        _last(lambda: int(bool(work(lambda what: _write(here, what)))), quiet=False)
    os.close(here)
    with os.fdopen(there) as lines:
        for line in lines:
            yield json.loads(line)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise SystemExit("The tests fail already without any wrong in the rules.")


def _write(handle: int, what: object) -> None:
    text = json.dumps(what).encode() + b"\n"
    while text:
        text = text[os.write(handle, text) :]


def _copied(work: Callable[[], int]) -> str:
    """Return what a copy of this process, which does the work, says of the wrong."""
    child = os.fork()
    if child == 0:
        _last(work, quiet=True)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "never ends"
    code = os.WEXITSTATUS(status)
    if code == BROKEN:
        raise RuntimeError("The wrong could not be put in: the harness is at fault, no test.")
    return "noticed" if code else "survives"


def _last(work: Callable[[], int], *, quiet: bool) -> None:
    """Do the work as the last thing of this process."""
    code = BROKEN
    try:
        os.chdir(CHECKOUT)
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2) if quiet else (0,):
            os.dup2(nothing, handle)
        if not quiet:
            os.dup2(2, 1)
        code = work()
    finally:
        os._exit(code)


# --- quickly: exchange the code of functions ------------------------------------------


def _collect(loop: "_Quick", paths: list[str]) -> int:
    loop.cover.start()
    return int(pytest.main([*QUIET, *paths], plugins=[loop]))


class _Quick:
    """Stands in the place of pytest's loop over its tests."""

    def __init__(self, asked: list[Mutant], write: Callable[[object], None]) -> None:
        self.asked, self.write = asked, write
        self.cover = Coverage(
            data_file=None, config_file=False, include=[str(RULES[0].parent / "*")]
        )
        self.seconds: dict[str, float] = {}
        self.runs: dict[tuple[str, int], list[str]] = {}  # file and line → tests
        self.living: list[FunctionType | _lru_cache_wrapper] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for what in _told(lambda write: self._look(session.items, write)):
            self.seconds, lines = what
            self.runs = {(file, line): names for file, line, names in lines}
        self.cover.stop()
        items = {item.nodeid: item for item in session.items}
        self.living = [each for each in gc.get_objects() if isinstance(each, _LIVING)]
        gc.freeze()  # so that no copy writes to memory that it shares
        for number, mutant in enumerate(self.asked):
            self.write([number, self._verdict(mutant, items)])
        return True

    def _look(self, items: list[pytest.Item], write: Callable[[object], None]) -> bool:
        """Tell how long each test takes and which lines it runs; true when one fails."""
        seconds = {}
        for item in items:
            self.cover.switch_context(item.nodeid)
            began = time.process_time()
            if _fails(item):
                print(f"{item.nodeid} fails", file=sys.stderr)
                return True
            seconds[item.nodeid] = time.process_time() - began
        self.cover.stop()
        data = self.cover.get_data()
        lines = [
            (file, line, names)
            for file in data.measured_files()
            for line, names in data.contexts_by_lineno(file).items()
        ]
        write([seconds, lines])
        return False

    def _verdict(self, mutant: Mutant, items: dict[str, pytest.Item]) -> str:
        if not mutant.inside:
            return "import anew"
        reach = {name for line in mutant.lines for name in self._running(mutant.path, line)}
        own = f"tests/rules/test_{mutant.path.stem}"
        tests = sorted(
            reach - {AT_IMPORT},
            key=lambda name: (not name.startswith(own), self.seconds[name]),
        )
        limits = [(items[name], 1 + 10 * self.seconds[name]) for name in tests]
        verdict = _copied(lambda: _exchanged(mutant, limits, self.living))
        # What ran while the tests were loaded has left its results behind.
        return "import anew" if verdict == "survives" and AT_IMPORT in reach else verdict

    def _running(self, path: Path, line: int) -> list[str]:
        return self.runs.get((str(path), line), [])


def _fails(item: pytest.Item) -> bool:
    try:
        item.ihook.pytest_runtest_setup(item=item)
        item.ihook.pytest_runtest_call(item=item)
        item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
    except BaseException:  # noqa: BLE001 - whatever it is, the test did not pass
        return True
    return False


def _exchanged(
    mutant: Mutant, limits: list[tuple[pytest.Item, float]], living: list[object]
) -> int:
    """Put the wrong into every function that there is, and run the tests until one fails."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    exchange(mutant, living)
    for item, seconds in limits:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # Its signal ends the process.
        if _fails(item):
            return 1
    return 0


def exchange(mutant: Mutant, living: list[object]) -> None:
    """Give each function of the module that lives anywhere the code with the wrong in it."""
    new: dict[tuple[str, int], CodeType | None] = {}
    for code in _codes(wrong(mutant)):
        place = (code.co_qualname, code.co_firstlineno)
        new[place] = None if place in new else code  # Two lambdas of one line: left as they are.
    for each in living:
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(mutant.path):
            code = new[each.__code__.co_qualname, each.__code__.co_firstlineno]
            each.__code__ = code or each.__code__
        elif isinstance(each, _lru_cache_wrapper):
            each.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


# --- slowly: import the wrong module --------------------------------------------------


class _Wrong(MetaPathFinder, Loader):
    """Gives the wrong module to whoever imports it first."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def _imported(mutant: Mutant, tests: list[str]) -> str:
    return _copied(lambda: _import_and_run(mutant, tests))


def _import_and_run(mutant: Mutant, tests: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.setitimer(signal.ITIMER_PROF, IMPORTED_SECONDS)
    assert not [name for name in sys.modules if name.split(".")[0] == "app"]
    sys.meta_path.insert(0, _Wrong(f"app.rules.{mutant.path.stem}", wrong(mutant)))
    return int(pytest.main([*QUIET, *tests]))
