"""Give things that were taken back to another application, by two people.

A thing is given on only as a second person agreed, to an application of its own call. The
support of an approved thing may rise, since the own share falls with the price of the others;
it never falls, and the agreement's sums follow by the trigger of 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TRIGGER never_removed BEFORE DELETE ON reallocation
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_reallocation BEFORE UPDATE ON reallocation
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'asset_id', 'application_id', 'value_cents', 'reason', 'out_of_order', 'proposed_by');
CREATE TRIGGER decided_once BEFORE UPDATE ON reallocation
    FOR EACH ROW WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION envelope_frozen_columns('state', 'decided_by', 'decided_at');
CREATE FUNCTION envelope_reallocated_within_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT call_id FROM application WHERE id = NEW.application_id)
        IS DISTINCT FROM (SELECT call_id FROM asset WHERE id = NEW.asset_id) THEN
        RAISE EXCEPTION 'a thing stays in its call' USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER within_call BEFORE INSERT ON reallocation
    FOR EACH ROW EXECUTE FUNCTION envelope_reallocated_within_call();
CREATE FUNCTION envelope_reallocated_as_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reallocation WHERE asset_id = NEW.id AND state = 'agreed'
    ) THEN
        RAISE EXCEPTION 'nobody agreed to whom this thing is given' USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reallocated_as_agreed BEFORE UPDATE OF state ON asset
    FOR EACH ROW WHEN (NEW.state = 'reallocated' AND OLD.state <> 'reallocated')
    EXECUTE FUNCTION envelope_reallocated_as_agreed();
"""
GUARDS_BACK = """
DROP TRIGGER reallocated_as_agreed ON asset;
DROP FUNCTION envelope_reallocated_as_agreed();
DROP FUNCTION envelope_reallocated_within_call() CASCADE;
"""

SUPPORT = """
DROP TRIGGER frozen_asset ON asset;
CREATE TRIGGER frozen_asset BEFORE UPDATE ON asset
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'price_cents', 'supplier', 'approved_at', 'approved_by');
CREATE FUNCTION envelope_support_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the support of an approved thing does not fall' USING ERRCODE = 'ENV03';
END $$;
CREATE TRIGGER support_never_falls BEFORE UPDATE OF support_cents ON asset
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL
        AND NEW.support_cents IS DISTINCT FROM OLD.support_cents
        AND COALESCE(NEW.support_cents, -1) < OLD.support_cents)
    EXECUTE FUNCTION envelope_support_never_falls();
"""
SUPPORT_BACK = """
DROP TRIGGER support_never_falls ON asset;
DROP FUNCTION envelope_support_never_falls();
DROP TRIGGER frozen_asset ON asset;
CREATE TRIGGER frozen_asset BEFORE UPDATE ON asset
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'price_cents', 'support_cents', 'supplier', 'approved_at', 'approved_by');
"""


def upgrade() -> None:
    _reallocation()
    op.execute(GUARDS)
    op.execute(SUPPORT)


def _reallocation() -> None:
    op.create_table(
        "reallocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("out_of_order", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value_cents >= 0", name=op.f("ck_reallocation_not_negative")),
        sa.CheckConstraint(
            "state <> 'agreed' OR decided_by IS DISTINCT FROM proposed_by",
            name=op.f("ck_reallocation_four_eyes"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_reallocation_{column}_{other}")
            )
            for column, other in (
                ("asset_id", "asset"),
                ("application_id", "application"),
                ("proposed_by", "user_account"),
                ("decided_by", "user_account"),
                ("paper_id", "in_kind_paper"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reallocation")),
    )
    for column in ("asset_id", "application_id"):
        op.create_index(op.f(f"ix_reallocation_{column}"), "reallocation", [column])
    op.create_index(
        "uq_reallocation_open",
        "reallocation",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )


def downgrade() -> None:
    op.execute(SUPPORT_BACK)
    op.execute(GUARDS_BACK)
    op.drop_table("reallocation")
