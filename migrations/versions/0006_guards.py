"""Guard the envelope, the grant, frozen rules and the trail in the database itself.

Why: no path around the program (a script, a second process, a mistake of ours) may
overspend an envelope, pay above an agreement, change published rules or rewrite history.
The sums are kept by triggers under the row lock of the call, the lot and the agreement,
so two transactions at once are put in order and the second meets the CHECK.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AWARD = """
CREATE FUNCTION envelope_award_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    released CONSTANT text[] := ARRAY['declined', 'revoked', 'discarded'];
    gone bigint := 0;
    came bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.lot_id <> OLD.lot_id OR NEW.call_id <> OLD.call_id) THEN
        RAISE EXCEPTION 'an award does not change its lot' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'INSERT' AND NOT OLD.state = ANY (released) THEN gone := OLD.awarded_cents; END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.state = ANY (released) THEN came := NEW.awarded_cents; END IF;
    IF came <> gone THEN
        UPDATE call SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.call_id, OLD.call_id);
        UPDATE lot SET awarded_cents = awarded_cents + came - gone
            WHERE id = COALESCE(NEW.lot_id, OLD.lot_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER award_sums AFTER INSERT OR UPDATE OR DELETE ON award
    FOR EACH ROW EXECUTE FUNCTION envelope_award_sums();
"""

PAYMENT = """
CREATE FUNCTION envelope_payment_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bound CONSTANT text[] := ARRAY['approved', 'sent', 'failed', 'paid', 'reconciled'];
    out_of_the_door CONSTANT text[] := ARRAY['paid', 'reconciled'];
    committed bigint := 0;
    paid bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.agreement_id <> OLD.agreement_id THEN
        RAISE EXCEPTION 'a payment does not change its agreement' USING ERRCODE = 'ENV01';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.state = ANY (bound) THEN committed := COALESCE(NEW.due_cents, 0); END IF;
        IF NEW.state = ANY (out_of_the_door) THEN paid := COALESCE(NEW.due_cents, 0); END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF OLD.state = ANY (bound) THEN committed := committed - COALESCE(OLD.due_cents, 0); END IF;
        IF OLD.state = ANY (out_of_the_door) THEN paid := paid - COALESCE(OLD.due_cents, 0); END IF;
    END IF;
    IF committed <> 0 OR paid <> 0 THEN
        UPDATE agreement
            SET committed_cents = committed_cents + committed, paid_cents = paid_cents + paid
            WHERE id = COALESCE(NEW.agreement_id, OLD.agreement_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_sums AFTER INSERT OR UPDATE OR DELETE ON payment
    FOR EACH ROW EXECUTE FUNCTION envelope_payment_sums();
"""

NEVER = """
CREATE FUNCTION envelope_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'ENV02';
END $$;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON agreed_score
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON submission
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
CREATE TRIGGER never_removed BEFORE DELETE ON allocation_run
    FOR EACH ROW EXECUTE FUNCTION envelope_written_once();
"""

FROZEN = """
CREATE FUNCTION envelope_frozen_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name THEN
            RAISE EXCEPTION '%.% is frozen', TG_TABLE_NAME, name USING ERRCODE = 'ENV03';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_rules BEFORE UPDATE ON call
    FOR EACH ROW WHEN (OLD.digest IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'authority_id', 'code', 'template', 'digest', 'currency', 'envelope_cents');
CREATE TRIGGER frozen_submission BEFORE UPDATE ON submission
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'entry_id', 'application_id', 'received_at', 'submitted_by', 'snapshot', 'digest');
CREATE TRIGGER frozen_run BEFORE UPDATE ON allocation_run
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_columns(
        'call_id', 'stage_id', 'kind', 'inputs', 'result', 'explanation', 'digest', 'run_by',
        'run_at');
CREATE TRIGGER frozen_letter BEFORE UPDATE ON letter
    FOR EACH ROW WHEN (OLD.file_id IS NOT NULL)
    EXECUTE FUNCTION envelope_frozen_columns(
        'application_id', 'kind', 'document', 'number', 'context', 'check_code', 'file_id');
CREATE FUNCTION envelope_frozen_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.envelope_cents <> OLD.envelope_cents
        AND EXISTS (SELECT FROM call WHERE id = OLD.call_id AND digest IS NOT NULL) THEN
        RAISE EXCEPTION 'the envelope of a published lot is frozen' USING ERRCODE = 'ENV03';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_lot BEFORE UPDATE ON lot
    FOR EACH ROW EXECUTE FUNCTION envelope_frozen_lot();
"""

TRANSFERS = """
CREATE FUNCTION envelope_transfers_cancel_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(transferred_cents) FROM lot WHERE call_id = NEW.call_id) <> 0 THEN
        RAISE EXCEPTION 'transfers between lots must cancel out' USING ERRCODE = 'ENV01';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transfers_cancel_out AFTER UPDATE OF transferred_cents ON lot
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION envelope_transfers_cancel_out();
"""


def upgrade() -> None:
    for part in (AWARD, PAYMENT, NEVER, FROZEN, TRANSFERS):
        op.execute(part)


def downgrade() -> None:
    for name in (
        "award_sums",
        "payment_sums",
        "written_once",
        "frozen_columns",
        "frozen_lot",
        "transfers_cancel_out",
    ):
        op.execute(f"DROP FUNCTION envelope_{name}() CASCADE")
