"""Keep questions to applicants, judged criteria, deadlines of assessors and letters' versions."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
