"""Add several papers to one grant in kind, changed prices, and own share that is paid back."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
