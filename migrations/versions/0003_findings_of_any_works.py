"""A finding is about any number of works, and may be about a street or an area.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COMMENT = (
    "One row per finding for ever; one that no longer holds has state 'resolved'. "
    "work_ids: in the order in which the rule speaks of them; works are never deleted, so no "
    "foreign key checks each of a million. subject_id: the street, area or other object that "
    "it is about. basis: what the rules saw of the works (digest of attributes and days, box, "
    "area), so that a new title or price re-opens nothing."
)
COMMENT_BEFORE = (
    "One row per finding for ever; one that no longer holds has state 'resolved'. "
    "basis: what the rules saw of both works (digest of attributes and days, box, area), "
    "so that a new title or price re-opens nothing."
)


def upgrade() -> None:
    """Pairs become arrays of two."""
    op.add_column("findings", sa.Column("work_ids", postgresql.ARRAY(sa.UUID())))
    op.add_column("findings", sa.Column("work_versions", postgresql.ARRAY(sa.Integer())))
    op.add_column("findings", sa.Column("subject_id", sa.UUID()))
    op.execute(
        "UPDATE findings SET work_ids = ARRAY[first_work_id, second_work_id],"
        " work_versions = ARRAY[first_work_version, second_work_version]"
    )
    op.alter_column("findings", "work_ids", nullable=False)
    op.alter_column("findings", "work_versions", nullable=False)
    for name in ("first_work_id", "second_work_id", "first_work_version", "second_work_version"):
        op.drop_column("findings", name)
    op.create_index("ix_findings_work_ids", "findings", ["work_ids"], postgresql_using="gin")
    op.create_index(
        "ix_findings_subject_id",
        "findings",
        ["subject_id"],
        postgresql_where=sa.text("subject_id IS NOT NULL"),
    )
    op.create_table_comment("findings", COMMENT)


def downgrade() -> None:
    """Only pairs fit the columns of before; other findings are found again."""
    wide = "SELECT id FROM findings WHERE cardinality(work_ids) <> 2 OR subject_id IS NOT NULL"
    op.execute(f"DELETE FROM finding_events WHERE finding_id IN ({wide})")  # noqa: S608 - a constant
    op.execute(f"DELETE FROM findings WHERE id IN ({wide})")  # noqa: S608 - a constant
    for n, side in enumerate(("first", "second"), start=1):
        op.add_column("findings", sa.Column(f"{side}_work_id", sa.UUID()))
        op.add_column("findings", sa.Column(f"{side}_work_version", sa.Integer()))
        op.execute(
            f"UPDATE findings SET {side}_work_id = work_ids[{n}],"  # noqa: S608 - constants
            f" {side}_work_version = work_versions[{n}]"
        )
        for name in (f"{side}_work_id", f"{side}_work_version"):
            op.alter_column("findings", name, nullable=False)
        op.create_index(f"ix_findings_{side}_work_id", "findings", [f"{side}_work_id"])
        op.create_foreign_key(
            f"fk_findings_{side}_work_id", "findings", "works", [f"{side}_work_id"], ["id"]
        )
    for name in ("work_ids", "work_versions", "subject_id"):
        op.drop_column("findings", name)
    op.create_table_comment("findings", COMMENT_BEFORE)
