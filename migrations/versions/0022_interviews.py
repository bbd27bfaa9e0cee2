"""Interviews: day, hour and place of each that is invited."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.Identity(always=False)
    op.create_table(
        "interview",
        sa.Column("id", sa.BigInteger(), key, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["stage_entry.id"],
            name=op.f("fk_interview_entry_id_stage_entry"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_interview_ends_after_it_starts")),
        sa.CheckConstraint("place <> ''", name=op.f("ck_interview_is_somewhere")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index("uq_interview_entry", "interview", ["entry_id"], unique=True)


def downgrade() -> None:
    op.drop_table("interview")
