"""Topics about lots: the money of all of them, and what is asked of one alone."""

from fractions import Fraction
from functools import partial

from app import registers
from app.i18n import gettext
from app.i18n.marks import N_
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_money import GrantCondition, Lot, RateException
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import LOTS, Adding, Group, Line, Topic, names, topic

DEVELOPMENT_GROUP = "development_group"


@topic(LOTS)
def lots(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    whole = [
        ask.number(
            scheme,
            "envelope",
            required=True,
            hint=N_("The lots together must be exactly this, to the cent."),
        )
    ]
    groups = [Group("", names(whole))]
    asked = [*whole]
    for place, lot in enumerate(scheme.lots):
        mine = _lot(scheme, f"lots[{place}]")
        item = f"lots[{place}]" if len(scheme.lots) > 1 else ""
        groups.append(Group(titled(lot), names(mine), item=item))
        asked += mine
    hint = N_("Regions, kinds of applicants, other rates, conditions of a higher grant")
    return Topic(
        key=LOTS,
        title=N_("Envelope and lots"),
        asked=tuple(asked),
        groups=tuple(groups),
        lines=tuple(Line(titled(lot), hint, f"lots/{at}") for at, lot in enumerate(scheme.lots)),
        adding=(Adding(N_("Save and add a lot"), "lots", partial(_new_lot, scheme)),),
    )


def _lot(scheme: Scheme, path: str) -> list[Asked]:
    return [
        ask.words(scheme, f"{path}.title"),
        ask.prose(scheme, f"{path}.description"),
        ask.number(scheme, f"{path}.envelope", required=True),
        ask.number(scheme, f"{path}.min_grant", required=True),
        ask.number(scheme, f"{path}.max_grant", hint=N_("Empty: no limit.")),
        ask.number(scheme, f"{path}.min_rate_percent", required=True),
        ask.number(scheme, f"{path}.max_rate_percent", required=True),
    ]


def _new_lot(scheme: Scheme) -> Lot:
    code = ask.next_code((lot.code for lot in scheme.lots), "L")
    return Lot(code, ask.empty_text(scheme), 0)


@topic("lots/#")
def lot(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at = numbers[0]
    mine, path = scheme.lots[at], f"lots[{at}]"
    main = [
        ask.several(scheme, f"{path}.regions", _regions(mine), hint=N_("None ticked: everywhere.")),
        ask.several(
            scheme,
            f"{path}.applicant_types",
            [each for each in ask.applicant_types() if _is_offered(scheme, mine, each.value)],
            hint=N_("None ticked: every kind that may apply to the call."),
        ),
        ask.number(
            scheme, f"{path}.co_applicants_min", hint=N_("Empty: as many as the call asks for.")
        ),
    ]
    rates = [_rate(scheme, each, place, path) for place, each in enumerate(mine.rate_exceptions)]
    more = [_more(scheme, f"{path}.grant_conditions[{place}]", each)
            for place, each in enumerate(mine.grant_conditions)]  # fmt: skip
    return Topic(
        key="",
        title=titled(mine),
        asked=(*main, *(one for group in (*rates, *more) for one in group)),
        groups=(
            Group("", names(main)),
            *_items(N_("Another highest rate"), rates, f"{path}.rate_exceptions"),
            *_items(N_("A higher grant only with"), more, f"{path}.grant_conditions"),
        ),
        adding=tuple(_adding(scheme, mine, path)),
        parent=LOTS,
    )


def _items(legend: str, groups: list[list[Asked]], path: str) -> list[Group]:
    """Numbered where there are several, so that no two buttons say the same."""
    return [
        Group(
            Verbatim(f"{gettext(legend)} {place + 1}") if len(groups) > 1 else legend,
            names(asked),
            item=f"{path}[{place}]",
        )
        for place, asked in enumerate(groups)
    ]


def _adding(scheme: Scheme, mine: Lot, path: str) -> list[Adding]:
    rate = RateException(DEVELOPMENT_GROUP, "IV", mine.max_rate_percent)
    label = N_("Save and add another rate")
    found = [Adding(label, f"{path}.rate_exceptions", lambda: rate)]
    numbers = _numbers(scheme)
    if numbers:
        condition = GrantCondition(numbers[0].fact, Fraction(1), mine.min_grant_cents)
        label = N_("Save and add a condition of a higher grant")
        found.append(Adding(label, f"{path}.grant_conditions", lambda: condition))
    return found


def _rate(scheme: Scheme, each: RateException, place: int, path: str) -> list[Asked]:
    """Only what is known of an applicant when the amounts are checked can change the rate."""
    where = f"{path}.rate_exceptions[{place}]"
    attributes = [Option(DEVELOPMENT_GROUP, N_("Development group of the local government"))]
    groups = {one.development_group for one in registers.local_governments()} - {""}
    values = [Option(group, Verbatim(group)) for group in sorted(groups | {each.equals})]
    return [
        ask.options(scheme, f"{where}.attribute", attributes),
        ask.options(scheme, f"{where}.equals", values),
        ask.number(scheme, f"{where}.max_percent", required=True),
    ]


def _more(scheme: Scheme, where: str, each: GrantCondition) -> list[Asked]:
    del each
    return [
        ask.facts(scheme, f"{where}.fact", _numbers(scheme), missing=N_("Choose a question")),
        ask.number(scheme, f"{where}.at_least", required=True),
        ask.number(
            scheme,
            f"{where}.max_grant",
            required=True,
            hint=N_("The largest grant of who does not show it."),
        ),
    ]


def _numbers(scheme: Scheme) -> list[Question]:
    """The questions whose answers are numbers and are known by a short name."""
    kinds = {QuestionKind.NUMBER, QuestionKind.AMOUNT}
    return [
        question
        for stage in scheme.stages
        for question in questions_of(stage)
        if question.fact and question.kind in kinds
    ]


def _regions(mine: Lot) -> list[Option]:
    """Applicants are registered with a region of the second level; what is there stays to see."""
    offered = [
        each for each in registers.nuts_regions() if each.level == 2 or each.code in mine.regions
    ]
    return [Option(each.code, Verbatim(f"{each.code} {each.name_en}")) for each in offered]


def _is_offered(scheme: Scheme, mine: Lot, kind: str) -> bool:
    return kind in scheme.call.applicant_types or kind in mine.applicant_types
