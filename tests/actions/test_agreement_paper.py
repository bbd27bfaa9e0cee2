"""The agreement on paper: printed once, from what was agreed, again when a draft changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import agreement_paper, agreements
from app.documents import contexts as c
from app.documents import render
from app.documents.store import Store
from app.models import Agreement, StoredFile
from tests.actions.test_agreements import TERMS, Desk
from tests.make.people import act_as


class Printer:
    """Prints in this process; the child has its own tests."""

    def pdf(self, context: c.Context, files: Mapping[str, bytes] | None = None) -> bytes:
        return render.pdf(context, files)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def printed(desk: Desk, store: Store, key: int) -> StoredFile | None:
    act = act_as(desk.session)
    agreement_paper.render(act, key, renderer=Printer(), store=store)
    agreement = desk.session.get_one(Agreement, key)
    return desk.session.get(StoredFile, agreement.file_id) if agreement.file_id else None


def context_of(desk: Desk, key: int) -> c.GrantAgreement:
    desk.session.expire_all()
    return c.from_json("grant_agreement", desk.session.get_one(Agreement, key).terms)


def test_the_paper_states_parties_money_and_a_plan_of_the_whole_grant(desk: Desk) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)

    paper = context_of(desk, key)

    assert paper.amount_cents == 200_000_00
    assert paper.eligible_cents == 250_000_00
    assert paper.rate_percent == "80"
    assert paper.months == 24
    assert [each.amount_cents for each in paper.plan] == [80_000_00, 100_000_00, 20_000_00]
    assert paper.authority_party.name == desk.authority.name
    assert paper.iban == "RS35260005601001611379"
    assert paper.extra == ()
    assert [report.due for report in paper.reports] == [
        "every 12 months while the action runs",
        "within 3 months after the end of the action, by 30 June 2028",
    ]
    assert (paper.payment_days, paper.balance_days, paper.record_years) == (30, 90, 5)


def test_the_job_prints_it_once(desk: Desk, store: Store) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)

    first = printed(desk, store, key)

    assert first.filename == "agreement-INT-1-L1-001-A.pdf"
    assert store.read(first.sha256).startswith(b"%PDF-1.7")
    assert printed(desk, store, key).id == first.id


def test_a_changed_draft_is_printed_again_and_an_unchanged_one_is_not(
    desk: Desk, store: Store
) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    first = printed(desk, store, key)
    agreements.change(desk.act(), key, TERMS)
    assert desk.session.get_one(Agreement, key).file_id == first.id

    agreements.change(desk.act(), key, replace(TERMS, ends_on=date(2028, 4, 30)))

    assert desk.session.get_one(Agreement, key).file_id is None
    assert printed(desk, store, key).sha256 != first.sha256
    queued = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'agreements.render'"
    assert desk.session.scalar(text(queued)) == 2


def test_a_paper_that_was_overtaken_by_a_change_is_thrown_away(desk: Desk, store: Store) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)

    class Slow(Printer):
        def pdf(self, context: c.Context, files: Mapping[str, bytes] | None = None) -> bytes:
            agreements.change(desk.act(), key, replace(TERMS, ends_on=date(2028, 4, 30)))
            return super().pdf(context, files)

    agreement_paper.render(act_as(desk.session), key, renderer=Slow(), store=store)

    assert desk.session.get_one(Agreement, key).file_id is None


def test_a_rate_that_no_decimal_can_write_is_stated_exactly(desk: Desk) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    agreement = desk.session.get_one(Agreement, key)
    agreement.rate = "10/13"
    agreement_paper.write(desk.act(), agreement)

    paper = context_of(desk, key)

    assert paper.rate_percent == "76.923077"
    assert len(paper.extra) == 1
    assert "10/13 of the accepted eligible costs" in paper.extra[0]
