"""Accounts of suppliers, orders to them in bank files, reduced budgets, linked undertakings.

Why: whatever leaves for the bank goes to an account that two people agreed to, and only while
that account is the one in use; a smaller award has a budget of its own size; and aid is counted
for all enterprises under one hand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The account is the newest that a second person has confirmed, not any that once was.
ACCOUNT = """
CREATE OR REPLACE FUNCTION envelope_authority_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM (
            SELECT * FROM account_change
            WHERE authority_id = NEW.id AND purpose = 'authority' AND state = 'confirmed'
            ORDER BY id DESC LIMIT 1
        ) AS newest
        WHERE decided_by IS NOT NULL AND decided_by IS DISTINCT FROM proposed_by
            AND (iban, bic, holder) = (NEW.bank_iban, NEW.bank_bic, NEW.bank_holder)
    ) THEN
        RAISE EXCEPTION 'an account is changed when a second person has confirmed it'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
"""
ACCOUNT_BACK = """
CREATE OR REPLACE FUNCTION envelope_authority_account() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

FROZEN = """
DROP TRIGGER frozen_account ON account_change;
CREATE TRIGGER frozen_account BEFORE UPDATE ON account_change
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'authority_id', 'purpose', 'payee', 'iban', 'bic', 'holder', 'reason', 'proposed_at',
        'proposed_by');
DROP TRIGGER frozen_line ON bank_file_line;
CREATE TRIGGER frozen_line BEFORE UPDATE ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'bank_file_id', 'payment_id', 'asset_id', 'end_to_end', 'amount_cents', 'creditor',
        'iban', 'bic', 'purpose', 'reference');
CREATE TRIGGER frozen_budget BEFORE UPDATE OF budget ON agreement
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND NEW.state <> 'draft')
    EXECUTE FUNCTION envelope_frozen_columns('budget');
CREATE TRIGGER never_removed BEFORE DELETE ON ownership_link
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_link BEFORE UPDATE ON ownership_link
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'application_id', 'owner', 'owner_name', 'owned', 'owned_name', 'kind', 'percent',
        'valid_from', 'evidence', 'recorded_by', 'recorded_at');
CREATE TRIGGER ended_once BEFORE UPDATE ON ownership_link
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'valid_to', 'end_reason', 'ended_by', 'ended_at');
"""
FROZEN_BACK = """
DROP TRIGGER frozen_budget ON agreement;
DROP TRIGGER frozen_account ON account_change;
CREATE TRIGGER frozen_account BEFORE UPDATE ON account_change
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'authority_id', 'iban', 'bic', 'holder', 'reason', 'proposed_at', 'proposed_by');
DROP TRIGGER frozen_line ON bank_file_line;
CREATE TRIGGER frozen_line BEFORE UPDATE ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'bank_file_id', 'payment_id', 'end_to_end', 'amount_cents', 'creditor', 'iban', 'bic');
"""

# A line is what a second person approved: a payment to a beneficiary, or a thing to its supplier
# at the whole price, on the newest account of that supplier that a second person has confirmed.
ORDERS = """
CREATE FUNCTION envelope_bank_file_purchase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM asset
        JOIN call ON call.id = asset.call_id
        JOIN bank_file ON bank_file.id = NEW.bank_file_id
        CROSS JOIN LATERAL (
            SELECT * FROM account_change
            WHERE account_change.authority_id = call.authority_id
                AND account_change.purpose = 'supplier'
                AND account_change.payee = asset.supplier
                AND account_change.state = 'confirmed'
            ORDER BY account_change.id DESC LIMIT 1
        ) AS account
        WHERE asset.id = NEW.asset_id
            AND asset.approved_by IS NOT NULL
            AND asset.paid_on IS NULL
            AND asset.approved_by IS DISTINCT FROM bank_file.made_by
            AND asset.price_cents = NEW.amount_cents
            AND call.authority_id = bank_file.authority_id
            AND call.currency = bank_file.currency
            AND account.decided_by IS DISTINCT FROM account.proposed_by
            AND (account.iban, account.bic) = (NEW.iban, NEW.bic)
    ) THEN
        RAISE EXCEPTION
            'only what somebody else approved goes to the bank, on the account of its supplier'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER approved_only ON bank_file_line;
CREATE TRIGGER approved_only BEFORE INSERT ON bank_file_line
    FOR EACH ROW WHEN (NEW.payment_id IS NOT NULL)
    EXECUTE FUNCTION envelope_bank_file_line();
CREATE TRIGGER approved_purchase_only BEFORE INSERT ON bank_file_line
    FOR EACH ROW WHEN (NEW.asset_id IS NOT NULL)
    EXECUTE FUNCTION envelope_bank_file_purchase();
"""
ORDERS_BACK = """
DROP TRIGGER approved_purchase_only ON bank_file_line;
DROP TRIGGER approved_only ON bank_file_line;
CREATE TRIGGER approved_only BEFORE INSERT ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_bank_file_line();
DROP FUNCTION envelope_bank_file_purchase();
"""

# What was taken back, to be sent in again, was not found good by any check.
TAKEN_BACK = """
DO $$
DECLARE
    was text := pg_get_viewdef('application_line_now'::regclass, true);
    become text := replace(was, '<was>', '<become>');
BEGIN
    IF was = become THEN RAISE EXCEPTION 'the view of lines says something else'; END IF;
    EXECUTE 'CREATE OR REPLACE VIEW application_line_now AS ' || become;
END $$;
"""
CHECKED = "WHEN sent.state = ''submitted''::text THEN ''not_checked''::text"
NOT_CHECKED = (
    "WHEN sent.state = ANY (ARRAY[''submitted''::text, ''open''::text, ''lapsed''::text])"
    " THEN ''not_checked''::text"
)
LINES = """
SELECT envelope_write_lines(ARRAY(
    SELECT line.application_id FROM application_line AS line
    JOIN stage_entry AS entry ON entry.id = line.entry_id
    WHERE entry.state IN ('open', 'lapsed')))
"""


def _text(name: str, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_user_account")
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=name)


def upgrade() -> None:
    _accounts()
    _orders()
    op.add_column(
        "agreement",
        sa.Column("budget", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    _links()
    op.execute(ACCOUNT)
    op.execute(ORDERS)
    op.execute(FROZEN)
    _view(CHECKED, NOT_CHECKED)


def _accounts() -> None:
    op.add_column("account_change", _text("purpose", default="authority"))
    op.add_column("account_change", _text("payee", default=""))
    op.create_check_constraint(
        op.f("ck_account_change_payee_of_supplier"),
        "account_change",
        "purpose IN ('authority', 'paying_in', 'supplier')"
        " AND (purpose = 'supplier') = (payee <> '')",
    )
    op.drop_index("uq_account_change_one_open", "account_change")
    op.create_index(
        "uq_account_change_one_open",
        "account_change",
        ["authority_id", "purpose", "payee"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _orders() -> None:
    op.add_column("asset", _text("payment_reference", default=""))
    op.add_column("bank_file_line", sa.Column("asset_id", sa.BigInteger(), nullable=True))
    op.add_column("bank_file_line", _text("purpose", default=""))
    op.add_column("bank_file_line", _text("reference", default=""))
    op.alter_column("bank_file_line", "payment_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_bank_file_line_asset_id_asset"), "bank_file_line", "asset", ["asset_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_bank_file_line_one_thing"),
        "bank_file_line",
        "(payment_id IS NULL) = (asset_id IS NOT NULL)",
    )
    op.create_index(op.f("ix_bank_file_line_asset_id"), "bank_file_line", ["asset_id"])
    op.create_index(
        "uq_bank_file_line_asset",
        "bank_file_line",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )


def _links() -> None:
    op.create_table(
        "ownership_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        _text("owner"),
        _text("owner_name"),
        _text("owned"),
        _text("owned_name"),
        _text("kind"),
        sa.Column("percent", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _text("evidence"),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _text("end_reason"),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("owner <> owned", name=op.f("ck_ownership_link_two_undertakings")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_ownership_link_period")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_ownership_link_application_id_application"),
        ),
        _person("ownership_link", "recorded_by"),
        _person("ownership_link", "ended_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_link")),
    )
    for column in ("application_id", "owner", "owned"):
        op.create_index(op.f(f"ix_ownership_link_{column}"), "ownership_link", [column])


def _view(was: str, become: str) -> None:
    """Say it otherwise in the view of lines, and write the kept lines again that it is about."""
    op.execute(TAKEN_BACK.replace("<was>", was).replace("<become>", become))
    op.execute(LINES)


# Told by tables without a use, the account of a supplier would be the authority's own.
ONLY_OWN = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM account_change WHERE purpose <> 'authority') THEN
        RAISE EXCEPTION 'there are accounts of suppliers or for own shares: restore a backup';
    END IF;
END $$;
"""


def downgrade() -> None:
    op.execute(ONLY_OWN)
    _view(NOT_CHECKED, CHECKED)
    op.execute(FROZEN_BACK)
    op.execute(ORDERS_BACK)
    op.drop_table("ownership_link")
    op.drop_column("agreement", "budget")
    _orders_back()
    op.drop_index("uq_account_change_one_open", "account_change")
    op.create_index(
        "uq_account_change_one_open",
        "account_change",
        ["authority_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.drop_column("account_change", "payee")
    op.drop_column("account_change", "purpose")
    op.execute(ACCOUNT_BACK)


def _orders_back() -> None:
    """Orders to suppliers cannot be told by tables that know none: such a step back fails."""
    op.alter_column("bank_file_line", "payment_id", nullable=False)
    for column in ("asset_id", "purpose", "reference"):
        op.drop_column("bank_file_line", column)
    op.drop_column("asset", "payment_reference")
