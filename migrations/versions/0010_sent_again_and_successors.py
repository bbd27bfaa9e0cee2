"""Sending in again before the deadline, handing an organisation over, and who saved a draft.

An entry may have several submissions; exactly one of them stands. A waiting wish to join may
be put before an authority, with a letter, when the contact of the organisation is gone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONE_CONTACT = sa.text("role = 'contact' AND state = 'admitted'")


def upgrade() -> None:
    op.add_column(
        "submission", sa.Column("number", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column(
        "submission", sa.Column("stands", sa.Boolean(), server_default="true", nullable=False)
    )
    op.drop_constraint("uq_submission_entry_id", "submission", type_="unique")
    op.create_unique_constraint("uq_submission_number", "submission", ["entry_id", "number"])
    op.create_index(
        "uq_submission_stands",
        "submission",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("stands"),
    )
    op.execute(
        "CREATE TRIGGER frozen_number BEFORE UPDATE ON submission FOR EACH ROW"
        " EXECUTE FUNCTION envelope_frozen_columns('number')"
    )
    op.create_table(
        "application_print",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("context", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["stage_entry.id"],
            name=op.f("fk_application_print_entry_id_stage_entry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user_account.id"],
            name=op.f("fk_application_print_asked_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_application_print_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_print")),
        sa.UniqueConstraint("entry_id", "document", "digest", name="uq_application_print_once"),
    )
    op.add_column("stage_entry", sa.Column("saved_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_stage_entry_saved_by_user_account"),
        "stage_entry",
        "user_account",
        ["saved_by"],
        ["id"],
    )
    for column in (
        sa.Column("contact_offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("help_authority_id", sa.BigInteger(), nullable=True),
        sa.Column("help_text", sa.Text(), server_default="", nullable=False),
        sa.Column("help_file_id", sa.BigInteger(), nullable=True),
        sa.Column("help_asked_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("membership", column)
    for column_name, table in (("help_authority_id", "authority"), ("help_file_id", "stored_file")):
        op.create_foreign_key(
            op.f(f"fk_membership_{column_name}_{table}"),
            "membership",
            table,
            [column_name],
            ["id"],
        )
    op.create_index(
        op.f("ix_membership_help_authority_id"), "membership", ["help_authority_id"], unique=False
    )
    op.create_index(
        "uq_membership_contact",
        "membership",
        ["organisation_id"],
        unique=True,
        postgresql_where=ONE_CONTACT,
    )


def downgrade() -> None:
    op.drop_index("uq_membership_contact", "membership")
    op.drop_index(op.f("ix_membership_help_authority_id"), "membership")
    for column_name in (
        "help_asked_at",
        "help_file_id",
        "help_text",
        "help_authority_id",
        "contact_offered_at",
    ):
        op.drop_column("membership", column_name)
    op.drop_column("stage_entry", "saved_by")
    op.drop_table("application_print")
    op.execute("DROP TRIGGER frozen_number ON submission")
    op.drop_index("uq_submission_stands", "submission")
    op.drop_constraint("uq_submission_number", "submission", type_="unique")
    op.create_unique_constraint("uq_submission_entry_id", "submission", ["entry_id"])
    op.drop_column("submission", "stands")
    op.drop_column("submission", "number")
