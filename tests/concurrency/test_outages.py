"""The database is killed under a running site: a page says so, and it comes back by itself."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import embedded, schema
from tests.servers import Person, sentence, serving
from tests.test_embedded import kill, postmaster


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="envelope-outage-"))
    yield made
    embedded.remove(made)
    shutil.rmtree(made, ignore_errors=True)


def test_killed_database_is_told_on_a_page_and_comes_back(folder: Path) -> None:
    with embedded.running(folder, fsync=False) as url:
        schema.upgrade(url)
        with serving(url, folder) as addresses, Person(addresses[0]) as visitor:
            before = visitor.form("/account/sign-in")
            kill(postmaster(folder))
            read = visitor.get("/calls")
            typed = {**before, "email": "a@b.example", "password": "long enough"}
            sent = visitor.post("/account/sign-in", data=typed)
            ready = visitor.get("/ready").status_code
            with embedded.running(folder, fsync=False):
                again = visitor.get("/calls").status_code

    assert (read.status_code, sent.status_code, ready, again) == (503, 503, 503, 200)
    assert "Envelope cannot reach its database. Nothing was saved" in sentence(read)
    assert "Nothing was saved" in sentence(sent)
