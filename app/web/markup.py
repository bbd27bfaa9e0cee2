"""Text and markup of pages, told apart without making an object a time.

A page of fifty lines puts two thousand pieces together. `markupsafe.escape` wraps each in a new
object although most are joined at once; what is only joined may stay a plain text.
"""

from collections.abc import Callable
from functools import partial

import markupsafe
from markupsafe import Markup, escape

safe: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Take a text as markup: for what is put together of escaped parts and of texts of a module."""

# Its only public door wraps what it returns.
_escaped: Callable[[str], str] = vars(markupsafe)["_escape_inner"]


def shown(content: object) -> str:
    """Return what may stand in a page: markup as it is, everything else escaped."""
    kind = type(content)
    if kind is Markup:
        return content  # type: ignore[return-value]  # markup is a text
    if kind is str:
        return _escaped(content)  # type: ignore[arg-type]  # an exact text
    return escape(content)
