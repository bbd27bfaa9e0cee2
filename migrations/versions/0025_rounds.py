"""Rounds of a call: which follows which, and what one has left that the next may spend."""

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begun here so that the steps of others can follow."""


def downgrade() -> None:
    """Nothing was done yet."""
