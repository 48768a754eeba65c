"""A change of bundles leaves a stamp, so that their tiles and pages are not taken for the same.

Revision: 0011, after 0010.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """As for the other tables that are served: see 0004."""
    op.execute(
        "CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON bundles "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_change()"
    )


def downgrade() -> None:
    """Without stamps, as before."""
    op.execute("DROP TRIGGER note_change ON bundles")
