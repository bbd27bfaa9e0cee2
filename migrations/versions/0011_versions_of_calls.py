"""Versions of a call: what was published, when, by whom and why; suspension with its reason.

The rules of a published call stay frozen, but for one way: a new version is written first,
once and for all, and the call may then be set to exactly the rules of its newest version.
Every submission keeps the number of the version under which it was received.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON call_version
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_rules_version BEFORE UPDATE ON submission
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns('rules_version');
CREATE FUNCTION envelope_newest_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.template, NEW.digest) IS NOT DISTINCT FROM (OLD.template, OLD.digest) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM call_version v WHERE v.call_id = NEW.id
            AND v.rules_digest = NEW.digest AND v.document -> 'rules' = NEW.template
            AND v.number = (SELECT max(number) FROM call_version WHERE call_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'call.% is frozen, but for its newest version',
            CASE WHEN NEW.template IS DISTINCT FROM OLD.template THEN 'template' ELSE 'digest' END
            USING ERRCODE = 'ENV03';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER frozen_rules ON call;
CREATE TRIGGER frozen_rules BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns('authority_id', 'code', 'currency', 'envelope_cents');
CREATE TRIGGER newest_version BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION envelope_newest_version();
"""
BACK = """
DROP TRIGGER newest_version ON call;
DROP FUNCTION envelope_newest_version();
DROP TRIGGER frozen_rules ON call;
CREATE TRIGGER frozen_rules BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'authority_id', 'code', 'template', 'digest', 'currency', 'envelope_cents');
DROP TRIGGER frozen_rules_version ON submission;
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "call_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rules_digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_call_version_counted_from_one")),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_call_version_reason_given")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_version_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["user_account.id"],
            name=op.f("fk_call_version_published_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name="uq_call_version_number"),
    )
    op.add_column("call", sa.Column("correction", postgresql.JSONB(), nullable=True))
    op.add_column("call", sa.Column("stopped_at", moment, nullable=True))
    op.add_column("call", sa.Column("stop_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("call", sa.Column("cloned_from_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_call_cloned_from_id_call"), "call", "call", ["cloned_from_id"], ["id"]
    )
    op.add_column(
        "submission", sa.Column("rules_version", sa.Integer(), server_default="1", nullable=False)
    )
    op.execute(GUARDS)


def downgrade() -> None:
    op.execute(BACK)
    op.drop_column("submission", "rules_version")
    for column in ("cloned_from_id", "stop_reason", "stopped_at", "correction"):
        op.drop_column("call", column)
    op.drop_table("call_version")
