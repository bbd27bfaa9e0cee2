"""Tests of app/actions/calls_edit.py: rules of a draft, and copies of calls."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select

from app.actions import calls_edit
from app.actions.calls_edit import Edit
from app.errors import Conflict, Invalid
from app.models import AuditEntry, Authority, Call, Lot
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_form import DocumentRequirement
from app.rules.scheme_money import Lot as LotRules
from app.rules.scheme_text import Text
from tests.actions.test_calls import draft, manager_of
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_authority, make_user

THRESHOLD = "stages[0].grid.threshold"


def change(session, call, **edit) -> None:
    calls_edit.change_rules(act_as(session, manager_of(session, call)), call.id, Edit(**edit))


def owner(session, call):
    """A manager of the whole authority: a role for one call alone may not start others."""
    authority = session.get(Authority, call.authority_id)
    return act_as(session, make_user(session, roles=[Role.FUND_MANAGER], authority=authority))


def test_changed_rule_stands_in_the_template_and_in_the_trail_in_words(session) -> None:
    call = draft(session)
    was = call.scheme.stages[0].grid.threshold

    change(session, call, values={THRESHOLD: was + 1})

    detail = session.scalars(
        select(AuditEntry.detail).where(AuditEntry.event == "change_rules")
    ).one()
    title = call.scheme.stages[0].title["en"]
    place = f"Stage “{title}” › Points › Points needed in all"
    assert scheme_of(session, call.id).stages[0].grid.threshold == was + 1
    assert detail == {"was": {"rules": {place: "17.5"}}, "now": {"rules": {place: "18.5"}}}


def test_item_is_added_raised_and_removed_again(session) -> None:
    call = draft(session)
    path = "stages[0].documents"
    before = [each.key for each in call.scheme.stages[0].documents]
    new = DocumentRequirement("new_paper", Text({"en": "New paper"}))

    change(session, call, add=(path, new))
    last = f"{path}[{len(before)}]"
    change(session, call, raise_=last)
    raised = [each.key for each in scheme_of(session, call.id).stages[0].documents]
    change(session, call, remove=f"{path}[{len(before) - 1}]")

    assert raised == [*before[:-1], "new_paper", *before[-1:]]
    assert [each.key for each in scheme_of(session, call.id).stages[0].documents] == before


def test_new_lot_has_its_row_and_goes_with_it(session) -> None:
    call = draft(session)

    change(session, call, add=("lots", LotRules("Z", Text({"en": "Second"}), 5_00)))
    rows = session.execute(
        select(Lot.code, Lot.envelope_cents).where(Lot.call_id == call.id).order_by(Lot.position)
    ).all()
    change(session, call, remove="lots[1]")

    assert rows[1] == ("Z", 5_00)
    assert session.scalars(select(Lot.code).where(Lot.call_id == call.id)).all() == [rows[0][0]]


def test_most_points_of_a_section_follow_from_its_marks_also_where_they_are_kept(session) -> None:
    call = draft(session, scheme=make_scheme("eu_integra_sctm"))
    path = "stages[0].grid.sections[0].criteria[0].max"

    change(session, call, values={path: Fraction(10)})

    first, second = scheme_of(session, call.id).stages[:2]
    kept = next(each for each in second.grid.sections if each.carry_over)
    assert first.grid.sections[0].maximum == kept.maximum == 25


def test_place_that_somebody_took_away_is_told(session) -> None:
    call = draft(session)

    with pytest.raises(Invalid):
        change(session, call, remove="stages[0].documents[99]")


def test_change_over_another_persons_change_is_told_not_lost(session) -> None:
    call = draft(session)
    act = act_as(session, manager_of(session, call))
    seen = session.get(Call, call.id).version
    change(session, call, values={THRESHOLD: Fraction(1)})

    with pytest.raises(Invalid):
        calls_edit.change_rules(act, call.id, Edit({THRESHOLD: Fraction(2)}), version=seen)

    assert scheme_of(session, call.id).stages[0].grid.threshold == 1


def test_published_call_is_not_changed_without_a_corrigendum(session) -> None:
    call = make_call(session)

    with pytest.raises(Conflict):
        change(session, call, values={THRESHOLD: Fraction(1)})


def test_copy_is_a_draft_with_the_same_rules_and_no_dates(session) -> None:
    authority = make_authority(session)
    call = make_call(session, state="announced", authority=authority, title="First round")

    new_id = calls_edit.clone(owner(session, call), call.id, code="round-2", title="Second round")

    copy = session.get(Call, new_id)
    rules = scheme_of(session, new_id)
    assert (copy.state, copy.code, copy.title) == ("draft", "ROUND-2", "Second round")
    assert (copy.opens_at, copy.closes_at, copy.digest) == (None, None, None)
    assert (copy.cloned_from_id, copy.authority_id) == (call.id, authority.id)
    assert (rules.lots, rules.stages) == (call.scheme.lots, call.scheme.stages)
    assert (rules.allocation.reserve_valid_until, copy.reserve_valid_until) == (None, None)
    assert session.get(Call, call.id).state == "announced"


def test_copy_needs_a_code_of_its_own(session) -> None:
    call = make_call(session, code="ONE-1")

    with pytest.raises(Invalid) as refusal:
        calls_edit.clone(owner(session, call), call.id, code="one-1", title="x")

    assert list(refusal.value.fields) == ["code"]


def test_reserve_date_of_the_copied_call_is_not_taken_along(session) -> None:
    scheme = make_scheme("eu_integra_sctm")
    call = make_call(session, scheme=scheme)

    new_id = calls_edit.clone(owner(session, call), call.id, code="NEW-1", title="New")

    assert scheme.allocation.reserve_valid_until == date(2026, 12, 31)
    assert scheme_of(session, new_id).allocation.reserve_valid_until is None
