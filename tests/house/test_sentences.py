"""Every code that a rule says has its sentence, and no sentence is left without a speaker."""

import ast
import re
from functools import cache
from pathlib import Path

from app.i18n.said import all_sentences
from tests.house.files import text_of, tracked

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_]+)+")
HOME = Path("app/i18n/sentences")

# Places in a template or in the input of a rule, and names of templates.
OTHER_PATHS = {
    "allocation.caps.awards_per_lead",
    "allocation.caps.awards_per_strategy",
    "allocation.correction_rounding",
    "allocation.floors",
    "allocation.lot_mode",
    "allocation.order",
    "allocation.overflow",
    "allocation.partial_min_share",
    "allocation.pro_rata",
    "allocation.realloc_before_partial",
    "allocation.realloc_order",
    "allocation.reserve_valid_until",
    "allocation.tie_breakers",
    "budget.headings",
    "budget.in_kind_counts",
    "budget.sources",
    "budget.total",
    "budget.totals",
    "password.new",
    "payments.consumption_min_percent",
    "payments.instalments",
    "payments.model",
    "payments.no_profit",
    "payments.prefinancing_cap_percent",
    "payments.transfer_between_headings_max_percent",
    "payments.underconsumption",
}


@cache
def literals() -> tuple[frozenset[str], frozenset[str]]:
    """Return the strings of the program, and the beginnings of those that are put together."""
    whole, beginnings = set(), set()
    for path in tracked("app/*.py"):
        if HOME in path.parents:
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            # Details of the trail are named by the arguments and columns that they come from.
            if isinstance(node, ast.keyword) and node.arg:
                whole.add(node.arg)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                whole.add(node.target.id)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
    for path in tracked("app/*.toml"):
        whole.update(re.findall(r'"([\w.]+)"', text_of(path)))
    beginnings |= {each for each in whole if each.endswith((".", "_"))}
    return frozenset(whole), frozenset(each for each in beginnings if CODE.match(each + "x"))


def is_spoken(code: str) -> bool:
    whole, beginnings = literals()
    ends = {code[len(begin) :] for begin in beginnings if code.startswith(begin)}
    # `identifier.form_RS_PIB` is put together of two: the country and the register.
    pairs = {end for end in ends if "_" in end and set(end.split("_", 1)) <= whole}
    return code in whole or bool((ends | {end.upper() for end in ends}) & whole) or bool(pairs)


def test_every_code_has_a_sentence() -> None:
    families = {code.partition(".")[0] for code in all_sentences()}
    said = {
        node.args[0].value
        for path in tracked("app/*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"Message", "messages.Message"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    # Codes also stand in tables and are passed on from there.
    dotted = {each for each in literals()[0] if CODE.fullmatch(each) and not each.endswith("_")}
    said |= {each for each in dotted if each.partition(".")[0] in families}

    assert said - all_sentences().keys() - OTHER_PATHS == set(), (
        "Write the sentence in app/i18n/sentences; OTHER_PATHS are dotted, but no codes."
    )


def test_every_sentence_is_said_by_somebody() -> None:
    silent = sorted(code for code in all_sentences() if not is_spoken(code))

    assert silent == [], "Nothing says these any more: take the sentences out."
