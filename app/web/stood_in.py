"""Who did something as a stand-in, in words: pages of the object say so beside the names."""

from app import i18n
from app.i18n.marks import N_
from app.queries.stood_in import stood_in
from app.web.deps import Read
from app.web.trail_words import event_name

LINE = N_("{what}: {by}, as stand-in for {absent} since {since_on}")
BY = N_("{by}, as stand-in for {absent}")


def stood_in_words(reader: Read, kind: str, key: int) -> tuple[str, ...]:
    """Return a sentence for each deed about the object; it was found by a query that asked."""
    return tuple(
        i18n.sentence(
            LINE,
            {
                "what": event_name(kind, each.event),
                "by": each.by,
                "absent": each.absent,
                "since_on": each.since,
            },
        )
        for each in stood_in(reader.session, kind, key)
    )


def by_words(by: str, absent: str) -> str:
    """Return the name, and whose place the person took where they took one."""
    return i18n.sentence(BY, {"by": by, "absent": absent}) if absent else by
