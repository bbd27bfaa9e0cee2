"""What is tidied by the clock, and what must never be."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import housekeeping, people
from app.actions.accounts_limits import count_failure
from app.actions.accounts_links import Purpose, make_link
from app.actions.once import once
from app.documents.store import Store
from app.models import FormKey, OneTimeLink, SignIn, SignInFailure, StoredFile
from app.rules.permissions import Role
from tests.make.people import NOW, act_as, make_authority, make_user
from tests.servers import sign_in

DAYS = 24 * 3600


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def keep(store: Store, data: bytes, *, days_old: float) -> str:
    sha256 = store.keep(data).sha256
    at = time.time() - days_old * DAYS
    os.utime(store.folder / sha256[:2] / sha256[2:4] / sha256, (at, at))
    return sha256


def name(session: Session, sha256: str) -> None:
    session.add(
        StoredFile(
            sha256=sha256,
            size_bytes=4,
            media_type="application/pdf",
            filename="plan.pdf",
            created_at=NOW,
        )
    )
    session.flush()


def test_a_file_that_nothing_points_at_goes_after_a_day(session: Session, store: Store) -> None:
    orphan = keep(store, b"orphan", days_old=2)
    young = keep(store, b"young", days_old=0.9)
    named = keep(store, b"named", days_old=400)
    name(session, named)

    assert housekeeping.tidy_files(act_as(session), store) == 1

    assert (orphan in store, young in store, named in store) == (False, True, True)
    assert housekeeping.tidy_files(act_as(session), store) == 0


def test_pictures_of_letterheads_stay_also_after_another_took_their_place(
    session: Session, store: Store
) -> None:
    first, second = (keep(store, data, days_old=9) for data in (b"first", b"second"))
    authority = make_authority(session)
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    for picture in (first, second):
        people.set_logo(act_as(session, admin), authority.id, picture, "image/png")
    session.flush()

    assert housekeeping.tidy_files(act_as(session), store) == 0

    assert (first in store, second in store) == (True, True)


def test_bytes_that_are_sent_again_just_now_are_not_taken_away(store: Store) -> None:
    keep(store, b"again", days_old=3)

    again = store.keep(b"again").sha256

    assert list(store.kept_before(housekeeping.clock.of_the_machine() - timedelta(days=1))) == []
    assert again in store


def test_unfinished_uploads_are_no_files(session: Session, store: Store) -> None:
    half = store.folder / "arriving" / "0123"
    half.parent.mkdir()
    half.write_bytes(b"half")
    os.utime(half, (0, 0))

    assert housekeeping.tidy_files(act_as(session), store) == 0


def test_what_no_limit_and_no_link_asks_for_any_more_is_forgotten(session: Session) -> None:
    user = make_user(session)
    for days in (0, 200):
        act = act_as(session, user, now=NOW - timedelta(days=days))
        count_failure(act, "ana@example.org", "10.0.0.1")
        make_link(act, Purpose.RESET, email="ana@example.org")
        once(act, f"form {days}")
        sign_in(session, user, act.now)

    housekeeping.forget_old(act_as(session))

    tables = (SignInFailure, OneTimeLink, FormKey, SignIn)
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == [1] * 4
