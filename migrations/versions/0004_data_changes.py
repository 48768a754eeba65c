"""A stamp for every change of what is served, so that a cache knows what it may keep.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SERVED = (
    "areas",
    "constraint_zones",
    "departments",
    "findings",
    "organisations",
    "projects",
    "works",
)

# Stamps of other transactions that somebody is just removing are skipped: nobody waits.
FUNCTION = """
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine uuid;
BEGIN
    INSERT INTO data_changes (table_name) VALUES (TG_TABLE_NAME) RETURNING stamp INTO mine;
    DELETE FROM data_changes WHERE stamp IN (
        SELECT stamp FROM data_changes
        WHERE table_name = TG_TABLE_NAME AND stamp <> mine
        FOR UPDATE SKIP LOCKED
    );
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "data_changes",
        sa.Column("stamp", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stamp", name=op.f("pk_data_changes")),
        comment="The last changes of each table that is served; see app/kit/data_version.py.",
    )
    op.execute(FUNCTION)
    for table in SERVED:
        op.execute(
            f"CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION note_change()"
        )


def downgrade() -> None:
    for table in SERVED:
        op.execute(f"DROP TRIGGER note_change ON {table}")
    op.execute("DROP FUNCTION note_change()")
    op.drop_table("data_changes")
