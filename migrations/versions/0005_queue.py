"""Add the job queue's own tables.

The SQL is the pinned package's; its digest is frozen here, so that a newer package
cannot silently give new installations another schema than old ones have.
"""

import hashlib

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def upgrade() -> None:
    schema = SchemaManager.get_schema()
    if hashlib.sha256(schema.encode()).hexdigest() != SCHEMA_SHA256:
        raise RuntimeError(
            "The queue's schema is not the one of this migration. Install requirements.lock, "
            "or add a migration that runs the package's own steps from 3.10 on."
        )
    # Through the driver's own cursor: the schema has per cents and colons of its own.
    op.get_bind().connection.cursor().execute(schema)


def downgrade() -> None:
    op.execute("""
        DO $$
        DECLARE each record;
        BEGIN
            FOR each IN SELECT format('%I', relname) AS name FROM pg_class
                WHERE relname LIKE 'procrastinate%' AND relkind = 'r'
                AND relnamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP TABLE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
            FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate%'
                AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
            FOR each IN SELECT format('%I', typname) AS name FROM pg_type
                WHERE typname LIKE 'procrastinate%'
                AND typnamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP TYPE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
        END $$
    """)
