"""What every deed writes into the trail is asked for its words."""

from tests.audit_words import every_entry_has_words

__all__ = ["every_entry_has_words"]
