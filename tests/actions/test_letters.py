"""Letters: one for every outcome, prepared once, printed once, released together."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.actions import letters, stages
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.render import RenderError
from app.documents.store import Store
from app.errors import Conflict
from app.models import Letter, StoredFile
from tests.counting import counted
from tests.make.letters import (
    NEXT_CLOSES,
    NEXT_OPENS,
    PREPARED_AT,
    Decided,
    make_decided,
    make_many,
    make_shortlist,
)
from tests.make.people import act_as


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


@pytest.fixture
def decided(session: Session) -> Decided:
    return make_decided(session)


def prepare(session: Session, decided: Decided, **more: object) -> int:
    act = act_as(session, decided.manager, now=PREPARED_AT)
    return letters.prepare(act, decided.stage_id, **more)


def letter_of(session: Session, decided: Decided, outcome: str) -> Letter:
    query = select(Letter).where(
        Letter.application_id == decided.applications[outcome].id, Letter.state != "superseded"
    )
    return session.scalars(query).one()


def context_of(session: Session, decided: Decided, outcome: str) -> c.Context:
    letter = letter_of(session, decided, outcome)
    return c.from_json(letter.document, letter.context)


def test_everybody_with_an_outcome_gets_the_letter_of_that_outcome(
    session: Session, decided: Decided
) -> None:
    assert prepare(session, decided) == 9
    found = {
        outcome: (letter_of(session, decided, outcome).kind, letter.document)
        for outcome in decided.applications
        if (letter := letter_of(session, decided, outcome))
    }
    assert found == {
        "AWARDED_FULL": ("award", "award_letter"),
        "AWARDED_PARTIAL": ("partial_offer", "partial_offer_letter"),
        "CAP_REACHED": ("cap_reached", "rejection_letter"),
        "RESERVE": ("reserve", "reserve_letter"),
        "BELOW_THRESHOLD": ("application_rejected", "rejection_letter"),
        "SECTION_BELOW_MINIMUM": ("application_rejected", "rejection_letter"),
        "SUB_SCORE_FLOOR": ("application_rejected", "rejection_letter"),
        "INELIGIBLE": ("ineligible", "ineligibility_letter"),
        "CHECK_FAILED": ("check_failed", "check_rejection_letter"),
    }


def test_preparing_twice_makes_only_what_is_missing(session: Session, decided: Decided) -> None:
    prepare(session, decided)
    assert prepare(session, decided) == 0
    assert session.scalar(select(func.count()).select_from(Letter)) == 9
    assert jobs(session) == 9


def jobs(session: Session) -> int:
    return session.scalar(
        text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'letters.render'")
    )


def reasons(session: Session, decided: Decided, outcome: str) -> tuple:
    context = context_of(session, decided, outcome)
    assert isinstance(context, c.RejectionLetter | c.IneligibilityLetter)
    return context.reasons


def test_each_cut_has_its_own_reason(session: Session, decided: Decided) -> None:
    prepare(session, decided)
    grid = decided.call.scheme.stage("full_application").grid
    first = f"1. {grid.sections[0].title['en']}"
    criterion = next(each for each in grid.sections[0].criteria if each.code == "1.3")
    assert reasons(session, decided, "BELOW_THRESHOLD") == (
        c.BelowThreshold(score="59.996667", threshold="60", maximum="100"),
    )
    assert reasons(session, decided, "SECTION_BELOW_MINIMUM") == (
        c.BelowSectionMinimum(section=first, score="11.50", minimum="12", maximum="20"),
    )
    assert reasons(session, decided, "SUB_SCORE_FLOOR") == (
        c.BelowScoreFloor(
            section=first,
            criterion=f"1.3 {criterion.text['en']}",
            score="1",
            floor="1",
            maximum="5",
        ),
    )
    assert reasons(session, decided, "CAP_REACHED") == (
        c.CapReached(
            cap="A lead applicant may receive at most 1 grant in this call.",
            awarded=(decided.applications["AWARDED_FULL"].reference,),
            score="83.00",
            threshold="60",
        ),
    )


def test_a_failed_check_names_item_finding_and_the_officers_reason(
    session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    stage = decided.call.scheme.stage("full_application")
    item = next(each for each in stage.checklist if each.key == "form_complete")
    context = context_of(session, decided, "CHECK_FAILED")
    assert isinstance(context, c.CheckRejectionLetter)
    assert context.reasons == (
        c.AdministrativeFailure(
            number="2", item=item.question["en"], finding="Section 4 of the form is empty."
        ),
    )
    assert context.remark == "The form was handed in without its description of the action."
    assert context.asked == ()


def test_who_is_not_eligible_learns_the_criterion_of_the_last_check(
    session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    items = decided.call.scheme.stage("eligibility").checklist
    item = next(each for each in items if each.key == "taxes")
    papers = {
        paper.key: paper.title["en"]
        for stage in decided.call.scheme.stages
        for paper in stage.documents
    }
    assert reasons(session, decided, "INELIGIBLE") == (
        c.Ineligible(
            criterion=item.question["en"],
            document=papers.get(item.document, ""),
            finding="The certificate shows an overdue debt.",
        ),
    )


def test_a_partial_offer_states_amounts_share_answer_day_and_nameless_comments(
    session: Session, decided: Decided
) -> None:
    prepare(session, decided)
    context = context_of(session, decided, "AWARDED_PARTIAL")
    assert isinstance(context, c.PartialOfferLetter)
    assert context.amounts == c.Amounts(
        currency="EUR",
        requested_cents=620_000_00,
        granted_cents=500_000_00,
        eligible_cents=688_888_89,
        rate_percent="90",
        share_percent="80.65",
    )
    assert context.reply_by == date(2026, 6, 5)
    assert context.letter.written_on == date(2026, 5, 21)
    assert context.letter.decided_on == date(2026, 5, 20)
    comments = {each.title[:1]: each.comment for each in context.scores.sections}
    assert comments["1"] == "Strong team and stable finances. One vacancy in procurement."
    assert comments["3"] == "The plan is clear."
    assert "Secret" not in c.snapshot(context)


def test_the_reserve_letter_states_place_and_validity(session: Session, decided: Decided) -> None:
    prepare(session, decided)
    context = context_of(session, decided, "RESERVE")
    assert isinstance(context, c.ReserveLetter)
    assert (context.position, context.valid_until) == (1, date(2026, 12, 31))
    assert "79.333333" in context.reason


def test_what_the_scheme_adds_to_a_letter_stands_in_it(session: Session, decided: Decided) -> None:
    prepare(session, decided)
    rule = decided.call.scheme.letter_for("AWARDED_FULL", "full_application")
    context = context_of(session, decided, "AWARDED_FULL")
    assert context.letter.paragraphs == tuple(each["en"] for each in rule.paragraphs)
    assert context.letter.complaint == c.Complaint(
        days=30,
        send_to="complaints@olg.example",
        reply_days=45,
        further=decided.call.scheme.letters.complaint_paragraph["en"],
    )


def test_invitations_need_the_dates_of_the_next_stage(session: Session) -> None:
    shortlist = make_shortlist(session)
    with pytest.raises(Conflict, match="set the dates of the next stage first"):
        prepare(session, shortlist)


def test_a_shortlist_invites_with_the_deadline_and_refuses_with_the_cut_off(
    session: Session,
) -> None:
    shortlist = make_shortlist(session)
    set_dates(session, shortlist)
    assert prepare(session, shortlist) == 4
    invitation = context_of(session, shortlist, "PRESELECTED")
    assert isinstance(invitation, c.PreselectionInvitation)
    assert (invitation.closes_at, invitation.change_percent) == (NEXT_CLOSES, "20")
    assert [each.title[:1] for each in invitation.carried] == ["1"]
    assert reasons(session, shortlist, "NOT_PRESELECTED") == (
        c.OutsidePreselection(
            score="38.00",
            threshold="30",
            cut_off_score="41.50",
            rank="3",
            limit_percent="200",
            limit_cents=600_000_00,
            currency="EUR",
        ),
    )
    assert reasons(session, shortlist, "BELOW_THRESHOLD") == (
        c.BelowThreshold(score="29.50", threshold="30", maximum="50"),
    )


def set_dates(session: Session, shortlist: Decided) -> None:
    stages.set_dates(
        act_as(session, shortlist.manager, now=PREPARED_AT),
        shortlist.call.stages["full_application"],
        opens_at=NEXT_OPENS,
        closes_at=NEXT_CLOSES,
    )


def test_two_hundred_letters_take_as_many_statements_as_two(session: Session) -> None:
    few, many = make_many(session, 2), make_many(session, 200)
    with counted(session) as of_few:
        prepare(session, few)
    with counted(session) as of_many:
        assert prepare(session, many) == 200
    assert of_many.number == of_few.number


def test_letters_are_written_only_between_decision_and_announcement(session: Session) -> None:
    decided = make_decided(session)
    stage = decided.call.stages["concept_note"]
    with pytest.raises(Conflict, match="between the decision and its announcement"):
        letters.prepare(act_as(session, decided.manager), stage)


def render_all(session: Session, decided: Decided, renderer: Renderer, store: Store) -> None:
    for key in session.scalars(select(Letter.id).where(Letter.stage_id == decided.stage_id)):
        letters.render(act_as(session, now=PREPARED_AT), key, renderer=renderer, store=store)


def test_a_printed_letter_has_its_file_hash_and_pages(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    prepare(session, decided)
    letter = letter_of(session, decided, "AWARDED_FULL")
    for _ in range(2):
        letters.render(act_as(session, now=PREPARED_AT), letter.id, renderer=renderer, store=store)
    session.refresh(letter)
    file = session.get_one(StoredFile, letter.file_id)
    assert (letter.state, letter.page_count, letter.rendered_at) == ("rendered", 2, PREPARED_AT)
    assert store.read(file.sha256, verify=True).startswith(b"%PDF")
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


class Broken(Renderer):
    def pdf(self, context, files=None):
        raise RenderError("There is no glyph for a picture.")


def test_a_letter_that_fails_says_why_and_can_be_tried_again(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    prepare(session, decided)
    letter = letter_of(session, decided, "RESERVE")
    with pytest.raises(RenderError):
        letters.render(act_as(session), letter.id, renderer=Broken(), store=store)
    letters.fail(act_as(session), letter.id, RenderError("There is no glyph for a picture."))
    assert (letter.state, letter.failure) == (
        "failed",
        "paper.contents",
    )
    assert (
        letters.retry_all(act_as(session, decided.manager, now=PREPARED_AT), decided.stage_id) == 1
    )
    letters.render(act_as(session, now=PREPARED_AT), letter.id, renderer=renderer, store=store)
    assert (letter.state, letter.failure) == ("rendered", "")


def test_letters_that_lost_their_job_are_tried_again(session: Session, decided: Decided) -> None:
    prepare(session, decided)
    later = PREPARED_AT + timedelta(minutes=16)
    act = act_as(session, decided.manager, now=later)
    assert letters.retry_all(act, decided.stage_id) == 9
    assert jobs(session) == 18


def test_looking_at_a_letter_is_noted_once(
    session: Session, decided: Decided, renderer: Renderer, store: Store
) -> None:
    prepare(session, decided)
    letter = letter_of(session, decided, "RESERVE")
    letters.look_at(act_as(session, decided.manager, now=PREPARED_AT), letter.id)
    assert letter.looked_at_at is None
    letters.render(act_as(session, now=PREPARED_AT), letter.id, renderer=renderer, store=store)
    letters.look_at(act_as(session, decided.manager, now=PREPARED_AT), letter.id)
    letters.look_at(
        act_as(session, decided.second, now=PREPARED_AT + timedelta(hours=1)), letter.id
    )
    assert letter.looked_at_at == PREPARED_AT
