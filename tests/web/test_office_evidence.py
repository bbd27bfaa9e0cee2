"""The evidence of one award: verified and computed again from the ZIP alone."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from starlette.testclient import TestClient

from app import clock, db
from app.cli import main
from app.models import User
from app.settings import Settings
from app.web.app import create_app
from app.web.security import SESSION_COOKIE, TOKEN_FIELD, csrf_token
from tests.demo import NOW, DemoWorld, demo_url, demo_world
from tests.servers import sign_in

__all__ = ["demo_url", "demo_world"]

# An award of the demo world with letters, an agreement and payments.
PAID = (
    "SELECT a.id FROM award a JOIN agreement g ON g.award_id = a.id JOIN payment p ON "
    "p.agreement_id = g.id WHERE p.state IN ('paid', 'reconciled') ORDER BY a.id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Site:
    browsers: dict[str, TestClient]
    connection: Connection
    key: bytes
    award_id: int

    def take(self, who: str):
        browser = self.browsers[who]
        sealed = {TOKEN_FIELD: csrf_token(self.key, browser.cookies[SESSION_COOKIE])}
        return browser.post(f"/office/awards/{self.award_id}/evidence", data=sealed)


@pytest.fixture(scope="module")
def site(demo_url: str, demo_world: DemoWorld) -> Iterator[Site]:
    chosen = Settings(data_dir=demo_world.folder, secret_key="k" * 32, log_level="error")
    engine = db.engine_for(demo_url)
    sessions = db.sessions(engine)
    now = datetime.fromisoformat(NOW)
    app = create_app(chosen, sessions)
    browsers = {}
    with sessions() as session:
        for who in ("auditor", "officer"):
            user = session.scalars(select(User).where(User.email == f"{who}@attd.example")).one()
            browsers[who] = TestClient(app, follow_redirects=False)
            browsers[who].cookies.set(SESSION_COOKIE, sign_in(session, user, now))
        session.commit()
    committing = engine.execution_options(isolation_level="AUTOCOMMIT")
    with clock.frozen(now), committing.connect() as connection:
        award_id = connection.execute(text(PAID)).scalar_one()
        yield Site(browsers, connection, chosen.key(), award_id)
    engine.dispose()


@pytest.fixture(scope="module")
def answer(site: Site):
    return site.take("auditor")


@pytest.fixture(scope="module")
def folder(answer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evidence")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(place)
    return place


def read(path: Path):
    return json.loads(path.read_bytes())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def computed(capsys: pytest.CaptureFixture[str], rule: str, path: Path):
    assert main(["rules", rule, str(path)]) == 0
    return json.loads(capsys.readouterr().out)


def test_manifest_names_every_file_with_its_hash(folder: Path) -> None:
    listed = read(folder / "manifest.json")["files"]
    inside = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    sums = (folder / "SHA256SUMS").read_text("utf-8").splitlines()

    assert {each["path"] for each in listed} == inside - {"manifest.json"}
    assert {tuple(line.split("  ", 1)) for line in sums} == {
        (each["sha256"], each["path"])
        for each in listed
        if each["path"] not in {"SHA256SUMS", "index.html"}
    }
    assert len({each["path"] for each in listed}) == len(listed)
    assert [each["path"] for each in listed if each["missing"]] == []
    assert {each["path"]: each["sha256"] for each in listed} == {
        each["path"]: sha256(folder / each["path"]) for each in listed
    }
    assert set(re.findall(r"href='([^']+)'", (folder / "index.html").read_text("utf-8"))) == (
        inside - {"manifest.json", "index.html"}
    )


def test_every_part_of_the_road_is_inside(folder: Path) -> None:
    for name in (
        "call/rules.json", "application/received-1.json", "application/applicant.json",
        "check/check_item.json", "assessments/assessment.json", "assessments/agreed_score.json",
        "run/1/input.json", "run/1/explanation.json", "decision/award.json", "letters/letter.json",
        "agreement/agreement.json", "payments/payment.json", "audit/trail.csv", "README.txt",
    ):  # fmt: skip
        assert (folder / name).stat().st_size > 2, name
    pdfs = [path.read_bytes()[:5] for path in (folder / "letters/files").iterdir()]
    assert pdfs
    assert set(pdfs) == {b"%PDF-"}


def test_digests_that_others_know_are_hashes_of_files(folder: Path) -> None:
    received = [each["digest"] for each in read(folder / "application/submission.json")]
    runs = sorted((folder / "run").iterdir())

    assert sha256(folder / "call/rules.json") == read(folder / "call/call.json")["digest"]
    assert received == [
        sha256(folder / f"application/received-{number}.json")
        for number in range(1, len(received) + 1)
    ]
    for run in runs:
        assert sha256(run / "inputs-and-result.json") == read(run / "run.json")["digest"]


def test_the_award_is_computed_again_from_the_zip_alone(folder: Path, capsys) -> None:
    (award,) = read(folder / "decision/award.json")
    reference = read(folder / "application/application.json")[0]["reference"]
    runs = [
        run for run in (folder / "run").iterdir() if read(run / "run.json")["id"] == award["run_id"]
    ]

    result = computed(capsys, "allocate", runs[0] / "input.json")

    assert result == read(runs[0] / "result.json")
    (line,) = [each for each in result["lines"] if each["id"] == reference]
    assert Decimal(line["awarded"]) * 100 == award["awarded_cents"]


def test_scores_are_computed_again_from_the_zip_alone(folder: Path, capsys) -> None:
    agreed = {each["entry_id"]: each for each in read(folder / "assessments/agreed_score.json")}
    entries = read(folder / "application/stage_entry.json")
    inputs = {
        int(path.name.split("-")[0]): path
        for path in (folder / "assessments").glob("*-score-input.json")
    }

    again = {number: computed(capsys, "score", path) for number, path in inputs.items()}

    assert len(again) > 0
    for number, score in again.items():
        kept = agreed[entries[number - 1]["id"]]
        assert (score["used"], Decimal(score["total"]), score["outcome"]) == (
            kept["used"], Decimal(kept["total"]), kept["outcome"]
        )  # fmt: skip


def test_trail_tells_the_payment_in_words(folder: Path) -> None:
    content = (folder / "audit/trail.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))

    paid = [row for row in rows if (row["What"], row["Event"]) == ("Payment", "Paid")]
    assert paid != []
    assert "Bank reference: " in paid[0]["Why and what else"]
    assert len(rows) == len(read(folder / "audit/trail.json"))


def test_taking_it_is_recorded_with_its_hash(site: Site, answer) -> None:
    row = site.connection.execute(
        text(
            "SELECT actor_name, detail FROM audit_entry WHERE event = 'take_evidence' "
            "AND object_type = 'award' AND object_id = :award ORDER BY id LIMIT 1"
        ),
        {"award": site.award_id},
    ).one()

    assert answer.headers["content-type"] == "application/zip"
    assert row.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert row.actor_name != ""


def test_who_may_not_read_the_trail_gets_no_bundle(site: Site) -> None:
    page = site.browsers["officer"].get(f"/office/awards/{site.award_id}/evidence")

    assert (page.status_code, site.take("officer").status_code) == (404, 403)


def test_the_page_says_what_is_inside(site: Site) -> None:
    page = site.browsers["auditor"].get(f"/office/awards/{site.award_id}/evidence")

    assert page.status_code == 200
    assert "Take the evidence bundle (ZIP)" in page.text
