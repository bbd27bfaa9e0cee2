"""Let a desk find what waits for it, and a sorted list its page, in an index.

Only rows that wait are in the first two, so they stay small however many were done with.
Measured on 200,000 applications: see `tests/benchmarks/README.md`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SENT = sa.text("submitted_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_payment_waiting",
        "payment",
        ["state"],
        postgresql_where=sa.text("state IN ('requested', 'checked', 'approved')"),
    )
    op.create_index(
        "ix_award_accepted",
        "award",
        ["call_id"],
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "ix_application_sent_at",
        "application",
        ["call_id", sa.text("submitted_at DESC"), "reference"],
        postgresql_where=SENT,
    )
    op.create_index(
        "ix_application_sent_requested",
        "application",
        ["call_id", sa.text("requested_cents DESC NULLS LAST"), "reference"],
        postgresql_where=SENT,
    )


def downgrade() -> None:
    op.drop_index("ix_application_sent_requested", table_name="application")
    op.drop_index("ix_application_sent_at", table_name="application")
    op.drop_index("ix_award_accepted", table_name="award")
    op.drop_index("ix_payment_waiting", table_name="payment")
