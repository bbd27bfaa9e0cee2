"""Links that never held, endings that are taken back, papers that failed or came on paper.

Why: a link that was a mistake counted at least for one day, and an ending that was one stayed
for good. Papers whose job was given up before their rows kept why still read "being printed". And
a report without an instalment can be late only where somebody can say that it has come.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LINK = "ownership_link"
# Once it has ended nothing of it changes, but the ending as a whole may be taken back.
ENDED = """
DROP TRIGGER ended_once ON ownership_link;
CREATE TRIGGER ended_once BEFORE UPDATE ON ownership_link
    FOR EACH ROW WHEN ({when})
    EXECUTE FUNCTION envelope_frozen_columns('valid_to', 'end_reason', 'ended_by', 'ended_at');
"""
ENDED_ALIKE = "(ended_at IS NULL) = (valid_to IS NULL) AND (ended_at IS NULL) = (end_reason = '')"
# Table, its file, its failure, the job that prints it and the name of the row's id in it.
PAPERS = (
    ("agreement", "file_id", "failure", "agreements.render", "agreement_id"),
    ("in_kind_paper", "file_id", "failure", "handovers.render", "paper_id"),
    ("recovery_order", "file_id", "failure", "recoveries.render", "order_id"),
    ("submission", "receipt_file_id", "receipt_failure", "receipts.render", "submission_id"),
)
FAILED = """
UPDATE {table} SET {failure} = 'paper.unexpected'
WHERE {file} IS NULL AND {failure} = ''
    AND id IN (
        SELECT (args ->> '{argument}')::bigint FROM procrastinate_jobs
        WHERE task_name = '{task}' AND status IN ('failed', 'aborted', 'cancelled'))
    AND id NOT IN (
        SELECT (args ->> '{argument}')::bigint FROM procrastinate_jobs
        WHERE task_name = '{task}' AND status IN ('todo', 'doing'));
"""


def upgrade() -> None:
    # The day before it began: it never held.
    _period("valid_to >= valid_from - 1")
    op.create_check_constraint(op.f("ck_ownership_link_ended_alike"), LINK, ENDED_ALIKE)
    op.execute(ENDED.format(when="OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT NULL"))
    for table, file, failure, task, argument in PAPERS:
        op.execute(
            FAILED.format(table=table, file=file, failure=failure, task=task, argument=argument)
        )
    op.create_table(
        "paper_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_paper_report_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["user_account.id"], name=op.f("fk_paper_report_noted_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_report")),
        sa.UniqueConstraint("agreement_id", "about", name="uq_paper_report_about"),
    )


def _period(condition: str) -> None:
    name = op.f("ck_ownership_link_period")
    op.drop_constraint(name, LINK, type_="check")
    op.create_check_constraint(name, LINK, condition)


def downgrade() -> None:
    """Papers stay failed, which they are. A link that never held is told as one of one day."""
    op.drop_table("paper_report")
    op.execute(f"ALTER TABLE {LINK} DISABLE TRIGGER ended_once")
    op.execute(f"UPDATE {LINK} SET valid_to = valid_from WHERE valid_to < valid_from")  # noqa: S608 - the name of the table stands in this file
    op.execute(f"ALTER TABLE {LINK} ENABLE TRIGGER ended_once")
    op.execute(ENDED.format(when="OLD.ended_at IS NOT NULL"))
    op.drop_constraint(op.f("ck_ownership_link_ended_alike"), LINK, type_="check")
    _period("valid_to >= valid_from")
