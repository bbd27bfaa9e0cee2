"""Small wrongs put into `app/rules/` one at a time; a test must notice each of them.

Every comparison, sum, product, `and`, `or`, `not`, number and truth value is changed in turn:
`<` becomes `<=`, 3 becomes 4. Texts are left alone (each code of a message is compared with its
sentence by a house test). `noticing.py` runs the tests on each.

    python -m tests.soak.mutants                        all modules
    python -m tests.soak.mutants app/rules/money.py     prints what is to be done about these
"""

import ast
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

CHECKOUT = Path(__file__).resolve().parents[2]
RULES = tuple(sorted((CHECKOUT / "app" / "rules").glob("*.py")))
ACCEPTED = Path(__file__).with_name("survivors.toml")

NOTICED = "Noticed after all, remove it from survivors.toml:"

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
    key: str
    lines: frozenset[int]  # of its statement, without the statements inside that one
    inside: bool  # of a function; what stands outside is computed once, when it is imported


class _Changes(ast.NodeTransformer):
    """Finds every place that can be wrong, and makes the wanted one wrong."""

    def __init__(self, wanted: int | None) -> None:
        self.wanted = wanted
        # Function, what changes, line, lines of the statement, whether a function is around it.
        self.found: list[tuple[str, str, int, frozenset[int], bool]] = []
        self.inside: list[str] = []
        self.functions = 0
        self.statements: list[frozenset[int]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.stmt):
            return super().visit(node)
        self.statements.append(_own_lines(node))
        changed = super().visit(node)
        self.statements.pop()
        return changed

    def _is_wanted(self, what: str, node: ast.AST) -> bool:
        lines = self.statements[-1] | set(range(node.lineno, node.end_lineno + 1))
        name = ".".join(self.inside)
        self.found.append((name, what, node.lineno, lines, self.functions > 0))
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
        self.functions += 1
        node.body = [self.visit(each) for each in node.body]
        self.functions -= 1
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


def _own_lines(statement: ast.stmt) -> frozenset[int]:
    """Return the lines of a statement without those of the statements inside it."""
    lines = set(range(statement.lineno, statement.end_lineno + 1))
    for inner in ast.walk(statement):
        if isinstance(inner, ast.stmt) and inner is not statement:
            lines -= set(range(inner.lineno, inner.end_lineno + 1))
    return frozenset(lines)


@cache
def _source(path: Path) -> str:
    """Read a module once: whoever edits it meanwhile must not move the wrongs."""
    return path.read_text("utf-8")


def mutants(path: Path) -> list[Mutant]:
    """Return every wrong that can be put into the module."""
    source = _source(path)
    lines = source.splitlines()
    changes = _Changes(None)
    changes.visit(ast.parse(source))
    made, seen = [], {}
    for number, (name, what, line, own, inside) in enumerate(changes.found):
        key = f"{path.name} {name}: {what}: {lines[line - 1].strip()}"
        seen[key] = seen.get(key, 0) + 1
        many = f" ({seen[key]})" if seen[key] > 1 else ""
        made.append(Mutant(path, number, key + many, own, inside))
    return made


def wrong(mutant: Mutant) -> CodeType:
    """Compile the module with this wrong in it."""
    tree = _Changes(mutant.number).visit(ast.parse(_source(mutant.path)))
    return compile(ast.fix_missing_locations(tree), str(mutant.path), "exec")


def accepted() -> dict[str, str]:
    """Return key → the reason why no test has to notice it."""
    told = tomllib.loads(ACCEPTED.read_text("utf-8")) if ACCEPTED.exists() else {}
    return {key: each["reason"] for each in told.get("survivor", []) for key in each["keys"]}


def main(words: list[str]) -> None:
    """Print the key of each wrong that nobody notices and nobody has accepted.

    And of each that is accepted but noticed after all: its reason is not true any more. Words are
    modules; `--near MODULE:NUMBER …` asks about single wrongs and only the tests nearest to them.
    """
    from tests.soak.noticing import judged

    near = words[:1] == ["--near"]
    if near:
        places = [word.rpartition(":") for word in words[1:]]
        asked = [mutants(CHECKOUT / name)[int(number)] for name, _, number in places]
    else:
        paths = [CHECKOUT / name for name in words] or RULES
        asked = [mutant for path in paths for mutant in mutants(path)]
    known, count, began = set() if near else set(accepted()), Counter(), time.monotonic()
    for mutant, verdict in judged(asked, near=near):
        survives = verdict == "survives"
        count["accepted" if survives and mutant.key in known else verdict] += 1
        if survives != (mutant.key in known):
            print(mutant.key if survives else f"{NOTICED} {mutant.key}", flush=True)
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(count.items()))
    took = time.monotonic() - began
    print(f"{len(asked)} wrongs in {took:.0f} s: {told}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
