"""Text of a scheme in the languages of the scheme."""

from typing import NewType

# Language tag (en, sr-Cyrl, sr-Latn, mk, sq …) to text. Templates may write a plain
# string; the reader of templates turns it into the scheme's first language.
Text = NewType("Text", dict[str, str])


def no_text() -> Text:
    """The default of texts that may be left out."""
    return Text({})


def said(text: Text, language: str) -> str:
    """Return the text in `language`, else in its bare language, else the first there is.

    An empty text is the empty string: an optional help text needs no test before it.
    """
    tag = language.replace("_", "-")
    for known in (tag, tag.partition("-")[0]):
        if text.get(known):
            return text[known]
    return next((words for words in text.values() if words), "")
