"""Every page as everybody: no bug, nothing that is not theirs, no dead link, few questions."""

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import clock, db
from app.demo import traders
from app.demo.cast import clerk_email
from app.demo.world import world as story
from app.models import Application, Authority, Award, InKindGrant, Membership, User
from app.queries.actors import actor_of
from app.rules.permissions import ANYBODY, Role
from app.settings import CHECKOUT, Settings
from app.web.app import create_app
from tests.demo import NOW, DemoWorld
from tests.house.routes import OPEN, filed
from tests.journeys.crawler import Visit, Visitor, Walker, World
from tests.journeys.untranslated import corpus, untranslated
from tests.make.people import make_user
from tests.servers import sign_in

STARTS = ("/", "/account", "/applications", "/office/calls", "/assessor", "/finance/agreements")
STARTS += ("/finance/payments", "/admin", "/office/audit", "/check")
PER_ROUTE = 3
MOST_QUERIES = 13
VNU = CHECKOUT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

# Pages that nobody can reach by a link of the demo world, and why.
UNREACHED = {
    "applicant_agreement_letter": "the worker prints it",
    "applicant_agreement_paper": "the worker prints it",
    "applicant_clarification_pdf": "the worker prints it",
    "applicant_organisation_details": "the second page of a form",
    "applicant_organisation_place": "the same",
    "applicant_print_page": "asked for by a button",
    "applicant_print_pdf": "the worker prints it",
    "applicant_recovery_letter": "the worker prints it",
    "applicant_receipt_pdf": "the worker prints it",
    "assessor_print_page": "asked for by a button",
    "assessor_print_pdf": "the worker prints it",
    "assessor_file": "no upload of the world is open to assessors",
    "finance_agreement_paper": "the worker prints it",
    "finance_recovery_letter": "the worker prints it",
    "finance_bank_file": "no file for the bank was made in the world",
    "finance_bank_file_xml": "the same",
    "finance_letter_pdf": "the worker prints it",
    "office_clarification_pdf": "the worker prints it",
    "office_letter_drop": "no letter of the world is being issued again",
    "office_return_deed": "nobody of the world gets an own share back",
    "office_report_pdf": "the worker prints it",
    "office_receipt": "the worker prints it",
    "office_visit_refuse": "every visit of the world confirms the application",
    "public_check_code": "needs the code of a letter",
    "account_confirm": "needs the token of a mail",
    "account_first": "needs the token of the console",
    "account_invitation": "needs the token of a mail",
    "account_new_password": "needs the token of a mail",
}


@pytest.fixture(scope="module")
def world(
    demo_url: str, demo_world: DemoWorld, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    chosen = Settings(
        data_dir=demo_world.folder, secret_key="k" * 32, development=True, log_level="error"
    )
    engine = db.engine_for(demo_url)
    sessions = db.sessions(engine)
    with sessions() as session:
        visitors = everybody(session)
        session.commit()
        known = places(session)
    app = create_app(chosen, sessions)
    standing = clock.frozen(datetime.fromisoformat(NOW))
    with standing, TestClient(app, follow_redirects=False) as client:
        yield World(client, engine, visitors, known)
    engine.dispose()


def everybody(session: Session) -> dict[str, Visitor]:
    """All staff, a holder of each role that the world lacks, applicants, a newcomer, nobody."""
    authority = session.scalars(select(Authority)).one()
    users = session.scalars(select(User).order_by(User.id)).all()
    staff = [user for user in users if user.email.endswith("@attd.example")]
    held = {role for user in staff for role in actor_of(session, user.id).roles}
    lacking = set(Role) - held - {Role.PUBLIC, Role.APPLICANT}
    staff += [
        make_user(session, roles=[role], authority=authority, email=f"{role}@attd.example")
        for role in sorted(lacking)
    ]
    # The first waits for a town hall, the last for the authority.
    wishes = {story().wishes[0].email, story().wishes[-1].email}
    waiting = [user for user in users if user.email in wishes]
    newcomer = make_user(session, email="newcomer@towns.example")
    people = [*staff, *applicants(session), *waiting, newcomer]
    now = datetime.fromisoformat(NOW)
    visitors = [
        Visitor(user.email, sign_in(session, user, now), actor_of(session, user.id))
        for user in people
    ]
    return {each.name: each for each in [*visitors, Visitor("nobody", "", ANYBODY)]}


def applicants(session: Session) -> list[User]:
    """Whom the start names, then as few others as see every state of application and award.

    A grant in kind is a state of its own.
    """
    query = (
        select(User, Application.state, Award.state, InKindGrant.state)
        .select_from(Application)
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(InKindGrant, InKindGrant.application_id == Application.id)
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.state == "admitted")
        .order_by(User.id)
    )
    seen: dict[User, set[tuple[str, ...]]] = defaultdict(set)
    for user, *states in session.execute(query):
        seen[user].add(tuple(states))
    named = {clerk_email(each.place) for each in story().visitors}
    named |= {each.email for each in traders.asking()}
    chosen = [user for user in seen if user.email in named]
    left = set().union(*seen.values()) - set().union(*(seen[user] for user in chosen))
    while left:
        chosen.append(max(seen, key=lambda user: len(seen[user] & left)))
        left -= seen[chosen[-1]]
    return chosen


def places(session: Session) -> tuple[str, ...]:
    """Return pages to which one row of the world leads: three of many would pass them by."""
    asked = (
        (
            "/office/stages/{}/ranking",
            "SELECT stage.id FROM stage JOIN call ON call.id = call_id WHERE call.state = 'ranked'",
        ),
        ("/office/calls/{}", "SELECT id FROM call WHERE state = 'draft'"),
        ("/office/calls/{}/rules/letters/0", "SELECT id FROM call WHERE state = 'draft'"),
        ("/office/stages/{}/letters", "SELECT stage_id FROM letter WHERE state = 'failed'"),
        ("/office/calls/{}/suspend", "SELECT max(id) FROM call WHERE state = 'published'"),
        (
            "/finance/agreements/{}",
            "SELECT agreement_id FROM payment WHERE recoverable_cents > 0 ORDER BY id LIMIT 1",
        ),
        ("/finance/agreements/{}", "SELECT min(id) FROM agreement WHERE state = 'sent'"),
        ("/finance/agreements/{}", "SELECT id FROM agreement WHERE state = 'draft'"),
        (
            "/offers/{}",
            "SELECT award.id FROM award JOIN application ON application.id = application_id "
            "WHERE award.state = 'accepted' AND reference = 'STOPS-2026-R2/INF-001'",
        ),
        ("/office/calls/{}/resume", "SELECT id FROM call WHERE state = 'suspended'"),
        ("/office/calls/{}/reserve", "SELECT min(call_id) FROM award WHERE state = 'declined'"),
        ("/office/calls/{}/reserve", "SELECT call_id FROM reserve_activation"),
        ("/office/calls/{}/rounds", "SELECT min(giver_id) FROM round_move"),
        ("/office/calls/{}/rounds", "SELECT giver_id FROM round_move WHERE state = 'proposed'"),
        ("/office/calls/{}/rounds", "SELECT max(receiver_id) FROM round_move"),
        (
            "/office/calls/{}/named",
            "SELECT id FROM call WHERE template #>> '{call,direct,ground}' <> ''",
        ),
        (
            "/office/stages/{}/interviews",
            "SELECT DISTINCT stage_id FROM interview JOIN stage_entry ON stage_entry.id = entry_id",
        ),
        (
            "/office/calls/{}/drafts",
            "SELECT call_id FROM application WHERE draft_shared_at IS NOT NULL",
        ),
        (
            "/office/stages/{}/assessments",
            "SELECT stage_id FROM assessment "
            "JOIN stage_entry ON stage_entry.id = entry_id WHERE assessment.state = 'in_progress' "
            "OR assessment.state = 'declined' LIMIT 1",
        ),
        ("/finance/payments/{}", "SELECT id FROM payment WHERE state = 'requested'"),
        ("/calls/{}/results", "SELECT min(id) FROM call WHERE state = 'announced'"),
        ("/office/calls/{}/archive", "SELECT min(id) FROM call WHERE state = 'announced'"),
        ("/assessor/assessments/{}", "SELECT min(id) FROM assessment WHERE state = 'assigned'"),
        ("/admin/authorities/{}/days-off/2026", "SELECT id FROM authority"),
    )
    return tuple(path.format(session.execute(text(query)).scalar_one()) for path, query in asked)


@pytest.fixture(scope="module")
def visits(world: World) -> list[Visit]:
    """What everybody saw who followed the links."""
    return [
        visit
        for visitor in world.visitors.values()
        for visit in Walker(world, visitor).walk((*STARTS, *world.places), per_route=PER_ROUTE)
    ]


@pytest.fixture(scope="module")
def pages(visits: list[Visit]) -> dict[str, Visit]:
    """One visit of each page that was shown, by who and path without doubles of route and title."""
    shown = {}
    for visit in visits:
        if visit.status == 200 and visit.is_html:
            shown.setdefault((visit.route, visit.title, len(visit.text) // 2000), visit)
    return {f"{number:04d}": visit for number, visit in enumerate(shown.values())}


def test_no_page_has_a_bug(visits: list[Visit]) -> None:
    assert [(v.who, v.path, v.error or v.status) for v in visits if v.status >= 500] == []


def test_no_link_leads_nowhere(visits: list[Visit]) -> None:
    broken = {
        (visit.found_on, visit.path, visit.status, visit.who)
        for visit in visits
        if visit.found_on and visit.status in {403, 404, 405, 410}
    }

    assert broken == set()


def test_every_page_is_crawled(visits: list[Visit]) -> None:
    shown = {v.route for v in visits if v.status == 200 or (v.status == 303 and v.who != "nobody")}
    wanted = {line.name for line in filed().values() if line.method == "GET"}

    skipped = {name for name in wanted if set(filed()[name].who) <= {"developers"}}
    missing = wanted - shown - skipped - {"health", "health_ready"} - UNREACHED.keys()
    assert not missing, f"Nobody found these: {sorted(missing)}"
    found = UNREACHED.keys() & shown
    assert not found, f"These are found now; take them off the list: {sorted(found)}"


def test_nobody_sees_what_the_table_does_not_grant(world: World, visits: list[Visit]) -> None:
    """Every page that anybody found is asked for by everybody else."""
    one_of_each: dict[str, Visit] = {}
    for visit in visits:
        if visit.status == 200:
            one_of_each.setdefault(visit.route, visit)
    seen = {(visit.who, visit.path) for visit in visits if visit.status == 200}

    strange = [
        (name, visit.route, visit.path, answer.status, answer.error)
        for name, visitor in world.visitors.items()
        for visit in one_of_each.values()
        if visit.route and not set(filed()[visit.route].who) & visitor.holds()
        if (answer := Walker(world, visitor).visit(visit.path)).status not in {303, 403, 404}
    ]

    assert strange == []
    assert [
        (who, path) for who, path in seen if who == "nobody" and not _is_open(world, path)
    ] == []


def _is_open(world: World, path: str) -> bool:
    line = world.route_of(path)
    return line is not None and bool(set(line.who) & OPEN)


def test_applicants_see_only_what_is_theirs(world: World, visits: list[Visit]) -> None:
    """What one town hall found by its links, no other town hall may open."""
    found: dict[str, set[str]] = defaultdict(set)
    for visit in visits:
        is_theirs = re.search(r"/\d", visit.path) and visit.route.startswith("applicant_")
        if is_theirs and visit.status == 200 and "/new/" not in visit.path:
            found[visit.who].add(visit.path)
    clerks = [name for name in found if name.startswith("clerk@")]

    strange = [
        (name, path, answer.status)
        for name in clerks
        for owner in clerks
        for path in sorted(found[owner] - found[name])
        if name != owner
        if (answer := Walker(world, world.visitors[name]).visit(path)).status not in {403, 404}
    ]

    assert len(clerks) > 2
    assert strange == []


def test_titles_tell_pages_apart(visits: list[Visit]) -> None:
    routes = defaultdict(set)
    for visit in visits:
        if visit.status == 200 and visit.is_html and visit.route:
            audience = visit.route.split("_")[0]
            routes[audience, visit.title].add(visit.route)
    # The agreements of one call are the same page with a filter.
    routes["finance", "Agreements – Envelope"].discard("finance_call")

    assert {each: names for each, names in routes.items() if len(names) > 1 or not each[1]} == {}


def test_pages_ask_the_database_little(world: World, visits: list[Visit]) -> None:
    worst: dict[str, Visit] = {}
    for visit in visits:
        # A file of many rows is written piece by piece, and asks for each piece.
        is_page = visit.status == 200 and visit.is_html
        if is_page and visit.queries > worst.get(visit.route, visit).queries - 1:
            worst[visit.route] = visit
    listed = sorted(worst.values(), key=lambda visit: -visit.queries)
    slowest = sorted(worst.values(), key=lambda visit: -visit.milliseconds)
    for visit in [*listed[:10], *slowest[:10]]:
        print(f"{visit.queries:4d} queries {visit.milliseconds:6.0f} ms {visit.route} {visit.path}")

    # A page on which the clock moved something is asked for again: it moves things once.
    again = [
        Walker(world, world.visitors[visit.who]).visit(visit.path)
        for visit in listed
        if visit.queries > MOST_QUERIES
    ]
    assert {v.route: v.queries for v in again if v.queries > MOST_QUERIES} == {}


def test_html_is_valid(pages: dict[str, Visit], tmp_path: Path) -> None:
    for name, visit in pages.items():
        (tmp_path / f"{name}.html").write_text(visit.text, "utf-8")
    run = subprocess.run(
        ["java", "-Xss1m", "-jar", str(VNU), "--errors-only", "--format", "json", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    faults = {
        (pages[Path(each["url"]).stem].route, each["message"], each.get("extract", ""))
        for each in json.loads(run.stderr)["messages"]
    }
    assert faults == set()


def test_every_visible_text_passes_through_gettext(world: World, pages: dict[str, Visit]) -> None:
    with world.engine.connect() as connection:
        known = corpus(connection)

    left = {
        (visit.route, words)
        for visit in pages.values()
        for words in untranslated(_pseudo(world, visit).text, known)
    }

    assert left == set()


def _pseudo(world: World, visit: Visit) -> Visit:
    query = "&" if "?" in visit.path else "?"
    walker = Walker(world, world.visitors[visit.who])
    return walker.visit(f"{visit.path}{query}language=en_XA")
