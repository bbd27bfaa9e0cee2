"""One module per rule: its message codes and their English sentences.

Each module has `SENTENCES: dict[str, str]`, code to a sentence marked with `N_`
that uses `str.format` names from the message's values. Values named `*_cents`
arrive as formatted money under the name without the suffix (`{amount}` for
`amount_cents`), `*_at` as local date and time with zone, `*_on` as a date.
`app.i18n` collects every module of this folder; a code used twice is an error.
"""
