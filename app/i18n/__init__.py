"""Text in a person's language: gettext, numbers, money, dates and the sentences of rules."""
