"""What an application lacks: limits of the grant, documents of every applicant, states of parts."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.budget import Budget, BudgetLine, GrantLimits
from app.rules.messages import Message
from app.rules.readiness import (
    Case,
    Money,
    PartKind,
    PartState,
    budget_findings,
    document_findings,
    files_allowed,
    files_wanted,
    readiness,
    section_findings,
    stated_findings,
)
from app.rules.scheme_form import DocumentOwner, DocumentRequirement, Question, QuestionKind
from app.rules.scheme_text import Text
from tests.make.calls import make_scheme

CONCEPT = make_scheme("eu_integra_sctm")
GARDENS = make_scheme()


def _concept(answers=None, **more):
    stage = CONCEPT.stage("concept_note")
    return Case(CONCEPT, stage, CONCEPT.lot("L1"), answers=answers or {}, **more)


def _garden(**more):
    return Case(GARDENS, GARDENS.stages[0], GARDENS.lots[0], **more)


def _codes(messages):
    return [message.code for message in messages]


def _action(**answers):
    case = _concept(answers)
    return section_findings(case, case.stage.form[0], complete=False)


@pytest.mark.parametrize(
    ("requested", "total", "codes"),
    [
        (90_000_00, 100_000_00, ["budget.grant_below_minimum"]),
        (100_000_00, 111_111_12, []),
        (100_000_00, 111_111_11, ["budget.rate_above_maximum"]),
        (100_000_00, 200_000_00, []),
        (100_000_00, 200_000_01, ["budget.rate_below_minimum"]),
        (500_000_01, 600_000_00, ["budget.grant_above_maximum"]),
        (300_000_00, 200_000_00, ["readiness.grant_above_total"]),
    ],
)
def test_a_stated_grant_is_held_against_the_limits_of_the_lot_to_the_cent(requested, total, codes):
    assert _codes(_action(requested=requested, total_costs=total)) == codes


def test_development_group_four_may_ask_for_a_higher_rate():
    answers = {"requested": 190_000_00, "total_costs": 200_000_00}
    plain, poor = (
        _concept(answers, attributes={"development_group": group}) for group in ("II", "IV")
    )

    assert _codes(section_findings(plain, plain.stage.form[0], complete=False)) == [
        "budget.rate_above_maximum"
    ]
    assert section_findings(poor, poor.stage.form[0], complete=False) == ()


def test_only_the_grant_is_looked_at_once_the_total_is_there():
    assert _action(requested=1_00) == ()
    assert _action(requested="1.234", total_costs=100)[0].code == "amount.ambiguous"


def test_money_comes_from_the_budget_where_the_stage_has_one():
    budget = Budget((BudgetLine("1", "", Fraction(2), 100_00),), {"2": 5_00}, {"grant": 150_00})

    assert _garden(budget=budget).money == Money(150_00, 205_00)
    assert _concept({"requested": 7, "total_costs": 9}).money == Money(7, 9)
    assert _garden().money == Money(None, None)


def test_the_request_may_move_by_a_fifth_and_no_cent_more():
    stage = replace(GARDENS.stages[0], amount_change_max_percent=Fraction(20))
    lines = (BudgetLine("1", "", Fraction(1), 200_000_00),)

    def found(grant):
        sources = {"grant": grant, "own": 200_000_00 - grant}
        case = Case(
            GARDENS,
            stage,
            GARDENS.lots[0],
            budget=Budget(lines, {}, sources),
            earlier_requested_cents=100_000_00,
        )
        return _codes(budget_findings(case))

    assert found(120_000_00) == found(80_000_00) == []
    assert found(120_000_01) == found(79_999_99) == ["budget.amount_changed_too_much"]


def test_a_paper_of_every_applicant_is_wanted_from_each_of_them():
    document = DocumentRequirement(
        "honour", Text({"en": "Declaration on honour"}), who=DocumentOwner.EACH_APPLICANT
    )
    scheme = replace(
        CONCEPT,
        stages=tuple(
            replace(stage, documents=(document,)) if stage.key == "full_application" else stage
            for stage in CONCEPT.stages
        ),
    )
    partners = {"co_applicants": [{"name": "A"}, {"name": "B"}]}
    case = Case(
        scheme,
        scheme.stage("full_application"),
        scheme.lot("L2"),
        answers=partners,
        files={"honour": 2},
    )

    assert (files_wanted(case, document), files_allowed(case, document)) == (3, 3)
    said = list(document_findings(case))
    assert _codes(said) == ["readiness.documents_missing"]
    assert said[0].values == {"title": "Declaration on honour", "wanted": 3, "there": 2}


def test_a_document_of_another_lot_is_not_asked_for():
    stage = GARDENS.stages[0]
    other = replace(stage.documents[0], key="other", only_lots=("B",))
    case = replace(_garden(), stage=replace(stage, documents=(*stage.documents, other)))

    assert [document.key for document in case.documents] == ["statutes"]


def test_parts_are_not_started_then_incomplete_then_complete():
    empty = readiness(_garden())
    begun = readiness(_garden(answers={"title": "Garden"}, unread_budget=True))
    done = readiness(
        _garden(
            answers={"title": "Garden", "idea": "Trees"},
            budget=Budget(
                (BudgetLine("1", "", Fraction(1), 100_000_00),),
                {},
                {"grant": 80_000_00, "own": 20_000_00},
            ),
            files={"statutes": 1},
        )
    )

    assert [part.kind for part in empty] == [PartKind.SECTION, PartKind.BUDGET, PartKind.DOCUMENTS]
    assert {part.state for part in empty} == {PartState.NOT_STARTED}
    assert [part.state for part in begun] == [
        PartState.INCOMPLETE,
        PartState.INCOMPLETE,
        PartState.NOT_STARTED,
    ]
    assert {part.state for part in done} == {PartState.COMPLETE}


def test_stated_money_without_any_grant_is_below_the_minimum():
    case = _concept()
    assert _codes(stated_findings(0, 100_00, case.limits)) == [
        "budget.grant_below_minimum",
        "budget.rate_below_minimum",
    ]


def test_too_few_partners_are_told_only_when_everything_has_to_be_there():
    stage = CONCEPT.stage("full_application")
    section = stage.form[1]
    relaxed = replace(
        section, questions=(replace(section.questions[0], min_rows=0, required=False),)
    )
    case = Case(CONCEPT, replace(stage, form=(relaxed,)), CONCEPT.lot("L2"))

    assert section_findings(case, relaxed, complete=False) == ()
    assert _codes(section_findings(case, relaxed, complete=True)) == ["readiness.co_applicants_few"]


def test_amounts_in_a_sentence_are_printed_with_the_currency_of_the_call() -> None:
    message = Message("budget.grant_above_maximum", {"grant_cents": 600_000_00, "limit_cents": 1})
    said = text(message.in_currency("RSD"), "en").replace("\u00a0", " ")
    assert said == "The grant requested is RSD 600,000.00. The largest grant is RSD 0.01."


def test_partners_are_the_rows_of_the_question_that_asks_for_them():
    stage = CONCEPT.stage("full_application")
    other, asked = stage.form[0].questions[0], stage.form[1].questions[0]
    column = Question("duty", Text({"en": "Duty"}), QuestionKind.TEXT, fact="partner_role")
    section = replace(stage.form[1], questions=(other, replace(asked, columns=(column,))))
    answers = {asked.key: [{"duty": "Trains"}, {}, {"duty": "Builds"}]}
    case = Case(CONCEPT, replace(stage, form=(section,)), CONCEPT.lot("L2"), answers=answers)

    assert [(each.place, each.role) for each in case.partners] == [(0, "Trains"), (2, "Builds")]


@pytest.mark.parametrize(
    ("budget", "state", "code"),
    [
        (Budget(), PartState.NOT_STARTED, "readiness.budget_empty"),
        (Budget(source_cents={"grant": 0}), PartState.NOT_STARTED, "readiness.budget_empty"),
        (Budget(source_cents={"own": 1}), PartState.INCOMPLETE, "budget.sources_above_uses"),
        (
            Budget((BudgetLine("1", "", Fraction(1), 1),)),
            PartState.INCOMPLETE,
            "budget.sources_below_uses",
        ),
    ],
)
def test_a_budget_is_begun_with_its_first_line_or_its_first_source(budget, state, code):
    (part,) = (each for each in readiness(_garden(budget=budget)) if each.kind is PartKind.BUDGET)

    assert (part.state, part.messages[0].code) == (state, code)


def test_a_stage_without_a_budget_has_nothing_against_its_budget():
    assert CONCEPT.budget is not None
    assert budget_findings(_concept()) == ()


def test_a_paper_of_the_lead_is_missing_once():
    case = _garden()
    (document,) = case.documents

    assert _codes(document_findings(case)) == ["readiness.document_missing"]
    assert files_allowed(case, document) == document.max_files
    of_others = replace(document, who=DocumentOwner.EACH_CO_APPLICANT)
    assert files_allowed(case, of_others) == document.max_files


def test_limits_of_the_grant_are_told_where_it_is_asked_for_and_nowhere_else():
    case = _concept({"requested": 1_00, "total_costs": 1_25})
    first, *others = case.stage.form

    assert _codes(section_findings(case, first, complete=False)) == ["budget.grant_below_minimum"]
    assert [section_findings(case, each, complete=False) for each in others] == [()] * len(others)


def test_a_grant_may_be_all_of_the_costs_where_the_rate_allows_it():
    assert stated_findings(100_00, 100_00, GrantLimits()) == ()


@pytest.mark.parametrize(
    ("least_rows", "required", "rows", "codes"),
    [
        (0, False, 0, ["readiness.co_applicants_few"]),
        (0, False, 1, ["readiness.co_applicants_few"]),
        (0, False, 2, []),
        # Where the form asks for as many it says so itself, once there is something to count.
        (2, True, 0, ["form.required_rows"]),
        (2, True, 1, ["form.too_few_rows"]),
        (2, False, 1, ["form.too_few_rows"]),
        (2, False, 0, ["readiness.co_applicants_few"]),
    ],
)
def test_too_few_partners_are_told_once(least_rows, required, rows, codes):
    stage = CONCEPT.stage("full_application")
    column = Question("name", Text({"en": "Name"}), QuestionKind.TEXT)
    question = replace(
        stage.form[1].questions[0], min_rows=least_rows, required=required, columns=(column,)
    )
    section = replace(stage.form[1], questions=(question,))
    answers = {question.key: [{"name": "A"}] * rows}
    lot = replace(CONCEPT.lot("L2"), co_applicants_min=2)
    case = Case(CONCEPT, replace(stage, form=(section,)), lot, answers=answers)

    assert _codes(section_findings(case, section, complete=True)) == codes
