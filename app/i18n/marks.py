"""Marks text for translation without translating it yet."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a deferred translation
    """Return `text` unchanged; the extractor finds it, the reader's language comes later."""
    return text
