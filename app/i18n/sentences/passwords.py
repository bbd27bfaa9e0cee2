"""Sentences of `app.rules.passwords`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "password.too_short": N_("Choose a password of {least} characters or more"),
    "password.too_long": N_("Choose a password of {most} characters or fewer"),
    "password.own_address": N_("Choose a password that is not your name or e-mail address"),
    "password.common": N_("Choose another password: this one is among the first that are guessed"),
}
