"""The patterns multiplied: thousands of applications in statements of ten thousand each.

Copy `n` of anything has the id of its table's base plus `n`, so that a measurement knows
what it may open without asking.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from tests.benchmarks.clone import copy, number_on
from tests.benchmarks.scheme import DOCUMENTS
from tests.benchmarks.world import Pattern, Patterns

MILLION = 1_000_000
ASSESSED, ANNOUNCED, DRAFT = MILLION, 2 * MILLION, 3 * MILLION
PEOPLE = MILLION
IN_WORK = 2 * MILLION
"""Base of the second assessments of the call that is being assessed."""

_THINGS = "ARRAY['market', 'school', 'river', 'station', 'mill', 'garden', 'harbour']"
_DEEDS = "ARRAY['Renewal', 'Greening', 'Paving', 'Lighting', 'Drainage']"
TITLE = f"({_DEEDS})[n % 5 + 1] || ' of the ' || ({_THINGS})[n % 7 + 1] || ' square ' || n"
REGION = "(ARRAY['RS11', 'RS12', 'RS21', 'RS22'])[n % 4 + 1]"
CENTS = "10000000 + (n * 7919 % 300000) * 100"
SCORE = "60 + (n * 31 % 4000) / 100.0"


@dataclass(frozen=True, slots=True)
class World:
    """How many copies there are, and where."""

    size: int
    half: int
    drafts: int
    patterns: Patterns

    def assessor_of(self, number: int) -> str:
        """Return the session of the assessor who has copy `number` in work."""
        return f"assessor-{number % len(self.patterns.assessor_ids)}"


def multiply(connection: Connection, patterns: Patterns, size: int, drafts: int) -> World:
    """Copy every pattern: half of `size` for each call, and the drafts."""
    half = size // 2
    _people(connection, patterns, max(half, drafts))
    for pattern, base, times in (
        (patterns.assessed, ASSESSED, half),
        (patterns.announced, ANNOUNCED, half),
        (patterns.draft, DRAFT, drafts),
    ):
        _applications(connection, pattern, base, times)
        _contents(connection, pattern, base, times)
    _assessments(connection, patterns, half)
    _awards(connection, patterns.announced, half)
    _sessions(connection, drafts)
    return World(size, half, drafts, patterns)


def analyse(engine: Engine) -> None:
    """Do at once what the database does by itself over the hours in which such rows come."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))


def _people(connection: Connection, patterns: Patterns, times: int) -> None:
    copy(
        connection,
        "user_account",
        f"id = {patterns.clerk_id}",
        times,
        id=f"{PEOPLE} + n",
        email="'clerk' || n || '@bench.example'",
        name="'Clerk ' || n",
    )
    copy(
        connection,
        "organisation",
        f"id = {patterns.organisation_id}",
        times,
        id=f"{PEOPLE} + n",
        name="'Town ' || n",
        region=REGION,
        register_code="NULL",
        search_text="'town ' || n",
    )
    copy(
        connection,
        "membership",
        f"organisation_id = {patterns.organisation_id}",
        times,
        organisation_id=f"{PEOPLE} + n",
        user_id=f"{PEOPLE} + n",
    )


def _applications(connection: Connection, pattern: Pattern, base: int, times: int) -> None:
    lots = ", ".join(str(key) for key in pattern.call.lots.values())
    sent = base != DRAFT
    money = {"requested_cents": CENTS} if sent else {}
    scored = {"score": SCORE, "rank": "n"} if base == ANNOUNCED else {}
    reference = f"'{pattern.call.code}/L-' || lpad(n::text, 6, '0')"
    copy(
        connection,
        "application",
        f"id = {pattern.application_id}",
        times,
        id=f"{base} + n",
        organisation_id=f"{PEOPLE} + n",
        lot_id=f"(ARRAY[{lots}])[n % {len(pattern.call.lots)} + 1]",
        reference=reference,
        blind_code=f"'{pattern.call.code[:2]}-' || n",
        title=TITLE,
        region=REGION,
        search_text=f"lower({reference} || ' ' || {TITLE} || ' town ' || n)",
        **money,
    )
    copy(
        connection,
        "stage_entry",
        f"id = {pattern.entry_id}",
        times,
        id=f"{base} + n",
        application_id=f"{base} + n",
        **money,
        **scored,
    )


def _contents(connection: Connection, pattern: Pattern, base: int, times: int) -> None:
    """Copy what hangs on the entry: budget, files, what was received, checks, the trail."""
    entry = f"entry_id = {pattern.entry_id}"
    mine = {"entry_id": f"{base} + n"}
    for table in ("budget_line", "budget_source", "check_item"):
        copy(connection, table, entry, times, **mine)
    copy(connection, "submission", entry, times, **mine, application_id=f"{base} + n")
    file_id = f"{base * 10} + (n - 1) * {DOCUMENTS} + place"
    files = f"id IN (SELECT file_id FROM attachment WHERE {entry})"
    copy(connection, "stored_file", files, times, id=file_id)
    copy(connection, "attachment", entry, times, **mine, file_id=file_id)
    trail = (
        f"(object_type = 'application' AND object_id = {pattern.application_id})"
        f" OR (object_type = 'stage_entry' AND object_id = {pattern.entry_id})"
    )
    copy(connection, "audit_entry", trail, times, object_id=f"{base} + n")


def _assessments(connection: Connection, patterns: Patterns, half: int) -> None:
    judges = f"ARRAY[{', '.join(str(key) for key in patterns.assessor_ids)}]::bigint[]"
    count = len(patterns.assessor_ids)
    for pattern, base in ((patterns.assessed, ASSESSED), (patterns.announced, ANNOUNCED)):
        for position in (1, 2):
            first = base + (position - 1) * MILLION if base == ASSESSED else 0
            number = {"id": f"{first} + n"} if first else {}
            # The second has the assessor of its own number, the first the next one.
            shift = 1 if position == 1 else 0
            copy(
                connection,
                "assessment",
                f"entry_id = {pattern.entry_id} AND position = {position}",
                half,
                entry_id=f"{base} + n",
                assessor_id=f"({judges})[(n + {shift}) % {count} + 1]",
                **number,
            )
    number_on(connection, "assessment")


def _awards(connection: Connection, pattern: Pattern, half: int) -> None:
    """Copy scores, awards, agreements and their plans."""
    copy(
        connection,
        "agreed_score",
        f"entry_id = {pattern.entry_id}",
        half,
        entry_id=f"{ANNOUNCED} + n",
        total=SCORE,
    )
    lots = ", ".join(str(key) for key in pattern.call.lots.values())
    copy(
        connection,
        "award",
        f"application_id = {pattern.application_id}",
        half,
        id=f"{ANNOUNCED} + n",
        application_id=f"{ANNOUNCED} + n",
        lot_id=f"(ARRAY[{lots}])[n % {len(pattern.call.lots)} + 1]",
        requested_cents=CENTS,
        awarded_cents=CENTS,
    )
    award = f"(SELECT id FROM award WHERE application_id = {pattern.application_id})"
    agreement = f"(SELECT id FROM agreement WHERE award_id = {award})"
    copy(
        connection,
        "agreement",
        f"award_id = {award}",
        half,
        id=f"{ANNOUNCED} + n",
        award_id=f"{ANNOUNCED} + n",
        application_id=f"{ANNOUNCED} + n",
        reference="'AGREEMENT-' || n",
        grant_cents=CENTS,
        total_cents=f"({CENTS}) * 4 / 3",
    )
    copy(
        connection,
        "payment",
        f"agreement_id = {agreement}",
        half,
        agreement_id=f"{ANNOUNCED} + n",
    )


def _sessions(connection: Connection, drafts: int) -> None:
    """Sign in the clerk of each draft, with a cookie that is easy to know."""
    copy(
        connection,
        "sign_in",
        "user_id = (SELECT id FROM user_account WHERE email = 'officer@bench.example')",
        drafts,
        token_sha256="encode(sha256(convert_to('clerk-' || n, 'UTF8')), 'hex')",
        user_id=f"{PEOPLE} + n",
    )
