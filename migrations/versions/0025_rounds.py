"""Rounds of a call: which follows which, and what one leaves that the next may spend.

Why: one envelope is given out in several calls. What leaves the one has to arrive in the other
to the cent, in one transaction, and nobody may spend it twice. A move names the version of each
call that it has published; at the end of the transaction the versions, the rows of both calls
and the amount must agree. Once awards are announced nothing else makes an envelope smaller.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TRIGGER never_removed BEFORE DELETE ON round_move
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_move BEFORE UPDATE ON round_move
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'giver_id', 'receiver_id', 'amount_cents', 'lots', 'reason', 'proposed_by', 'proposed_at');
CREATE TRIGGER decided_once BEFORE UPDATE ON round_move
    FOR EACH ROW WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION envelope_frozen_columns(
        'state', 'decided_by', 'decided_at', 'giver_version', 'receiver_version');
"""

MOVED = """
CREATE FUNCTION envelope_in_version(call_key bigint, wanted integer) RETURNS bigint LANGUAGE sql
STABLE AS $$
    SELECT (document #>> '{rules,envelope_cents}')::bigint FROM call_version
        WHERE call_id = call_key AND number = wanted
$$;
CREATE FUNCTION envelope_lot_in_version(call_key bigint, wanted integer, lot_code text)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (lot ->> 'envelope_cents')::bigint
        FROM call_version, jsonb_array_elements(document #> '{rules,lots}') lot
        WHERE call_id = call_key AND number = wanted AND lot ->> 'code' = lot_code
$$;
CREATE FUNCTION envelope_moved_exactly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM call giver JOIN call receiver
            ON giver.authority_id = receiver.authority_id AND giver.currency = receiver.currency
        WHERE giver.id = NEW.giver_id AND receiver.id = NEW.receiver_id
    ) THEN
        RAISE EXCEPTION 'money moves between rounds of one authority in one currency'
            USING ERRCODE = 'ENV01';
    END IF;
    IF envelope_in_version(NEW.giver_id, NEW.giver_version - 1)
            - envelope_in_version(NEW.giver_id, NEW.giver_version)
            IS DISTINCT FROM NEW.amount_cents
        OR envelope_in_version(NEW.receiver_id, NEW.receiver_version)
            - envelope_in_version(NEW.receiver_id, NEW.receiver_version - 1)
            IS DISTINCT FROM NEW.amount_cents
        OR (SELECT sum(value::bigint) FROM jsonb_each_text(NEW.lots))
            IS DISTINCT FROM NEW.amount_cents
        OR EXISTS (
            SELECT FROM jsonb_each_text(NEW.lots) moved
            WHERE envelope_lot_in_version(NEW.receiver_id, NEW.receiver_version, moved.key)
                - envelope_lot_in_version(NEW.receiver_id, NEW.receiver_version - 1, moved.key)
                IS DISTINCT FROM moved.value::bigint
        )
    THEN
        RAISE EXCEPTION 'what leaves one round has to arrive in the other'
            USING ERRCODE = 'ENV01';
    END IF;
    IF EXISTS (
        SELECT FROM (VALUES (NEW.giver_id, NEW.giver_version),
                (NEW.receiver_id, NEW.receiver_version)) side (id, number)
            JOIN call USING (id)
        WHERE call.envelope_cents IS DISTINCT FROM envelope_in_version(side.id, side.number)
            OR call.envelope_cents IS DISTINCT FROM
                (SELECT sum(lot.envelope_cents) FROM lot WHERE lot.call_id = side.id)
    ) THEN
        RAISE EXCEPTION 'the envelope of a round is not that of its version'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER moved_exactly AFTER INSERT OR UPDATE OF state ON round_move
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'agreed') EXECUTE FUNCTION envelope_moved_exactly();
CREATE FUNCTION envelope_lowered_by_a_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM round_move WHERE giver_id = NEW.id AND state = 'agreed'
            AND amount_cents = OLD.envelope_cents - NEW.envelope_cents
            AND giver_version = (SELECT max(number) FROM call_version WHERE call_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'an envelope that was awarded from shrinks only by a move to a round'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lowered_by_a_move AFTER UPDATE OF envelope_cents ON call
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.envelope_cents < OLD.envelope_cents
        AND OLD.state IN ('decided', 'announced', 'archived'))
    EXECUTE FUNCTION envelope_lowered_by_a_move();
"""
BACK = """
DROP FUNCTION envelope_lowered_by_a_move() CASCADE;
DROP FUNCTION envelope_moved_exactly() CASCADE;
"""
FUNCTIONS_BACK = """
DROP FUNCTION envelope_lot_in_version(bigint, integer, text);
DROP FUNCTION envelope_in_version(bigint, integer);
"""


def upgrade() -> None:
    op.add_column("call", sa.Column("follows_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_call_follows_id_call"), "call", "call", ["follows_id"], ["id"])
    op.create_unique_constraint("uq_call_follows", "call", ["follows_id"])
    _round_move()
    op.execute(GUARDS)
    op.execute(MOVED)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _round_move() -> None:
    table = "round_move"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _number("giver_id"),
        _number("receiver_id"),
        sa.Column("state", sa.Text(), nullable=False),
        _number("amount_cents"),
        sa.Column("lots", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _number("proposed_by", nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        _number("decided_by", nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("giver_version", sa.Integer(), nullable=True),
        sa.Column("receiver_version", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_checks(table),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
            )
            for column, other in (
                ("giver_id", "call"),
                ("receiver_id", "call"),
                ("proposed_by", "user_account"),
                ("decided_by", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("giver_id", "giver_version", name="uq_round_move_giver_version"),
        sa.UniqueConstraint(
            "receiver_id", "receiver_version", name="uq_round_move_receiver_version"
        ),
    )
    for column in ("giver_id", "receiver_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_round_move_open",
        table,
        ["giver_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _checks(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in (
            ("positive", "amount_cents > 0"),
            ("to_another_call", "giver_id <> receiver_id"),
            ("four_eyes", "state <> 'agreed' OR decided_by IS DISTINCT FROM proposed_by"),
            (
                "published_when_agreed",
                "(state = 'agreed') = (giver_version IS NOT NULL AND receiver_version IS NOT NULL)",
            ),
        )
    ]


def downgrade() -> None:
    op.execute(BACK)
    op.drop_table("round_move")
    op.execute(FUNCTIONS_BACK)
    op.drop_constraint("uq_call_follows", "call")
    op.drop_constraint(op.f("fk_call_follows_id_call"), "call")
    op.drop_column("call", "follows_id")
