"""What a grant brings with it, in plain words: reports, indicators, state aid, records."""

from collections.abc import Iterator

from app.i18n import format_money, gettext, ngettext, sentence
from app.i18n.marks import N_
from app.rules.scheme import Scheme
from app.rules.scheme_letters import AidRegime, Indicator, ReportRule, Retention, StateAid
from app.web.public_terms import words_of
from app.web.public_words import listed

_WHEN_PAID = N_("{title}: with the request for payment")
_REGIMES = {
    AidRegime.NONE_UNLESS_ECONOMIC: N_(
        "The grant is no state aid, unless what it pays for is an economic activity."
    ),
    AidRegime.DE_MINIMIS: N_("The grant is de minimis aid."),
    AidRegime.NOTIFIED: N_("The grant is state aid that was notified."),
}
_CEILING = N_(
    "All de minimis aid that one undertaking receives in {years} years together: at most {amount}."
)


def after_award(scheme: Scheme) -> tuple[str, ...]:
    """Return what a beneficiary takes on, a sentence each; empty where a call says nothing."""
    return (
        *(_report(each) for each in scheme.reports),
        *_counted(scheme.indicators),
        *_aid(scheme.state_aid, scheme.currency),
        _records(scheme.retention, scheme.currency),
    )


def _report(rule: ReportRule) -> str:
    title = words_of(rule.title)
    if rule.every_months is not None:
        every = ngettext(
            "%(title)s: every month while the action runs",
            "%(title)s: every %(num)s months while the action runs",
            rule.every_months,
        )
        return every % {"title": title, "num": rule.every_months}
    if rule.due_months is not None:
        after = ngettext(
            "%(title)s: within %(num)s month after the end of the action",
            "%(title)s: within %(num)s months after the end of the action",
            rule.due_months,
        )
        return after % {"title": title, "num": rule.due_months}
    return sentence(_WHEN_PAID, {"title": title})


def _counted(indicators: tuple[Indicator, ...]) -> Iterator[str]:
    if indicators:
        names = [f"{words_of(each.title)} ({words_of(each.unit)})" for each in indicators]
        yield sentence(N_("What is counted: {names}"), {"names": listed(names)})


def _aid(rule: StateAid, currency: str) -> Iterator[str]:
    if rule.regime is AidRegime.NONE:
        return
    yield gettext(_REGIMES[rule.regime])
    if rule.ceiling_cents is not None and rule.ceiling_years is not None:
        amount = format_money(rule.ceiling_cents, currency)
        yield sentence(_CEILING, {"years": rule.ceiling_years, "amount": amount})


def _records(rule: Retention, currency: str) -> str:
    small_cents = rule.small_grant_up_to_cents
    if small_cents is None or rule.small_grant_years == rule.granted_years:
        words = N_("Keep your records for {years} years after the last payment.")
        return sentence(words, {"years": rule.granted_years})
    values = {
        "years": rule.granted_years,
        "small_years": rule.small_grant_years,
        "amount": format_money(small_cents, currency),
    }
    words = N_(
        "Keep your records for {years} years after the last payment, "
        "for {small_years} years where the grant is {amount} or less."
    )
    return sentence(words, values)
