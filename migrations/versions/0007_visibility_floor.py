"""A finding that rests on what partners share is not shown to all.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMMENT = (
    "One row per finding for ever; one that no longer holds has state 'resolved'. "
    "work_ids: in the order in which the rule speaks of them; works are never deleted, so no "
    "foreign key checks each of a million. subject_id: the street, area or other object that "
    "it is about. visibility_floor: the widest visibility that it may have for what it rests on "
    "beside works. basis: what the rules saw of the works (digest of attributes and days, box, "
    "area), so that a new title or price re-opens nothing."
)
COMMENT_BEFORE = COMMENT.replace(
    "visibility_floor: the widest visibility that it may have for what it rests on "
    "beside works. ",
    "",
)


def upgrade() -> None:
    """So far findings rest on works alone."""
    op.add_column(
        "findings",
        sa.Column("visibility_floor", sa.Text(), server_default="public", nullable=False),
    )
    op.create_table_comment("findings", COMMENT)


def downgrade() -> None:
    """Visibility follows the works again."""
    op.drop_column("findings", "visibility_floor")
    op.create_table_comment("findings", COMMENT_BEFORE)
