"""Keep a line and a tally of the applications of a call, so that sums cost the same on any size.

Why: a list of fifty lines that adds up and sorts two hundred thousand to show them grows with
the call. `application_line_now` says what lists and reports filter, sort and add up of one
application; `application_line` keeps it, written again by triggers when anything it comes from
changes. `application_tally` keeps the sums of lines that are alike: every change of lines adds
what went as a negative row and what came as a positive one, so nobody waits for anybody, and a
job folds the rows together. Decision 28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ALIKE = (
    "call_id", "lot_id", "region", "application_state", "stage_id", "check_state", "award",
    "agreement_state",
)  # fmt: skip
CENTS = (
    "requested_cents", "asked_cents", "awarded_cents", "agreed_cents", "paid_cents",
    "ordered_cents", "recovered_cents", "released_cents", "left_cents",
)  # fmt: skip
LINE = ("application_id", *ALIKE, "reference", "entry_id", "rank", "score", *CENTS)

# The last stage with a grid: its points and ranks decide about money. It is kept, because
# reading it out of the rules costs more than all the rest of a line.
SCORED = """
CREATE FUNCTION envelope_scored_stage(template jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE((
        SELECT stage.value ->> 'key'
        FROM jsonb_array_elements(
            CASE WHEN jsonb_typeof(template -> 'stages') = 'array' THEN template -> 'stages' END
        ) WITH ORDINALITY AS stage (value, place)
        WHERE jsonb_typeof(stage.value -> 'grid') = 'object'
        ORDER BY place DESC LIMIT 1
    ), '')
$$;
CREATE FUNCTION envelope_call_scored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.scored_stage := envelope_scored_stage(NEW.template);
    RETURN NEW;
END $$;
CREATE TRIGGER scored_stage BEFORE INSERT OR UPDATE OF template ON call
    FOR EACH ROW EXECUTE FUNCTION envelope_call_scored();
"""

NOW = """
CREATE VIEW application_line_now AS
SELECT
    application.id AS application_id,
    application.call_id,
    application.lot_id,
    application.region,
    application.state AS application_state,
    sent.stage_id,
    CASE
        WHEN sent.id IS NULL THEN ''
        WHEN checked.not_met THEN 'not_met'
        WHEN sent.state = 'submitted' AND checked.to_clarify THEN 'to_clarify'
        WHEN sent.state = 'submitted' THEN 'not_checked'
        ELSE 'met'
    END AS check_state,
    CASE
        WHEN award.id IS NULL THEN ''
        WHEN award.state = 'declined' THEN 'declined'
        WHEN award.awarded_cents = award.requested_cents THEN 'full'
        ELSE 'part'
    END AS award,
    COALESCE(agreement.state, '') AS agreement_state,
    application.reference,
    sent.id AS entry_id,
    scored.rank,
    scored.score,
    COALESCE(application.requested_cents, 0) AS requested_cents,
    COALESCE(scored.requested_cents, application.requested_cents, 0) AS asked_cents,
    COALESCE(counting.awarded_cents, 0) AS awarded_cents,
    COALESCE(counting.agreed_cents, 0) AS agreed_cents,
    COALESCE(agreement.paid_cents, 0) AS paid_cents,
    COALESCE(agreement.ordered_cents, 0) AS ordered_cents,
    COALESCE(agreement.recovered_cents, 0) AS recovered_cents,
    COALESCE(counting.released_cents, 0) AS released_cents,
    COALESCE(counting.agreed_cents, counting.awarded_cents, 0)
        - COALESCE(counting.released_cents, 0)
        - COALESCE(agreement.paid_cents, 0)
        + COALESCE(agreement.recovered_cents, 0) AS left_cents
FROM application
JOIN call ON call.id = application.call_id
LEFT JOIN stage AS last_scored
    ON last_scored.call_id = call.id AND last_scored.key = call.scored_stage
LEFT JOIN stage_entry AS scored
    ON scored.application_id = application.id AND scored.stage_id = last_scored.id
LEFT JOIN LATERAL (
    SELECT entry.id, entry.stage_id, entry.state
    FROM stage_entry AS entry JOIN stage ON stage.id = entry.stage_id
    WHERE entry.application_id = application.id AND entry.received_at IS NOT NULL
    ORDER BY stage.position DESC LIMIT 1
) AS sent ON true
LEFT JOIN LATERAL (
    SELECT bool_or(result = 'not_met') AS not_met, bool_or(result = 'to_clarify') AS to_clarify
    FROM check_item WHERE check_item.entry_id = sent.id
) AS checked ON true
LEFT JOIN award
    ON award.application_id = application.id AND award.state NOT IN ('revoked', 'discarded')
LEFT JOIN agreement ON agreement.award_id = award.id
-- An award that was declined is shown, but its money is free again.
LEFT JOIN LATERAL (
    SELECT award.awarded_cents, award.released_cents, agreement.grant_cents AS agreed_cents
    WHERE award.state <> 'declined'
) AS counting ON true
WHERE application.submitted_at IS NOT NULL;
"""


def _listed(names: tuple[str, ...], form: str = "{}") -> str:
    return ", ".join(form.format(name) for name in names)


# The lists of columns that stand in the statements below.
WORDS = {
    "<line>": _listed(LINE),
    "<rest>": _listed(LINE[1:]),
    "<rest of fresh>": _listed(LINE[1:], "fresh.{}"),
    "<rest of line>": _listed(LINE[1:], "line.{}"),
    "<alike>": _listed(ALIKE),
    "<cents>": _listed(CENTS),
    "<sums>": _listed(CENTS, "sum({})"),
    "<minus cents>": _listed(CENTS, "-{}"),
    "<minus sums>": _listed(CENTS, "-sum({})"),
    "<zeros>": _listed(CENTS, "0"),
}


def _filled(statement: str) -> str:
    for word, columns in WORDS.items():
        statement = statement.replace(word, columns)
    return statement


# Who comes second waits for the line and then reads what the first one has committed: of two
# who change an award and its application at once, the later writes both changes down. Planning
# such a statement anew for each row costs five times as much as running it.
WRITE = """
CREATE FUNCTION envelope_write_lines(keys bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    known bigint;
BEGIN
    IF cardinality(keys) = 0 THEN RETURN; END IF;
    PERFORM FROM application_line WHERE application_id = ANY (keys)
        ORDER BY application_id FOR UPDATE;
    GET DIAGNOSTICS known = ROW_COUNT;
    IF known > 0 THEN
        UPDATE application_line AS line SET (<rest>) = (<rest of fresh>)
            FROM application_line_now AS fresh
            WHERE fresh.application_id = ANY (keys) AND fresh.application_id = line.application_id
                AND (<rest of fresh>)
                    IS DISTINCT FROM (<rest of line>);
    END IF;
    IF known < cardinality(keys) THEN
        INSERT INTO application_line (<line>)
            SELECT <line> FROM application_line_now AS fresh
            WHERE fresh.application_id = ANY (keys) AND NOT EXISTS (
                SELECT FROM application_line AS line
                WHERE line.application_id = fresh.application_id
            )
            ON CONFLICT DO NOTHING;
    END IF;
END $$;
"""

# Rows that are inserted by the thousand are written by one statement; rows that change are
# looked at one by one, because a draft that is saved must not pay for any of this.
CHANGED = """
CREATE FUNCTION envelope_lines_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'application' THEN
        PERFORM envelope_write_lines(
            ARRAY(SELECT id FROM came WHERE submitted_at IS NOT NULL));
    ELSIF TG_TABLE_NAME = 'check_item' THEN
        PERFORM envelope_write_lines(ARRAY(
            SELECT DISTINCT application_id FROM came
            JOIN stage_entry ON stage_entry.id = came.entry_id));
    ELSE
        PERFORM envelope_write_lines(ARRAY(
            SELECT DISTINCT came.application_id FROM came
            JOIN application ON application.id = came.application_id
            WHERE application.submitted_at IS NOT NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION envelope_line_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'application' THEN
        IF NEW.submitted_at IS NULL THEN
            DELETE FROM application_line WHERE application_id = NEW.id;
        ELSE
            PERFORM envelope_write_lines(ARRAY[NEW.id]);
        END IF;
    ELSIF TG_TABLE_NAME = 'call' THEN
        PERFORM envelope_write_lines(
            ARRAY(SELECT id FROM application
                WHERE call_id = NEW.id AND submitted_at IS NOT NULL));
    ELSIF TG_TABLE_NAME = 'check_item' THEN
        PERFORM envelope_write_lines(ARRAY(
            SELECT application_id FROM stage_entry WHERE id = OLD.entry_id));
    ELSE
        PERFORM envelope_write_lines(ARRAY[OLD.application_id]);
    END IF;
    RETURN NULL;
END $$;
"""

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
    "call": ("scored_stage",),
}  # fmt: skip

TALLY = """
CREATE FUNCTION envelope_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO application_tally (<alike>, number, <cents>)
            SELECT <alike>, count(*), <sums>
            FROM came GROUP BY <alike>;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO application_tally (<alike>, number, <cents>)
            SELECT <alike>, -count(*), <minus sums>
            FROM gone GROUP BY <alike>;
    ELSE
        INSERT INTO application_tally (<alike>, number, <cents>)
            SELECT <alike>, sum(number), <sums>
            FROM (
                SELECT <alike>, 1 AS number, <cents> FROM came
                UNION ALL
                SELECT <alike>, -1, <minus cents> FROM gone
            ) AS moved
            GROUP BY <alike>
            HAVING ROW(sum(number), <sums>)
                <> ROW(0, <zeros>);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_came AFTER INSERT ON application_line
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION envelope_tally();
CREATE TRIGGER tally_gone AFTER DELETE ON application_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION envelope_tally();
CREATE TRIGGER tally_moved AFTER UPDATE ON application_line
    REFERENCING OLD TABLE AS gone NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION envelope_tally();
"""

FILL = "INSERT INTO application_line (<line>) SELECT <line> FROM application_line_now"


def upgrade() -> None:
    op.add_column("call", sa.Column("scored_stage", sa.Text(), server_default="", nullable=False))
    op.execute(SCORED)
    op.execute("UPDATE call SET scored_stage = envelope_scored_stage(template)")
    _lines()
    _tallies()
    for part in (NOW, WRITE, CHANGED, TALLY):
        op.execute(_filled(part))
    for table, columns in SOURCES.items():
        _watch(table, columns)
    op.execute(_filled(FILL))


def _cents(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _alike() -> list[sa.Column[object]]:
    return [
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("application_state", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=True),
        sa.Column("check_state", sa.Text(), nullable=False),
        sa.Column("award", sa.Text(), nullable=False),
        sa.Column("agreement_state", sa.Text(), nullable=False),
    ]


def _lines() -> None:
    op.create_table(
        "application_line",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        *_alike(),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Numeric(12, 6), nullable=True),
        *_cents(CENTS),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_line_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_line")),
    )
    order = ["call_id", "lot_id", "rank", sa.text("score DESC NULLS LAST"), "reference"]
    narrow = ["application_id", "region", "application_state", "award", "agreement_state"]
    op.create_index(
        "ix_application_line_report", "application_line", order, postgresql_include=narrow
    )
    op.create_index(
        "ix_application_line_awards",
        "application_line",
        order,
        postgresql_include=narrow,
        postgresql_where=sa.text("award IN ('full', 'part')"),
    )
    op.create_index(
        "ix_application_line_reference",
        "application_line",
        ["call_id", "reference"],
        postgresql_include=[
            "application_id", "lot_id", "region", "application_state", "stage_id", "check_state",
        ],
    )  # fmt: skip


def _tallies() -> None:
    op.create_table(
        "application_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *_alike(),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_cents(CENTS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_tally")),
    )
    op.create_index(op.f("ix_application_tally_call_id"), "application_tally", ["call_id"])


def _watch(table: str, columns: tuple[str, ...]) -> None:
    """Write lines again when rows of a table come, change or go."""
    if table != "call":
        op.execute(
            f"CREATE TRIGGER line_came AFTER INSERT ON {table} REFERENCING NEW TABLE AS came"
            " FOR EACH STATEMENT EXECUTE FUNCTION envelope_lines_came()"
        )
    # The rules of a call are read by a trigger, so their column is in no statement's list.
    listed = "template" if table == "call" else _listed(columns)
    before, after = _listed(columns, "OLD.{}"), _listed(columns, "NEW.{}")
    is_draft = "OLD.submitted_at IS NULL AND NEW.submitted_at IS NULL"
    sent = f" AND NOT ({is_draft})" if table == "application" else ""
    op.execute(
        f"CREATE TRIGGER line_changed AFTER UPDATE OF {listed} ON {table}"
        f" FOR EACH ROW WHEN (ROW({before}) IS DISTINCT FROM ROW({after}){sent})"
        " EXECUTE FUNCTION envelope_line_changed()"
    )
    # A line goes with its application.
    if table not in ("application", "call"):
        op.execute(
            f"CREATE TRIGGER line_lost AFTER DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION envelope_line_changed()"
        )


def downgrade() -> None:
    for name in ("tally", "line_changed", "lines_came", "call_scored"):
        op.execute(f"DROP FUNCTION envelope_{name}() CASCADE")
    op.execute("DROP FUNCTION envelope_write_lines(bigint[])")
    op.execute("DROP FUNCTION envelope_scored_stage(jsonb)")
    op.execute("DROP VIEW application_line_now")
    op.drop_table("application_tally")
    op.drop_table("application_line")
    op.drop_column("call", "scored_stage")
