"""What stands in the log, and what never does: people's data, links, passwords."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from app import db
from tests.make.people import NOW
from tests.servers import Person, serving

SAYS = """
import logging, sys, structlog
from app import logs
logs.configure("info", sys.argv[1])
structlog.contextvars.bind_contextvars(request="r1")
structlog.get_logger().info("request", path="/calls", status=200)
logging.getLogger("envelope.worker").warning("job %s failed", 7)
try:
    raise ValueError("first line\\nDETAIL: Failing row contains (ana@example.org)")
except ValueError as error:
    structlog.get_logger().error("unexpected error", exc_info=error)
    logging.getLogger("uvicorn.error").error("Exception in application", exc_info=error)
"""


def said(form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SAYS, form], check=True, capture_output=True, text=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_is_one_object_a_line_with_the_requests_number() -> None:
    request, job, bug, server = (json.loads(line) for line in said("json"))

    assert (request["event"], request["path"], request["request"]) == ("request", "/calls", "r1")
    assert (job["event"], job["level"], job["logger"]) == (
        "job 7 failed", "warning", "envelope.worker",
    )  # fmt: skip
    assert bug["exception"].endswith("builtins.ValueError: first line")
    assert server["exception"].endswith("builtins.ValueError: first line")


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_the_database_quotes_of_a_row_is_left_out(form: str) -> None:
    assert "ana@example.org" not in "\n".join(said(form))


def test_text_is_read_by_people() -> None:
    assert "event='request' path='/calls' request='r1' status=200" in said("text")[0]


def test_values_of_a_statement_are_not_in_its_error(engine) -> None:
    with engine.connect() as connection, pytest.raises(db.DBAPIError) as caught:
        connection.exec_driver_sql("SELECT 1/0, %(name)s", {"name": "Ana Anić"})

    assert "Ana Anić" not in str(caught.value)


def test_token_of_a_link_and_password_are_not_in_the_log_of_a_server(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    with (
        serving(database_url, tmp_path, clock=NOW, log_format="json") as (address,),
        Person(address) as visitor,
    ):
        visitor.get("/account/password/a-secret-of-the-mail")
        form = visitor.form("/account/sign-in")
        visitor.post(
            "/account/sign-in", data={**form, "email": "ana@example.org", "password": "in clear"}
        )
        assert httpx2.get(f"{address}/health").text == "ok"
    lines = capfd.readouterr().err

    events = [json.loads(line) for line in lines.splitlines()]
    paths = [event["path"] for event in events if event["event"] == "request"]
    assert "/account/password/…" in paths
    assert "/health" in paths
    assert [word for word in ("a-secret", "ana@", "in clear") if word in lines] == []
