"""A fund manager is told of every inconsistency, with its place and a sentence."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.i18n import text
from app.i18n.said import all_sentences
from app.rules.applicants import ApplicantType, type_name
from app.rules.scheme import Scheme
from app.rules.scheme_consistency import Known, consistency, publishable
from app.rules.scheme_findings import Severity
from app.rules.scheme_letters import Outcome
from app.rules.scheme_text import Text
from tests.rules.make_scheme import REAL, found_in, lot, one_stage, part, question, two_lots

RULES = Path(__file__).parent.parent.parent / "app" / "rules"


def test_the_two_templates_can_be_published() -> None:
    assert publishable(consistency(one_stage()))
    assert publishable(consistency(two_lots()))


def test_the_small_template_has_nothing_to_say() -> None:
    assert consistency(one_stage()) == ()


def test_the_real_template_has_nothing_to_say_either() -> None:
    assert codes(two_lots()) == []


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda s: replace(s, envelope_cents=0), "envelope", "not_positive"),
        (lambda s: replace(s, currency="eur"), "currency", "currency_form"),
        (lambda s: replace(s, languages=()), "languages", "no_language"),
        (part("period", ends_on=date(2020, 1, 1)), "period.ends_on", "period_order"),
        (question(0, 0, 0, label=Text({})), "stages[0].form[0].questions[0].label", "text_missing"),
        (
            question(0, 0, 0, label=Text({"en": " "})),
            "stages[0].form[0].questions[0].label",
            "text_missing",
        ),
        (lambda s: replace(s, languages=("en", "sr-Cyrl")), "title", "not_translated"),
    ],
)
def test_an_inconsistency_of_the_scheme_as_a_whole_is_told(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


def test_errors_stand_before_warnings() -> None:
    endless = part("allocation", reserve_valid_until=None)(REAL)

    found = consistency(replace(endless, envelope_cents=1))

    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.WARNING]
    assert not publishable(found)


def test_regions_that_are_known_are_not_told() -> None:
    scheme = lot(regions=("RS11",))(REAL)

    assert consistency(scheme, known=Known(regions=frozenset({"RS11"}))) == consistency(REAL)


def test_a_scheme_that_is_whole_in_two_languages_has_nothing_untranslated() -> None:
    scheme = replace(one_stage(), languages=("en", "en-GB"))

    assert ("title", "not_translated") in found_in(scheme)
    assert found_in(replace(one_stage(), languages=("en", "en"))) == set()


def test_what_other_parts_know_is_compared_where_it_is_given() -> None:
    scheme = lot(regions=("RS99",))(REAL)
    known = Known(regions=frozenset({"RS11"}), documents=frozenset({"award_letter"}))

    found = [finding.message.code for finding in consistency(scheme, known=known)]

    assert found.count("scheme.unknown_region") == 1
    assert found.count("scheme.letter_document") == len(REAL.letters.letters) - 1


def test_every_code_of_these_rules_has_a_sentence_and_the_other_way_round() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("scheme_*.py"))
    calls = set(re.findall(r'(?:error|warning)\(\s*"([a-z_0-9]+)"', source))
    used = {f"scheme.{code}" for code in calls} | set(re.findall(r'"(scheme\.[a-z_]+)"', source))

    assert used == {code for code in all_sentences() if code.startswith("scheme.")}
    assert {f"outcome.{outcome}" for outcome in Outcome} == {
        code for code in all_sentences() if code.startswith("outcome.")
    }
    assert all(text(type_name(kind)) for kind in ApplicantType)


def codes(scheme: Scheme) -> list[str]:
    return [finding.message.code for finding in consistency(scheme)]


def test_warnings_alone_do_not_forbid_publishing_and_an_error_does() -> None:
    endless = consistency(part("allocation", reserve_valid_until=None)(REAL))
    wrong = consistency(replace(REAL, envelope_cents=1))

    assert [finding.severity for finding in endless] == [Severity.WARNING]
    assert publishable(endless)
    assert [finding.severity for finding in wrong] == [Severity.ERROR]
    assert not publishable(wrong)


def test_a_period_may_be_one_day() -> None:
    one_day = part("period", starts_on=date(2026, 12, 31), ends_on=date(2026, 12, 31))(REAL)

    assert codes(one_day) == []
