"""The job queue's own tables and functions.

Revision: 0002, after 0001.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).resolve().parent.parent / "sql" / "procrastinate_v1.sql"

# Every function and type carries the queue's name, so that they need not be listed here.
DROP = """
DO $$
DECLARE
    statement text;
BEGIN
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
        procrastinate_workers CASCADE;
    FOR statement IN
        SELECT 'DROP FUNCTION ' || oid::regprocedure FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE statement;
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type,
        procrastinate_job_status;
END;
$$
"""


def _run(script: str) -> None:
    """Send a script as it is: no parameters, so that % stands for itself."""
    op.get_bind().connection.driver_connection.execute(script)


def upgrade() -> None:
    _run(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    _run(DROP)
