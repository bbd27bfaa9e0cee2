"""Report views: the columns and filters that a person keeps, and reports that were printed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    key = sa.Identity(always=False)
    op.create_table(
        "report_view",
        sa.Column("id", sa.BigInteger(), key, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        _reference("report_view", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_view")),
        sa.UniqueConstraint("user_id", "name", name="uq_report_view_name"),
    )
    op.create_table(
        "report_print",
        sa.Column("id", sa.BigInteger(), key, nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("context", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        _reference("report_print", "call_id", "call"),
        _reference("report_print", "asked_by", "user_account"),
        _reference("report_print", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_print")),
    )
    op.create_index(op.f("ix_report_print_call_id"), "report_print", ["call_id"])


def downgrade() -> None:
    op.drop_table("report_print")
    op.drop_table("report_view")
