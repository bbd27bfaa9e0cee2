"""Money that follows a grant to its end: released, reconciled, sent to the bank, told by letter.

Why: what an ended agreement leaves is free for the next on the list, but never twice; a
payment goes to the bank in one file, with what a second person approved, and is found on the
statement to the cent. Triggers keep the sums and refuse the rest, as in 0006.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AWARD = """
CREATE OR REPLACE FUNCTION envelope_award_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    released CONSTANT text[] := ARRAY['declined', 'revoked', 'discarded'];
    gone bigint := 0;
    came bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.lot_id <> OLD.lot_id OR NEW.call_id <> OLD.call_id) THEN
        RAISE EXCEPTION 'an award does not change its lot' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'INSERT' AND NOT OLD.state = ANY (released) THEN
        gone := OLD.awarded_cents - OLD.released_cents;
    END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.state = ANY (released) THEN
        came := NEW.awarded_cents - NEW.released_cents;
    END IF;
    IF came <> gone THEN
        UPDATE call SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.call_id, OLD.call_id);
        UPDATE lot SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.lot_id, OLD.lot_id);
    END IF;
    RETURN NULL;
END $$;
"""

# As it was in 0006, for the way down.
AWARD_BEFORE = AWARD.replace(" - OLD.released_cents", "").replace(" - NEW.released_cents", "")

# What came back is free; of an agreement that is over, also what was never paid. Paying under
# it after all takes the money back from the lot, or is refused where it is given already.
RELEASE = """
CREATE FUNCTION envelope_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bigint;
    free bigint;
BEGIN
    SELECT awarded_cents INTO given FROM award WHERE id = NEW.award_id;
    free := NEW.recovered_cents;
    IF NEW.state IN ('terminated', 'closed') THEN free := free + given - NEW.paid_cents; END IF;
    UPDATE award SET released_cents = free WHERE id = NEW.award_id AND released_cents <> free;
    RETURN NULL;
END $$;
CREATE TRIGGER release AFTER UPDATE OF state, paid_cents, recovered_cents ON agreement
    FOR EACH ROW EXECUTE FUNCTION envelope_release();
"""

# A line is what a second person approved: the same amount, and not approved by who sends it.
ORDERS = """
CREATE FUNCTION envelope_bank_file_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payment
        JOIN call ON call.id = payment.call_id
        JOIN bank_file ON bank_file.id = NEW.bank_file_id
        WHERE payment.id = NEW.payment_id
            AND payment.state IN ('approved', 'failed')
            AND payment.approved_by IS NOT NULL
            AND payment.approved_by IS DISTINCT FROM bank_file.made_by
            AND payment.due_cents - payment.set_off_cents = NEW.amount_cents
            AND call.authority_id = bank_file.authority_id
            AND call.currency = bank_file.currency
    ) THEN
        RAISE EXCEPTION 'only what somebody else approved goes to the bank, with its amount'
            USING ERRCODE = 'ENV01';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_only BEFORE INSERT ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_bank_file_line();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON bank_file
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_line BEFORE UPDATE ON bank_file_line
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'bank_file_id', 'payment_id', 'end_to_end', 'amount_cents', 'creditor', 'iban', 'bic');
CREATE TRIGGER given_back_once BEFORE UPDATE ON bank_file_line
    FOR EACH ROW WHEN (OLD.returned_at IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns('returned_at');
"""

FROZEN = """
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON interest_rate
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON agreement_letter
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_letter BEFORE UPDATE ON agreement_letter
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'agreement_id', 'payment_id', 'kind', 'document', 'reference', 'context', 'check_code');
CREATE TRIGGER never_removed BEFORE DELETE ON amendment
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER frozen_amendment BEFORE UPDATE ON amendment
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'agreement_id', 'number', 'lines', 'reason', 'asked_at', 'asked_by');
CREATE TRIGGER decided_once BEFORE UPDATE ON amendment
    FOR EACH ROW WHEN (OLD.state <> 'asked')
    EXECUTE FUNCTION envelope_frozen_columns(
        'state', 'decided_at', 'decided_by', 'decision_reason');
"""


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, **more: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    _columns()
    _bank_files()
    _letters()
    _amendments()
    _rates()
    for part in (AWARD, RELEASE, ORDERS, FROZEN):
        op.execute(part)
    # Agreements that are over already: their rest is free from now on.
    op.execute(
        "UPDATE agreement SET state = state"
        " WHERE state IN ('terminated', 'closed') OR recovered_cents > 0"
    )


def _columns() -> None:
    op.add_column(
        "award", sa.Column("released_cents", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_award_released_within_award"),
        "award",
        "released_cents >= 0 AND released_cents <= awarded_cents",
    )
    op.add_column("payment", sa.Column("statement_on", sa.Date(), nullable=True))
    op.add_column("payment", _text("statement_reference", server_default=""))
    op.add_column("payment", _number("statement_cents", nullable=True))
    op.create_check_constraint(
        op.f("ck_payment_as_on_the_statement"),
        "payment",
        "statement_cents IS NULL OR statement_cents = due_cents - set_off_cents",
    )
    op.add_column("recovery_order", sa.Column("check_code", sa.Text(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_recovery_order_check_code"), "recovery_order", ["check_code"]
    )
    for name in ("bank_iban", "bank_bic", "bank_holder"):
        op.add_column("authority", _text(name, server_default=""))


def _bank_files() -> None:
    op.create_table(
        "bank_file",
        _key(),
        _number("authority_id"),
        _text("reference"),
        _text("currency"),
        sa.Column("execute_on", sa.Date(), nullable=False),
        _text("debtor_name"),
        _text("debtor_iban"),
        _text("debtor_bic"),
        sa.Column("number", sa.Integer(), nullable=False),
        _number("total_cents"),
        _number("file_id"),
        _number("made_by", nullable=True),
        _time("made_at"),
        sa.CheckConstraint("number > 0 AND total_cents > 0", name=op.f("ck_bank_file_not_empty")),
        _points_to("bank_file", "authority_id", "authority"),
        _points_to("bank_file", "file_id", "stored_file"),
        _points_to("bank_file", "made_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("reference", name=op.f("uq_bank_file_reference")),
    )
    op.create_index(op.f("ix_bank_file_authority_id"), "bank_file", ["authority_id"])
    op.create_table(
        "bank_file_line",
        _key(),
        _number("bank_file_id"),
        _number("payment_id"),
        _text("end_to_end"),
        _number("amount_cents"),
        _text("creditor"),
        _text("iban"),
        _text("bic"),
        _time("returned_at", nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_bank_file_line_positive")),
        _points_to("bank_file_line", "bank_file_id", "bank_file"),
        _points_to("bank_file_line", "payment_id", "payment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file_line")),
        sa.UniqueConstraint("bank_file_id", "end_to_end", name="uq_bank_file_line_end_to_end"),
    )
    op.create_index(op.f("ix_bank_file_line_payment_id"), "bank_file_line", ["payment_id"])
    op.create_index(
        "uq_bank_file_line_payment",
        "bank_file_line",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )


def _letters() -> None:
    op.create_table(
        "agreement_letter",
        _key(),
        _number("agreement_id"),
        _number("payment_id", nullable=True),
        _text("kind"),
        _text("document"),
        _text("reference"),
        sa.Column("context", postgresql.JSONB(), nullable=False),
        _text("check_code"),
        _number("file_id", nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        _text("failure"),
        _time("written_at"),
        _number("written_by", nullable=True),
        _time("opened_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _points_to("agreement_letter", "agreement_id", "agreement"),
        _points_to("agreement_letter", "payment_id", "payment"),
        _points_to("agreement_letter", "file_id", "stored_file"),
        _points_to("agreement_letter", "written_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_letter")),
        sa.UniqueConstraint("reference", name=op.f("uq_agreement_letter_reference")),
        sa.UniqueConstraint("check_code", name=op.f("uq_agreement_letter_check_code")),
    )
    op.create_index(op.f("ix_agreement_letter_agreement_id"), "agreement_letter", ["agreement_id"])


def _amendments() -> None:
    op.create_table(
        "amendment",
        _key(),
        _number("agreement_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("state"),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        _text("reason"),
        _time("asked_at"),
        _number("asked_by", nullable=True),
        _time("decided_at", nullable=True),
        _number("decided_by", nullable=True),
        _text("decision_reason"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_amendment_four_eyes")
        ),
        _points_to("amendment", "agreement_id", "agreement"),
        _points_to("amendment", "asked_by", "user_account"),
        _points_to("amendment", "decided_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("agreement_id", "number", name="uq_amendment_number"),
    )
    op.create_index(
        "uq_amendment_one_open",
        "amendment",
        ["agreement_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )


def _rates() -> None:
    op.create_table(
        "interest_rate",
        _key(),
        _number("authority_id"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        _text("percent"),
        _text("source"),
        _time("set_at"),
        _number("set_by", nullable=True),
        _points_to("interest_rate", "authority_id", "authority"),
        _points_to("interest_rate", "set_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_rate")),
    )
    op.create_index(op.f("ix_interest_rate_authority_id"), "interest_rate", ["authority_id"])


def downgrade() -> None:
    for name in ("release", "bank_file_line"):
        op.execute(f"DROP FUNCTION envelope_{name}() CASCADE")
    op.execute("UPDATE award SET released_cents = 0 WHERE released_cents > 0")
    op.execute(AWARD_BEFORE)
    for table in ("interest_rate", "amendment", "agreement_letter", "bank_file_line", "bank_file"):
        op.drop_table(table)
    for table, names in {
        "award": ("released_cents",),
        "payment": ("statement_on", "statement_reference", "statement_cents"),
        "recovery_order": ("check_code",),
        "authority": ("bank_iban", "bank_bic", "bank_holder"),
    }.items():
        for name in names:
            op.drop_column(table, name)
