"""The store in a bucket: the same promises as in a folder, over signed requests."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.documents.store import Store, Stored
from app.errors import NotFound, TooLarge, Unavailable
from tests.documents.bucket import BUCKET, Bucket, bucket

LETTER = b"%PDF-1.7 a letter"
SHA256 = hashlib.sha256(LETTER).hexdigest()
KEY = f"house/{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with bucket() as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def store(kept: Bucket) -> Store:
    return Store(f"s3://{BUCKET}/house")


def test_file_is_kept_under_its_hash_and_comes_back(store: Store, kept: Bucket) -> None:
    stored = store.keep(iter([LETTER[:5], LETTER[5:]]), limit_bytes=1024)

    assert stored == Stored(SHA256, len(LETTER))
    assert {key: body for key, (body, _) in kept.files.items()} == {KEY: LETTER}
    assert store.read(SHA256, verify=True) == LETTER
    assert (store.size_bytes(SHA256), SHA256 in store) == (len(LETTER), True)


def test_same_bytes_twice_do_not_touch_the_first(store: Store, kept: Bucket) -> None:
    store.keep(LETTER)
    before = kept.files[KEY]

    assert store.keep(LETTER).sha256 == SHA256

    assert kept.files[KEY] is before


def test_old_bytes_that_are_kept_again_are_young_again(store: Store, kept: Bucket) -> None:
    kept.files[KEY] = (LETTER, datetime.now(UTC) - timedelta(days=2))
    day_ago = datetime.now(UTC) - timedelta(days=1)
    assert list(store.kept_before(day_ago)) == [SHA256]

    store.keep(LETTER)

    assert list(store.kept_before(day_ago)) == []
    assert not store.drop(SHA256, kept_before=day_ago)
    assert SHA256 in store


def test_old_files_are_dropped(store: Store, kept: Bucket) -> None:
    kept.files[KEY] = (LETTER, datetime.now(UTC) - timedelta(days=2))

    assert store.drop(SHA256, kept_before=datetime.now(UTC) - timedelta(days=1))

    assert kept.files == {}


def test_too_much_is_refused_and_nothing_is_sent(store: Store, kept: Bucket) -> None:
    with pytest.raises(TooLarge, match="larger than 2 MB"):
        store.keep((b"x" * 1024 * 1024 for _ in range(3)), limit_bytes=2 * 1024 * 1024)

    assert (kept.files, kept.asked) == ({}, [])


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.read(SHA256)


def test_damaged_file_is_noticed_when_asked_for(store: Store, kept: Bucket) -> None:
    kept.files[KEY] = (b"something else", datetime.now(UTC))

    with pytest.raises(Unavailable, match="is damaged"):
        store.read(SHA256, verify=True)


def test_wrong_key_is_no_access(
    store: Store, kept: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.is_writable()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "stolen")
    stranger = Store(f"s3://{BUCKET}/house")

    assert not stranger.is_writable()
    for deed in (lambda: stranger.keep(LETTER), lambda: stranger.read(SHA256)):
        with pytest.raises(Unavailable, match="The place where files are kept does not answer"):
            deed()
    assert kept.files == {}
