"""Small files and short functions: a reader holds one of them in the head."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.files import text_of, tracked

MOST_LINES = 400
MOST_FUNCTION_LINES = 40


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function with its lines, not counted: decorators and the docstring."""
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            spoken = node.body[0].end_lineno - node.lineno if ast.get_docstring(node) else 0
            signature = node.body[0].lineno - node.lineno if spoken else 0
            yield f"{path}: {node.name}", node.end_lineno - node.lineno + 1 - spoken + signature


def test_files_are_small() -> None:
    large = {
        str(path): lines
        for path in tracked("app/*.py", "migrations/*.py", "tests/*.py")
        if (lines := text_of(path).count("\n")) > MOST_LINES
    }

    assert large == {}, f"Split these by what they do; more than {MOST_LINES} lines: {large}"


def test_functions_are_short() -> None:
    long = {
        name: lines
        for path in tracked("app/*.py")
        for name, lines in functions(path)
        if lines > MOST_FUNCTION_LINES
    }

    assert long == {}, f"Take a step out and name it; over {MOST_FUNCTION_LINES} lines: {long}"
