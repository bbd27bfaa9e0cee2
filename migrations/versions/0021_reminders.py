"""Reminders: what was written before which deadline, so that nobody is told twice."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.Identity(always=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger(), key, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("stage_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["stage_entry.id"],
            name=op.f("fk_reminder_entry_id_stage_entry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_reminder_stage_id_stage"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_reminder_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(entry_id IS NULL) = (stage_id IS NOT NULL AND user_id IS NOT NULL)",
            name=op.f("ck_reminder_of_one_thing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index("uq_reminder_entry", "reminder", ["entry_id", "due_at", "days"], unique=True)
    op.create_index(
        "uq_reminder_assessor",
        "reminder",
        ["stage_id", "user_id", "due_at", "days"],
        unique=True,
    )
    op.create_index(op.f("ix_reminder_user_id"), "reminder", ["user_id"])


def downgrade() -> None:
    op.drop_table("reminder")
