"""`envelope rules`: the published rules for auditors, JSON in and JSON out.

    envelope rules allocate [FILE | -]     spec/allocation.md
    envelope rules score [FILE | -]        spec/scoring.md
    envelope rules shortlist [FILE | -]    app/rules/shortlist.py
    envelope rules release [FILE | -]      app/rules/release_json.py
    envelope rules check [FILE | -]        a published decision: is it what its input gives?
    ... --lines                            one document per line in, one per line out

Input and output are a public interface. The output is ASCII (other characters are
escaped), so that no separator of lines can hide in a text. Error texts are English.
"""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from app.rules import proof
from app.rules.json_reader import InvalidInput, parse
from app.rules.messages import Message
from app.rules.money import format_cents, format_exact
from app.rules.proof import UnresolvedTieError
from app.rules.scoring import score
from app.rules.scoring_input import read_scoring_case
from app.rules.scoring_output import write_score

Answer = dict[str, object]
Rule = Callable[[bytes], Answer]

_DIFFERS = 1
_WRONG_INPUT = 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `rules`."""
    parser = subparsers.add_parser("rules", help="compute by the published rules, JSON in and out")
    add_rules(parser)


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Add the rules alone, as the program that outsiders are given has them."""
    rules = parser.add_subparsers(dest="rule", required=True, metavar="RULE")
    _add_rule(rules, "allocate", "divide an envelope over ranked applications", allocate_document)
    _add_rule(rules, "score", "turn assessors' marks into an agreed score", score_document)
    _add_rule(rules, "shortlist", "cut ranked concept notes to a limit", shortlist_document)
    _add_rule(rules, "release", "give money that became free out again", release_document)
    _add_rule(rules, "check", "compute a published decision again and compare", check_document)


def _add_rule(
    rules: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, rule: Rule
) -> None:
    parser = rules.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.add_argument("file", nargs="?", default="-", help="JSON file; - or nothing reads input")
    parser.add_argument("--lines", action="store_true", help="one JSON document per line")
    parser.set_defaults(run=lambda args: run(rule, args.file, lines=args.lines))


def run(rule: Rule, file: str, *, lines: bool) -> int:
    """Answer one document, or each line of many; return the exit code."""
    try:
        opened = _opened(file)
    except (OSError, ValueError) as error:
        return _unreadable(error)
    try:
        with opened as source:
            last = _answer_all(rule, source, lines=lines)
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _unreadable(error)
    return 0 if lines else _exit_code(last)


def _exit_code(answer: Answer) -> int:
    if "error" in answer:
        return _WRONG_INPUT
    return _DIFFERS if answer.get("same") is False else 0


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    """Open the input; a path that holds a NUL is a ValueError, any other trouble an OSError."""
    if file != "-":
        return Path(file).open("rb")
    if sys.stdin is None:
        raise OSError(errno.EBADF, "there is no input")
    return nullcontext(sys.stdin.buffer)


def _answer_all(rule: Rule, source: BinaryIO, *, lines: bool) -> Answer:
    """Print every answer as soon as it is known; return the last one."""
    answer: Answer = {}
    for answer in answer_lines(rule, source) if lines else (_answer(rule, source.read()),):
        _print(answer)
    return answer


def _unreadable(error: Exception) -> int:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    _print(_error("invalid_input", Message("input.unreadable", {"reason": reason})))
    return _WRONG_INPUT


def allocate_document(document: bytes) -> Answer:
    """Divide the envelope of one JSON document; InvalidInput or UnresolvedTieError."""
    return proof.allocated(parse(document))


def shortlist_document(document: bytes) -> Answer:
    """Cut the lists of one JSON document; InvalidInput."""
    return proof.shortlisted(parse(document))


def release_document(document: bytes) -> Answer:
    """Give out again the free money of one JSON document; InvalidInput."""
    return proof.given_again(parse(document))


def check_document(document: bytes) -> Answer:
    """Say whether a decision is what its input gives; what the rule gives stands there if not."""
    verdict = proof.check(parse(document))
    told: Answer = {"same": verdict.same, "rule": verdict.rule, "digest": verdict.digest}
    return told if verdict.same else told | {"result": verdict.result}


def score_document(document: bytes) -> Answer:
    """Score one JSON document; InvalidInput."""
    case = read_scoring_case(parse(document))
    return write_score(score(case.grid, case.assessments, case.discrepancy))


def answer_lines(rule: Rule, source: BinaryIO) -> Iterator[Answer]:
    """Answer each line as soon as it has been read; an empty line is wrong input."""
    for line in source:
        yield _answer(rule, line)


def _answer(rule: Rule, document: bytes) -> Answer:
    try:
        return rule(document)
    except InvalidInput as wrong:
        return _error("invalid_input", wrong.message)
    except UnresolvedTieError as unresolved:
        tie = unresolved.tie
        return _error("unresolved_tie", tie.message) | {"ids": list(tie.ids)}


def _error(code: str, message: Message) -> Answer:
    """Say what is wrong in English, with numbers in the form that the input has."""
    from app.i18n import text  # noqa: PLC0415 - languages load slowly and only errors need them

    values: dict[str, object] = {
        name.removesuffix("_cents"): _plain(name, message.values[name]) for name in message.values
    }
    sentence = text(Message(message.code, values), "en")
    return {"error": code, "message": sentence, "path": message.path}


def _plain(name: str, value: object) -> str:
    if isinstance(value, int) and name.endswith("_cents"):
        return format_cents(value)
    return format_exact(value) if isinstance(value, Fraction) else str(value)


def _print(answer: Answer) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _reader_gone() -> int:
    """Leave quietly when the program that reads the answers has ended, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
