"""What every deed writes into the trail is asked for its words."""

import pytest

from tests.audit_words import every_entry_has_words

__all__ = ["every_entry_has_words"]


@pytest.fixture
def database_url(emptied_url: str) -> str:
    """No deed changes the tables themselves."""
    return emptied_url
