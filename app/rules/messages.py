"""What a rule has to say to a person: a code and its values, never a sentence.

The sentence is made by `app.i18n` in the reader's language. Rules stay free of
language, so the same finding can be shown on a page, printed in a letter and
compared in a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Message:
    """A finding with the values its sentence needs.

    `code` is dotted and stable (`budget.own_share_too_low`); `values` are plain
    (str, int, Fraction); names that end in `_cents` are printed as money, those
    that end in `_at` as a local date and time. `path` names the place in what was
    typed (`lots[0].envelope`, a question key), empty where no single place is wrong.
    """

    code: str
    values: dict[str, object] = field(default_factory=dict)
    path: str = ""

    def in_currency(self, currency: str) -> "Message":
        """Return the message with the currency that its amounts are printed in."""
        return replace(self, values={**self.values, "currency": currency})


@dataclass(frozen=True, slots=True)
class Messages:
    """Findings in the order in which a person meets them."""

    items: tuple[Message, ...] = ()

    def __iter__(self) -> Iterator[Message]:
        return iter(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)
