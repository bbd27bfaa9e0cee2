"""The rules of a call as a page shows them: texts in the reader's language, nothing to compute.

The public page, the office's page and the preview before publication show the same
views, so an officer reads exactly what an applicant reads.
"""

from fractions import Fraction

from app.i18n import format_score, gettext, sentence
from app.i18n.marks import N_
from app.queries.stages import StageRow
from app.rules.call_clock import holds_interviews, takes_forms
from app.rules.scheme import Scheme
from app.rules.scheme_form import DocumentOwner, DocumentRequirement
from app.rules.scheme_grid import Criterion, GridSection, Stage, StageEntrants
from app.web.public_after import after_award
from app.web.public_in_kind import in_kind_words
from app.web.public_terms import (
    caps,
    co_applicants,
    countries,
    for_lots,
    heading_views,
    instalment_views,
    letter_views,
    lot_view,
    months,
    types,
    words_of,
)
from app.web.public_views import (
    CheckView,
    CriterionView,
    DocumentView,
    GridSectionView,
    GridView,
    RulesView,
    StageView,
)
from app.web.public_words import (
    allocation_words,
    direct_words,
    payment_words,
    scoring_words,
)

_OWNERS = {
    DocumentOwner.LEAD: N_("Lead applicant"),
    DocumentOwner.EACH_CO_APPLICANT: N_("Each co-applicant"),
    DocumentOwner.EACH_APPLICANT: N_("Lead applicant and each co-applicant"),
}
_ENTRANTS = {
    StageEntrants.ALL: N_("Everybody who may apply"),
    StageEntrants.PASSED_PREVIOUS: N_("Those who passed the stage before, by invitation"),
    StageEntrants.PROVISIONALLY_SELECTED: N_("Those who were proposed for a grant"),
}


def rules_view(scheme: Scheme, rows: tuple[StageRow, ...] = ()) -> RulesView:
    """Return everything a reader of the call may know, in the language of the request."""
    by_key = {row.key: row for row in rows}
    return RulesView(
        purpose=words_of(scheme.purpose),
        programme=words_of(scheme.programme),
        legal_basis=words_of(scheme.legal_basis),
        currency=scheme.currency,
        envelope_cents=scheme.envelope_cents,
        applicants=types(scheme.call.applicant_types),
        co_applicants=co_applicants(scheme),
        countries=countries(scheme.call.countries),
        duration=months(scheme.call.min_months, scheme.call.max_months),
        direct=direct_words(scheme),
        caps=caps(scheme),
        lots=tuple(lot_view(scheme, lot) for lot in scheme.lots),
        eligibility=tuple(
            for_lots(words_of(each.question), each.only_lots) for each in scheme.eligibility
        ),
        stages=tuple(
            stage_view(scheme, stage, number, by_key.get(stage.key))
            for number, stage in enumerate(scheme.stages, start=1)
        ),
        headings=heading_views(scheme),
        allocation=allocation_words(scheme),
        instalments=instalment_views(scheme),
        payments=in_kind_words(scheme.in_kind)
        if scheme.in_kind
        else payment_words(scheme.payments, scheme.currency),
        after_award=after_award(scheme),
        letters=letter_views(scheme),
        complaint=words_of(scheme.letters.complaint_paragraph),
        complaint_days=scheme.letters.complaint_window_days,
        offer_days=scheme.letters.offer_reply_days,
        funding=words_of(scheme.visibility.statement),
        emblem=scheme.visibility.emblem,
        disclaimer=words_of(scheme.visibility.disclaimer),
    )


def stage_view(scheme: Scheme, stage: Stage, number: int, row: StageRow | None) -> StageView:
    return StageView(
        id=row.id if row else 0,
        key=stage.key,
        number=number,
        title=words_of(stage.title),
        entrants=gettext(_ENTRANTS[stage.entrants]),
        state=row.state if row else "waiting",
        opens_at=row.opens_at if row else None,
        closes_at=row.closes_at if row else None,
        is_interview=holds_interviews(stage),
        has_form=takes_forms(stage),
        pages=tuple(words_of(section.title) for section in stage.form),
        questions=sum(len(section.questions) for section in stage.form),
        with_budget=stage.with_budget,
        documents=tuple(_document(each) for each in stage.documents),
        checklist=tuple(
            CheckView(words_of(each.question), words_of(each.help), each.fatal)
            for each in stage.checklist
        ),
        grid=grid_view(scheme, stage),
        scoring=scoring_words(stage) if stage.grid else (),
    )


def grid_view(scheme: Scheme, stage: Stage) -> GridView | None:
    if stage.grid is None:
        return None
    return GridView(
        maximum=_number(stage.grid.maximum),
        threshold="" if stage.grid.threshold is None else _number(stage.grid.threshold),
        sections=tuple(_grid_section(scheme, section) for section in stage.grid.sections),
    )


def _grid_section(scheme: Scheme, section: GridSection) -> GridSectionView:
    carried = ""
    if section.carry_over:
        source = scheme.stage(section.carry_over.stage)
        carried = sentence(
            N_("The score of the stage “{stage}” is kept; it is not scored again."),
            {"stage": words_of(source.title)},
        )
    return GridSectionView(
        code=section.code,
        title=words_of(section.title),
        maximum=_number(section.maximum),
        minimum="" if section.minimum is None else _number(section.minimum),
        carried=carried,
        criteria=tuple(_criterion(each) for each in section.criteria),
    )


def _criterion(each: Criterion) -> CriterionView:
    top = words_of(each.top_mark_only_if)
    help_text = " ".join(
        part
        for part in (
            words_of(each.help),
            sentence(N_("The highest mark only if: {top}"), {"top": top}) if top else "",
        )
        if part
    )
    values = {"least": each.min, "most": each.max, "step": each.step}
    marks = sentence(
        N_("{least} to {most}") if each.step == 1 else N_("{least} to {most} in steps of {step}"),
        values,
    )
    if each.multiplier != 1:
        marks = sentence(N_("{marks}, × {times}"), {"marks": marks, "times": each.multiplier})
    return CriterionView(
        each.code, words_of(each.text), help_text, marks, _number(each.max * each.multiplier)
    )


def _document(each: DocumentRequirement) -> DocumentView:
    limits = [
        sentence(
            N_("{formats}, up to {megabytes} MB"),
            {
                "formats": ", ".join(form.upper() for form in each.formats),
                "megabytes": each.max_megabytes,
            },
        )
    ]
    if each.max_files > 1:
        limits.append(sentence(N_("up to {number} files"), {"number": each.max_files}))
    if each.max_age_days is not None:
        limits.append(sentence(N_("not older than {days} days"), {"days": each.max_age_days}))
    return DocumentView(
        for_lots(words_of(each.title), each.only_lots),
        words_of(each.help),
        gettext(_OWNERS[each.who]),
        each.required,
        ", ".join(limits),
    )


def _number(value: Fraction) -> str:
    return format_score(value, trim=True)
