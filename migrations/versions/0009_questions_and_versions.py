"""Keep questions to applicants, judged criteria, deadlines of assessors and letters' versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# An answer is evidence: what was asked and what was said stay as they were.
FROZEN = """
CREATE TRIGGER frozen_question BEFORE UPDATE ON clarification
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'entry_id', 'application_id', 'number', 'items', 'question', 'reply_by', 'asked_at',
        'context', 'check_code');
CREATE TRIGGER frozen_answer BEFORE UPDATE ON clarification
    FOR EACH ROW WHEN (OLD.state <> 'asked')
    EXECUTE FUNCTION envelope_frozen_columns('state', 'reply', 'replied_at', 'replied_by');
CREATE TRIGGER written_once BEFORE UPDATE ON clarification_file
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
"""
THAW = """
DROP TRIGGER frozen_question ON clarification;
DROP TRIGGER frozen_answer ON clarification;
DROP TRIGGER written_once ON clarification_file;
"""


def upgrade() -> None:
    _clarification()
    _clarification_file()
    _judgement()
    moment = sa.DateTime(timezone=True)
    op.add_column("application", sa.Column("draft_shared_at", moment, nullable=True))
    op.add_column("application", sa.Column("draft_shared_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_application_draft_shared_by_user_account"),
        "application",
        "user_account",
        ["draft_shared_by"],
        ["id"],
    )
    empty = {"server_default": "", "nullable": False}
    op.add_column("assessment", sa.Column("decline_reason", sa.Text(), **empty))
    op.add_column("assessment", sa.Column("reminded_at", moment, nullable=True))
    op.add_column("stage", sa.Column("assess_by", moment, nullable=True))
    op.add_column("authority", sa.Column("logo_media_type", sa.Text(), **empty))
    op.add_column("letter", sa.Column("replaces_id", sa.BigInteger(), nullable=True))
    op.add_column("letter", sa.Column("reissue_reason", sa.Text(), **empty))
    op.create_foreign_key(
        op.f("fk_letter_replaces_id_letter"), "letter", "letter", ["replaces_id"], ["id"]
    )
    op.execute(FROZEN)


def _clarification() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "clarification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reply_by", moment, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("reminded_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", moment, nullable=True),
        sa.Column("replied_by", sa.BigInteger(), nullable=True),
        sa.Column("context", postgresql.JSONB(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reply_by > asked_at", name=op.f("ck_clarification_time_to_reply")),
        sa.CheckConstraint(
            "state <> 'answered' OR (replied_at IS NOT NULL AND replied_at <= reply_by)",
            name=op.f("ck_clarification_answered_in_time"),
        ),
        _key("clarification", "call_id", "call"),
        _key("clarification", "application_id", "application", ondelete="CASCADE"),
        _key("clarification", "entry_id", "stage_entry", ondelete="CASCADE"),
        _key("clarification", "asked_by", "user_account"),
        _key("clarification", "replied_by", "user_account"),
        _key("clarification", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
        sa.UniqueConstraint("check_code", name=op.f("uq_clarification_check_code")),
        sa.UniqueConstraint("entry_id", "number", name="uq_clarification_number"),
    )
    for column in ("call_id", "application_id", "entry_id"):
        op.create_index(op.f(f"ix_clarification_{column}"), "clarification", [column])
    op.create_index(
        "uq_clarification_one_open",
        "clarification",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def _clarification_file() -> None:
    op.create_table(
        "clarification_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("clarification_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        _key("clarification_file", "clarification_id", "clarification", ondelete="CASCADE"),
        _key("clarification_file", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_file")),
    )
    for column in ("clarification_id", "file_id"):
        op.create_index(op.f(f"ix_clarification_file_{column}"), "clarification_file", [column])


def _judgement() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.BigInteger(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "result IN ('met', 'not_met', 'to_clarify')", name=op.f("ck_judgement_result_known")
        ),
        sa.CheckConstraint(
            "result = 'met' OR reason <> ''", name=op.f("ck_judgement_reason_given")
        ),
        _key("judgement", "application_id", "application", ondelete="CASCADE"),
        _key("judgement", "judged_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint("application_id", "key", name="uq_judgement_once"),
    )
    op.create_index(op.f("ix_judgement_application_id"), "judgement", ["application_id"])


def _key(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def downgrade() -> None:
    op.execute(THAW)
    for table, columns in (
        ("letter", ("reissue_reason", "replaces_id")),
        ("authority", ("logo_media_type",)),
        ("stage", ("assess_by",)),
        ("assessment", ("reminded_at", "decline_reason")),
        ("application", ("draft_shared_by", "draft_shared_at")),
    ):
        for column in columns:
            op.drop_column(table, column)
    for table in ("judgement", "clarification_file", "clarification"):
        op.drop_table(table)
