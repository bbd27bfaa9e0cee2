"""Handbook 1.6.3 and A5."""

from fractions import Fraction

from app.i18n import text
from app.rules.ranking import Scored, ShortlistOutcome, preselect, ranked
from app.rules.scheme_grid import Boundary, Preselection

A5 = {
    "P1": ("46", 900_000_00),
    "P2": ("44", 1_200_000_00),
    "P3": ("43", 1_500_000_00),
    "P4": ("41.50", 800_000_00),
    "P5": ("40", 1_100_000_00),
    "P6": ("38", 700_000_00),
    "P7": ("35", 900_000_00),
    "P8": ("29.50", 600_000_00),
}
AT_LEAST = Preselection(Fraction(200))
AT_MOST = Preselection(Fraction(200), Boundary.EXCLUDE_CROSSING)


def notes(**changed: str) -> list[Scored]:
    return [
        Scored(name, Fraction(changed.get(name, total)), cents)
        for name, (total, cents) in A5.items()
    ]


def shortlist(entries: list[Scored], preselection: Preselection | None = AT_LEAST):
    return preselect(
        entries,
        envelope_cents=3_000_000_00,
        threshold=Fraction(30),
        preselection=preselection,
    )


def passed(result) -> list[str]:
    return [line.scored.id for line in result.lines if line.outcome is ShortlistOutcome.PASSED]


def test_a5_the_note_that_crosses_the_line_is_in() -> None:
    result = shortlist(notes())
    assert passed(result) == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert (result.passed_cents, result.cut_off) == (6_200_000_00, Fraction(38))
    assert result.limit_cents == 6_000_000_00
    assert result.passed_percent == Fraction(620, 3)
    assert [line.running_cents for line in result.lines[4:]] == [
        5_500_000_00,
        6_200_000_00,
        7_100_000_00,
        None,
    ]


def test_a5_each_line_says_why() -> None:
    lines = shortlist(notes()).lines
    assert text(lines[6].why, "en") == (
        "It has 35 points, enough for the threshold of 30. Only the best were"
        " invited, until their requests reached 200 % of the money available; the last one invited"
        " has 38 points."
    )
    assert text(lines[7].why, "en") == ("It has 29.5 points. At least 30 were needed.")
    assert lines[5].why.code == "ranking.preselection_passed"


def test_a5_at_most_leaves_the_crossing_note_out() -> None:
    result = shortlist(notes(), AT_MOST)
    assert passed(result) == ["P1", "P2", "P3", "P4", "P5"]
    assert result.passed_cents == 5_500_000_00


def test_a5_all_at_the_line_are_in() -> None:
    result = shortlist(notes(P7="38"))
    assert passed(result) == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    assert result.passed_cents == 7_100_000_00


def test_a5_equals_at_the_line_stay_out_together_where_the_limit_is_a_most() -> None:
    assert passed(shortlist(notes(P5="41.50"), AT_MOST)) == ["P1", "P2", "P3", "P4", "P5"]
    assert passed(shortlist(notes(P6="40"), AT_MOST)) == ["P1", "P2", "P3", "P4"]


def test_exactly_the_limit_needs_no_further_note() -> None:
    entries = [Scored("a", Fraction(40), 6_000_000_00), Scored("b", Fraction(39), 1)]
    assert passed(shortlist(entries)) == ["a"]
    assert passed(shortlist(entries, AT_MOST)) == ["a"]


def test_without_a_limit_the_threshold_decides() -> None:
    assert len(passed(shortlist(notes(), None))) == 7


def test_nobody_passes_where_nobody_is_able() -> None:
    assert shortlist([Scored("a", Fraction(29), 1)]).cut_off is None
    assert shortlist([Scored("a", Fraction(29), 1)], None).cut_off is None
    assert passed(shortlist([Scored("a", Fraction(31), 9_000_000_00)], AT_MOST)) == []


def test_equals_share_a_rank_and_the_next_one_counts_them() -> None:
    totals = {"a": 9, "b": 8, "c": 8, "d": 7}
    entries = [Scored(name, Fraction(total), 1) for name, total in totals.items()]
    assert [(one.scored.id, one.label) for one in ranked(entries)] == [
        ("a", "1"),
        ("b", "2="),
        ("c", "2="),
        ("d", "4"),
    ]
    assert [one.why and one.why.code for one in ranked(entries)] == [
        None,
        None,
        "ranking.shared",
        None,
    ]


def test_each_settled_tie_says_what_settled_it() -> None:
    entries = [
        Scored("a", Fraction(80), 10_00, {"relevance": Fraction(18)}),
        Scored("b", Fraction(80), 5_00, {"relevance": Fraction(17)}),
        Scored("c", Fraction(80), 6_00, {"relevance": Fraction(17)}, committee_order=1),
        Scored("d", Fraction(80), 6_00, {"relevance": Fraction(17)}, committee_order=2),
        Scored("e", Fraction(80), 6_00, {"relevance": Fraction(17)}),
    ]
    lines = ranked(list(reversed(entries)), ("relevance", "requested_asc"))
    assert [one.scored.id for one in lines] == ["a", "b", "c", "d", "e"]
    assert [text(one.why, "en") if one.why else "" for one in lines] == [
        "",
        (
            "Same total as the application above; that one has more points in “relevance”:"
            " 18 against 17."
        ),
        "Same total as the application above; that one requests less: 5.00 against 6.00.",
        "Same total as the application above; the committee set the order, with a written reason.",
        "Same total as the application above; the committee set the order, with a written reason.",
    ]


def test_the_first_two_may_share_their_rank() -> None:
    entries = [Scored("b", Fraction(8), 1), Scored("a", Fraction(8), 1)]
    assert [(one.scored.id, one.label) for one in ranked(entries)] == [("a", "1="), ("b", "1=")]


def test_a_section_without_points_counts_nothing() -> None:
    entries = [
        Scored("a", Fraction(8), 1),
        Scored("b", Fraction(8), 1, {"relevance": Fraction(1, 2)}),
    ]
    assert [one.scored.id for one in ranked(entries, ("relevance",))] == ["b", "a"]


def test_exactly_the_threshold_passes_with_and_without_a_limit() -> None:
    entries = [Scored("a", Fraction(30), 1_00)]
    for preselection in (AT_LEAST, None):
        result = shortlist(entries, preselection)
        assert (passed(result), result.cut_off) == (["a"], Fraction(30))
        assert result.lines[0].running_cents == 1_00


def test_without_a_percentage_there_is_no_limit_to_tell() -> None:
    assert shortlist(notes(), None).limit_cents == 0
