"""Topics about budget headings and the payment plan."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from app.i18n.marks import N_
from app.rules.scheme import Scheme
from app.rules.scheme_edit import new_key
from app.rules.scheme_money import (
    BudgetHeading,
    BudgetItem,
    BudgetRules,
    BudgetTotal,
    FundingSource,
    HeadingKind,
    Instalment,
    InstalmentKind,
    PaymentModel,
    PaymentTrigger,
    SourceKind,
    Underconsumption,
)
from app.web import office_calls_ask as ask
from app.web.fields import Option
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import (
    BUDGET,
    PAYMENTS,
    Adding,
    Group,
    Line,
    Switch,
    Topic,
    names,
    topic,
)

# What the program has no rule for is not offered; a template that names it keeps it.
_MODELS = tuple(PaymentModel)


def _budget(scheme: Scheme) -> BudgetRules:
    if scheme.budget is None:
        raise KeyError(BUDGET)
    return scheme.budget


@topic(BUDGET)
def budget(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    if scheme.budget is None:
        return Topic(
            key=BUDGET,
            title=N_("Budget rules"),
            hint=N_("Applicants enter no budget."),
            switches=(Switch(N_("Ask for a budget"), "budget", _first_budget(scheme)),),
        )
    main = [
        ask.choose(scheme, "budget.total", scheme.budget.totals, by="code"),
        ask.flag(scheme, "budget.in_kind_counts"),
        *(
            ask.flag(scheme, f"stages[{at}].with_budget")
            for at, stage in enumerate(scheme.stages)
            if stage.form
        ),
    ]
    return Topic(
        key=BUDGET,
        title=N_("Budget rules"),
        hint=N_("Every heading has to be counted once in the total to which the rate refers."),
        asked=tuple(main),
        groups=(Group("", names(main)),),
        lines=tuple(_parts(scheme.budget)),
        adding=(
            Adding(N_("Save and add a heading"), "budget.headings", partial(_heading, scheme)),
        ),
        preview=next((stage.key for stage in scheme.stages if stage.with_budget), ""),
    )


def _parts(rules: BudgetRules) -> Iterator[Line]:
    for place, each in enumerate(rules.headings):
        item = f"budget.headings[{place}]"
        yield Line(titled(each), _limits(each), f"budget/{place}", item, can_rise=place > 0)
    yield Line(N_("Totals"), N_("Which headings are added up"), "budget/totals")
    yield Line(N_("Sources of money"), N_("Who pays"), "budget/sources")


def _limits(each: BudgetHeading) -> str:
    if each.max_percent is None and each.min_percent is None:
        return N_("without a limit")
    return N_("with a limit")


def _first_budget(scheme: Scheme) -> BudgetRules:
    """The least that is a budget: one heading, its total, the grant and the own share."""
    empty = ask.empty_text(scheme)
    return BudgetRules(
        headings=(BudgetHeading("1", empty),),
        totals=(BudgetTotal("T", empty, ("1",)),),
        sources=(
            FundingSource("grant", empty, SourceKind.GRANT),
            FundingSource("own", empty, SourceKind.OWN),
        ),
        total="T",
    )


def _heading(scheme: Scheme) -> BudgetHeading:
    code = ask.next_code((each.code for each in _budget(scheme).headings), "")
    return BudgetHeading(code, ask.empty_text(scheme))


@topic("budget/#")
def heading(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    mine, path = _budget(scheme).headings[numbers[0]], f"budget.headings[{numbers[0]}]"
    main = [
        ask.words(scheme, f"{path}.title"),
        ask.prose(scheme, f"{path}.help"),
        ask.pick(scheme, f"{path}.kind", tuple(HeadingKind)),
        ask.flag(scheme, f"{path}.flat_rate"),
    ]
    limits = [
        ask.options_or_none(scheme, f"{path}.base", _codes(scheme, besides=mine.code)),
        ask.number(scheme, f"{path}.min_percent", hint=N_("Empty: no limit.")),
        ask.number(scheme, f"{path}.max_percent", hint=N_("Empty: no limit.")),
    ]
    items = [
        [ask.words(scheme, f"{path}.items[{place}].title")] for place in range(len(mine.items))
    ]
    return Topic(
        key="",
        title=titled(mine),
        asked=(*main, *limits, *(one for group in items for one in group)),
        groups=(
            Group("", names(main)),
            Group(N_("Limits"), names(limits)),
            *(
                Group(titled(mine.items[at]), names(group), "", f"{path}.items[{at}]", at > 0)
                for at, group in enumerate(items)
            ),
        ),
        adding=(Adding(N_("Save and add an item"), f"{path}.items", partial(_item, scheme, mine)),),
        parent=BUDGET,
    )


def _item(scheme: Scheme, mine: BudgetHeading) -> BudgetItem:
    code = ask.next_code((each.code for each in mine.items), f"{mine.code}.")
    return BudgetItem(code, ask.empty_text(scheme))


def _codes(scheme: Scheme, *, besides: str, before: int | None = None) -> list[Option]:
    """Headings and the totals up to a place, by code: a total adds what stands before it."""
    rules = _budget(scheme)
    known = [(each.code, titled(each)) for each in rules.headings]
    known += [(each.code, titled(each)) for each in rules.totals[:before]]
    return [Option(code, title) for code, title in known if code != besides]


@topic("budget/totals")
def totals(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    asked: list[Asked] = []
    groups = []
    for place, each in enumerate(_budget(scheme).totals):
        path = f"budget.totals[{place}]"
        mine = [
            ask.words(scheme, f"{path}.title"),
            ask.several(scheme, f"{path}.adds", _codes(scheme, besides=each.code, before=place)),
        ]
        groups.append(Group(titled(each), names(mine), "", path, place > 0))
        asked += mine
    return Topic(
        key="",
        title=N_("Totals"),
        asked=tuple(asked),
        groups=tuple(groups),
        adding=(Adding(N_("Save and add a total"), "budget.totals", partial(_total, scheme)),),
        parent=BUDGET,
    )


def _total(scheme: Scheme) -> BudgetTotal:
    rules = _budget(scheme)
    taken = [each.code for each in rules.totals] + [each.code for each in rules.headings]
    code = ask.next_code(taken, "T")
    return BudgetTotal(code, ask.empty_text(scheme), ())


@topic("budget/sources")
def sources(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    asked: list[Asked] = []
    groups = []
    for place, each in enumerate(_budget(scheme).sources):
        path = f"budget.sources[{place}]"
        mine = [
            ask.words(scheme, f"{path}.title"),
            ask.pick(scheme, f"{path}.kind", tuple(SourceKind)),
        ]
        groups.append(Group(titled(each), names(mine), "", path, place > 0))
        asked += mine
    return Topic(
        key="",
        title=N_("Sources of money"),
        hint=N_("Exactly one of them is the grant."),
        asked=tuple(asked),
        groups=tuple(groups),
        adding=(Adding(N_("Save and add a source"), "budget.sources", partial(_source, scheme)),),
        parent=BUDGET,
    )


def _source(scheme: Scheme) -> FundingSource:
    key = new_key("", (each.code for each in _budget(scheme).sources), "source")
    return FundingSource(key, ask.empty_text(scheme), SourceKind.OTHER)


@topic(PAYMENTS)
def payments(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    main = [ask.pick(scheme, "payments.model", _MODELS)]
    limits = _payment_limits(scheme)
    parts = [
        _instalment(scheme, f"payments.instalments[{place}]")
        for place in range(len(scheme.payments.instalments))
    ]
    return Topic(
        key=PAYMENTS,
        title=N_("Payment plan"),
        hint=N_("The payments together are 100 % of the grant; the last one is the balance."),
        asked=(*main, *(one for mine in parts for one in mine), *limits),
        groups=(
            Group("", names(main)),
            *(
                Group(
                    titled(scheme.payments.instalments[place]),
                    names(mine),
                    "",
                    f"payments.instalments[{place}]",
                    place > 0,
                )
                for place, mine in enumerate(parts)
            ),
            Group(N_("Limits and conditions"), names(limits)),
        ),
        adding=(
            Adding(N_("Save and add a payment"), "payments.instalments", partial(_payment, scheme)),
        ),
    )


def _payment_limits(scheme: Scheme) -> list[Asked]:
    return [
        ask.number(scheme, "payments.prefinancing_cap_percent", required=True),
        ask.number(scheme, "payments.consumption_min_percent", required=True),
        ask.pick(scheme, "payments.underconsumption", tuple(Underconsumption)),
        ask.flag(scheme, "payments.no_profit"),
        *(
            ask.number(scheme, f"payments.{name}", hint=N_("Empty: no limit."))
            for name in ("no_profit_above", "verification_above", "guarantee_above")
        ),
        ask.number(
            scheme,
            "payments.transfer_between_headings_max_percent",
            hint=N_("Empty: no limit."),
        ),
    ]


def _instalment(scheme: Scheme, path: str) -> list[Asked]:
    return [
        ask.words(scheme, f"{path}.title"),
        ask.pick(scheme, f"{path}.kind", tuple(InstalmentKind)),
        ask.pick(scheme, f"{path}.on", tuple(PaymentTrigger)),
        ask.number(scheme, f"{path}.percent", required=True),
        ask.number(scheme, f"{path}.pay_within_days", required=True),
    ]


def _payment(scheme: Scheme) -> Instalment:
    key = new_key("", (each.key for each in scheme.payments.instalments), "payment")
    return Instalment(
        key,
        ask.empty_text(scheme),
        InstalmentKind.BALANCE,
        Fraction(0),
        PaymentTrigger.FINAL_REPORT_ACCEPTED,
    )
