"""Accounts of suppliers, orders to them in bank files, reduced budgets, linked undertakings.

Why: whatever leaves for the bank goes to an account that two people agreed to, and only while
that account is the one in use.
"""

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
