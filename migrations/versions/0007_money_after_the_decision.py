"""Money after the decision: recovery orders, activations of the reserve list, stand-ins.

Why: what was overpaid is ordered back and never recovered twice, what is declined is given
out again in order, and an office of two goes on while somebody is away. The sums are kept
by triggers, as in 0006; no sum of another table is trusted to the program alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ORDERS = """
CREATE FUNCTION envelope_recovery_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone bigint := 0;
    came bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.agreement_id <> OLD.agreement_id THEN
        RAISE EXCEPTION 'a recovery order does not change its agreement' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.state <> 'cancelled' THEN gone := OLD.amount_cents; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state <> 'cancelled' THEN came := NEW.amount_cents; END IF;
    IF came <> gone THEN
        UPDATE agreement SET ordered_cents = ordered_cents + came - gone
            WHERE id = COALESCE(NEW.agreement_id, OLD.agreement_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recovery_ordered AFTER INSERT OR UPDATE OR DELETE ON recovery_order
    FOR EACH ROW EXECUTE FUNCTION envelope_recovery_ordered();
"""

RECEIPTS = """
CREATE FUNCTION envelope_recovery_received() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    received bigint := 0;
    set_off bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.order_id <> OLD.order_id
        OR NEW.payment_id IS DISTINCT FROM OLD.payment_id) THEN
        RAISE EXCEPTION 'a receipt does not change its order' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.state = 'confirmed' THEN received := NEW.amount_cents; END IF;
        IF NEW.state <> 'rejected' THEN set_off := NEW.amount_cents + NEW.interest_cents; END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF OLD.state = 'confirmed' THEN received := received - OLD.amount_cents; END IF;
        IF OLD.state <> 'rejected' THEN
            set_off := set_off - OLD.amount_cents - OLD.interest_cents;
        END IF;
    END IF;
    IF received <> 0 THEN
        UPDATE recovery_order SET received_cents = received_cents + received
            WHERE id = COALESCE(NEW.order_id, OLD.order_id);
        UPDATE agreement SET recovered_cents = recovered_cents + received
            WHERE id = (SELECT agreement_id FROM recovery_order
                        WHERE id = COALESCE(NEW.order_id, OLD.order_id));
    END IF;
    IF set_off <> 0 THEN
        UPDATE payment SET set_off_cents = set_off_cents + set_off
            WHERE id = COALESCE(NEW.payment_id, OLD.payment_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recovery_received AFTER INSERT OR UPDATE OR DELETE ON recovery_receipt
    FOR EACH ROW EXECUTE FUNCTION envelope_recovery_received();
"""

FROZEN = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON payment_version
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON recovery_order
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON recovery_receipt
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON reserve_activation
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_activation BEFORE UPDATE ON reserve_activation
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'call_id', 'stage_id', 'run_id', 'inputs', 'lines', 'transfers', 'digest',
        'proposed_by', 'proposed_at');
CREATE TRIGGER frozen_order BEFORE UPDATE ON recovery_order
    FOR EACH ROW WHEN (OLD.issued_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'amount_cents', 'due_on', 'interest_percent', 'context', 'issued_by');
"""


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _columns()
    _recovery()
    _versions()
    _activation()
    _stand_in()
    for part in (ORDERS, RECEIPTS, FROZEN):
        op.execute(part)


def _columns() -> None:
    for name in ("ordered_cents", "recovered_cents"):
        op.add_column(
            "agreement", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )
    op.create_check_constraint(
        op.f("ck_agreement_recovered_within_ordered"),
        "agreement",
        "recovered_cents >= 0 AND recovered_cents <= ordered_cents",
    )
    op.create_check_constraint(
        op.f("ck_agreement_ordered_within_paid"), "agreement", "ordered_cents <= paid_cents"
    )
    op.add_column("agreement", sa.Column("end_proposed_by", sa.BigInteger(), nullable=True))
    op.add_column("agreement", _time("end_proposed_at", nullable=True))
    op.add_column(
        "agreement", sa.Column("end_reason", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("agreement", sa.Column("ended_by", sa.BigInteger(), nullable=True))
    for name in ("end_proposed_by", "ended_by"):
        op.create_foreign_key(
            op.f(f"fk_agreement_{name}_user_account"), "agreement", "user_account", [name], ["id"]
        )
    op.create_check_constraint(
        op.f("ck_agreement_end_four_eyes"),
        "agreement",
        "ended_by IS NULL OR ended_by <> end_proposed_by",
    )
    op.add_column("payment", _time("first_requested_at", nullable=True))
    op.add_column("payment", _time("clock_stopped_at", nullable=True))
    op.add_column(
        "payment",
        sa.Column("clock_stopped_days", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column(
        "payment", sa.Column("set_off_cents", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("payment", sa.Column("reconciled_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_payment_reconciled_by_user_account"),
        "payment",
        "user_account",
        ["reconciled_by"],
        ["id"],
    )
    op.create_check_constraint(
        op.f("ck_payment_reconciled_four_eyes"),
        "payment",
        "reconciled_by IS NULL OR reconciled_by <> paid_recorded_by",
    )
    op.create_check_constraint(
        op.f("ck_payment_set_off_within_due"),
        "payment",
        "set_off_cents >= 0 AND (set_off_cents = 0 OR set_off_cents <= due_cents)",
    )


def _recovery() -> None:
    op.create_table(
        "recovery_order",
        _key(),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("interest_percent", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=True),
        _time("prepared_at"),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        _time("issued_at", nullable=True),
        sa.Column("context", postgresql.JSONB(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_order_positive")),
        sa.CheckConstraint(
            "received_cents >= 0 AND received_cents <= amount_cents",
            name=op.f("ck_recovery_order_received_within_order"),
        ),
        sa.CheckConstraint(
            "issued_by IS NULL OR issued_by <> prepared_by",
            name=op.f("ck_recovery_order_four_eyes"),
        ),
        _points_to("recovery_order", "agreement_id", "agreement"),
        _points_to("recovery_order", "call_id", "call"),
        _points_to("recovery_order", "payment_id", "payment"),
        _points_to("recovery_order", "prepared_by", "user_account"),
        _points_to("recovery_order", "issued_by", "user_account"),
        _points_to("recovery_order", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_order")),
        sa.UniqueConstraint("reference", name=op.f("uq_recovery_order_reference")),
    )
    for name in ("agreement_id", "call_id"):
        op.create_index(op.f(f"ix_recovery_order_{name}"), "recovery_order", [name])
    op.create_table(
        "recovery_receipt",
        _key(),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        _time("recorded_at"),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        _time("confirmed_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_cents >= 0 AND interest_cents >= 0 AND amount_cents + interest_cents > 0",
            name=op.f("ck_recovery_receipt_positive"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by",
            name=op.f("ck_recovery_receipt_four_eyes"),
        ),
        _points_to("recovery_receipt", "order_id", "recovery_order"),
        _points_to("recovery_receipt", "payment_id", "payment"),
        _points_to("recovery_receipt", "recorded_by", "user_account"),
        _points_to("recovery_receipt", "confirmed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_receipt")),
    )
    for name in ("order_id", "payment_id"):
        op.create_index(op.f(f"ix_recovery_receipt_{name}"), "recovery_receipt", [name])


def _versions() -> None:
    op.create_table(
        "payment_version",
        _key(),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _time("requested_at", nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("forecast_cents", sa.BigInteger(), nullable=True),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        _time("returned_at"),
        sa.Column("returned_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        _points_to("payment_version", "payment_id", "payment"),
        _points_to("payment_version", "requested_by", "user_account"),
        _points_to("payment_version", "returned_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_version")),
        sa.UniqueConstraint("payment_id", "number", name="uq_payment_version_number"),
    )


def _activation() -> None:
    op.create_table(
        "reserve_activation",
        _key(),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("transfers", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        _time("proposed_at"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        _time("decided_at", nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        _time("announced_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_reserve_activation_four_eyes"),
        ),
        _points_to("reserve_activation", "call_id", "call"),
        _points_to("reserve_activation", "stage_id", "stage"),
        _points_to("reserve_activation", "run_id", "allocation_run"),
        _points_to("reserve_activation", "proposed_by", "user_account"),
        _points_to("reserve_activation", "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_activation")),
    )
    op.create_index(op.f("ix_reserve_activation_call_id"), "reserve_activation", ["call_id"])
    op.create_index(
        "uq_reserve_activation_open",
        "reserve_activation",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'decided')"),
    )
    op.add_column("letter", sa.Column("activation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_letter_activation_id_reserve_activation"),
        "letter",
        "reserve_activation",
        ["activation_id"],
        ["id"],
    )
    op.create_index(op.f("ix_letter_activation_id"), "letter", ["activation_id"])


def _stand_in() -> None:
    op.create_table(
        "stand_in",
        _key(),
        sa.Column("authority_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("absent_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        _time("given_at"),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        _time("ended_at", nullable=True),
        sa.CheckConstraint("user_id <> absent_id", name=op.f("ck_stand_in_two_people")),
        sa.CheckConstraint(
            "given_by IS NULL OR given_by <> user_id", name=op.f("ck_stand_in_four_eyes")
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_stand_in_period")),
        _points_to("stand_in", "authority_id", "authority"),
        _points_to("stand_in", "call_id", "call"),
        _points_to("stand_in", "user_id", "user_account"),
        _points_to("stand_in", "absent_id", "user_account"),
        _points_to("stand_in", "given_by", "user_account"),
        _points_to("stand_in", "ended_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    for name in ("authority_id", "user_id"):
        op.create_index(op.f(f"ix_stand_in_{name}"), "stand_in", [name])


def downgrade() -> None:
    for table in ("recovery_receipt", "recovery_order", "payment_version"):
        op.drop_table(table)
    op.drop_column("letter", "activation_id")
    op.drop_table("reserve_activation")
    op.drop_table("stand_in")
    for name in ("recovery_ordered", "recovery_received"):
        op.execute(f"DROP FUNCTION envelope_{name}() CASCADE")
    for table, names in {
        "payment": (
            "first_requested_at",
            "clock_stopped_at",
            "clock_stopped_days",
            "set_off_cents",
            "reconciled_by",
        ),
        "agreement": (
            "ordered_cents",
            "recovered_cents",
            "end_proposed_by",
            "end_proposed_at",
            "end_reason",
            "ended_by",
        ),
    }.items():
        for name in names:
            op.drop_column(table, name)
