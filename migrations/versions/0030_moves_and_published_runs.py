"""Four eyes that a missing name cannot get around, moves of cancelled rounds, published inputs.

Why: `decided_by IS DISTINCT FROM proposed_by` is true where nobody decided, so a row written by
hand could be agreed by nobody; now two people have to be named. An envelope that shrinks after
its round was cancelled has to arrive in another round as well. And what everybody reads of an
allocation is kept beside what was computed where the two differ.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# Tables in which one proposes and another agrees, with the state that says so.
TWO_PEOPLE = {
    "account_change": "confirmed",
    "price_change": "agreed",
    "reallocation": "agreed",
    "round_move": "agreed",
}
NAMED = """
DO $$
DECLARE
    found text;
BEGIN
    SELECT string_agg(id::text, ', ' ORDER BY id) INTO found FROM {table}
        WHERE state = '{state}' AND (decided_by <> proposed_by) IS NOT TRUE;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'not agreed by two people: {table} %; name both before going on', found
            USING ERRCODE = 'ENV01';
    END IF;
END $$;
"""
LOWERED = """
DROP TRIGGER lowered_by_a_move ON call;
CREATE CONSTRAINT TRIGGER lowered_by_a_move AFTER UPDATE OF envelope_cents ON call
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.envelope_cents < OLD.envelope_cents AND OLD.state IN ({states}))
    EXECUTE FUNCTION envelope_lowered_by_a_move();
"""
OVER = "'decided', 'announced', 'archived'"
RUN = (
    "call_id", "stage_id", "kind", "inputs", "result", "explanation", "digest", "run_by", "run_at",
)  # fmt: skip


def upgrade() -> None:
    for table, state in TWO_PEOPLE.items():
        op.execute(NAMED.format(table=table, state=state))
        _four_eyes(table, f"state <> '{state}' OR (decided_by <> proposed_by) IS TRUE")
    op.execute(LOWERED.format(states=f"{OVER}, 'cancelled'"))
    op.add_column("allocation_run", sa.Column("public_inputs", postgresql.JSONB(), nullable=True))
    _frozen((*RUN, "public_inputs"))


def _four_eyes(table: str, condition: str) -> None:
    name = op.f(f"ck_{table}_four_eyes")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)


def _frozen(columns: tuple[str, ...]) -> None:
    frozen = ", ".join(f"'{each}'" for each in columns)
    op.execute("DROP TRIGGER frozen_run ON allocation_run")
    op.execute(
        f"CREATE TRIGGER frozen_run BEFORE UPDATE OF {', '.join(columns)} ON allocation_run"
        f" FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns({frozen})"
    )


def downgrade() -> None:
    _frozen(RUN)
    op.drop_column("allocation_run", "public_inputs")
    op.execute(LOWERED.format(states=OVER))
    for table, state in TWO_PEOPLE.items():
        _four_eyes(table, f"state <> '{state}' OR decided_by IS DISTINCT FROM proposed_by")
