"""Topics about the frame of a call: its period, its funder, state aid, reports, indicators."""

from collections.abc import Iterator
from functools import partial

from app.actions.templates import visibility_profiles
from app.i18n import language, sentence
from app.i18n.marks import N_
from app.queries.scheme_words import title_of
from app.rules.scheme import Scheme
from app.rules.scheme_edit import new_key
from app.rules.scheme_letters import AidRegime, Indicator, ReportKind, ReportRule
from app.rules.scheme_text import said
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import (
    AID,
    FUNDER,
    INDICATORS,
    PERIOD,
    REPORTS,
    Adding,
    Group,
    Switch,
    Topic,
    names,
    topic,
)

_EMBLEMS = (
    Option("none", N_("No emblem")),
    Option("eu", N_("Circle of twelve stars on blue")),
)
# How results are usually told apart (handbook 1.10); a template may name others.
_GROUPS = {
    "sex": N_("sex"),
    "age": N_("age"),
    "disability": N_("disability"),
    "group": N_("group"),
}


@topic(PERIOD)
def period(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    scheme_runs = [
        ask.day(scheme, "period.starts_on", missing=N_("Enter the first day")),
        ask.day(
            scheme,
            "period.ends_on",
            missing=N_("Enter the last day"),
            hint=N_("No deadline and no reserve list of the call lies after it."),
        ),
    ]
    projects = [
        ask.number(scheme, "call.min_months", hint=N_("Empty: no limit.")),
        ask.number(scheme, "call.max_months", hint=N_("Empty: no limit.")),
    ]
    files = [
        ask.number(scheme, "retention.rejected_years", required=True),
        ask.number(scheme, "retention.granted_years", required=True),
        ask.number(
            scheme, "retention.small_grant_up_to", hint=N_("Empty: no grant counts as small.")
        ),
        ask.number(scheme, "retention.small_grant_years", required=True),
    ]
    return Topic(
        key=PERIOD,
        title=N_("Period and files"),
        asked=(*scheme_runs, *projects, *files),
        groups=(
            Group(N_("Period of the scheme"), names(scheme_runs)),
            Group(N_("Length of an action"), names(projects)),
            Group(N_("How long files are kept"), names(files)),
        ),
    )


@topic(FUNDER)
def funder(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    main = [
        ask.prose(scheme, "visibility.statement", required=True),
        ask.options(scheme, "visibility.emblem", _EMBLEMS),
        ask.prose(scheme, "visibility.disclaimer"),
    ]
    return Topic(
        key=FUNDER,
        title=N_("Funder on letters and pages"),
        hint=N_(
            "This stands on every letter and on the public page. Ask the funder for the words."
        ),
        asked=tuple(main),
        groups=(Group("", names(main)),),
        switches=tuple(_profiles(scheme)),
    )


def _profiles(scheme: Scheme) -> Iterator[Switch]:
    """The blocks that come with the product, but for the one that is there."""
    for each in visibility_profiles():
        if each != scheme.visibility:
            words = {"statement": said(each.statement, language())}
            label = Verbatim(sentence(N_("Use “{statement}”"), words))
            yield Switch(label, "visibility", each, key=each.key)


@topic(AID)
def state_aid(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    main = [
        ask.pick(scheme, "state_aid.regime", tuple(AidRegime)),
        ask.flag(scheme, "state_aid.indirect_recipients"),
    ]
    ceiling = [
        ask.number(scheme, "state_aid.ceiling", hint=N_("Empty: no limit.")),
        ask.number(scheme, "state_aid.ceiling_years"),
    ]
    return Topic(
        key=AID,
        title=N_("State aid"),
        asked=(*main, *ceiling),
        groups=(
            Group("", names(main)),
            Group(N_("All aid of one undertaking together"), names(ceiling)),
        ),
    )


@topic(REPORTS)
def reports(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    parts = [_report(scheme, f"reports[{at}]") for at in range(len(scheme.reports))]
    return Topic(
        key=REPORTS,
        title=N_("Reports"),
        hint=N_("What a beneficiary has to report. A payment may wait for a report of its kind."),
        asked=tuple(one for mine in parts for one in mine),
        groups=tuple(
            Group(titled(each), names(mine), item=f"reports[{at}]", can_rise=at > 0)
            for at, (each, mine) in enumerate(zip(scheme.reports, parts, strict=True))
        ),
        adding=(Adding(N_("Save and add a report"), "reports", partial(_new_report, scheme)),),
    )


def _report(scheme: Scheme, path: str) -> list[Asked]:
    return [
        ask.words(scheme, f"{path}.title"),
        ask.pick(scheme, f"{path}.kind", tuple(ReportKind)),
        ask.number(scheme, f"{path}.every_months", hint=N_("While the action runs.")),
        ask.number(
            scheme,
            f"{path}.due_months",
            hint=N_("After the end of the action. Both empty: with the request for payment."),
        ),
    ]


def _new_report(scheme: Scheme) -> ReportRule:
    """The final one is what every scheme asks for first."""
    key = new_key("", (each.key for each in scheme.reports), "report")
    has_final = any(each.kind is ReportKind.FINAL for each in scheme.reports)
    kind = ReportKind.INTERIM if has_final else ReportKind.FINAL
    return ReportRule(key, ask.empty_text(scheme), kind)


@topic(INDICATORS)
def indicators(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    parts = [_indicator(scheme, at) for at in range(len(scheme.indicators))]
    return Topic(
        key=INDICATORS,
        title=N_("Indicators"),
        hint=N_("What is counted to see whether the scheme reaches its aims."),
        asked=tuple(one for mine in parts for one in mine),
        groups=tuple(
            Group(_plainly(each), names(mine), item=f"indicators[{at}]", can_rise=at > 0)
            for at, (each, mine) in enumerate(zip(scheme.indicators, parts, strict=True))
        ),
        adding=(
            Adding(N_("Save and add an indicator"), "indicators", partial(_new_indicator, scheme)),
        ),
    )


def _plainly(each: Indicator) -> Verbatim:
    """Return the title alone: the code of an indicator is for files."""
    return Verbatim(title_of(each, with_code=False))


def _indicator(scheme: Scheme, at: int) -> list[Asked]:
    mine, path = scheme.indicators[at], f"indicators[{at}]"
    known = dict.fromkeys((*_GROUPS, *mine.disaggregated_by))
    groups = [Option(each, _GROUPS.get(each) or Verbatim(each)) for each in known]
    return [
        ask.words(scheme, f"{path}.title"),
        ask.words(scheme, f"{path}.unit"),
        ask.prose(scheme, f"{path}.help"),
        ask.several(scheme, f"{path}.disaggregated_by", groups),
    ]


def _new_indicator(scheme: Scheme) -> Indicator:
    code = ask.next_code((each.code for each in scheme.indicators), "I")
    return Indicator(code, ask.empty_text(scheme), ask.empty_text(scheme))
