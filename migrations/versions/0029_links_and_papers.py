"""Links that never held, endings that are taken back, papers that failed before it was noted.

Why: a link that was a mistake counted at least for one day, and an ending that was one stayed
for good. And papers whose job was given up before their rows kept why still read "being printed".
"""

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


def _period(condition: str) -> None:
    name = op.f("ck_ownership_link_period")
    op.drop_constraint(name, LINK, type_="check")
    op.create_check_constraint(name, LINK, condition)


def downgrade() -> None:
    """Papers stay failed, which they are. A link that never held is told as one of one day."""
    op.execute(f"ALTER TABLE {LINK} DISABLE TRIGGER ended_once")
    op.execute(f"UPDATE {LINK} SET valid_to = valid_from WHERE valid_to < valid_from")  # noqa: S608 - the name of the table stands in this file
    op.execute(f"ALTER TABLE {LINK} ENABLE TRIGGER ended_once")
    op.execute(ENDED.format(when="OLD.ended_at IS NOT NULL"))
    op.drop_constraint(op.f("ck_ownership_link_ended_alike"), LINK, type_="check")
    _period("valid_to >= valid_from")
