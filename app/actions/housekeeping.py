"""What the program tidies by itself, by the clock: nothing here is anybody's deed."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import delete

from app import clock
from app.actions import accounts_limits, accounts_links, accounts_sessions
from app.actions.act import Act
from app.documents.store import Store
from app.models import FormKey
from app.queries.files import letterhead_pictures, named

# A file is stored before the row about it: what is younger may belong to a form in hand.
ORPHAN_AFTER = timedelta(days=1)
# So long may a form lie open in a tab and still be known as sent.
FORM_KEYS_KEPT = timedelta(days=30)
_BATCH = 1_000


def forget_old(act: Act) -> None:
    """Remove counted tries, used links, ended sessions and keys of forms that nobody asks for."""
    accounts_limits.forget_old(act)
    accounts_links.forget_old(act)
    accounts_sessions.forget_old(act)
    act.session.execute(delete(FormKey).where(FormKey.used_at < act.now - FORM_KEYS_KEPT))


def tidy_files(act: Act, store: Store) -> int:
    """Remove files that nothing points at a day after they were kept; return how many.

    Refused uploads and papers that were printed twice leave such files behind.
    """
    before = clock.of_the_machine() - ORPHAN_AFTER
    pictures = letterhead_pictures(act.session)
    removed = 0
    for batch in _batches(store.kept_before(before)):
        orphans = set(batch) - pictures - named(act.session, batch)
        removed += sum(store.drop(sha256, kept_before=before) for sha256 in sorted(orphans))
    return removed


def _batches(hashes: Iterable[str]) -> Iterator[list[str]]:
    several = iter(hashes)
    while batch := list(islice(several, _BATCH)):
        yield batch
