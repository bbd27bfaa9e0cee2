"""Templates are read exactly, and a mistake in one is named with its place."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.actions.templates import library, library_scheme, read_template
from app.errors import Invalid, NotFound
from app.i18n import text
from app.rules.messages import Message
from app.rules.scheme import Scheme, questions_of
from app.rules.scheme_consistency import consistency
from app.rules.scheme_findings import Finding, Severity
from app.rules.scheme_text import said

ONE_STAGE = Path(__file__).parent.parent / "library" / "one_stage.toml"


def test_the_library_lists_every_template_by_key() -> None:
    keys = [entry.key for entry in library()]

    assert keys == sorted(set(keys))
    assert all(library_scheme(key).key == key for key in keys)


def with_money(scheme: Scheme) -> Scheme:
    """Return the scheme with an envelope where its template leaves that to the call."""
    if scheme.envelope_cents:
        return scheme
    lots = tuple(replace(lot, envelope_cents=100_000_00) for lot in scheme.lots)
    return replace(scheme, lots=lots, envelope_cents=100_000_00 * len(lots))


def errors_of(scheme: Scheme) -> list[Finding]:
    return [each for each in consistency(scheme) if each.severity is Severity.ERROR]


def test_every_template_of_the_library_can_be_published_once_it_has_money() -> None:
    assert [errors_of(with_money(library_scheme(entry.key))) for entry in library()] == [
        [] for _ in library()
    ]


def test_a_template_without_an_envelope_cannot_be_published_until_every_lot_has_money() -> None:
    scheme = library_scheme("green_growth_grants")
    one_lot_open = replace(
        with_money(scheme),
        lots=(replace(scheme.lots[0], envelope_cents=0), *with_money(scheme).lots[1:]),
        envelope_cents=400_000_00,
    )

    assert [each.message.path for each in errors_of(scheme)] == [
        "envelope",
        *(f"lots[{place}].envelope" for place in range(5)),
    ]
    assert [text(each.message) for each in errors_of(one_lot_open)] == [
        "Lot ALB has no money; give it an envelope."
    ]


def test_no_template_asks_for_health_origin_belief_or_convictions() -> None:
    """Such answers need a store of their own; until it exists no scheme may ask for them."""
    special = re.compile(
        r"disab|health|illness|ethnic|minorit|roma\b|religio|belief|convict|prison|crimin|sexual",
        re.IGNORECASE,
    )
    asked = [
        (entry.key, said(words, "en"))
        for entry in library()
        for stage in library_scheme(entry.key).stages
        for words in (
            *(each.label for each in questions_of(stage)),
            *(choice.label for each in questions_of(stage) for choice in each.choices),
            *(each.title for each in stage.documents),
        )
        if special.search(said(words, "en"))
    ]

    assert asked == []


def test_a_higher_grant_needs_the_job_that_the_lot_asks_for() -> None:
    lot = library_scheme("green_growth_grants").lot("SRB")

    assert lot.max_grant_for({"new_jobs": "1"}) == 6_000_00
    assert lot.max_grant_for({"new_jobs": "0"}) == 3_000_00
    assert lot.max_grant_for({}) == 3_000_00
    assert lot.max_grant_for({"new_jobs": "many"}) == 3_000_00


def test_things_are_given_net_of_the_own_share() -> None:
    scheme = library_scheme("green_growth_grants")

    assert scheme.in_kind is not None
    assert {lot.max_rate_percent + scheme.in_kind.own_share_percent for lot in scheme.lots} == {100}
    assert (scheme.in_kind.quotes_min, scheme.in_kind.retention_months) == (3, 24)


def test_a_template_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        library_scheme("nothing")


def test_the_two_lots_of_the_real_template_make_its_envelope() -> None:
    scheme = library_scheme("eu_integra_sctm")

    assert [lot.envelope_cents for lot in scheme.lots] == [414_000_000, 600_000_000]
    assert scheme.envelope_cents == 1_014_000_000


def test_the_real_template_carries_the_grids_of_the_handbook() -> None:
    first, second = (library_scheme("eu_integra_sctm").stages[place].grid for place in (0, 1))

    assert first is not None
    assert second is not None
    assert [section.maximum for section in first.sections] == [20, 30]
    assert [section.maximum for section in second.sections] == [20, 20, 15, 15, 15, 15]
    assert (first.threshold, second.threshold) == (30, 60)
    assert second.sections[0].minimum == 12


def test_a_development_group_raises_the_highest_rate_of_its_lot() -> None:
    lot = library_scheme("eu_integra_sctm").lot("L1")

    assert lot.max_rate_for({"development_group": "IV"}) == 95
    assert lot.max_rate_for({"development_group": "III"}) == 90
    assert lot.max_rate_for({}) == 90


def test_the_funding_statement_is_frozen_with_the_scheme_in_every_language() -> None:
    profile = library_scheme("eu_integra_sctm").visibility

    assert said(profile.statement, "sr-Cyrl") == "Финансира Европска унија"
    assert said(profile.statement, "de") == "Funded by the European Union"


def test_a_visibility_profile_may_be_written_out_in_the_template() -> None:
    written = ONE_STAGE.read_text(encoding="utf-8").replace('visibility = "OWN_FUNDS"', "", 1)
    inline = '[visibility]\nkey = "MINE"\nstatement = "Paid by the town"\n\n[period]'

    scheme = read_template(written.replace("[period]", inline, 1).encode(), "mine.toml")

    assert (scheme.visibility.key, scheme.visibility.emblem) == ("MINE", "none")
    assert scheme.visibility.statement == {"en": "Paid by the town"}


def test_exact_numbers_may_be_written_whole_or_quoted() -> None:
    scheme = read_template(ONE_STAGE.read_bytes(), "one_stage.toml")

    assert scheme.lots[0].max_rate_percent == Fraction(175, 2)
    assert scheme.stages[0].grid is not None
    assert scheme.stages[0].grid.sections[0].criteria[0].step == Fraction(1, 2)


def test_a_plain_string_is_text_in_the_first_language() -> None:
    scheme = read_template(ONE_STAGE.read_bytes(), "one_stage.toml")

    assert scheme.lots[0].title == {"en": "Town gardens"}
    assert said(scheme.title, "sr_Latn") == "Mali grantovi za gradske bašte"


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        (
            'envelope = "3000000.00"\nmin',
            'envelop = "3000000.00"\nmin',
            "lots[0].envelop",
            "Unknown key “envelop”. Did you mean “envelope”?",
        ),
        (
            'code = "A"\ntitle = "Town',
            'code = "A"\nqqqq = 1\ntitle = "Town',
            "lots[0].qqqq",
            ("Unknown key “qqqq”. Known here: applicant_types, co_applicants_min, code, "
            "description, envelope, grant_conditions, max_grant, max_rate_percent, min_grant, "
            "min_rate_percent, rate_exceptions, regions, title."),
        ),
        (
            'max_grant = "400000.00"',
            "max_grant = 400000.00",
            "lots[0].max_grant",
            '“400000.0” is not a sum of money; write it in quotes with a point, like "1500.00".',
        ),
        (
            'max_grant = "400000.00"',
            'max_grant = "400.000,00"',
            "lots[0].max_grant",
            ("“400.000,00” is not a sum of money; write it in quotes with a point,"
            ' like "1500.00".'),
        ),
        (
            'threshold = "17.5"',
            "threshold = 17.5",
            "stages[0].grid.threshold",
            '17.5 is not exact; write it in quotes, like "17.5".',
        ),
        (
            'threshold = "17.5"',
            'threshold = "much"',
            "stages[0].grid.threshold",
            '“much” is not a number; write 7 or "7.5".',
        ),
        (
            'procedure = "SINGLE_STAGE"',
            'procedure = "DOUBLE"',
            "call.procedure",
            "“DOUBLE” is not known here; write one of RESTRICTED, OPEN or SINGLE_STAGE.",
        ),
        ('kind = "text"\n', "", "stages[0].form[0].questions[0].kind", "“kind” is missing."),
        ("min_days = 20", 'min_days = "20"', "call.min_days",
         "Write a whole number, without quotes."),
        ("max_words = 50", "max_words = true", "stages[0].form[0].questions[2].max_words",
         "Write a whole number, without quotes."),
        ("required = false", 'required = "no"', "stages[0].form[0].questions[2].required",
         "Write true or false, without quotes."),
        ("starts_on = 2026-01-01", 'starts_on = "1.1.2026"', "period.starts_on",
         "Write a date as year-month-day, like 2027-03-19."),
        ('visibility = "OWN_FUNDS"', 'visibility = "MARS"', "visibility",
         "There is no visibility profile “MARS”. Known: EU_CO_FUNDED, EU_FUNDED, GERMAN_GOV_HELP, "
         "OWN_FUNDS."),
        ('label = "What will you do?"', "label = 5", "stages[0].form[0].questions[1].label",
         "Write a table of keys and values here."),
        ('applicant_types = ["CSO", "SME"]', 'applicant_types = "CSO"', "call.applicant_types",
         "Write a list in square brackets."),
        ('key = "one_stage"', "key = 1", "key", "Write a text in quotes."),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_place(
    old: str, new: str, place: str, sentence: str
) -> None:
    fields = refused(lambda written: written.replace(old, new, 1))

    assert {where: text(message) for where, message in fields.items()}[place] == sentence


def test_a_file_that_is_no_toml_is_refused_with_the_line() -> None:
    fields = refused(lambda written: written.replace("[period]", "[period", 1))

    assert text(fields[""]).startswith("garden.toml is not valid TOML: ")
    assert "line 9" in text(fields[""])


def test_languages_that_are_no_list_are_told_like_any_other_mistake() -> None:
    fields = refused(lambda written: written.replace('["en"]', "5", 1))

    assert text(fields["languages"]) == "Write a list in square brackets."


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_template("title = 'bašte'".encode("cp1250"), "garden.toml")

    assert message_at(refusal.value, "") == "garden.toml is not text in UTF-8."


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(b"#" * 1_000_001, "garden.toml")

    assert message_at(refusal.value, "") == "The file is larger than 1000 KB."


def refused(change: Callable[[str], str]) -> dict[str, Message]:
    written = ONE_STAGE.read_text(encoding="utf-8")
    assert change(written) != written
    with pytest.raises(Invalid) as refusal:
        read_template(change(written).encode(), "garden.toml")
    return {
        place: message
        for place, message in refusal.value.fields.items()
        if isinstance(message, Message)
    }


def message_at(refusal: Invalid, place: str) -> str:
    message = refusal.fields[place]
    assert isinstance(message, Message)
    return text(message)
