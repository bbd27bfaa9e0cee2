"""Guard many rows at once: the same sums and frozen columns, asked once for each statement.

Why: each award of a run wrote the sums of its call anew, behind all the versions of that row which
the same transaction had left, and compared its whole template each time; each state of an
application was written down by a statement of its own. Ten thousand awards took minutes. Now a
statement writes each sum and the lines of all its rows once, and frozen columns are compared
when a statement names them.
"""

from collections.abc import Iterator

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Nobody sees a sum between two rows of one statement, so the CHECK of the envelope refuses the
# same statements as before. Calls stand before lots and both by their id, as everybody locks them.
AWARDS = """
CREATE FUNCTION envelope_awards_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM envelope_add_awards(ARRAY(
        SELECT ROW(call_id, lot_id, sum(awarded_cents - released_cents))::envelope_award_change
        FROM came
        WHERE state NOT IN ('declined', 'revoked', 'discarded') GROUP BY call_id, lot_id));
    RETURN NULL;
END $$;
CREATE FUNCTION envelope_awards_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM envelope_add_awards(ARRAY(
        SELECT ROW(call_id, lot_id, -sum(awarded_cents - released_cents))::envelope_award_change
        FROM gone
        WHERE state NOT IN ('declined', 'revoked', 'discarded') GROUP BY call_id, lot_id));
    RETURN NULL;
END $$;
CREATE FUNCTION envelope_awards_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM envelope_add_awards(ARRAY(
        SELECT ROW(call_id, lot_id, sum(cents))::envelope_award_change FROM (
            SELECT call_id, lot_id, awarded_cents - released_cents AS cents FROM came
            WHERE state NOT IN ('declined', 'revoked', 'discarded')
            UNION ALL
            SELECT call_id, lot_id, released_cents - awarded_cents FROM gone
            WHERE state NOT IN ('declined', 'revoked', 'discarded')
        ) AS counted GROUP BY call_id, lot_id));
    RETURN NULL;
END $$;
CREATE TYPE envelope_award_change AS (call_id bigint, lot_id bigint, cents bigint);
CREATE FUNCTION envelope_add_awards(changes envelope_award_change[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT call_id AS id, sum(cents)::bigint AS cents FROM unnest(changes)
        GROUP BY call_id HAVING sum(cents) <> 0 ORDER BY call_id
    LOOP
        UPDATE call SET awarded_cents = awarded_cents + change.cents WHERE id = change.id;
    END LOOP;
    FOR change IN SELECT lot_id AS id, sum(cents)::bigint AS cents FROM unnest(changes)
        GROUP BY lot_id HAVING sum(cents) <> 0 ORDER BY lot_id
    LOOP
        UPDATE lot SET awarded_cents = awarded_cents + change.cents WHERE id = change.id;
    END LOOP;
END $$;
CREATE FUNCTION envelope_award_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an award does not change its lot' USING ERRCODE = 'ENV01';
END $$;
DROP TRIGGER award_sums ON award;
DROP FUNCTION envelope_award_sums();
CREATE TRIGGER stays BEFORE UPDATE OF call_id, lot_id ON award FOR EACH ROW
    WHEN (NEW.lot_id <> OLD.lot_id OR NEW.call_id <> OLD.call_id)
    EXECUTE FUNCTION envelope_award_stays();
CREATE TRIGGER award_sums_came AFTER INSERT ON award REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION envelope_awards_came();
CREATE TRIGGER award_sums_gone AFTER DELETE ON award REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION envelope_awards_gone();
CREATE TRIGGER award_sums_changed AFTER UPDATE ON award
    REFERENCING OLD TABLE AS gone NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION envelope_awards_changed();
"""
AWARDS_BACK = """
DROP TRIGGER stays ON award;
DROP FUNCTION envelope_award_stays();
DROP TRIGGER award_sums_came ON award;
DROP TRIGGER award_sums_gone ON award;
DROP TRIGGER award_sums_changed ON award;
DROP FUNCTION envelope_awards_came();
DROP FUNCTION envelope_awards_gone();
DROP FUNCTION envelope_awards_changed();
DROP FUNCTION envelope_add_awards(envelope_award_change[]);
DROP TYPE envelope_award_change;
CREATE FUNCTION envelope_award_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    released CONSTANT text[] := ARRAY['declined', 'revoked', 'discarded'];
    gone bigint := 0;
    came bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.lot_id <> OLD.lot_id OR NEW.call_id <> OLD.call_id) THEN
        RAISE EXCEPTION 'an award does not change its lot' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'INSERT' AND NOT OLD.state = ANY (released) THEN
        gone := OLD.awarded_cents - OLD.released_cents;
    END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.state = ANY (released) THEN
        came := NEW.awarded_cents - NEW.released_cents;
    END IF;
    IF came <> gone THEN
        UPDATE call SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.call_id, OLD.call_id);
        UPDATE lot SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.lot_id, OLD.lot_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER award_sums AFTER INSERT OR UPDATE OR DELETE ON award
    FOR EACH ROW EXECUTE FUNCTION envelope_award_sums();
"""

# A row is made into JSON once, however many of its columns are looked at.
FROZEN = """
CREATE OR REPLACE FUNCTION envelope_frozen_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    was CONSTANT jsonb := to_jsonb(OLD);
    becomes CONSTANT jsonb := to_jsonb(NEW);
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF was -> name IS DISTINCT FROM becomes -> name THEN
            RAISE EXCEPTION '%.% is frozen', TG_TABLE_NAME, name USING ERRCODE = 'ENV03';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""
FROZEN_BACK = """
CREATE OR REPLACE FUNCTION envelope_frozen_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name THEN
            RAISE EXCEPTION '%.% is frozen', TG_TABLE_NAME, name USING ERRCODE = 'ENV03';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

# Wide rows whose guards looked at every change: table, trigger, when, frozen columns.
GUARDS = (
    ("call", "frozen_rules", "OLD.digest IS NOT NULL", ("authority_id", "code", "currency")),
    ("submission", "frozen_submission", "", (
        "entry_id", "application_id", "received_at", "submitted_by", "snapshot", "digest")),
    ("submission", "frozen_number", "", ("number",)),
    ("submission", "frozen_rules_version", "", ("rules_version",)),
    ("allocation_run", "frozen_run", "", (
        "call_id", "stage_id", "kind", "inputs", "result", "explanation", "digest", "run_by",
        "run_at")),
    ("letter", "frozen_letter", "OLD.file_id IS NOT NULL", (
        "application_id", "kind", "document", "number", "context", "check_code", "file_id")),
)  # fmt: skip

# What a line comes from, by table: the columns whose change is written down again.
SOURCES = {
    "application": (
        "call_id", "lot_id", "region", "state", "reference", "submitted_at", "requested_cents",
    ),
    "stage_entry": ("stage_id", "state", "received_at", "rank", "score", "requested_cents"),
    "check_item": ("entry_id", "result"),
    "award": ("state", "requested_cents", "awarded_cents", "released_cents"),
    "agreement": (
        "award_id", "state", "grant_cents", "paid_cents", "ordered_cents", "recovered_cents",
    ),
}  # fmt: skip

# Found without a join: what a statement was planned for first, one row or thousands, is kept.
CHANGED = """
CREATE FUNCTION envelope_lines_changed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM envelope_write_lines(ARRAY(
        SELECT DISTINCT {key} FROM (
            SELECT {owner}, id, {columns} FROM came EXCEPT SELECT {owner}, id, {columns} FROM gone
        ) AS changed {joined}));
    RETURN NULL;
END $$;
"""
APPLICATION_CHANGED = """
CREATE FUNCTION envelope_lines_changed_application() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sent bigint[];
    drafts bigint[];
BEGIN
    SELECT array_agg(id) FILTER (WHERE submitted_at IS NOT NULL),
            array_agg(id) FILTER (WHERE submitted_at IS NULL)
        INTO sent, drafts
        FROM (SELECT id, {columns} FROM came EXCEPT SELECT id, {columns} FROM gone) AS changed;
    IF drafts IS NOT NULL THEN
        DELETE FROM application_line WHERE application_id = ANY (drafts);
    END IF;
    IF sent IS NOT NULL THEN PERFORM envelope_write_lines(sent); END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.execute(AWARDS)
    op.execute(FROZEN)
    for table, name, when, columns in GUARDS:
        _guard(table, name, when, columns, of=True)
    _newest_version("UPDATE OF template, digest")
    for table, columns in SOURCES.items():
        op.execute(_changed(table, ", ".join(columns)))
        op.execute(f"DROP TRIGGER line_changed ON {table}")
        op.execute(
            f"CREATE TRIGGER line_changed AFTER UPDATE ON {table}"
            " REFERENCING OLD TABLE AS gone NEW TABLE AS came"
            f" FOR EACH STATEMENT EXECUTE FUNCTION envelope_lines_changed_{table}()"
        )


def _guard(table: str, name: str, when: str, columns: tuple[str, ...], *, of: bool) -> None:
    """Freeze columns; with `of` the row is looked at only by statements that name one of them."""
    listed = f" OF {', '.join(columns)}" if of else ""
    frozen = ", ".join(f"'{each}'" for each in columns)
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE{listed} ON {table} FOR EACH ROW"
        f"{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION envelope_frozen_columns({frozen})"
    )


def _newest_version(event: str) -> None:
    op.execute("DROP TRIGGER newest_version ON call")
    op.execute(
        f"CREATE TRIGGER newest_version BEFORE {event} ON call FOR EACH ROW"
        " WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION envelope_newest_version()"
    )


def _changed(table: str, columns: str) -> str:
    if table == "application":
        return APPLICATION_CHANGED.format(columns=columns)
    is_item = table == "check_item"
    return CHANGED.format(
        table=table,
        columns=columns,
        owner="entry_id AS entry" if is_item else "application_id",
        key="application_id",
        joined="JOIN stage_entry ON stage_entry.id = changed.entry" if is_item else "",
    )


def downgrade() -> None:
    for table, columns in SOURCES.items():
        op.execute(f"DROP FUNCTION envelope_lines_changed_{table}() CASCADE")
        _watch_rows(table, columns)
    _newest_version("UPDATE")
    for table, name, when, columns in GUARDS:
        _guard(table, name, when, columns, of=False)
    op.execute(FROZEN_BACK)
    op.execute(AWARDS_BACK)


def _watch_rows(table: str, columns: tuple[str, ...]) -> None:
    before, after = (", ".join(_of(row, columns)) for row in ("OLD", "NEW"))
    is_draft = "OLD.submitted_at IS NULL AND NEW.submitted_at IS NULL"
    sent = f" AND NOT ({is_draft})" if table == "application" else ""
    op.execute(
        f"CREATE TRIGGER line_changed AFTER UPDATE OF {', '.join(columns)} ON {table}"
        f" FOR EACH ROW WHEN (ROW({before}) IS DISTINCT FROM ROW({after}){sent})"
        " EXECUTE FUNCTION envelope_line_changed()"
    )


def _of(row: str, columns: tuple[str, ...]) -> Iterator[str]:
    return (f"{row}.{each}" for each in columns)
