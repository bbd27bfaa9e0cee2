"""The topic of what is given as things: own share, offers, conditions, retention, visits."""

from collections.abc import Sequence
from dataclasses import is_dataclass
from fractions import Fraction
from functools import partial

from app.i18n.marks import N_
from app.rules.scheme import Scheme
from app.rules.scheme_edit import new_key
from app.rules.scheme_in_kind import HandoverCondition, InKind, Procurer
from app.web import office_calls_ask as ask
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import GIVEN, Adding, Group, Switch, Topic, names, topic


@topic(GIVEN)
def given(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    rules = scheme.in_kind
    if rules is None:
        own = InKind(own_share_percent=Fraction(0))
        return Topic(
            key=GIVEN,
            title=N_("Grants in kind"),
            hint=N_("Money is given, no things."),
            switches=(Switch(N_("Give things instead of money"), "in_kind", own),),
        )
    conditions = [
        [ask.prose(scheme, f"in_kind.handover_conditions[{at}].question", required=True)]
        for at in range(len(rules.handover_conditions))
    ]
    terms = [
        [ask.prose(scheme, f"in_kind.terms[{at}]", required=True)] for at in range(len(rules.terms))
    ]
    buying, keeping = _buying(scheme), _keeping(scheme)
    items = [one for group in (*conditions, *terms) for one in group]
    return Topic(
        key=GIVEN,
        title=N_("Grants in kind"),
        hint=N_("The payment plan has to say that things are given; lots leave the own share."),
        asked=(*buying, *keeping, *items),
        groups=(
            Group(N_("Buying"), names(buying)),
            Group(N_("Title and visits"), names(keeping)),
            *_items(rules.handover_conditions, conditions, "in_kind.handover_conditions"),
            *_items(rules.terms, terms, "in_kind.terms"),
        ),
        adding=tuple(_adding(scheme, rules)),
        switches=(Switch(N_("Give money, no things"), "in_kind", None),),
    )


def _items(items: Sequence[object], asked: list[list[Asked]], path: str) -> list[Group]:
    """A condition has a name, a term is a text that says itself."""
    return [
        Group(
            titled(items[at]) if is_dataclass(items[at]) else "",
            names(group),
            item=f"{path}[{at}]",
            can_rise=at > 0,
        )
        for at, group in enumerate(asked)
    ]


def _buying(scheme: Scheme) -> list[Asked]:
    return [
        ask.pick(scheme, "in_kind.procured_by", tuple(Procurer)),
        ask.number(scheme, "in_kind.own_share_percent", required=True),
        ask.number(scheme, "in_kind.quotes_min", required=True),
    ]


def _keeping(scheme: Scheme) -> list[Asked]:
    return [
        ask.number(scheme, "in_kind.retention_months", required=True),
        ask.prose(scheme, "in_kind.retention_condition"),
        ask.listed(
            scheme, "in_kind.visit_months", hint=N_("With commas between them: 1, 6, 12, 24.")
        ),
    ]


def _adding(scheme: Scheme, rules: InKind) -> list[Adding]:
    return [
        Adding(
            N_("Save and add a condition of the handover"),
            "in_kind.handover_conditions",
            partial(_condition, scheme, rules),
        ),
        Adding(
            N_("Save and add a term of the agreement"),
            "in_kind.terms",
            partial(ask.empty_text, scheme),
        ),
    ]


def _condition(scheme: Scheme, rules: InKind) -> HandoverCondition:
    key = new_key("", (each.key for each in rules.handover_conditions), "condition")
    return HandoverCondition(key, ask.empty_text(scheme))
