"""Add several papers to one grant in kind, changed prices, and own share that is paid back.

The envelope of a published call may follow its newest version, as its rules already may: more
money comes by a corrigendum, never by a row that somebody changes.
"""

from alembic import op

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


def upgrade() -> None:
    op.execute(ENVELOPE)


def downgrade() -> None:
    op.execute(ENVELOPE_BACK)
