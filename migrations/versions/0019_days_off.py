"""Days off: what an authority says about a public holiday, for one day of one year."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.Identity(always=False)
    op.create_table(
        "day_off_ruling",
        sa.Column("id", sa.BigInteger(), key, nullable=False),
        sa.Column("authority_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ruled_by", sa.BigInteger(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["authority.id"],
            name=op.f("fk_day_off_ruling_authority_id_authority"),
        ),
        sa.ForeignKeyConstraint(
            ["ruled_by"], ["user_account.id"], name=op.f("fk_day_off_ruling_ruled_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_off_ruling")),
        sa.UniqueConstraint("authority_id", "day", name="uq_day_off_ruling_day"),
    )


def downgrade() -> None:
    op.drop_table("day_off_ruling")
