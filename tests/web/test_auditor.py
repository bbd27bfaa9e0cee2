"""An auditor reads everything of the authority and changes nothing: every form, really sent."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice, product

import pytest
from sqlalchemy import Connection, select, text
from starlette.testclient import TestClient

from app import clock, db
from app.models import User
from app.settings import Settings
from app.web.app import create_app
from app.web.finance_steps import AGREEMENT_STEPS, PAYMENT_STEPS
from app.web.ranking_deeds import DEEDS
from app.web.security import SESSION_COOKIE, TOKEN_FIELD, csrf_token
from tests.demo import NOW, DemoWorld, demo_url, demo_world
from tests.house.routes import OPEN, Filed, filed
from tests.servers import sign_in

__all__ = ["demo_url", "demo_world"]

PARAMETER = re.compile(r"{(\w+)(?::int)?}")
TRIES = 16
# What everybody may do for themselves, auditors too.
OWN = {"CHANGE_OWN_ACCOUNT", "signed_in"}
# What an auditor may take away (it is recorded, and nothing else changes), and views of one's own.
TAKEN = {"office_evidence_take", "office_report_print", "office_report_print_again"}
TAKEN |= {"office_report_view_save", "office_report_view_delete"}

# One step of each kind of thing: all of them take the same way.
IN_KIND_STEPS = ("protocol", "repossess", "signed", "strike")

# One row of each state, so that no refusal hides behind "this is over already".
IDS = {
    "call_id": "call",
    "stage_id": "stage",
    "application_id": "application",
    "entry_id": "stage_entry",
    "assessment_id": "assessment",
    "letter_id": "letter",
    "award_id": "award",
    "agreement_id": "agreement",
    "payment_id": "payment",
    "membership_id": "membership",
    "clarification_id": "clarification",
    "activation_id": "reserve_activation",
    "move_id": "round_move",
    "order_id": "recovery_order",
    "receipt_id": "recovery_receipt",
    "grant_id": "in_kind_grant",
    "asset_id": "asset",
    "own_share_id": "own_share",
    "return_id": "own_share_return",
    "paper_id": "in_kind_paper",
    "amendment_id": "amendment",
    "request_id": "end_request",
    "change_id": "account_change",
}
ALL_OF = {
    "lot_id": "lot",
    "organisation_id": "organisation",
    "attachment_id": "attachment",
    "authority_id": "authority",
    "user_id": "user_account",
    "role_id": "staff_role",
    "link_id": "one_time_link",
    "quote_id": "quote",
    "stand_in_id": "stand_in",
    "view_id": "report_view",
    "print_id": "report_print",
}
WORDS = {
    "stage_key": ("concept_note", "full_application"),
    "section_key": ("action",),
    "requirement": ("declaration",),
    "lot": ("L1",),
    "rank": (1,),
    "year": (2026,),
    "month": (11,),
    "number": (11,),
    "deed": ("remove", "reopen"),
    "key": (*IN_KIND_STEPS, *DEEDS, *PAYMENT_STEPS, *AGREEMENT_STEPS),
    "party": ("beneficiary", "authority"),
    "topic": ("lots", "policy"),
    "about": ("interim:1", "interim:2"),
}
FORM = {
    "reason": "Because I can.",
    "flag_reason": "Because I can.",
    "why": "Because I can.",
    "name": "Somebody",
    "short_name": "SB",
    "country": "RS",
    "title": "Something",
    "code": "AUDIT-1",
    "email": "somebody@example.org",
    "action": "save",
    "answer": "accept",
    "decision": "reject",
    "bank_reference": "1",
    "iban": "RS35260005601001611379",
    "account_holder": "Somebody",
    **{f"mark_{section}_{place}": "1" for section in range(1, 9) for place in range(1, 9)},
    **{
        f"{field}.{part}": typed
        for field, day in {
            "paid_on": ("20", "11", "2026"),
            "signed_on": ("20", "11", "2026"),
            "starts_on": ("1", "12", "2026"),
            "ends_on": ("1", "12", "2027"),
            "opens_at": ("1", "12", "2026"),
            "closes_at": ("31", "12", "2026"),
        }.items()
        for part, typed in zip(("day", "month", "year", "time"), (*day, "12:00"), strict=True)
    },
}


@pytest.fixture(scope="module")
def site(
    demo_url: str, demo_world: DemoWorld
) -> Iterator[tuple[TestClient, Connection, Mapping[str, object]]]:
    """The auditor's browser on the demo world, the database, and who the auditor is."""
    chosen = Settings(data_dir=demo_world.folder, secret_key="k" * 32, log_level="error")
    engine = db.engine_for(demo_url)
    sessions = db.sessions(engine)
    now = datetime.fromisoformat(NOW)
    with sessions() as session:
        auditor = session.scalars(select(User).where(User.email == "auditor@attd.example")).one()
        token = sign_in(session, auditor, now)
        session.commit()
    app = create_app(chosen, sessions)
    with clock.frozen(now), engine.connect() as connection, TestClient(app) as browser:
        browser.follow_redirects = False
        browser.cookies.set(SESSION_COOKIE, token)
        yield browser, connection, {TOKEN_FIELD: csrf_token(chosen.key(), token)}
    engine.dispose()


def addresses(route: Filed, known: Mapping[str, tuple[object, ...]]) -> Iterator[str]:
    names = PARAMETER.findall(route.path)
    for values in islice(product(*(known[name] for name in names)), TRIES):
        path = route.path
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}(:int)?}}", str(value), path)
        yield path


def values_of(connection: Connection) -> dict[str, tuple[object, ...]]:
    def ids(query: str) -> tuple[object, ...]:
        return tuple(connection.execute(text(query)).scalars())

    by_state = {
        name: ids(f'SELECT min(id) FROM "{table}" GROUP BY state ORDER BY state') or (1,)
        for name, table in IDS.items()
    }
    every = {
        name: ids(f"SELECT id FROM {table} ORDER BY id LIMIT 4") or (1,)
        for name, table in ALL_OF.items()
    }
    return {**by_state, **every, **WORDS}


def fingerprint(connection: Connection) -> dict[str, str]:
    """Return a digest of all that each table holds."""
    tables = connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).scalars()
    found = {
        table: connection.execute(
            text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
        ).scalar_one()
        for table in tables.all()
    }
    connection.rollback()
    return found


def test_no_form_lets_an_auditor_change_anything(site) -> None:
    browser, connection, sealed = site
    known = values_of(connection)
    routes = [
        each
        for each in filed().values()
        if each.method == "POST" and not set(each.who) & (OPEN | OWN) and each.name not in TAKEN
    ]
    before = fingerprint(connection)

    answered = {
        (route.name, browser.post(path, data={**FORM, **sealed}).status_code)
        for route in routes
        for path in addresses(route, known)
    }

    assert fingerprint(connection) == before
    assert {name for name, _ in answered} == {each.name for each in routes}
    assert {each for each in answered if each[1] not in {403, 404}} == set()
