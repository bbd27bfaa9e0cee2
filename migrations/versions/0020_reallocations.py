"""Give things that were taken back to another application, by two people."""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in the commits that follow."""


def downgrade() -> None:
    """Filled in the commits that follow."""
