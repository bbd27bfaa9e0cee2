"""Let a message carry an entry for a calendar, and count how often an hour was changed.

Why: an hour that was changed must take the place of the one in a person's calendar. A calendar
knows by the number which of two is the newer one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("calendar", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "interview", sa.Column("changes", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_check_constraint(op.f("ck_interview_counts_changes"), "interview", "changes >= 0")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_interview_counts_changes"), "interview", type_="check")
    op.drop_column("interview", "changes")
    op.drop_column("mail", "calendar")
