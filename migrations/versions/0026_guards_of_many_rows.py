"""Guard many rows at once: the same sums and frozen columns, asked once for each statement.

Why: each award of a run took the row of its call and compared the whole template of it, and
each state of an application was written down by a statement of its own.
"""

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
