"""Every entry that any test writes into the audit trail is asked for its words, deeply."""

from collections.abc import Iterator, Mapping

import pytest

from app.actions.act import Act
from app.i18n.said import all_sentences

# Details whose inner names are data: codes of lots, items of a checklist, places in rules.
KEYED_BY_DATA = {"answers", "lots", "rules"}
PAIRS = {"was", "now", "before", "after"}


@pytest.fixture(scope="session", autouse=True)
def every_entry_has_words() -> Iterator[None]:
    """House test as a guard: fields of dataclasses in an entry are seen only when it is written."""
    with pytest.MonkeyPatch.context() as patch:
        write = Act._audit

        def guarded(act, rows, event, *, detail, each=None, **more) -> None:
            _check(rows, event, {**detail, "": dict(each or {})})
            write(act, rows, event, detail=detail, each=each, **more)

        patch.setattr(Act, "_audit", guarded)
        yield


def _check(rows, event: str, detail: Mapping[str, object]) -> None:
    known = all_sentences()
    kind = type(rows[0]).__tablename__
    wordless = sorted({name for name in _names(detail) if f"audit.detail.{name}" not in known})
    if f"audit.object.{kind}" not in known:
        wordless.append(f"{kind}: app/i18n/sentences/audit.py")
    if not {f"audit.event.{event}", f"audit.event.{kind}_{event}"} & known.keys():
        wordless.append(f"{event}: app/i18n/sentences/audit_events.py")
    assert wordless == [], (
        f"The audit trail has no words for {wordless} of {kind} {event!r}: details belong in "
        "app/i18n/sentences/audit_details.py as audit.detail.<name>."
    )


def _names(value: Mapping[str, object], *, are_data: bool = False) -> Iterator[str]:
    for name, each in value.items():
        is_ours = isinstance(name, str) and name and name not in PAIRS and not are_data
        if is_ours:
            yield name
        if isinstance(each, Mapping):
            yield from _names(each, are_data=name in KEYED_BY_DATA)
