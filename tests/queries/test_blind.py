"""Blindness is a type: what an assessor can be shown, and to whom."""

from dataclasses import fields, replace

import pytest

from app.errors import NotFound
from app.queries import blind
from app.queries.blind import BlindApplication, blind_application, blind_sections
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_text import said
from tests.make.people import act_as
from tests.web.assessing import assessment_of, assign, blind_scheme, declare, world


@pytest.fixture
def made(session):
    made = world(session, applications=1)
    assign(session, made, made.entries[0], made.assessors[:2])
    return made


def test_type_has_no_field_for_a_name() -> None:
    assert {field.name for field in fields(BlindApplication)} == {
        "blind_code", "currency", "sections", "lines", "sources", "requested_cents",
        "total_cents", "files",
    }  # fmt: skip


def test_answers_that_reveal_and_files_that_are_not_for_assessors_are_not_there(
    session, made
) -> None:
    declare(session, made, made.assessors[0])
    key = assessment_of(session, made.entries[0], made.assessors[0])

    found = blind_application(session, act_as(session, made.assessors[0]).actor, key)

    keys = [answer.question.key for section in found.sections for answer in section.answers]
    assert keys == ["title", "idea"]
    assert [(said(f.title, "en"), f.number, f.ending) for f in found.files] == [
        ("Plan of the garden", 1, ".pdf")
    ]
    assert "Tajn" not in repr(found)


def test_nothing_is_given_before_the_declaration_or_to_another(session, made) -> None:
    key = assessment_of(session, made.entries[0], made.assessors[0])
    with pytest.raises(NotFound):
        blind_application(session, act_as(session, made.assessors[0]).actor, key)
    declare(session, made, *made.assessors[:2])

    for person in (made.assessors[1], made.officer):
        with pytest.raises(NotFound):
            blind_application(session, act_as(session, person).actor, key)


def test_whoever_lost_the_role_sees_nothing(session, made) -> None:
    declare(session, made, made.assessors[0])
    key = assessment_of(session, made.entries[0], made.assessors[0])
    actor = replace(act_as(session, made.assessors[0]).actor, grants=frozenset())

    with pytest.raises(NotFound):
        blind_application(session, actor, key)


def test_columns_that_reveal_are_cut_out_of_tables() -> None:
    stage = blind_scheme().stages[0]
    columns = (
        Question("what", {"en": "What"}, QuestionKind.TEXT),
        Question("who", {"en": "Who"}, QuestionKind.TEXT, reveals_identity=True),
    )
    rows = Question("plan", {"en": "Plan"}, QuestionKind.ROWS, columns=columns)
    section = replace(stage.form[0], questions=(rows,))
    answers = {"plan": [{"what": "Dig", "who": "Tajnović"}]}

    hidden = blind_sections(replace(stage, form=(section,)), answers)[0].answers[0]
    shown = blind_sections(replace(stage, form=(section,), blind=False), answers)[0].answers[0]

    assert (hidden.value, [c.key for c in hidden.question.columns]) == ([{"what": "Dig"}], ["what"])
    assert shown.value == answers["plan"]


def test_section_that_reveals_is_left_out_whole() -> None:
    stage = blind_scheme().stages[0]
    section = replace(stage.form[0], reveals_identity=True)

    assert blind_sections(replace(stage, form=(section,)), {"idea": "x"}) == ()


def test_stage_that_is_not_blind_shows_all_but_restricted_documents() -> None:
    stage = replace(blind_scheme().stages[0], blind=False)
    secret = replace(stage.documents[0], key="secret", restricted=True)

    shown = blind.shown_documents(replace(stage, documents=(*stage.documents, secret)))

    assert [document.key for document in shown] == ["statutes", "plan"]
