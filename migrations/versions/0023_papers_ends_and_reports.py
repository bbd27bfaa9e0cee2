"""Papers that failed, requests to end an agreement, reminders of reports.

Every paper keeps why it could not be printed, as a code that is shown as a sentence; what was
kept until now named an error of the program, and becomes the code that says nothing more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WITH_FAILURE = ("letter", "agreement_letter", "clarification", "application_print", "report_print")
NEW_FAILURE = {
    "agreement": "failure",
    "in_kind_paper": "failure",
    "recovery_order": "failure",
    "submission": "receipt_failure",
}
FROZEN = """
CREATE TRIGGER never_removed BEFORE DELETE ON end_request
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_request BEFORE UPDATE ON end_request
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'agreement_id', 'number', 'reason', 'ends_on', 'asked_at', 'asked_by');
CREATE TRIGGER answered_once BEFORE UPDATE ON end_request
    FOR EACH ROW WHEN (OLD.state NOT IN ('asked', 'accepted'))
    EXECUTE FUNCTION envelope_frozen_columns(
        'state', 'answered_at', 'answered_by', 'answer_reason');
"""
ONE_THING = "num_nonnulls(entry_id, stage_id, agreement_id) = 1"
PAIRS = "(stage_id IS NULL) = (user_id IS NULL) AND (agreement_id IS NULL) = (about IS NULL)"
BEFORE = "(entry_id IS NULL) = (stage_id IS NOT NULL AND user_id IS NOT NULL)"


def upgrade() -> None:
    for table, column in NEW_FAILURE.items():
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    for table in WITH_FAILURE:
        op.execute(f"UPDATE {table} SET failure = 'paper.unexpected' WHERE failure <> ''")  # noqa: S608 - names of tables of this file
    _end_request()
    op.execute(FROZEN)
    _reminder()


def _end_request() -> None:
    op.create_table(
        "end_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> asked_by", name=op.f("ck_end_request_four_eyes")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_end_request_{column}_{other}")
            )
            for column, other in (
                ("agreement_id", "agreement"),
                ("asked_by", "user_account"),
                ("answered_by", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_request")),
        sa.UniqueConstraint("agreement_id", "number", name="uq_end_request_number"),
    )
    op.create_index(
        "uq_end_request_open",
        "end_request",
        ["agreement_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def _reminder() -> None:
    op.add_column("reminder", sa.Column("agreement_id", sa.BigInteger(), nullable=True))
    op.add_column("reminder", sa.Column("about", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_reminder_agreement_id_agreement"),
        "reminder",
        "agreement",
        ["agreement_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.drop_constraint(op.f("ck_reminder_of_one_thing"), "reminder", type_="check")
    op.create_check_constraint(op.f("ck_reminder_of_one_thing"), "reminder", ONE_THING)
    op.create_check_constraint(op.f("ck_reminder_whole"), "reminder", PAIRS)
    op.create_index(
        "uq_reminder_agreement",
        "reminder",
        ["agreement_id", "about", "due_at", "days"],
        unique=True,
    )


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE agreement_id IS NOT NULL")
    op.drop_index("uq_reminder_agreement", "reminder")
    op.drop_constraint(op.f("ck_reminder_whole"), "reminder", type_="check")
    op.drop_constraint(op.f("ck_reminder_of_one_thing"), "reminder", type_="check")
    op.create_check_constraint(op.f("ck_reminder_of_one_thing"), "reminder", BEFORE)
    op.drop_column("reminder", "about")
    op.drop_column("reminder", "agreement_id")
    op.drop_table("end_request")
    for table, column in NEW_FAILURE.items():
        op.drop_column(table, column)
