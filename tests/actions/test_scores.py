"""Agreed scores through real assessments: the handbook's S1, S2 and the flag of S3."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from sqlalchemy import select

from app.actions import assessments, scores
from app.errors import Conflict, Invalid
from app.models import AgreedScore, Application, Assessment, Authority, Stage, StageEntry
from app.queries.scores import newest_agreed
from tests.make.applications import make_application, make_entry
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user

RELEVANCE = ("1.1", "1.2", "1.3", "1.4")
DESIGN = ("2.1", "2.2", "2.3", "2.4", "2.5")


class Room:
    """A committee with three assessors over one stage of the large scheme."""

    def __init__(self, session, stage_key: str) -> None:
        self.session = session
        self.call = make_call(session, state="closed", scheme=make_scheme("eu_integra_sctm"),
                              stage_states={stage_key: "closed"})  # fmt: skip
        self.rules = self.call.scheme.stage(stage_key)
        self.stage = session.get_one(Stage, self.call.stages[stage_key])
        authority = session.get_one(Authority, self.call.authority_id)
        make = lambda role, name: make_user(session, roles=[role], authority=authority, name=name)  # noqa: E731 - three lines shorter
        self.officer, self.chair = make("officer", "Officer"), make("chair", "Chair")
        self.assessors = {letter: make("assessor", letter) for letter in "ABC"}
        for each in self.assessors.values():
            assessments.declare(
                act_as(session, each), stage_id=self.stage.id, lot_id=self.call.lot_id,
                has_conflict=False,
            )  # fmt: skip

    def entry(self) -> StageEntry:
        application = make_application(
            self.session, call=self.call, organisation=make_organisation(self.session),
            state="admitted", entry=False,
        )  # fmt: skip
        return make_entry(self.session, application, stage=self.stage, state="admitted")

    def mark(self, entry: StageEntry, letter: str, marks: Mapping[str, int]) -> None:
        person = self.assessors[letter]
        assessments.assign(act_as(self.session, self.officer), entry.id, [person.id])
        key = self.session.scalars(
            select(Assessment.id).where(
                Assessment.entry_id == entry.id, Assessment.assessor_id == person.id
            )
        ).one()
        codes = [c.code for s in self.rules.grid.sections for c in (s, *s.criteria)]
        act = act_as(self.session, person)
        assessments.save(
            act, key, marks={code: str(mark) for code, mark in marks.items()},
            comments=dict.fromkeys(codes, "Because."),
        )  # fmt: skip
        assessments.submit(act, key)

    def agree(self) -> scores.Agreement:
        return scores.agree_all(act_as(self.session, self.chair), self.stage.id)

    def agreed(self, entry: StageEntry):
        return newest_agreed(self.session, self.stage.id)[entry.id]


@pytest.fixture
def room(session) -> Room:
    return Room(session, "concept_note")


def sheet(relevance: int, total: int) -> dict[str, int]:
    """Marks with these sums; 2.1 counts twice."""
    first = next(m for m in product(range(1, 6), repeat=4) if sum(m) == relevance)
    design = total - relevance
    rest = next(m for m in product(range(1, 6), repeat=5) if 2 * m[0] + sum(m[1:]) == design)
    return dict(zip(RELEVANCE + DESIGN, first + rest, strict=True))


def test_s1_mean_of_two_is_agreed_criterion_by_criterion(room) -> None:
    entry = room.entry()
    codes = RELEVANCE + DESIGN
    room.mark(entry, "A", dict(zip(codes, (4, 4, 3, 4, 4, 3, 3, 4, 4), strict=True)))
    room.mark(entry, "B", dict(zip(codes, (3, 4, 3, 3, 3, 3, 4, 3, 3), strict=True)))

    assert room.agree() == scores.Agreement((entry.id,), (), ())

    agreed = room.agreed(entry)
    assert (agreed.total, agreed.outcome, agreed.used) == (Decimal("34.5"), "PASSED", ("A", "B"))
    assert agreed.sections == {"1": "14.000000", "2": "20.500000"}
    assert agreed.marks["2.1"] == "3.500000"
    assert (entry.state, entry.score) == ("assessed", Decimal("34.5"))


@pytest.mark.parametrize(
    ("name", "sheets", "total", "relevance", "used", "outcome"),
    [
        ("Y", {"A": (17, 41), "B": (11, 27), "C": (15, 38)}, "39.50", "16.000000", "AC", "PASSED"),
        ("Z", {"A": (18, 45), "B": (12, 31), "C": (15, 38)}, "38.00", "15.000000", "ABC", "PASSED"),
    ],
)
def test_s2_disagreement_waits_for_a_third_and_the_closest_two_count(
    room, name, sheets, total, relevance, used, outcome
) -> None:
    entry = room.entry()
    room.mark(entry, "A", sheet(*sheets["A"]))
    room.mark(entry, "B", sheet(*sheets["B"]))

    assert room.agree() == scores.Agreement((), (entry.id,), ()), name
    room.mark(entry, "C", sheet(*sheets["C"]))
    assert room.agree() == scores.Agreement((entry.id,), (), ())

    agreed = room.agreed(entry)
    assert (agreed.total, agreed.used, agreed.outcome) == (Decimal(total), tuple(used), outcome)
    assert agreed.sections["1"] == relevance


@pytest.mark.parametrize(
    ("first", "second", "total", "outcome"),
    [((12, 31), (11, 28), "29.50", "BELOW_THRESHOLD"), ((16, 40), (11, 28), "34.00", "PASSED")],
)
def test_s2_close_totals_need_no_third(room, first, second, total, outcome) -> None:
    entry = room.entry()
    room.mark(entry, "A", sheet(*first))
    room.mark(entry, "B", sheet(*second))

    room.agree()

    assert (room.agreed(entry).total, room.agreed(entry).outcome) == (Decimal(total), outcome)


def test_entry_with_an_open_sheet_waits_and_an_agreed_one_is_left_alone(room) -> None:
    done, open_ = room.entry(), room.entry()
    for letter in "AB":
        room.mark(done, letter, sheet(12, 31))
    room.mark(open_, "A", sheet(12, 31))
    room.agree()

    assert room.agree() == scores.Agreement((), (), (open_.id,))
    versions = room.session.scalars(select(AgreedScore).where(AgreedScore.entry_id == done.id))
    assert [each.number for each in versions] == [1]


def test_committee_changes_a_score_with_its_reason_as_a_new_version(room) -> None:
    entry = room.entry()
    for letter in "AB":
        room.mark(entry, letter, sheet(12, 31))
    room.agree()
    act = act_as(room.session, room.chair)
    marks = {code: Fraction(3) for code in RELEVANCE + DESIGN}

    scores.change(act, entry.id, marks=marks, reason="Both overlooked annex 2.")

    agreed = room.agreed(entry)
    assert (agreed.number, agreed.total, agreed.used) == (2, Decimal(30), ("committee",))
    with pytest.raises(Invalid):
        scores.change(act, entry.id, marks=marks, reason=" ")
    with pytest.raises(Invalid) as refused:
        scores.change(act, entry.id, marks={**marks, "1.1": Fraction(6)}, reason="So.")
    assert list(refused.value.fields) == ["1.1"]


def full_sheet(capacity: tuple[int, ...], rest: int = 4) -> dict[str, int]:
    codes = ("3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "6.1", "6.2")
    return {**dict(zip(("1.1", "1.2", "1.3", "1.4"), capacity, strict=True)),
            **dict.fromkeys(codes, rest)}  # fmt: skip


@pytest.fixture
def flagged(session) -> tuple[Room, StageEntry]:
    """S3, U: one assessor gives a 1 in section 1, the mean is above it."""
    room = Room(session, "full_application")
    entry = room.entry()
    concept = session.get_one(Stage, room.call.stages["concept_note"])
    earlier = make_entry(
        session, session.get_one(Application, entry.application_id), stage=concept, state="passed"
    )
    earlier.sections = {"1": "14.000000", "2": "20.500000"}
    session.flush()
    room.mark(entry, "A", full_sheet((4, 4, 4, 1)))
    room.mark(entry, "B", full_sheet((4, 4, 4, 2)))
    room.agree()
    return room, entry


def test_s3_carried_section_counts_and_the_low_mark_of_one_raises_the_flag(flagged) -> None:
    room, entry = flagged

    agreed = room.agreed(entry)

    assert agreed.flags == ("SUB_SCORE_FLOOR_BY_ONE",)
    assert (agreed.sections["1"], agreed.marks["1.4"]) == ("13.500000", "1.500000")
    assert (agreed.sections["2"], agreed.outcome) == ("14.000000", "PASSED")
    assert agreed.total == Decimal("13.5") + 14 + 4 * 12


@pytest.mark.parametrize(("reject", "outcome"), [(True, "SUB_SCORE_FLOOR"), (False, "PASSED")])
def test_s3_flag_is_settled_once_by_the_committee_with_its_reason(flagged, reject, outcome) -> None:
    room, entry = flagged
    act = act_as(room.session, room.chair)

    with pytest.raises(Invalid):
        scores.settle_flag(act, entry.id, reject=reject, reason="")
    scores.settle_flag(act, entry.id, reject=reject, reason="The team is two people.")

    agreed = room.agreed(entry)
    assert (agreed.number, agreed.outcome) == (2, outcome)
    assert agreed.reason == "The team is two people."
    with pytest.raises(Conflict):
        scores.settle_flag(act, entry.id, reject=reject, reason="Again.")


def test_the_comments_of_the_assessors_are_agreed_with_the_score(room) -> None:
    entry = room.entry()
    room.mark(entry, "A", sheet(15, 34))
    room.mark(entry, "B", sheet(15, 34))

    room.agree()

    assert room.agreed(entry).comments == {"1": "Because.", "2": "Because."}


def test_the_committee_words_the_comments_that_the_applicant_reads(room) -> None:
    entry = room.entry()
    room.mark(entry, "A", sheet(15, 34))
    room.mark(entry, "B", sheet(15, 34))
    room.agree()
    act = act_as(room.session, room.chair)
    marks = {code: Fraction(mark) for code, mark in room.agreed(entry).marks.items()}

    scores.change(act, entry.id, marks=marks, reason="Clearer.", comments={"1": " Well argued. "})

    kept = room.session.scalars(
        select(AgreedScore.comments)
        .where(AgreedScore.entry_id == entry.id)
        .order_by(AgreedScore.number)
    ).all()
    assert kept == [
        {"1": "Because.", "2": "Because."},
        {"1": "Well argued.", "2": "Because."},
    ]
