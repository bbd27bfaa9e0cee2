"""`envelope rules` as auditors call it."""

import hashlib
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.cli import main
from app.rules.canonical import canonical

CASE = {
    "policy": {},
    "lots": [{"code": "L1", "envelope": "1.00"}],
    "applications": [{"id": "č\u2028", "lot": "L1", "score": "1", "requested": "1.00"}],
}
LINE = {"id": "č\u2028", "lot": "L1", "rank": 1, "awarded": "1.00", "reason": "AWARDED_FULL"}
ANSWER = {
    "lines": [LINE | {"reserve_position": None}],
    "lots": [
        {
            "code": "L1",
            "envelope": "1.00",
            "transferred": "0.00",
            "awarded": "1.00",
            "unallocated": "0.00",
        }
    ],
    "totals": {"envelope": "1.00", "awarded": "1.00", "unallocated": "0.00"},
}
TIED = CASE | {
    "applications": [
        {"id": name, "lot": "L1", "score": "1", "requested": "1.00"} for name in ("b", "a")
    ]
}
SCORES = {
    "grid": {"sections": [{"code": "1", "criteria": [{"code": "x", "min": 0, "max": 9}]}]},
    "assessments": [{"assessor": name, "scores": {"x": "9"}} for name in "AB"],
}
UNRESOLVED = {
    "error": "unresolved_tie",
    "message": (
        "These applications share rank 1 and would be treated differently: a, b. The committee has"
        " to set their order, with a written reason."
    ),
    "path": "",
    "ids": ["a", "b"],
}


def envelope(*words: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "app", *words], input=typed, capture_output=True, check=False
    )


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    code = main(["rules", *words])
    return code, json.loads(capsys.readouterr().out)


def written(folder: Path, case: object) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    return str(path)


def test_file_is_answered_with_the_published_keys(tmp_path, capsys) -> None:
    assert answered(capsys, "allocate", written(tmp_path, CASE)) == (0, ANSWER)


def test_scores_are_agreed(tmp_path, capsys) -> None:
    code, answer = answered(capsys, "score", written(tmp_path, SCORES))
    assert (code, answer["total"], answer["outcome"]) == (0, "9.00", "PASSED")


@pytest.mark.parametrize(
    ("rule", "case", "answer"),
    [
        (
            "shortlist",
            {"threshold": "30", "lots": [{"code": "L1", "envelope": "1.00"}], "applications": []},
            {
                "lots": [
                    {
                        "code": "L1",
                        "limit": "0.00",
                        "passed": "0.00",
                        "passed_percent": "0.00",
                        "cut_off": None,
                    }
                ],
                "lines": {},
            },
        ),
        (
            "release",
            {"today": "2026-06-04", "policy": {}, "lots": [{"code": "L1", "free": "1.00"}]},
            {"lines": [], "transfers": {}},
        ),
    ],
)
def test_shortlists_and_releases_are_computed_too(tmp_path, capsys, rule, case, answer) -> None:
    assert answered(capsys, rule, written(tmp_path, case)) == (0, answer)


def test_decision_that_its_input_does_not_give_ends_with_exit_code_1(tmp_path, capsys) -> None:
    decision = {"inputs": CASE, "result": ANSWER}
    digest = hashlib.sha256(canonical(decision)).hexdigest()
    same = {"same": True, "rule": "allocate", "digest": digest}
    other = {"inputs": CASE, "result": ANSWER | {"lots": []}}

    assert answered(capsys, "check", written(tmp_path, decision)) == (0, same)
    code, answer = answered(capsys, "check", written(tmp_path, other))
    assert (code, answer["same"], answer["result"]) == (1, False, ANSWER)
    assert answered(capsys, "check", written(tmp_path, {}))[0] == 2
    tied = {"inputs": TIED, "result": {}}
    assert answered(capsys, "check", written(tmp_path, tied)) == (2, UNRESOLVED)


def test_tie_ends_with_exit_code_2_and_the_ids(tmp_path, capsys) -> None:
    assert answered(capsys, "allocate", written(tmp_path, TIED)) == (2, UNRESOLVED)


def test_wrong_input_names_its_place_and_shows_amounts_as_they_are_written(
    tmp_path, capsys
) -> None:
    small = {"code": "L1", "envelope": "1.00", "min_grant": "1000.50"}
    assert answered(capsys, "allocate", written(tmp_path, CASE | {"lots": [small]})) == (
        2,
        {
            "error": "invalid_input",
            "message": "The request of 1.00 is below the smallest grant of its lot, 1000.50.",
            "path": "applications[0].requested",
        },
    )


def test_limits_of_any_size_can_be_named(tmp_path, capsys) -> None:
    large = {"code": "L1", "envelope": "1.00", "min_grant": "9" * 6000}
    code, answer = answered(capsys, "allocate", written(tmp_path, CASE | {"lots": [large]}))
    assert (code, answer["path"]) == (2, "applications[0].requested")
    grid = {"sections": [{"code": "1", "criteria": [{"code": "x", "min": "9" * 6000, "max": 9}]}]}
    code, answer = answered(capsys, "score", written(tmp_path, SCORES | {"grid": grid}))
    assert (code, answer["path"]) == (2, "assessments[0].scores.x")


@pytest.mark.parametrize("file", ["/nowhere/case.json", "/", "\0", ""])
@pytest.mark.parametrize("more", [[], ["--lines"]])
def test_file_that_cannot_be_read_is_wrong_input(file, more, capsys) -> None:
    code, answer = answered(capsys, "allocate", file, *more)
    assert (code, answer["error"], answer["path"]) == (2, "invalid_input", "")


def test_no_input_at_all_is_wrong_input(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    code, answer = answered(capsys, "score")
    assert (code, answer["message"]) == (2, "The input cannot be read: there is no input.")


def test_input_that_breaks_off_is_wrong_input(monkeypatch, capsys) -> None:
    class Broken(io.BytesIO):
        def read(self, *_size) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Broken()))
    code, answer = answered(capsys, "score")
    assert (code, answer["message"]) == (2, "The input cannot be read: Input/output error.")


def test_lines_are_answered_in_order_with_errors_as_lines(monkeypatch, capsys) -> None:
    typed = b"\n".join([json.dumps(CASE).encode(), b"", json.dumps(TIED).encode() + b"\r", b"["])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    code = main(["rules", "allocate", "--lines"])
    first, empty, tied, broken = map(json.loads, capsys.readouterr().out.splitlines())
    assert code == 0
    assert first == ANSWER
    assert (empty["error"], empty["path"]) == ("invalid_input", "")
    assert tied == UNRESOLVED
    assert broken["error"] == "invalid_input"


def test_input_can_come_from_a_pipe_and_is_answered_in_plain_ascii() -> None:
    ran = envelope("rules", "allocate", typed=json.dumps(CASE).encode())
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout.decode("ascii")) == ANSWER
    dashed = envelope("rules", "allocate", "-", typed=b"\xff")
    assert (dashed.returncode, dashed.stderr) == (2, b"")
    assert json.loads(dashed.stdout)["error"] == "invalid_input"


def test_each_line_is_answered_before_the_next_one_is_typed() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app", "rules", "score", "--lines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(json.dumps(SCORES).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["total"] == "9.00"


def test_reader_that_stops_reading_is_no_error() -> None:
    typed = (json.dumps(CASE).encode() + b"\n") * 5000
    with subprocess.Popen(
        [sys.executable, "-m", "app", "rules", "allocate", "--lines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, errors = process.communicate(typed)
    assert (process.returncode, errors) == (0, b"")


def test_command_loads_neither_web_nor_database() -> None:
    heavy = "sqlalchemy fastapi pydantic babel weasyprint structlog app.web app.models"
    code = (
        "import sys, app.cli, app.commands.rules;"
        f"print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    started = time.perf_counter()
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"
    assert time.perf_counter() - started < 5
