"""Versions of a call: what was published, when, by whom and why; suspension with its reason."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
