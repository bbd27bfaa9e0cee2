"""Co-applicants: who is named is checked as the lead is, and nobody is a partner of itself."""

import pytest

from app.rules.messages import Message
from app.rules.partners import Admitted, Partner, findings, partners_of
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_text import Text

WORDS = Text({"en": "Words"})
PIB, OTHER = "100000104", "100000112"


def _column(key, fact, kind=QuestionKind.TEXT):
    return Question(key, WORDS, kind, fact=fact)


ASKED = Question(
    "partners",
    WORDS,
    QuestionKind.ROWS,
    fact="co_applicants",
    columns=(
        _column("name", "partner_name"),
        _column("kind", "partner_type"),
        _column("pib", "identifier_PIB"),
        _column("role", "partner_role"),
        _column("share", "partner_share", QuestionKind.AMOUNT),
    ),
)


def _row(**changed):
    return {"name": "Agency", "kind": "RDA", "pib": PIB, "role": "Trains", "share": 10_00} | changed


def _found(rows, **admitted):
    values = {"types": ("RDA", "CSO"), **admitted}
    return [(each.code, each.path) for each in findings(ASKED, rows, Admitted(**values))]


def test_a_row_tells_of_a_partner_what_its_columns_ask():
    assert partners_of(ASKED, [_row(), {}]) == (
        Partner(0, "Agency", "RDA", "RS", "Trains", 10_00, (("PIB", PIB),)),
    )


def test_whoever_is_admitted_once_with_a_good_number_has_nothing_against_it():
    assert _found([_row(), _row(pib=OTHER)]) == []


@pytest.mark.parametrize(
    ("rows", "admitted", "expected"),
    [
        ([_row(kind="SME")], {}, [("readiness.partner_kind", "partners[0].kind")]),
        ([_row(pib="123456789")], {}, [("identifier.check_digit", "partners[0].pib")]),
        ([_row(pib="12")], {}, [("identifier.form_RS_PIB", "partners[0].pib")]),
        ([_row(), _row(pib="100 000 104")], {}, [("readiness.partner_twice", "partners[1].pib")]),
        ([_row()], {"lead_numbers": frozenset({("PIB", PIB)})},
         [("readiness.partner_is_lead", "partners[0].pib")]),
        ([_row(), _row(pib=OTHER)], {"most": 1}, [("readiness.co_applicants_many", "partners")]),
        ([_row(share=10_01)], {"total_cents": 10_00}, [("readiness.partner_shares", "partners")]),
        ([_row(share=10_00)], {"total_cents": 10_00}, []),
        ([_row(share=10_00), _row(pib=OTHER, share=None)], {"total_cents": 10_00}, []),
        ([_row(), _row(pib=OTHER)], {"most": 2}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(rows, admitted, expected):
    assert _found(rows, **admitted) == expected


def test_a_template_published_before_columns_had_facts_is_still_read():
    old = Question(
        "partners", WORDS, QuestionKind.ROWS, fact="co_applicants",
        columns=(_column("name", ""), _column("type", "")),
    )  # fmt: skip

    (partner,) = partners_of(old, [{"name": "Agency", "type": "RDA"}])

    assert (partner.name, partner.kind) == ("Agency", "RDA")


def test_a_kind_is_told_by_its_name_and_an_unknown_one_as_it_is():
    admitted = Admitted(types=("RDA",))
    kinds = [
        next(iter(findings(ASKED, [_row(kind=kind)], admitted))).values["kind"]
        for kind in ("SME", "GUILD")
    ]

    assert kinds == [Message("applicant_type.SME"), "GUILD"]


@pytest.mark.parametrize("typed", ["1.234", True, None])
def test_a_share_that_is_no_amount_is_none(typed):
    (partner,) = partners_of(ASKED, [_row(share=typed)])

    assert partner.share_cents is None
