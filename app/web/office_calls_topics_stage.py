"""Topics about one stage: how it is assessed, its points, documents, checks and form."""

from functools import partial

from app.i18n.marks import N_
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_check_form import FORMATS
from app.rules.scheme_edit import new_key
from app.rules.scheme_form import (
    ChecklistItem,
    DocumentOwner,
    DocumentRequirement,
    FormSection,
    Question,
    QuestionKind,
)
from app.rules.scheme_grid import Boundary, DiscrepancyKind, Preselection, Stage
from app.rules.scheme_in_kind import SiteVisit
from app.web import office_calls_ask as ask
from app.web.fields import Option, Verbatim
from app.web.office_calls_asked import Asked, titled
from app.web.office_calls_topics import Adding, Group, Line, Switch, Topic, names, topic

_NEW_QUESTIONS = (
    (N_("Save and add a short question"), QuestionKind.TEXT),
    (N_("Save and add a question with a long answer"), QuestionKind.LONG_TEXT),
    (N_("Save and add a question for a number"), QuestionKind.NUMBER),
    (N_("Save and add a yes-or-no question"), QuestionKind.YES_NO),
)
REMINDERS = N_(
    "Whole numbers from 1 to 60 with commas between them, such as 7, 1. Whoever works on a draft "
    "gets a mail on the morning of each; empty: nobody does."
)
_LIMITED_WORDS = {QuestionKind.TEXT, QuestionKind.LONG_TEXT}
_LIMITED_NUMBERS = {QuestionKind.NUMBER, QuestionKind.AMOUNT}


@topic("stages/#")
def stage_rules(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at, path = numbers[0], f"stages[{numbers[0]}]"
    stage = scheme.stages[at]
    main = [
        ask.words(scheme, f"{path}.title"),
        ask.number(scheme, f"{path}.deadline_days"),
    ]
    if stage.form or stage.documents or stage.with_budget:
        main.append(ask.listed(scheme, f"{path}.reminder_days", hint=REMINDERS))
    if at:
        main.append(ask.number(scheme, f"{path}.amount_change_max_percent"))
    third: list[Asked] = []
    if stage.grid:
        main += [ask.number(scheme, f"{path}.assessors"), ask.flag(scheme, f"{path}.blind")]
        third = [
            ask.pick(scheme, f"{path}.discrepancy.kind", tuple(DiscrepancyKind)),
            ask.number(scheme, f"{path}.discrepancy.over"),
        ]
    short: list[Asked] = []
    if stage.preselection:
        short = [
            ask.number(scheme, f"{path}.preselection.percent", required=True),
            ask.pick(scheme, f"{path}.preselection.boundary", tuple(Boundary)),
        ]
    visit = _visited(scheme, stage, path)
    groups = [
        Group("", names(main)),
        Group(N_("When a third assessor reads"), names(third)),
        Group(N_("Shortlist for the next stage"), names(short)),
        Group(N_("Visit on the spot"), names(visit)),
    ]
    return Topic(
        key="",
        title=titled(stage),
        asked=(*main, *third, *short, *visit),
        groups=tuple(group for group in groups if group.names),
        lines=tuple(_parts(stage, at)),
        switches=(*_shortlist(scheme, stage, path), *_visit(scheme, stage, path)),
    )


def _parts(stage: Stage, at: int) -> list[Line]:
    parts = [
        Line(N_("Form"), N_("Sections, questions and their texts"), f"stages/{at}/form"),
        Line(N_("Documents"), N_("What has to be handed in"), f"stages/{at}/documents"),
        Line(N_("Checklist"), N_("What an officer checks first"), f"stages/{at}/checklist"),
    ]
    if stage.grid:
        hint = N_("Thresholds, sections, questions and marks")
        parts.append(Line(N_("Points"), hint, f"stages/{at}/points"))
    return parts


def _shortlist(scheme: Scheme, stage: Stage, path: str) -> list[Switch]:
    if stage.preselection:
        return [Switch(N_("Drop the shortlist"), f"{path}.preselection", None)]
    if stage.grid is None or stage is scheme.last_scored_stage():
        return []
    usual = Preselection(ask.USUAL_PRESELECTION_PERCENT)
    return [Switch(N_("Add a shortlist"), f"{path}.preselection", usual)]


def _visited(scheme: Scheme, stage: Stage, path: str) -> list[Asked]:
    if stage.site_visit is None:
        return []
    return [
        ask.prose(scheme, f"{path}.site_visit.purpose", required=True),
        ask.flag(scheme, f"{path}.site_visit.required"),
    ]


def _visit(scheme: Scheme, stage: Stage, path: str) -> list[Switch]:
    where = f"{path}.site_visit"
    if stage.site_visit:
        return [Switch(N_("Do not visit applicants"), where, None)]
    if stage.grid is None:
        return []
    return [Switch(N_("Visit every applicant"), where, SiteVisit(ask.empty_text(scheme)))]


@topic("stages/#/documents")
def documents(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at = numbers[0]
    stage = scheme.stages[at]
    path = f"stages[{at}].documents"
    lines = tuple(
        Line(
            titled(each) or N_("New document"),
            N_("must be handed in") if each.required else N_("optional"),
            f"stages/{at}/documents/{place}",
            f"{path}[{place}]",
            can_rise=place > 0,
        )
        for place, each in enumerate(stage.documents)
    )
    new = partial(_new_document, scheme)
    return Topic(
        key="",
        title=N_("Documents"),
        lines=lines,
        adding=(Adding(N_("Add a document"), path, new),),
        parent=f"stages/{at}",
    )


@topic("stages/#/documents/#")
def document(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at, place = numbers
    each = scheme.stages[at].documents[place]
    path = f"stages[{at}].documents[{place}]"
    formats = tuple(Option(form, Verbatim(form.upper())) for form in sorted(FORMATS))
    asked = [
        ask.words(scheme, f"{path}.title"),
        ask.prose(scheme, f"{path}.help"),
        ask.flag(scheme, f"{path}.required"),
        ask.pick(scheme, f"{path}.who", tuple(DocumentOwner)),
        ask.several(scheme, f"{path}.formats", formats),
        ask.number(scheme, f"{path}.max_megabytes", required=True),
        ask.number(scheme, f"{path}.max_files", required=True),
        ask.number(scheme, f"{path}.max_age_days"),
        ask.flag(scheme, f"{path}.blind_visible"),
        ask.lots(scheme, f"{path}.only_lots"),
    ]
    return Topic(
        key="",
        title=titled(each) or N_("New document"),
        asked=tuple(asked),
        groups=(Group("", names(asked)),),
        parent=f"stages/{at}/documents",
    )


def _new_document(scheme: Scheme) -> DocumentRequirement:
    taken = (document.key for _, document in scheme.documents())
    return DocumentRequirement(new_key("", taken, "document"), ask.empty_text(scheme))


@topic("stages/#/checklist")
def checklist(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at = numbers[0]
    stage = scheme.stages[at]
    path = f"stages[{at}].checklist"
    known = [document for earlier in scheme.stages[: at + 1] for document in earlier.documents]
    asked: list[Asked] = []
    groups = []
    for place, each in enumerate(stage.checklist):
        mine = [
            ask.prose(scheme, f"{path}[{place}].question", required=True),
            ask.words(scheme, f"{path}[{place}].help", required=False),
            ask.choose(scheme, f"{path}[{place}].document", known, by="key"),
            ask.flag(scheme, f"{path}[{place}].fatal"),
            ask.flag(scheme, f"{path}[{place}].clarifiable"),
        ]
        groups.append(Group(titled(each), names(mine), "", f"{path}[{place}]", place > 0))
        asked += mine
    new = partial(_new_check, scheme, stage)
    return Topic(
        key="",
        title=N_("Checklist"),
        asked=tuple(asked),
        groups=tuple(groups),
        adding=(Adding(N_("Save and add a check"), path, new),),
        parent=f"stages/{at}",
    )


def _new_check(scheme: Scheme, stage: Stage) -> ChecklistItem:
    key = new_key("", (each.key for each in stage.checklist), "check")
    return ChecklistItem(key, ask.empty_text(scheme))


@topic("stages/#/form")
def form(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at = numbers[0]
    stage = scheme.stages[at]
    path = f"stages[{at}].form"
    lines = tuple(
        Line(
            titled(each) or N_("New section"),
            Verbatim(" · ".join(titled(question) for question in each.questions[:3])),
            f"stages/{at}/form/{place}",
            f"{path}[{place}]",
            can_rise=place > 0,
        )
        for place, each in enumerate(stage.form)
    )
    return Topic(
        key="",
        title=N_("Form"),
        lines=lines,
        adding=(Adding(N_("Add a section"), path, partial(_new_section, scheme, stage)),),
        parent=f"stages/{at}",
        preview=stage.key,
    )


def _new_section(scheme: Scheme, stage: Stage) -> FormSection:
    key = new_key("", (each.key for each in stage.form), "section")
    return FormSection(key, ask.empty_text(scheme), ())


@topic("stages/#/form/#")
def form_section(scheme: Scheme, numbers: tuple[int, ...]) -> Topic:
    at, place = numbers
    stage = scheme.stages[at]
    section = stage.form[place]
    path = f"stages[{at}].form[{place}]"
    head = [ask.words(scheme, f"{path}.title"), ask.prose(scheme, f"{path}.help")]
    asked, groups = [*head], [Group("", names(head))]
    for number, question in enumerate(section.questions):
        item = f"{path}.questions[{number}]"
        mine = _question(scheme, question, item)
        groups.append(Group(titled(question), names(mine), "", item, number > 0))
        asked += mine
    return Topic(
        key="",
        title=titled(section) or N_("New section"),
        asked=tuple(asked),
        groups=tuple(groups),
        adding=tuple(
            Adding(label, f"{path}.questions", partial(_new_question, scheme, stage, kind))
            for label, kind in _NEW_QUESTIONS
        ),
        parent=f"stages/{at}/form",
        preview=stage.key,
    )


def _question(scheme: Scheme, question: Question, path: str) -> list[Asked]:
    asked = [
        ask.prose(scheme, f"{path}.label", required=True),
        ask.prose(scheme, f"{path}.help"),
        ask.flag(scheme, f"{path}.required"),
        ask.flag(scheme, f"{path}.reveals_identity"),
    ]
    if question.kind in _LIMITED_WORDS:
        asked.append(ask.number(scheme, f"{path}.max_words"))
    if question.kind in _LIMITED_NUMBERS:
        asked += [ask.number(scheme, f"{path}.{name}") for name in ("at_least", "at_most")]
    asked += [
        ask.words(scheme, f"{path}.choices[{at}].label") for at in range(len(question.choices))
    ]
    asked += [
        ask.words(scheme, f"{path}.columns[{at}].label") for at in range(len(question.columns))
    ]
    return asked


def _new_question(scheme: Scheme, stage: Stage, kind: QuestionKind) -> Question:
    key = new_key("", (each.key for each in questions_of(stage)), "question")
    return Question(key, ask.empty_text(scheme), kind, required=False)
