"""Topics about the call as a whole: who may apply, eligibility, policy, texts."""

from functools import partial

from app import registers
from app.i18n import sentence
from app.i18n.marks import N_
from app.queries.scheme_labels import DIMENSIONS
from app.rules.scheme import Scheme
from app.rules.scheme_direct import DirectAward, DirectGround
from app.rules.scheme_edit import new_key
from app.rules.scheme_form import EligibilityCriterion, JudgedBy
from app.rules.scheme_money import AwardFloor, AwardOrder, LotMode, Overflow, Rounding
from app.rules.scheme_policy import FLOOR_DIMENSIONS, REQUESTED_ASC
from app.rules.scheme_rounds import Rounds
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import (
    APPLICANTS,
    ELIGIBILITY,
    POLICY,
    TEXTS,
    Adding,
    Group,
    Line,
    Switch,
    Topic,
    names,
    topic,
)

_RUNNABLE_OVERFLOW = tuple(Overflow)


@topic(APPLICANTS)
def applicants(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    kinds = ask.applicant_types()
    lands = tuple(Option(each.code, Verbatim(each.name_en)) for each in registers.countries())
    who = [
        ask.several(scheme, "call.applicant_types", kinds),
        ask.several(scheme, "call.countries", lands, hint=N_("None ticked means everywhere.")),
        ask.number(scheme, "call.caps.as_lead", hint=N_("Empty: no limit.")),
    ]
    partners = [
        ask.number(scheme, "call.co_applicants.min", required=True),
        ask.number(scheme, "call.co_applicants.max", hint=N_("Empty: no limit.")),
        ask.several(scheme, "call.co_applicants.types", kinds),
        ask.number(scheme, "call.caps.as_co_applicant", hint=N_("Empty: no limit.")),
    ]
    times = [
        ask.number(scheme, "call.min_days", required=True),
        ask.number(scheme, "call.questions_until_days", required=True),
        ask.number(scheme, "call.answers_until_days", required=True),
        ask.number(scheme, "call.corrigendum_days", required=True),
    ]
    direct = _direct(scheme)
    held = Group(N_("Award without a competition"), names(direct))
    return Topic(
        key=APPLICANTS,
        title=N_("Who may apply, and limits"),
        asked=(*direct, *who, *partners, *times),
        groups=(
            *((held,) if direct else ()),
            Group(N_("Lead applicant"), names(who)),
            Group(N_("Co-applicants"), names(partners)),
            Group(N_("Times"), names(times)),
        ),
        switches=(_competing(scheme),),
    )


def _direct(scheme: Scheme) -> list[Asked]:
    if scheme.call.direct is None:
        return []
    return [
        ask.pick(scheme, "call.direct.ground", tuple(DirectGround)),
        ask.prose(scheme, "call.direct.justification", required=True),
        ask.listed(
            scheme,
            "call.direct.named",
            hint=N_("Country, register and number, commas between them: RS:PIB:101134702."),
        ),
    ]


def _competing(scheme: Scheme) -> Switch:
    if scheme.call.direct is not None:
        return Switch(N_("Hold a competition"), "call.direct", None)
    begun = DirectAward(DirectGround.BASIC_ACT, ask.empty_text(scheme))
    return Switch(N_("Award directly to somebody who is named"), "call.direct", begun)


@topic(ELIGIBILITY)
def eligibility(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    lines = tuple(
        Line(
            titled(each),
            N_("judged by a rule, from the answers")
            if each.judged_by is JudgedBy.RULE
            else N_("judged by an officer"),
            f"eligibility/{place}",
            f"eligibility[{place}]",
            can_rise=place > 0,
        )
        for place, each in enumerate(scheme.eligibility)
    )
    new = partial(_new_criterion, scheme)
    return Topic(
        key=ELIGIBILITY,
        title=N_("Eligibility"),
        hint=N_("All of this must be true of an application, or it is ineligible."),
        lines=lines,
        adding=(Adding(N_("Add a criterion"), "eligibility", new),),
    )


@topic("eligibility/#")
def criterion(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    path = f"eligibility[{numbers[0]}]"
    each = scheme.eligibility[numbers[0]]
    documents = [document for _, document in scheme.documents()]
    asked = [
        ask.prose(scheme, f"{path}.question", required=True),
        ask.flag(scheme, f"{path}.fatal"),
        ask.pick(scheme, f"{path}.judged_by", JudgedBy),
        ask.choose(scheme, f"{path}.evidence", documents, by="key"),
        ask.lots(scheme, f"{path}.only_lots"),
    ]
    rule = [
        ask.listed(scheme, f"{path}.fact", hint=_facts_hint(scheme)),
        ask.listed(scheme, f"{path}.one_of", hint=N_("Values with commas between them.")),
        ask.number(scheme, f"{path}.at_least"),
        ask.number(scheme, f"{path}.at_most"),
    ]
    return Topic(
        key="",
        title=titled(each) or N_("New criterion"),
        asked=(*asked, *rule),
        groups=(
            Group("", names(asked)),
            Group(N_("Only where a rule judges: what is compared"), names(rule)),
        ),
        parent=ELIGIBILITY,
    )


def _facts_hint(scheme: Scheme) -> str:
    """Facts are short names of the template; whoever adds a rule needs those that exist."""
    known = {
        question.fact
        for stage in scheme.stages
        for section in stage.form
        for question in section.questions
        if question.fact
    }
    known |= {each.fact for each in scheme.eligibility if each.fact}
    return _hint(N_("A short name of the form: {names}"), sorted(known))


def _hint(marked: str, names_of: list[str]) -> Verbatim:
    return Verbatim(sentence(marked, {"names": ", ".join(names_of)}))


def _new_criterion(scheme: Scheme) -> EligibilityCriterion:
    key = new_key("", (each.key for each in scheme.eligibility), "criterion")
    return EligibilityCriterion(key, ask.empty_text(scheme))


def _when_money_ends(scheme: Scheme) -> list[Asked]:
    return [
        ask.pick(scheme, "allocation.overflow", _RUNNABLE_OVERFLOW),
        ask.number(
            scheme,
            "allocation.partial_min_share",
            required=True,
            hint=N_("A share from 0 to 1: 0.75 is three quarters of the request."),
        ),
        ask.flag(scheme, "allocation.pro_rata"),
    ]


def _between_lots(scheme: Scheme) -> list[Asked]:
    return [
        ask.pick(scheme, "allocation.lot_mode", tuple(LotMode)),
        ask.listed(
            scheme,
            "allocation.realloc_order",
            hint=_hint(
                N_("Codes of all lots with commas between them: {names}. Empty: in their order."),
                [lot.code for lot in scheme.lots],
            ),
        ),
    ]


def _ties(scheme: Scheme) -> list[Asked]:
    return [
        ask.listed(
            scheme,
            "allocation.tie_breakers",
            hint=_hint(
                N_(
                    "Short names of sections with commas between them, the first decides first: "
                    "{names}. The last of these is the lower amount requested."
                ),
                _tie_names(scheme),
            ),
        ),
        ask.number(scheme, "allocation.caps.awards_per_lead", hint=N_("Empty: no limit.")),
        ask.day(scheme, "allocation.reserve_valid_until"),
    ]


@topic(POLICY)
def policy(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    order = [ask.pick(scheme, "allocation.order", _orders(scheme))]
    main = _when_money_ends(scheme)
    between, ties = _between_lots(scheme), _ties(scheme)
    floors = [_floor(scheme, place) for place in range(len(scheme.allocation.floors))]
    rounds = _rounds(scheme)
    return Topic(
        key=POLICY,
        title=N_("How the money is given out"),
        hint=N_("In which order applications are served, and what happens when money ends."),
        asked=(*order, *main, *between, *ties, *rounds, *(one for mine in floors for one in mine)),
        groups=(
            Group(N_("Who is served first"), names(order)),
            Group(N_("When the money runs out"), names(main)),
            Group(N_("Between lots"), names(between)),
            Group(N_("Equal totals, limits, reserve list"), names(ties)),
            *((Group(N_("Rounds"), names(rounds)),) if rounds else ()),
            *(
                Group(N_("Placed first"), names(mine), item=f"allocation.floors[{place}]")
                for place, mine in enumerate(floors)
            ),
        ),
        adding=(
            Adding(
                N_("Save and add a group whose best are placed first"),
                "allocation.floors",
                partial(AwardFloor, "region"),
            ),
        ),
        switches=tuple(_switches(scheme)),
    )


def _rounds(scheme: Scheme) -> list[Asked]:
    if scheme.rounds is None:
        return []
    hint = N_("Days like 2027-03-31 with commas between them, the earliest first.")
    return [
        ask.listed(scheme, "rounds.cut_offs", hint=hint),
        ask.flag(scheme, "rounds.keeps_reserve"),
    ]


def _orders(scheme: Scheme) -> tuple[AwardOrder, ...]:
    """The orders that can be run, and the one that a template names."""
    known = (AwardOrder.MERIT, AwardOrder.FIRST_COME)
    return known if scheme.allocation.order in known else (*known, scheme.allocation.order)


def _floor(scheme: Scheme, place: int) -> list[Asked]:
    path = f"allocation.floors[{place}]"
    options = [Option(each, DIMENSIONS[each]) for each in sorted(FLOOR_DIMENSIONS)]
    dimension = ask.options(scheme, f"{path}.dimension", options)
    return [dimension, ask.number(scheme, f"{path}.min_awards", required=True)]


def _tie_names(scheme: Scheme) -> list[str]:
    stage = scheme.last_scored_stage()
    sections = stage.grid.sections if stage and stage.grid else ()
    return [*(section.name for section in sections if section.name), REQUESTED_ASC]


def _switches(scheme: Scheme) -> list[Switch]:
    """Return rounds or none, and what takes away a promise that cannot be kept."""
    policy, found = scheme.allocation, [_in_rounds(scheme)]
    for name, label in (
        ("awards_per_strategy", N_("Take the limit for each strategy away")),
        ("region_max_percent", N_("Take the limit for each region away")),
    ):
        if getattr(policy.caps, name) is not None:
            found.append(Switch(label, f"allocation.caps.{name}", None))
    if not policy.realloc_before_partial:
        label = N_("Move money between lots before partial offers")
        found.append(Switch(label, "allocation.realloc_before_partial", value=True))
    if policy.correction_rounding is not Rounding.DOWN:
        label = N_("Round corrected grants down")
        found.append(Switch(label, "allocation.correction_rounding", Rounding.DOWN))
    return found


def _in_rounds(scheme: Scheme) -> Switch:
    if scheme.rounds is not None:
        return Switch(N_("Give the money out once"), "rounds", None)
    return Switch(N_("Give the money out in rounds, cut-off by cut-off"), "rounds", Rounds())


@topic(TEXTS)
def texts(scheme: Scheme, _numbers: tuple[int, ...]) -> Topic:
    public = [
        ask.prose(scheme, "purpose"),
        ask.words(scheme, "programme", required=False),
        ask.prose(scheme, "legal_basis"),
    ]
    letters = [
        ask.prose(scheme, "letters.complaint_paragraph", required=True),
        ask.prose(scheme, "letters.data_protection"),
        ask.number(scheme, "letters.complaint_window_days", required=True),
        ask.number(scheme, "letters.complaint_reply_days", required=True),
        ask.number(scheme, "letters.offer_reply_days", required=True),
        ask.number(scheme, "letters.clarification_reply_days", required=True),
    ]
    return Topic(
        key=TEXTS,
        title=N_("Texts and times of letters"),
        asked=(*public, *letters),
        groups=(
            Group(N_("On the public page"), names(public)),
            Group(N_("In letters"), names(letters)),
        ),
    )
