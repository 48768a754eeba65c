"""Diversions follow their project; what a zone or diversion was before is a flat list.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COMMENT = (
    "before: the rows as they were before upload_id changed it, the newest first; null "
    "where it made the row."
)
BEFORE = "before: the row as it was before upload_id changed it; null where it made the row."
COMMENTS = {
    "constraint_zones": COMMENT,
    "diversions": f"{COMMENT} withdrawn_with_project: comes back when its project does.",
}
FLATTEN = """
UPDATE {table} SET before = (
    WITH RECURSIVE chain(n, state) AS (
        SELECT 0, {table}.before
        UNION ALL
        SELECT n + 1, state->'before' FROM chain WHERE jsonb_typeof(state->'before') = 'object'
    )
    SELECT jsonb_agg(state - 'before' ORDER BY n) FROM chain
)
WHERE jsonb_typeof(before) = 'object'
"""
NEST = """
UPDATE {table} SET before = (before->0) || '{{"before": null}}'
WHERE jsonb_typeof(before) = 'array'
"""
GONE = """
UPDATE diversions d SET withdrawn = true, withdrawn_with_project = true
FROM projects p WHERE p.id = d.project_id AND p.withdrawn AND NOT d.withdrawn
"""


def upgrade() -> None:
    """What nested is unfolded; diversions of withdrawn projects go."""
    op.add_column(
        "diversions",
        sa.Column(
            "withdrawn_with_project", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    for table, comment in COMMENTS.items():
        op.execute(FLATTEN.format(table=table))
        op.create_table_comment(table, comment)
    op.execute(GONE)
    op.create_index(
        "ix_projects_dataset_id_organisation_id", "projects", ["dataset_id", "organisation_id"]
    )


def downgrade() -> None:
    """Of what a row was, only the last is kept."""
    op.drop_index("ix_projects_dataset_id_organisation_id", table_name="projects")
    op.execute("UPDATE diversions SET withdrawn = false WHERE withdrawn_with_project")
    for table in COMMENTS:
        op.execute(NEST.format(table=table))
        op.create_table_comment(table, BEFORE)
    op.drop_column("diversions", "withdrawn_with_project")
