"""Add site visits and what is given in kind: quotes, own shares, assets, retention.

Why: things are bought with the money of a grant and the beneficiary's own share together.
What suppliers are paid out of the grant is kept in the agreement's sums by a trigger, so the
check of 0006 refuses one cent above it; nothing is ordered before the own share is confirmed;
what was approved and what a visit found does not change any more.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SUMS = """
CREATE FUNCTION envelope_asset_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    committed bigint := 0;
    paid bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.agreement_id <> OLD.agreement_id THEN
        RAISE EXCEPTION 'an asset does not change its agreement' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.approved_at IS NOT NULL THEN committed := NEW.support_cents; END IF;
        IF NEW.paid_on IS NOT NULL THEN paid := NEW.support_cents; END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF OLD.approved_at IS NOT NULL THEN committed := committed - OLD.support_cents; END IF;
        IF OLD.paid_on IS NOT NULL THEN paid := paid - OLD.support_cents; END IF;
    END IF;
    IF committed <> 0 OR paid <> 0 THEN
        UPDATE agreement
            SET committed_cents = committed_cents + committed, paid_cents = paid_cents + paid
            WHERE id = COALESCE(NEW.agreement_id, OLD.agreement_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER asset_sums AFTER INSERT OR UPDATE OR DELETE ON asset
    FOR EACH ROW EXECUTE FUNCTION envelope_asset_sums();
"""

FUNDED = """
CREATE FUNCTION envelope_ordered_when_funded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected bigint;
    confirmed bigint;
BEGIN
    SELECT own_share_cents INTO expected FROM in_kind_grant WHERE id = NEW.grant_id;
    SELECT COALESCE(sum(amount_cents), 0) INTO confirmed
        FROM own_share WHERE grant_id = NEW.grant_id AND state = 'confirmed';
    IF confirmed < expected THEN
        RAISE EXCEPTION 'the own share is not paid in' USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ordered_when_funded BEFORE INSERT OR UPDATE OF ordered_on ON asset
    FOR EACH ROW WHEN (NEW.ordered_on IS NOT NULL)
    EXECUTE FUNCTION envelope_ordered_when_funded();
"""

FROZEN = """
CREATE TRIGGER frozen_asset BEFORE UPDATE ON asset
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'price_cents', 'support_cents', 'supplier', 'approved_at', 'approved_by');
CREATE TRIGGER frozen_own_share BEFORE UPDATE ON own_share
    FOR EACH ROW WHEN (OLD.state <> 'recorded')
    EXECUTE FUNCTION envelope_frozen_columns(
        'state', 'amount_cents', 'received_on', 'bank_reference', 'confirmed_by');
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON site_visit
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
"""

TABLES = ("in_kind_grant", "asset", "quote", "own_share", "site_visit")


def upgrade() -> None:
    _in_kind_grant()
    _asset()
    _quote()
    _own_share()
    _site_visit()
    for part in (SUMS, FUNDED, FROZEN):
        op.execute(part)


def _in_kind_grant() -> None:
    op.create_table(
        "in_kind_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("procured_by", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("support_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("own_share_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("own_share_due_on", sa.Date(), nullable=True),
        sa.Column("own_share_pay_to", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protocol", postgresql.JSONB(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("handed_over_by", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("retained_until", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "retained_until >= handed_over_on", name=op.f("ck_in_kind_grant_retained_from_handover")
        ),
        sa.CheckConstraint(
            "support_cents >= 0 AND own_share_cents >= 0 AND price_cents = support_cents + own_share_cents",
            name=op.f("ck_in_kind_grant_shares_are_the_price"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_in_kind_grant_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_in_kind_grant_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_in_kind_grant_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_in_kind_grant_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_kind_grant")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_in_kind_grant_agreement_id")),
        sa.UniqueConstraint("application_id", name=op.f("uq_in_kind_grant_application_id")),
    )
    op.create_index(op.f("ix_in_kind_grant_call_id"), "in_kind_grant", ["call_id"], unique=False)


def _asset() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("specification", sa.Text(), nullable=False),
        sa.Column("estimate_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("choice_reason", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.BigInteger(), nullable=True),
        sa.Column("price_cents", sa.BigInteger(), nullable=True),
        sa.Column("support_cents", sa.BigInteger(), nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        sa.Column("ordered_by", sa.BigInteger(), nullable=True),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("paid_recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("serial_number", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("given_to", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_at IS NULL OR support_cents IS NOT NULL",
            name=op.f("ck_asset_approved_with_a_price"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> ordered_by AND approved_by <> chosen_by)",
            name=op.f("ck_asset_four_eyes"),
        ),
        sa.CheckConstraint(
            "paid_on IS NULL OR approved_at IS NOT NULL", name=op.f("ck_asset_paid_when_approved")
        ),
        sa.CheckConstraint(
            "support_cents >= 0 AND support_cents <= price_cents",
            name=op.f("ck_asset_support_within_price"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_asset_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["user_account.id"], name=op.f("fk_asset_approved_by_user_account")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_asset_call_id_call")),
        sa.ForeignKeyConstraint(
            ["chosen_by"], ["user_account.id"], name=op.f("fk_asset_chosen_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["in_kind_grant.id"], name=op.f("fk_asset_grant_id_in_kind_grant")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by"], ["user_account.id"], name=op.f("fk_asset_ordered_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["paid_recorded_by"],
            ["user_account.id"],
            name=op.f("fk_asset_paid_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("grant_id", "position", name="uq_asset_position"),
    )
    op.create_index(op.f("ix_asset_agreement_id"), "asset", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_asset_call_id"), "asset", ["call_id"], unique=False)
    op.create_index(op.f("ix_asset_grant_id"), "asset", ["grant_id"], unique=False)


def _quote() -> None:
    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("complies", sa.Boolean(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_cents > 0", name=op.f("ck_quote_positive")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_quote_added_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_quote_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_quote_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index(op.f("ix_quote_asset_id"), "quote", ["asset_id"], unique=False)
    op.create_index(
        "uq_quote_chosen", "quote", ["asset_id"], unique=True, postgresql_where=sa.text("is_chosen")
    )


def _own_share() -> None:
    op.create_table(
        "own_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_own_share_positive")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by",
            name=op.f("ck_own_share_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["user_account.id"],
            name=op.f("fk_own_share_confirmed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["in_kind_grant.id"], name=op.f("fk_own_share_grant_id_in_kind_grant")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_own_share_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_share")),
    )
    op.create_index(op.f("ix_own_share_grant_id"), "own_share", ["grant_id"], unique=False)


def _site_visit() -> None:
    op.create_table(
        "site_visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("visitors", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_site_visit_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_site_visit_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visit")),
    )
    op.create_index(
        op.f("ix_site_visit_application_id"), "site_visit", ["application_id"], unique=False
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in ("asset_sums", "ordered_when_funded"):
        op.execute(f"DROP FUNCTION envelope_{name}() CASCADE")
