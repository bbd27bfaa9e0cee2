"""Tests of app/actions/calls.py."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.actions import calls
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AuditEntry, Call, Lot, Mail, Stage
from app.queries.calls_findings import findings
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from tests.make.applications import make_application
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user

OPENS = NOW + timedelta(days=1)
CLOSES = datetime(2026, 5, 28, 15, 0, tzinfo=UTC)


def manager_of(session, call):
    return make_user(session, roles=[Role.FUND_MANAGER], call=call)


def draft(session, **more):
    more = {"opens_at": OPENS, "closes_at": CLOSES, **more}
    return make_call(session, state="draft", **more)


def events(session, call_id: int) -> list[str]:
    return list(
        session.execute(
            select(AuditEntry.event)
            .where(AuditEntry.call_id == call_id, AuditEntry.object_type == "call")
            .order_by(AuditEntry.id)
        ).scalars()
    )


# --- starting -------------------------------------------------------------------------


def test_call_starts_as_a_draft_with_the_lots_and_stages_of_its_template(session) -> None:
    authority = make_authority(session)
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)

    call_id = calls.start(
        act_as(session, manager),
        authority_id=authority.id,
        template_key="eu_integra_sctm",
        code="integra-2026-01",
        title="Integrated projects",
    )

    call = session.get(Call, call_id)
    lots = session.execute(
        select(Lot.code, Lot.envelope_cents).where(Lot.call_id == call_id).order_by(Lot.position)
    ).all()
    stages = session.execute(
        select(Stage.key, Stage.state).where(Stage.call_id == call_id).order_by(Stage.position)
    ).all()
    assert (call.state, call.code, call.envelope_cents) == ("draft", "INTEGRA-2026-01", 1014000000)
    assert lots == [("L1", 414_000_000), ("L2", 600_000_000)]
    assert stages == [
        ("concept_note", "waiting"),
        ("full_application", "waiting"),
        ("eligibility", "waiting"),
    ]
    assert scheme_of(session, call_id) == make_scheme("eu_integra_sctm")
    assert call.digest is None


def test_code_of_a_call_is_its_own_within_the_authority(session) -> None:
    call = draft(session, code="GARDENS-1")

    with pytest.raises(Invalid) as refusal:
        calls.start(
            act_as(session, manager_of(session, replaced_scope(call))),
            authority_id=call.authority_id,
            template_key="eu_integra_sctm",
            code="gardens-1",
            title="Twice",
        )

    assert list(refusal.value.fields) == ["code"]


def replaced_scope(call):
    """The authority as a whole: a role for one call alone may not start others."""
    return _Scope(call.authority_id)


class _Scope:
    def __init__(self, authority_id: int) -> None:
        self.authority_id, self.id = authority_id, None


@pytest.mark.parametrize("code", ["", "--", "a b", "ЈАВНИ-1", "x/1"])
def test_code_keeps_to_letters_digits_and_hyphens(session, code) -> None:
    authority = make_authority(session)
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)

    with pytest.raises(Invalid):
        calls.start(
            act_as(session, manager),
            authority_id=authority.id,
            template_key="eu_integra_sctm",
            code=code,
            title="A call",
        )


def test_stranger_cannot_start_a_call_or_learn_of_the_authority(session) -> None:
    authority = make_authority(session)

    with pytest.raises(NotFound):
        calls.start(
            act_as(session, make_user(session)),
            authority_id=authority.id,
            template_key="eu_integra_sctm",
            code="X-1",
            title="Mine",
        )


def test_officer_reads_calls_but_does_not_change_them(session) -> None:
    call = draft(session)
    officer = make_user(session, roles=[Role.OFFICER], call=call)

    with pytest.raises(Forbidden):
        calls.change_basics(
            act_as(session, officer), call.id, code=call.code, title="New", summary=""
        )


# --- changing -------------------------------------------------------------------------


def test_changed_lots_stand_in_the_template_and_in_the_rows_alike(session) -> None:
    call = draft(session)

    calls.change_lots(
        act_as(session, manager_of(session, call)),
        call.id,
        envelope_cents=500_000_00,
        lots=[calls.LotChange("A", "Parks", 500_000_00, 10_000_00, None)],
    )

    row = session.execute(select(Lot.title, Lot.envelope_cents).where(Lot.call_id == call.id)).one()
    scheme = scheme_of(session, call.id)
    assert row == ("Parks", 500_000_00)
    assert session.get(Call, call.id).envelope_cents == scheme.envelope_cents == 500_000_00
    assert scheme.lots[0] == replace(
        call.scheme.lots[0],
        title={"en": "Parks"},
        envelope_cents=500_000_00,
        min_grant_cents=10_000_00,
        max_grant_cents=None,
    )


def test_sums_that_do_not_fit_are_kept_and_told(session) -> None:
    call = draft(session)

    calls.change_lots(
        act_as(session, manager_of(session, call)),
        call.id,
        envelope_cents=3_000_000_00,
        lots=[calls.LotChange("A", "Parks", 2_999_999_99, 500_000_00, 400_000_00)],
    )

    told = [each.message.code for each in findings(session, call.id, NOW) if each.is_error]
    assert told == ["scheme.lots_are_not_the_envelope", "scheme.min_above_max_grant"]


def test_lot_that_the_call_does_not_have_is_refused(session) -> None:
    call = draft(session)

    with pytest.raises(Invalid):
        calls.change_lots(
            act_as(session, manager_of(session, call)),
            call.id,
            envelope_cents=1,
            lots=[calls.LotChange("Z", "Parks", 1, 0, None)],
        )


def test_dates_of_the_call_are_those_of_its_first_stage(session) -> None:
    call = draft(session, scheme=make_scheme("eu_integra_sctm"), opens_at=None, closes_at=None)

    calls.change_dates(
        act_as(session, manager_of(session, call)),
        call.id,
        opens_at=OPENS,
        closes_at=CLOSES,
        reserve_valid_until=date(2027, 3, 31),
    )

    dates = session.execute(
        select(Stage.opens_at, Stage.closes_at)
        .where(Stage.call_id == call.id)
        .order_by(Stage.position)
    ).all()
    row = session.get(Call, call.id)
    assert (row.opens_at, row.closes_at) == (OPENS, CLOSES)
    assert dates == [(OPENS, CLOSES), (None, None), (None, None)]
    assert row.reserve_valid_until == date(2027, 3, 31)
    assert scheme_of(session, call.id).allocation.reserve_valid_until == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [
        (CLOSES, CLOSES),
        (CLOSES, OPENS),
        (NOW - timedelta(days=9), NOW),
    ],
)
def test_closing_must_lie_after_the_opening_and_ahead(session, opens_at, closes_at) -> None:
    call = draft(session)

    with pytest.raises(Invalid) as refusal:
        calls.change_dates(
            act_as(session, manager_of(session, call)),
            call.id,
            opens_at=opens_at,
            closes_at=closes_at,
        )

    assert list(refusal.value.fields) == ["closes_at"]


def test_change_over_another_persons_change_is_told_not_lost(session) -> None:
    call = draft(session)
    act = act_as(session, manager_of(session, call))
    looked_at = session.get(Call, call.id).version
    calls.change_basics(act, call.id, code="A-1", title="First", summary="")

    with pytest.raises(Invalid):
        calls.change_basics(act, call.id, code="A-1", title="Second", summary="", version=looked_at)

    assert session.get(Call, call.id).title == "First"


# --- cancelling -----------------------------------------------------------------------


def test_cancelled_call_ends_its_stages_and_keeps_the_reason(session) -> None:
    call = make_call(session)

    calls.cancel(act_as(session, manager_of(session, call)), call.id, reason="No money left")

    reason = session.execute(
        select(AuditEntry.detail).where(
            AuditEntry.call_id == call.id, AuditEntry.object_type == "call"
        )
    ).scalar_one()
    assert session.get(Call, call.id).state == "cancelled"
    assert session.get(Stage, call.stage_id).state == "cancelled"
    assert reason == {"reason": "No money left"}


def test_everybody_who_began_to_apply_is_told_the_reason_once(session) -> None:
    call = make_call(session)
    ana = make_user(session, email="ana@example.org")
    town = make_organisation(session, contact=ana)
    make_application(session, call=call, organisation=town, state="draft")
    make_application(session, call=call, organisation=town, state="submitted")

    calls.cancel(act_as(session, manager_of(session, call)), call.id, reason="No money left")

    mails = session.execute(select(Mail.to, Mail.body)).all()
    assert [to for to, _ in mails] == ["ana@example.org"]
    assert "No money left" in mails[0].body


def test_call_is_not_cancelled_without_a_reason(session) -> None:
    call = make_call(session)

    with pytest.raises(Invalid):
        calls.cancel(act_as(session, manager_of(session, call)), call.id, reason=" ")


def test_decided_call_can_no_longer_be_cancelled(session) -> None:
    call = make_call(session, state="decided")

    with pytest.raises(Conflict):
        calls.cancel(act_as(session, manager_of(session, call)), call.id, reason="Late")
