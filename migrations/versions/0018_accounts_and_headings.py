"""Let a second person confirm an authority's account, and keep what a check said by heading.

Why: whoever can change the account that money comes back to, alone, can send it to their own.
And what a check counted must stay to be read when the budget is changed after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The account is what a second person confirmed, whatever program writes it.
ACCOUNT = """
CREATE FUNCTION envelope_authority_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM account_change
        WHERE authority_id = NEW.id AND state = 'confirmed'
            AND decided_by IS NOT NULL AND decided_by IS DISTINCT FROM proposed_by
            AND (iban, bic, holder) = (NEW.bank_iban, NEW.bank_bic, NEW.bank_holder)
    ) THEN
        RAISE EXCEPTION 'an account is changed when a second person has confirmed it'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmed_account BEFORE UPDATE ON authority FOR EACH ROW
    WHEN ((OLD.bank_iban, OLD.bank_bic, OLD.bank_holder)
        IS DISTINCT FROM (NEW.bank_iban, NEW.bank_bic, NEW.bank_holder))
    EXECUTE FUNCTION envelope_authority_account();
CREATE TRIGGER never_removed BEFORE DELETE ON account_change
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_account BEFORE UPDATE ON account_change
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'authority_id', 'iban', 'bic', 'holder', 'reason', 'proposed_at', 'proposed_by');
CREATE TRIGGER decided_once BEFORE UPDATE ON account_change
    FOR EACH ROW WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION envelope_frozen_columns('state', 'decided_at', 'decided_by', 'decision_reason');
"""


def _text(name: str, **more: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _person(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _points_to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_account_change_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.add_column(
        "payment",
        sa.Column("headings", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.create_table(
        "account_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("authority_id", sa.BigInteger(), nullable=False),
        _text("state"),
        _text("iban"),
        _text("bic"),
        _text("holder"),
        _text("reason"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        _person("proposed_by"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _person("decided_by"),
        _text("decision_reason"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by IS DISTINCT FROM proposed_by",
            name=op.f("ck_account_change_four_eyes"),
        ),
        _points_to("authority_id", "authority"),
        _points_to("proposed_by", "user_account"),
        _points_to("decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_change")),
    )
    op.create_index(op.f("ix_account_change_authority_id"), "account_change", ["authority_id"])
    op.create_index(
        "uq_account_change_one_open",
        "account_change",
        ["authority_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.execute(ACCOUNT)


def downgrade() -> None:
    op.execute("DROP FUNCTION envelope_authority_account() CASCADE")
    op.drop_table("account_change")
    op.drop_column("payment", "headings")
