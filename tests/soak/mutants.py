"""Small wrongs put into `app/rules/` one at a time; a test must notice each of them.

Every comparison, sum, product, `and`, `or`, `not`, number and truth value is changed in turn:
`<` becomes `<=`, 3 becomes 4. Texts are left alone (each code of a message is compared with its
sentence by a house test). Each wrong runs in a process of its own that has the tools of testing
loaded already; first the tests that name the module, then all tests of rules, then the proofs.

    python -m tests.soak.mutants app/rules/money.py     prints the survivors
"""

import ast
import os
import resource
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

CHECKOUT = Path(__file__).resolve().parents[2]
RULES = tuple(sorted((CHECKOUT / "app" / "rules").glob("*.py")))
ACCEPTED = Path(__file__).with_name("survivors.toml")
CPU_SECONDS = 90  # of the processor, not of the clock: a laden machine must change nothing
ALL = ["tests/rules"]
PROOFS = ["tests/proofs/test_allocation_readings.py"]
QUIET = (
    "-x", "-q", "-m", "not soak", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
    # It measures, and copies of a process on a laden machine measure badly.
    "-k", "not test_cost_grows_like_sorting",
)  # fmt: skip

OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong. `key` stays the same while its line does, wherever that moves."""

    path: Path
    number: int
    line: int
    key: str


class _Changes(ast.NodeTransformer):
    """Finds every place that can be wrong, and makes the wanted one wrong."""

    def __init__(self, wanted: int | None) -> None:
        self.wanted = wanted
        self.found: list[tuple[str, str, int]] = []  # function, what changes, line
        self.inside: list[str] = []

    def _is_wanted(self, what: str, node: ast.AST) -> bool:
        self.found.append((".".join(self.inside), what, node.lineno))
        return len(self.found) - 1 == self.wanted

    def _operator(self, operator: ast.AST, node: ast.AST) -> ast.AST:
        other = OPERATORS.get(type(operator))
        if other is None:
            return operator
        what = f"{type(operator).__name__} to {other.__name__}"
        return other() if self._is_wanted(what, node) else operator

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        node.op = self._operator(node.op, node)
        return node

    visit_AugAssign = visit_BoolOp = visit_BinOp  # noqa: N815 - the names that ast asks for

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        node.ops = [self._operator(each, node) for each in node.ops]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, (ast.Not, ast.USub)):
            what = f"{type(node.op).__name__} to nothing"
            return node.operand if self._is_wanted(what, node) else node
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, (bool, int)):
            other = not node.value if isinstance(node.value, bool) else node.value + 1
            if self._is_wanted(f"{node.value} to {other}", node):
                return ast.copy_location(ast.Constant(other), node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave out decorators and annotations: what they say is not computed."""
        self.inside.append(node.name)
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        node.body = [self.visit(each) for each in node.body]
        self.inside.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.inside.append(node.name)
        node.body = [self.visit(each) for each in node.body]
        self.inside.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.value = node.value and self.visit(node.value)
        return node


def mutants(path: Path) -> list[Mutant]:
    """Return every wrong that can be put into the module."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    changes = _Changes(None)
    changes.visit(ast.parse(source))
    made, seen = [], {}
    for number, (inside, what, line) in enumerate(changes.found):
        key = f"{path.name} {inside}: {what}: {lines[line - 1].strip()}"
        seen[key] = seen.get(key, 0) + 1
        many = f" ({seen[key]})" if seen[key] > 1 else ""
        made.append(Mutant(path, number, line, key + many))
    return made


def wrong(mutant: Mutant) -> CodeType:
    """Compile the module with this wrong in it; number -1 is the module as it is."""
    tree = _Changes(mutant.number).visit(ast.parse(mutant.path.read_text("utf-8")))
    return compile(ast.fix_missing_locations(tree), str(mutant.path), "exec")


class _Wrong(MetaPathFinder, Loader):
    """Gives the wrong module to whoever imports it first."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def tests_of(path: Path) -> list[str]:
    """Return the test files that name the module, its own ones first."""
    named = [
        str(test.relative_to(CHECKOUT))
        for test in sorted((CHECKOUT / "tests" / "rules").glob("test_*.py"))
        if f"app.rules.{path.stem} " in (text := test.read_text("utf-8"))
        or f"import {path.stem}\n" in text
    ]
    family = f"test_{path.stem.partition('_')[0]}"
    near = [str(test) for test in Path("tests/rules").glob(f"{family}*.py")]
    return sorted(named or near, key=lambda test: f"test_{path.stem}" not in test)


def stages(path: Path) -> list[list[str]]:
    """Return what is asked in turn: those that name the module, all, and two thousand cases."""
    proofs = PROOFS if path.stem.startswith("allocation") else []
    return [tests for tests in (tests_of(path), ALL, proofs) if tests]


def is_sound(path: Path) -> bool:
    """True when the tests pass on the unchanged module: only then does a failure say anything."""
    unchanged = Mutant(path, -1, 0, "unchanged")
    return all(_passes(unchanged, tests) for tests in stages(path))


def survives(mutant: Mutant, *, thoroughly: bool = True) -> bool:
    """True when no test notices the wrong; one that never ends is noticed."""
    asked = stages(mutant.path) if thoroughly else stages(mutant.path)[:1]
    return all(_passes(mutant, tests) for tests in asked)


def _passes(mutant: Mutant, tests: list[str]) -> bool:
    child = os.fork()
    if child == 0:
        _run(mutant, tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(mutant: Mutant, tests: list[str]) -> None:
    """Run the tests on the wrong module in this process, which ends here."""
    code = 2
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        os.chdir(CHECKOUT)
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)
        for name in [name for name in sys.modules if name.split(".")[0] in {"app", "tests"}]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Wrong(f"app.rules.{mutant.path.stem}", wrong(mutant)))
        import pytest

        code = int(pytest.main([*QUIET, *tests]))
    finally:
        os._exit(code)


def accepted() -> dict[str, str]:
    """Return key → the reason why no test has to notice it."""
    told = tomllib.loads(ACCEPTED.read_text("utf-8")) if ACCEPTED.exists() else {}
    return {each["key"]: each["reason"] for each in told.get("survivor", [])}


def main(words: list[str]) -> None:
    """Print the key of each wrong that nobody notices and nobody has accepted.

    Words are modules, or `--one MODULE NUMBER` for a single wrong and the tests nearest to it.
    A process of its own, because only one without threads may be copied safely.
    """
    # What every copy would load otherwise.
    import stdnum  # noqa: F401

    if words[:1] == ["--one"]:
        one = mutants(CHECKOUT / words[1])[int(words[2])]
        if survives(one, thoroughly=False):
            print(one.key)
        return
    for path in [CHECKOUT / name for name in words] or RULES:
        if not is_sound(path):
            raise SystemExit(f"The tests of {path.name} fail already without any wrong in it.")
        began, known = time.monotonic(), accepted()
        for mutant in mutants(path):
            if mutant.key not in known and survives(mutant):
                print(mutant.key, flush=True)
        took = time.monotonic() - began
        print(f"{path.name}: {len(mutants(path))} in {took:.0f} s", file=sys.stderr, flush=True)


def told(*words: str) -> list[str]:
    """Return what `main` prints, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.mutants", *words],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


if __name__ == "__main__":
    main(sys.argv[1:])
