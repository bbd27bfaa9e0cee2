"""Let lists of a call find their page, their sums and their regions in an index.

Measured on 100,000 applications of one call: see `tests/benchmarks/README.md`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SENT = sa.text("submitted_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_application_sent_reference",
        "application",
        ["call_id", "reference"],
        postgresql_where=SENT,
    )
    op.create_index(
        "ix_application_sent_region",
        "application",
        ["call_id", "region", "state"],
        postgresql_include=["requested_cents"],
        postgresql_where=SENT,
    )


def downgrade() -> None:
    op.drop_index("ix_application_sent_region", table_name="application")
    op.drop_index("ix_application_sent_reference", table_name="application")
