"""Files that were asked of layers and are made by a job.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COMMENT = (
    "state: queued, making, ready or failed. The file lies in the state folder until expires_at."
)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    default = None if nullable else sa.func.now()
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=default
    )


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("features", sa.Integer()),
        sa.Column("size_bytes", sa.BigInteger()),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
        _moment("expires_at"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_exports_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        comment=COMMENT,
    )
    op.create_index(op.f("ix_exports_organisation_id"), "exports", ["organisation_id"])


def downgrade() -> None:
    """Files that were asked can be asked again."""
    op.drop_table("exports")
