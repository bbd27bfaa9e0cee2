"""Budgets that change: up to 25 % of a heading is noted, one cent more is decided on (S8)."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import amendments, payments
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import sentence
from app.i18n import text as in_words
from app.models import AgreementLetter, Amendment, BudgetLine, StageEntry
from app.queries.amendments import budget_of
from tests.actions.test_payments import Case
from tests.actions.test_recoveries import manager_of

# S8: heading 3 has 40,000.00, so 10,000.00 may move by notification.
LINES = {"1": 150_000_00, "3": 40_000_00, "8": 13_300_00}


class Budgeted(Case):
    lines = LINES

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        entry = session.scalars(
            select(StageEntry).where(StageEntry.application_id == self.agreement.application_id)
        ).first()
        assert entry is not None
        for place, (heading, cents) in enumerate(self.lines.items(), start=1):
            session.add(
                BudgetLine(
                    entry_id=entry.id, position=place, heading=heading, description="Cost",
                    units=Decimal(1), unit_value_cents=cents, total_cents=cents,
                )
            )  # fmt: skip
        session.flush()

    def move(self, cents: int, source: str = "1", target: str = "3") -> Amendment:
        new = {each.code: each.current_cents for each in self.now()}
        new[source] -= cents
        new[target] += cents
        act = self.act(self.person)
        return amendments.ask(act, self.agreement.id, new, reason="A second pump.")

    def now(self):
        return budget_of(self.session, self.agreement.id)

    def sums(self) -> dict[str, int]:
        return {each.code: each.current_cents for each in self.now()}


@pytest.fixture
def case(session: Session) -> Budgeted:
    return Budgeted(session)


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(AgreementLetter.kind).order_by(AgreementLetter.id)))


def test_a_quarter_of_a_heading_is_noted_and_holds_at_once(case: Budgeted) -> None:
    assert case.sums() == LINES
    assert case.move(10_000_00).state == "noted"
    assert case.sums() == {"1": 140_000_00, "3": 50_000_00, "8": 13_300_00}
    assert kinds(case.session) == ["amendment_noted"]


def test_a_cent_more_waits_for_a_decision_and_changes_nothing_before_it(case: Budgeted) -> None:
    change = case.move(10_000_01)
    assert (change.state, case.sums()) == ("asked", LINES)
    with pytest.raises(Conflict, match="waits for its decision"):
        case.move(1_00)
    with pytest.raises(Forbidden):
        amendments.decide(case.act(), change.id, approve=True, reason="Fine.")
    manager = case.act(manager_of(case))
    with pytest.raises(Invalid):
        amendments.decide(manager, change.id, approve=True, reason=" ")
    amendments.decide(manager, change.id, approve=True, reason="The results stay.")
    assert case.sums()["3"] == 50_000_01
    assert kinds(case.session) == ["amendment_approved"]
    with pytest.raises(Conflict, match="does not wait"):
        amendments.decide(manager, change.id, approve=False, reason="No.")


def test_small_steps_together_are_no_way_around_the_limit(case: Budgeted) -> None:
    assert case.move(10_000_00).state == "noted"
    assert case.move(1).state == "asked"


def test_indirect_costs_never_move_without_a_decision(case: Budgeted) -> None:
    assert case.move(1, source="8").state == "asked"


def test_a_refused_or_withdrawn_change_leaves_the_budget(case: Budgeted) -> None:
    change = case.move(20_000_00)
    amendments.decide(case.act(manager_of(case)), change.id, approve=False, reason="No.")
    amendments.take_back(case.act(case.person), case.move(20_000_00).id)
    assert case.sums() == LINES
    assert kinds(case.session) == ["amendment_refused"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"1": 150_000_00, "3": 40_000_01, "8": 13_300_00}, "add up"),
        (LINES, "Nothing is changed"),
        ({"1": 150_000_00, "3": 40_000_00}, "every heading"),
    ],
)
def test_what_is_wrong_is_told(case: Budgeted, new: dict[str, int], words: str) -> None:
    with pytest.raises(Invalid) as refused:
        amendments.ask(case.act(case.person), case.agreement.id, new, reason="Why.")
    assert words in str(refused.value.fields["h_1"])


def test_a_heading_keeps_what_was_accepted_of_it_already(case: Budgeted) -> None:
    case.settle(case.first, report="")
    case.settle(case.second, 103_500_00, forecast_cents=100_000_00)
    with pytest.raises(Invalid) as refused:
        case.move(46_500_01)
    assert in_words(refused.value.fields["h_1"]).replace("\u00a0", " ") == (
        "EUR 103,500.00 of this heading is approved or paid for already. Enter at least that."
    )
    assert case.move(46_500_00).state == "asked"


def test_a_change_that_waited_leaves_a_heading_what_was_approved_meanwhile(case: Budgeted) -> None:
    case.settle(case.first, report="")
    change = case.move(100_000_00)
    case.ask(case.second, 50_000_01, forecast_cents=100_000_00)
    case.check(case.second)
    payments.approve(case.act(case.approver), case.second.id)
    manager = case.act(manager_of(case))

    with pytest.raises(Invalid) as refused:
        amendments.decide(manager, change.id, approve=True, reason="Fine.")
    amendments.decide(manager, change.id, approve=False, reason="It is spent.")

    said = refused.value.fields["decision"]
    assert (
        sentence(str(said), refused.value.values)
        .replace("\u00a0", " ")
        .startswith("EUR 50,000.01 of heading 1 is approved or paid for meanwhile")
    )
    with pytest.raises(Invalid):
        case.move(100_000_00)
    assert case.move(99_999_99).state == "asked"


def test_sums_that_differ_are_told_in_the_currency_of_the_call(case: Budgeted) -> None:
    new = {each.code: each.current_cents + 1 for each in case.now()}
    with pytest.raises(Invalid) as refused:
        amendments.ask(case.act(case.person), case.agreement.id, new, reason="More.")
    said = sentence(refused.value.fields["h_1"], refused.value.values).replace("\u00a0", " ")
    assert said.startswith("The headings add up to EUR 203,300.03, before to EUR 203,300.00.")
