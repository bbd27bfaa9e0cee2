"""Who may apply, lots, budget, instalments and letters in plain words."""

from app import registers
from app.i18n import format_money, gettext, language, sentence, text
from app.i18n.marks import N_
from app.rules.applicants import ApplicantType, type_name
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_money import InstalmentKind, Lot, PaymentTrigger
from app.rules.scheme_text import Text, said
from app.web.public_views import HeadingView, InstalmentView, LetterView, LotView
from app.web.public_words import listed, percent

_TRIGGERS = {
    PaymentTrigger.AGREEMENT_SIGNED: N_("when the agreement is signed"),
    PaymentTrigger.REPORT_ACCEPTED: N_("when the report is accepted"),
    PaymentTrigger.FINAL_REPORT_ACCEPTED: N_("when the final report is accepted"),
}


def words_of(words: Text) -> str:
    return said(words, language())


def lot_view(scheme: Scheme, lot: Lot) -> LotView:
    rates = {"least": percent(lot.min_rate_percent), "most": percent(lot.max_rate_percent)}
    rate = sentence(N_("{least} to {most}") if lot.min_rate_percent else N_("Up to {most}"), rates)
    conditions = [
        sentence(_exception_words(each.attribute), {"value": each.equals, "most": most})
        for each in lot.rate_exceptions
        for most in [percent(each.max_percent)]
    ]
    if lot.regions:
        names = {region.code: region.name_en for region in registers.nuts_regions()}
        where = listed([names.get(code, code) for code in lot.regions])
        conditions.append(sentence(N_("Only in: {where}"), {"where": where}))
    if lot.applicant_types:
        conditions.append(sentence(N_("Only for: {types}"), {"types": types(lot.applicant_types)}))
    if lot.co_applicants_min:
        conditions.append(
            sentence(N_("Co-applicants, at least: {number}"), {"number": lot.co_applicants_min})
        )
    conditions += _grant_conditions(scheme, lot)
    return LotView(
        lot.code,
        words_of(lot.title),
        words_of(lot.description),
        lot.envelope_cents,
        lot.min_grant_cents,
        lot.max_grant_cents,
        rate,
        tuple(conditions),
    )


def _grant_conditions(scheme: Scheme, lot: Lot) -> list[str]:
    """Say what a higher grant needs, in the words of the question that tells it."""
    labels = {
        question.fact: words_of(question.label)
        for stage in scheme.stages
        for question in questions_of(stage)
    }
    return [
        sentence(
            N_("More than {limit} only with at least {least}: {question}"),
            {
                "limit": format_money(each.max_grant_cents, scheme.currency),
                "least": each.at_least,
                "question": labels.get(each.fact, each.fact),
            },
        )
        for each in lot.grant_conditions
    ]


def _exception_words(attribute: str) -> str:
    if attribute == "development_group":
        return N_("Up to {most} for local governments of development group {value}")
    return N_("Up to {most} where it is “{value}”")


def heading_views(scheme: Scheme) -> tuple[HeadingView, ...]:
    """Headings and totals as the budget prints them; a total stands after what it adds."""
    if scheme.budget is None:
        return ()
    rows: list[HeadingView] = []
    waiting = list(scheme.budget.totals)
    titles = {each.code: words_of(each.title) for each in scheme.budget.headings}
    titles |= {each.code: words_of(each.title) for each in waiting}
    printed: set[str] = set()
    for heading in scheme.budget.headings:
        rule = []
        base = {"base": f"{heading.base} {titles.get(heading.base, '')}".strip()}
        if heading.max_percent is not None:
            most = {**base, "share": percent(heading.max_percent)}
            rule.append(sentence(N_("at most {share} of {base}"), most))
        if heading.min_percent is not None:
            least = {**base, "share": percent(heading.min_percent)}
            rule.append(sentence(N_("at least {share} of {base}"), least))
        rows.append(
            HeadingView(heading.code, words_of(heading.title), "; ".join(rule), is_total=False)
        )
        printed.add(heading.code)
        while waiting and printed.issuperset(waiting[0].adds):
            total = waiting.pop(0)
            rows.append(HeadingView(total.code, words_of(total.title), "", is_total=True))
            printed.add(total.code)
    rows.extend(HeadingView(each.code, words_of(each.title), "", is_total=True) for each in waiting)
    return tuple(rows)


def instalment_views(scheme: Scheme) -> tuple[InstalmentView, ...]:
    return tuple(
        InstalmentView(
            words_of(each.title),
            sentence(N_("about {share}"), {"share": percent(each.percent)})
            if each.kind is InstalmentKind.BALANCE
            else percent(each.percent),
            gettext(_TRIGGERS[each.on]),
            each.pay_within_days,
        )
        for each in scheme.payments.instalments
    )


def letter_views(scheme: Scheme) -> tuple[LetterView, ...]:
    return tuple(
        LetterView(
            words_of(each.title),
            listed([gettext(OUTCOMES[outcome.value]) for outcome in each.outcomes]),
            each.asks_reply,
        )
        for each in scheme.letters.letters
    )


OUTCOMES = {
    "RECEIVED": N_("application received"),
    "CHECK_FAILED": N_("administrative check not passed"),
    "SECTION_BELOW_MINIMUM": N_("a section below its minimum"),
    "SUB_SCORE_FLOOR": N_("a mark that rejects"),
    "BELOW_THRESHOLD": N_("total below the threshold"),
    "PRESELECTED": N_("preselected"),
    "NOT_PRESELECTED": N_("not preselected"),
    "INELIGIBLE": N_("ineligible"),
    "AWARDED_FULL": N_("awarded in full"),
    "AWARDED_PARTIAL": N_("partial offer"),
    "AWARDED_FLOOR": N_("awarded as the best of its group"),
    "AWARDED_PRO_RATA": N_("awarded with a proportional cut"),
    "RESERVE": N_("reserve list"),
    "RESERVE_ACTIVATED": N_("awarded from the reserve list"),
    "CAP_REACHED": N_("number of awards reached"),
}


def co_applicants(scheme: Scheme) -> str:
    rule = scheme.call.co_applicants
    if not rule.types:
        return ""
    values = {"least": rule.min, "most": rule.max or 0, "types": types(rule.types)}
    if rule.max is not None:
        return sentence(N_("{least} to {most} co-applicants: {types}"), values)
    if rule.min:
        return sentence(N_("At least {least}: {types}"), values)
    return sentence(N_("As many as you like: {types}"), values)


def caps(scheme: Scheme) -> tuple[str, ...]:
    limits, lines = scheme.call.caps, []
    if limits.as_lead is not None:
        lines.append(
            sentence(
                N_("Applications of one organisation as lead, at most: {number}"),
                {"number": limits.as_lead},
            )
        )
    if limits.as_co_applicant is not None:
        lines.append(
            sentence(
                N_("Applications of one organisation as co-applicant, at most: {number}"),
                {"number": limits.as_co_applicant},
            )
        )
    return tuple(lines)


def months(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return sentence(N_("{least} to {most} months"), {"least": least, "most": most})
    if most is not None:
        return sentence(N_("At most {most} months"), {"most": most})
    return sentence(N_("At least {least} months"), {"least": least}) if least is not None else ""


def types(kinds: tuple[str, ...]) -> str:
    known = set(ApplicantType)
    return ", ".join(text(type_name(kind)) if kind in known else kind for kind in kinds)


def countries(codes: tuple[str, ...]) -> str:
    """Name the countries; some names may be printed only with their footnote."""
    known = {country.code: country for country in registers.countries()}
    names, notes = [], []
    for code in codes:
        country = known.get(code)
        names.append(f"{country.name_en}{'*' if country.footnote else ''}" if country else code)
        if country and country.footnote:
            notes.append(f"* {country.footnote}")
    return " ".join([listed(names), *notes]).strip()


def for_lots(words: str, lots: tuple[str, ...]) -> str:
    if not lots:
        return words
    return sentence(N_("{words} (lots: {lots})"), {"words": words, "lots": ", ".join(lots)})
