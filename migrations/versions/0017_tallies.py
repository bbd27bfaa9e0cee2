"""Keep tallies of the applications of a call, so that sums cost the same on any size."""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in the commits that follow."""


def downgrade() -> None:
    """Filled in the commits that follow."""
