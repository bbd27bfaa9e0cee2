"""What is given in kind, in plain words: offers, own share, handover, retention."""

from collections.abc import Iterator

from app.i18n import gettext, language, sentence
from app.i18n.marks import N_
from app.rules.scheme_in_kind import InKind, Procurer
from app.rules.scheme_text import said
from app.web.public_words import listed, percent


def in_kind_words(rules: InKind) -> tuple[str, ...]:
    """Say how equipment comes to the beneficiary, in the order in which it happens."""
    return tuple(_steps(rules))


def _steps(rules: InKind) -> Iterator[str]:
    yield gettext(N_("Equipment is given, not money. All sums are without your own share."))
    buys_itself = rules.procured_by is Procurer.BENEFICIARY
    values: dict[str, object] = {"least": rules.quotes_min}
    yield sentence(
        N_("You ask for at least {least} offers for each item; the authority agrees and pays.")
        if buys_itself
        else N_("The authority asks for at least {least} offers for each item, and buys."),
        values,
    )
    if rules.own_share_percent:
        own: dict[str, object] = {"own": percent(rules.own_share_percent)}
        yield sentence(
            N_("You pay in your own share, at least {own} of the price, before it is ordered."), own
        )
    for condition in rules.handover_conditions:
        question: dict[str, object] = {"condition": said(condition.question, language())}
        yield sentence(N_("Before the handover: {condition}"), question)
    yield from _retention(rules)


def _retention(rules: InKind) -> Iterator[str]:
    if not rules.retention_months:
        yield gettext(N_("With the handover the equipment is yours."))
        return
    months: dict[str, object] = {"months": rules.retention_months}
    yield sentence(
        N_("The authority keeps the title for {months} months; then the equipment becomes yours."),
        months,
    )
    condition = said(rules.retention_condition, language())
    if condition:
        yield sentence(N_("The title passes if: {condition}"), {"condition": condition})
    if rules.visit_months:
        visits = listed([str(each) for each in rules.visit_months])
        yield sentence(N_("Visits after the handover, in months: {visits}"), {"visits": visits})
