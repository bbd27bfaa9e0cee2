"""Nothing that was promised is lost, no cent too much is given, no letter comes twice.

Web processes, the worker and the database of one `envelope serve` are killed at random under
load. `CRASH_MINUTES=30 make soak` takes longer than ten minutes; `CRASH_SEED=7` another order.
"""

import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import embedded, schema
from app.actions import letters
from app.models import (
    Agreement,
    Application,
    AuditEntry,
    Award,
    Call,
    Letter,
    Lot,
    Mail,
    Payment,
    StoredFile,
    Submission,
    User,
)
from tests.make.letters import PREPARED_AT
from tests.make.people import act_as
from tests.soak.crashing import (
    Killer,
    Load,
    World,
    build,
    is_ready,
    read_away,
    reading,
    serving,
    wait_until,
)

MINUTES = float(os.environ.get("CRASH_MINUTES", "10"))
SEED = int(os.environ.get("CRASH_SEED", "1"))
BOUND = ("approved", "sent", "paid", "reconciled")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="envelope-crash-"))
    yield made
    embedded.remove(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize(
    ("seconds", "many", "seed"),
    [
        pytest.param(20, 10, 20_260_319, id="20 seconds"),
        pytest.param(MINUTES * 60, 100, SEED, id="soak", marks=pytest.mark.soak),
    ],
)
def test_whatever_is_killed_nothing_is_lost_and_nothing_is_doubled(
    folder: Path, seconds: float, many: int, seed: int
) -> None:
    with embedded.running(folder) as url:
        schema.upgrade(url)
        with reading(url) as session:
            world = build(session, applications=many, letters_count=2 * many, payments=many)
            session.commit()
        with serving(folder) as served:
            load = Load(served.ready(), world)
            read_away(served)
            killer = Killer(served, folder, random.Random(seed))
            with load.running():
                killer.go_on_for(seconds)
                wait_until(lambda: is_ready(load.address), True, f"away: {served.said[-9:]}")
                wait_until(lambda: len(load.sent), many, "not everybody could send in the end")
            finish_letters(url, world, 2 * many)
            with reading(url) as session:
                no_submission_is_lost(session, world)
                no_cent_is_over(session)
                no_letter_is_doubled(session, folder, 2 * many)
                no_mail_is_doubled(session, folder)
            assert served.end() == 0
    print(f"killed {dict(killer.killed)}, answers {dict(load.answers)}, sent {len(load.sent)}")
    assert len(killer.killed) == 3


def finish_letters(url: str, world: World, number: int) -> None:
    """Wait for the batch; a letter that was given up is tried again by its button."""
    manager_id, stage_id = world.batch

    def printed() -> int:
        with reading(url) as session:
            counted = select(Letter.state, func.count()).group_by(Letter.state)
            states = dict(map(tuple, session.execute(counted)))
        if "failed" in states:
            with reading(url) as session, session.begin():
                manager = session.get_one(User, manager_id)
                letters.retry_all(act_as(session, manager, now=PREPARED_AT), stage_id)
        return states.get("rendered", 0)

    wait_until(printed, number, "the letters were not printed")


def no_submission_is_lost(session: Session, world: World) -> None:
    """All were acknowledged: each is there, once, in its state and once in the trail."""
    wanted = sorted(world.senders)
    of_these = Submission.application_id.in_(wanted)
    assert sorted(session.scalars(select(Submission.application_id).where(of_these))) == wanted
    states = select(Application.state).where(Application.id.in_(wanted)).distinct()
    assert session.scalars(states).all() == ["submitted"]
    told = select(AuditEntry.object_id).where(
        AuditEntry.object_type == "application",
        AuditEntry.event == "submit",
        AuditEntry.object_id.in_(wanted),
    )
    assert sorted(session.scalars(told)) == wanted


def no_cent_is_over(session: Session) -> None:
    live = (Award.state != "discarded", Award.state != "revoked", Award.state != "declined")
    for call in session.scalars(select(Call)):
        awarded = select(func.coalesce(func.sum(Award.awarded_cents), 0))
        total = session.scalar(awarded.where(Award.call_id == call.id, *live))
        assert total == call.awarded_cents <= call.envelope_cents
    for lot in session.scalars(select(Lot)):
        assert lot.awarded_cents <= lot.envelope_cents + lot.transferred_cents
    for agreement in session.scalars(select(Agreement)):
        bound = select(func.coalesce(func.sum(Payment.due_cents), 0)).where(
            Payment.agreement_id == agreement.id, Payment.state.in_(BOUND)
        )
        assert session.scalar(bound) == agreement.committed_cents <= agreement.grant_cents
    approved = select(AuditEntry.object_id, func.count()).where(
        AuditEntry.object_type == "payment", AuditEntry.event == "approve"
    )
    numbers = session.execute(approved.group_by(AuditEntry.object_id)).all()
    assert {number for _, number in numbers} <= {1}


def no_letter_is_doubled(session: Session, folder: Path, number: int) -> None:
    rows = session.execute(
        select(Letter.application_id, StoredFile.sha256).join(
            StoredFile, StoredFile.id == Letter.file_id
        )
    ).all()
    assert len(rows) == len({row.application_id for row in rows}) == number
    for row in rows:
        path = folder / "files" / row.sha256[:2] / row.sha256[2:4] / row.sha256
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256
    printed = select(AuditEntry.object_id, func.count()).where(
        AuditEntry.object_type == "letter", AuditEntry.event == "render"
    )
    told = session.execute(printed.group_by(AuditEntry.object_id)).all()
    assert {count for _, count in told} == {1}
    assert len(told) == number


def no_mail_is_doubled(session: Session, folder: Path) -> None:
    """A message may be written twice, but then to one file: it has one key."""
    sent = set(session.scalars(select(Mail.id).where(Mail.sent_at.is_not(None))))
    files = {int(path.stem) for path in (folder / "mail").glob("*.eml")}
    assert sent - files == set()
    known = set(session.scalars(select(Mail.id)))
    assert files - known == set()
