"""Add declarations, assessments, agreed scores, runs and awards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allocation_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("run_by", sa.BigInteger(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> run_by", name=op.f("ck_allocation_run_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_allocation_run_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_allocation_run_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_by"], ["user_account.id"], name=op.f("fk_allocation_run_run_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_allocation_run_stage_id_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_run")),
    )
    op.create_index(op.f("ix_allocation_run_call_id"), "allocation_run", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_allocation_run_stage_id"), "allocation_run", ["stage_id"], unique=False
    )
    op.create_index(
        "uq_allocation_run_current",
        "allocation_run",
        ["stage_id"],
        unique=True,
        postgresql_where=sa.text("discarded_at IS NULL"),
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("names_sha256", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT has_conflict OR reason <> ''", name=op.f("ck_declaration_conflict_has_reason")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_declaration_call_id_call")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_declaration_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_declaration_stage_id_stage")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_declaration_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("user_id", "lot_id", "stage_id", name="uq_declaration_once"),
    )
    op.create_index(op.f("ix_declaration_call_id"), "declaration", ["call_id"], unique=False)
    op.create_index(op.f("ix_declaration_lot_id"), "declaration", ["lot_id"], unique=False)
    op.create_index(op.f("ix_declaration_stage_id"), "declaration", ["stage_id"], unique=False)
    op.create_index(op.f("ix_declaration_user_id"), "declaration", ["user_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("awarded_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "awarded_cents <= requested_cents", name=op.f("ck_award_within_request")
        ),
        sa.CheckConstraint("awarded_cents > 0", name=op.f("ck_award_positive")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_award_answered_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_award_application_id_application")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_award_call_id_call")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_award_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["allocation_run.id"], name=op.f("fk_award_run_id_allocation_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    op.create_index(op.f("ix_award_application_id"), "award", ["application_id"], unique=False)
    op.create_index(op.f("ix_award_call_id"), "award", ["call_id"], unique=False)
    op.create_index(op.f("ix_award_lot_id"), "award", ["lot_id"], unique=False)
    op.create_index(op.f("ix_award_run_id"), "award", ["run_id"], unique=False)
    op.create_index(
        "uq_award_application",
        "award",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('revoked', 'discarded')"),
    )
    op.create_table(
        "agreed_score",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("used", postgresql.JSONB(), nullable=False),
        sa.Column("marks", postgresql.JSONB(), nullable=False),
        sa.Column("sections", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failed_section", sa.Text(), nullable=True),
        sa.Column("flags", postgresql.JSONB(), nullable=False),
        sa.Column("comments", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreed_by"], ["user_account.id"], name=op.f("fk_agreed_score_agreed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["stage_entry.id"],
            name=op.f("fk_agreed_score_entry_id_stage_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_score")),
        sa.UniqueConstraint("entry_id", "number", name="uq_agreed_score_number"),
    )
    op.create_index(op.f("ix_agreed_score_entry_id"), "agreed_score", ["entry_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("assessor_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("marks", postgresql.JSONB(), nullable=False),
        sa.Column("comments", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessor_id"],
            ["user_account.id"],
            name=op.f("fk_assessment_assessor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_assigned_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["stage_entry.id"],
            name=op.f("fk_assessment_entry_id_stage_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("entry_id", "assessor_id", name="uq_assessment_once"),
    )
    op.create_index(op.f("ix_assessment_assessor_id"), "assessment", ["assessor_id"], unique=False)
    op.create_index(op.f("ix_assessment_entry_id"), "assessment", ["entry_id"], unique=False)


def downgrade() -> None:
    op.drop_table("assessment")
    op.drop_table("agreed_score")
    op.drop_table("award")
    op.drop_table("declaration")
    op.drop_table("allocation_run")
