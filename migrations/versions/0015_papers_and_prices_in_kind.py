"""Add several papers to one grant in kind, changed prices, and own share that is paid back.

The envelope of a published call may follow its newest version, as its rules already may: more
money comes by a corrigendum, never by a row that somebody changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ENVELOPE = """
DROP TRIGGER frozen_rules ON call;
CREATE TRIGGER frozen_rules BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns('authority_id', 'code', 'currency');
CREATE FUNCTION envelope_of_the_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.envelope_cents = OLD.envelope_cents THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT FROM call_version v WHERE v.call_id = NEW.id
            AND (v.document #>> '{rules,envelope_cents}')::bigint = NEW.envelope_cents
            AND v.number = (SELECT max(number) FROM call_version WHERE call_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'call.envelope_cents is frozen, but for its newest version'
            USING ERRCODE = 'ENV03';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER envelope_of_the_version BEFORE UPDATE OF envelope_cents ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION envelope_of_the_version();
CREATE OR REPLACE FUNCTION envelope_frozen_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.envelope_cents <> OLD.envelope_cents
        AND EXISTS (SELECT FROM call WHERE id = OLD.call_id AND digest IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM call_version v, jsonb_array_elements(v.document #> '{rules,lots}') lot
            WHERE v.call_id = OLD.call_id
                AND v.number = (SELECT max(number) FROM call_version WHERE call_id = OLD.call_id)
                AND lot ->> 'code' = NEW.code
                AND (lot ->> 'envelope_cents')::bigint = NEW.envelope_cents
        ) THEN
        RAISE EXCEPTION 'the envelope of a published lot is frozen' USING ERRCODE = 'ENV03';
    END IF;
    RETURN NEW;
END $$;
"""
ENVELOPE_BACK = """
DROP TRIGGER envelope_of_the_version ON call;
DROP FUNCTION envelope_of_the_version();
DROP TRIGGER frozen_rules ON call;
CREATE TRIGGER frozen_rules BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns('authority_id', 'code', 'currency', 'envelope_cents');
CREATE OR REPLACE FUNCTION envelope_frozen_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.envelope_cents <> OLD.envelope_cents
        AND EXISTS (SELECT FROM call WHERE id = OLD.call_id AND digest IS NOT NULL) THEN
        RAISE EXCEPTION 'the envelope of a published lot is frozen' USING ERRCODE = 'ENV03';
    END IF;
    RETURN NEW;
END $$;
"""


# What a grant has of a protocol becomes its first paper.
MOVED = """
INSERT INTO in_kind_paper (grant_id, kind, number, state, contents, file_id, conditions,
        signed_on, signed_for_authority, signed_for_beneficiary, retained_until, prepared_at,
        version)
    SELECT id, 'handover', 1, CASE WHEN handed_over_on IS NULL THEN 'prepared' ELSE 'signed' END,
        protocol, file_id, conditions, handed_over_on, handed_over_by, received_by,
        retained_until, created_at, 1
    FROM in_kind_grant WHERE protocol <> '{}';
UPDATE asset SET handover_id = p.id FROM in_kind_paper p
    WHERE p.grant_id = asset.grant_id AND asset.state NOT IN ('planned', 'dropped');
"""
MOVED_BACK = """
UPDATE in_kind_grant SET protocol = p.contents, file_id = p.file_id, conditions = p.conditions,
    handed_over_by = p.signed_for_authority, received_by = p.signed_for_beneficiary
    FROM in_kind_paper p
    WHERE p.grant_id = in_kind_grant.id AND p.kind = 'handover' AND p.number = 1;
"""

# Own share is there when what was confirmed, less what goes back, is what is owed; without it
# nothing is ordered, and nothing is approved once a price has risen.
FUNDED = """
CREATE FUNCTION envelope_own_share_there(grant_key bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT (SELECT COALESCE(sum(amount_cents), 0) FROM own_share
            WHERE grant_id = grant_key AND state = 'confirmed')
        - (SELECT COALESCE(sum(amount_cents), 0) FROM own_share_return
            WHERE grant_id = grant_key AND state <> 'dropped')
$$;
CREATE OR REPLACE FUNCTION envelope_ordered_when_funded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected bigint;
BEGIN
    SELECT own_share_cents INTO expected FROM in_kind_grant WHERE id = NEW.grant_id;
    IF envelope_own_share_there(NEW.grant_id) < expected THEN
        RAISE EXCEPTION 'the own share is not paid in' USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_when_funded BEFORE UPDATE OF approved_at ON asset
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL AND OLD.approved_at IS NULL)
    EXECUTE FUNCTION envelope_ordered_when_funded();
CREATE FUNCTION envelope_returned_when_over() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected bigint;
BEGIN
    SELECT own_share_cents INTO expected FROM in_kind_grant WHERE id = NEW.grant_id FOR UPDATE;
    IF envelope_own_share_there(NEW.grant_id) < expected THEN
        RAISE EXCEPTION 'only own share that was paid too much is paid back'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER returned_when_over AFTER INSERT OR UPDATE ON own_share_return
    FOR EACH ROW WHEN (NEW.state <> 'dropped') EXECUTE FUNCTION envelope_returned_when_over();
"""
FUNDED_BACK = """
DROP FUNCTION envelope_returned_when_over() CASCADE;
DROP TRIGGER approved_when_funded ON asset;
CREATE OR REPLACE FUNCTION envelope_ordered_when_funded() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION envelope_own_share_there(bigint);
"""
FROZEN = """
CREATE TRIGGER never_removed BEFORE DELETE ON in_kind_paper
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_paper BEFORE UPDATE ON in_kind_paper
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns('grant_id', 'kind', 'number', 'contents');
CREATE TRIGGER printed_once BEFORE UPDATE ON in_kind_paper
    FOR EACH ROW WHEN (OLD.file_id IS NOT NULL) EXECUTE FUNCTION envelope_frozen_columns('file_id');
CREATE TRIGGER signed_once BEFORE UPDATE ON in_kind_paper
    FOR EACH ROW WHEN (OLD.state <> 'prepared')
    EXECUTE FUNCTION envelope_frozen_columns(
        'state', 'signed_on', 'signed_for_authority', 'signed_for_beneficiary', 'retained_until');
CREATE TRIGGER scanned_once BEFORE UPDATE ON in_kind_paper
    FOR EACH ROW WHEN (OLD.scan_id IS NOT NULL) EXECUTE FUNCTION envelope_frozen_columns('scan_id');
CREATE TRIGGER never_removed BEFORE DELETE ON price_change
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_price_change BEFORE UPDATE ON price_change
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'asset_id', 'was_cents', 'price_cents', 'reason', 'proposed_by');
CREATE TRIGGER decided_once BEFORE UPDATE ON price_change
    FOR EACH ROW WHEN (OLD.state <> 'proposed')
    EXECUTE FUNCTION envelope_frozen_columns('state', 'decided_by', 'decided_at');
CREATE TRIGGER never_removed BEFORE DELETE ON own_share_return
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_return BEFORE UPDATE ON own_share_return
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'grant_id', 'amount_cents', 'account', 'reason', 'proposed_by');
CREATE TRIGGER paid_once BEFORE UPDATE ON own_share_return
    FOR EACH ROW WHEN (OLD.state IN ('paid', 'dropped'))
    EXECUTE FUNCTION envelope_frozen_columns('state', 'paid_on', 'bank_reference', 'approved_by');
"""
OF_GRANT = ("protocol", "file_id", "conditions", "handed_over_by", "received_by")


def upgrade() -> None:
    op.execute(ENVELOPE)
    _paper()
    _price_change()
    _own_share_return()
    op.execute(MOVED)
    for name in OF_GRANT:
        op.drop_column("in_kind_grant", name)
    op.execute(FUNDED)
    op.execute(FROZEN)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _number(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _paper() -> None:
    table = "in_kind_paper"
    op.create_table(
        table,
        _key(),
        _number("grant_id", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        _number("file_id"),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_for_authority", sa.Text(), nullable=False),
        sa.Column("signed_for_beneficiary", sa.Text(), nullable=False),
        sa.Column("retained_until", sa.Date(), nullable=True),
        _number("scan_id"),
        _number("scanned_by"),
        _number("prepared_by"),
        _time("prepared_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "retained_until >= signed_on", name=op.f("ck_in_kind_paper_retained_from_signature")
        ),
        _points_to(table, "grant_id", "in_kind_grant"),
        _points_to(table, "file_id", "stored_file"),
        _points_to(table, "scan_id", "stored_file"),
        _points_to(table, "scanned_by", "user_account"),
        _points_to(table, "prepared_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_kind_paper")),
        sa.UniqueConstraint("grant_id", "kind", "number", name="uq_in_kind_paper_number"),
    )
    for name in ("handover_id", "title_id"):
        op.add_column("asset", _number(name))
        op.create_foreign_key(op.f(f"fk_asset_{name}_{table}"), "asset", table, [name], ["id"])
        op.create_index(op.f(f"ix_asset_{name}"), "asset", [name])


def _price_change() -> None:
    table = "price_change"
    op.create_table(
        table,
        _key(),
        _number("asset_id", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _number("was_cents", nullable=False),
        _number("price_cents", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        _number("proposed_by"),
        _time("proposed_at"),
        _number("decided_by"),
        _time("decided_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_cents > 0", name=op.f("ck_price_change_positive")),
        sa.CheckConstraint(
            "state <> 'agreed' OR decided_by IS DISTINCT FROM proposed_by",
            name=op.f("ck_price_change_four_eyes"),
        ),
        _points_to(table, "asset_id", "asset"),
        _points_to(table, "proposed_by", "user_account"),
        _points_to(table, "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
    )
    op.create_index(op.f("ix_price_change_asset_id"), table, ["asset_id"])
    op.create_index(
        "uq_price_change_open",
        table,
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _own_share_return() -> None:
    table = "own_share_return"
    op.create_table(
        table,
        _key(),
        _number("grant_id", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _number("amount_cents", nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _number("proposed_by"),
        _time("proposed_at"),
        _number("approved_by"),
        _time("approved_at", nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        _number("paid_recorded_by"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_own_share_return_positive")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by",
            name=op.f("ck_own_share_return_four_eyes"),
        ),
        sa.CheckConstraint(
            "paid_on IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_own_share_return_paid_when_approved"),
        ),
        _points_to(table, "grant_id", "in_kind_grant"),
        _points_to(table, "proposed_by", "user_account"),
        _points_to(table, "approved_by", "user_account"),
        _points_to(table, "paid_recorded_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_share_return")),
    )
    op.create_index(op.f("ix_own_share_return_grant_id"), table, ["grant_id"])


def downgrade() -> None:
    empty = sa.text("'{}'")
    op.add_column(
        "in_kind_grant",
        sa.Column("protocol", postgresql.JSONB(), server_default=empty, nullable=False),
    )
    op.add_column("in_kind_grant", _number("file_id"))
    op.create_foreign_key(
        op.f("fk_in_kind_grant_file_id_stored_file"),
        "in_kind_grant",
        "stored_file",
        ["file_id"],
        ["id"],
    )
    op.add_column(
        "in_kind_grant",
        sa.Column("conditions", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    for name in ("handed_over_by", "received_by"):
        op.add_column("in_kind_grant", _text(name))
    op.execute(MOVED_BACK)
    for name in ("protocol", "conditions", "handed_over_by", "received_by"):
        op.alter_column("in_kind_grant", name, server_default=None)
    op.execute(FUNDED_BACK)
    for name in ("handover_id", "title_id"):
        op.drop_column("asset", name)
    for table in ("own_share_return", "price_change", "in_kind_paper"):
        op.drop_table(table)
    op.execute(ENVELOPE_BACK)
