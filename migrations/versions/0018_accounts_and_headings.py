"""Let a second person confirm an authority's account, and keep what a check said by heading."""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in the commits that follow."""


def downgrade() -> None:
    """Filled in the commits that follow."""
