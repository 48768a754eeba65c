"""Bundles of works that can be done together, and what people decide about them.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BUNDLES = (
    "Detection makes, changes and dissolves proposed bundles; what people accepted or "
    "rejected keeps its works. period: the common slot, of a near miss the days that its works "
    "take together. misfit: what no longer fits in an accepted bundle. decided_by: who gave the "
    "state, null where detection did. digest: of all that detection writes."
)
WORKS = (
    "run: the days in which the work is done inside the slot; shift_days: negative where "
    "it moves to earlier days. A work is in one accepted bundle at most."
)
NUMBERS = (
    "score",
    "probability",
    "room_used",
    "shift_days",
    "lacking_days",
    "saving_eur",
    "saving_low_eur",
    "saving_high_eur",
    "surface_m2",
    "trench_m3",
    "closure_days",
)


def _number(name: str) -> sa.Column:
    whole = name in {"shift_days", "lacking_days"}
    return sa.Column(name, sa.Integer() if whole else sa.Double(), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _ids(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.UUID()), server_default=default, nullable=False)


def _shape(name: str, srid: int) -> sa.Column:
    return sa.Column(name, Geometry("MULTIPOLYGON", srid=srid, spatial_index=False), nullable=False)


def upgrade() -> None:
    """Nothing is bundled yet; the next full run proposes."""
    storage = context.get_context().opts["storage_crs"]
    op.create_table(
        "bundles",
        sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("key", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("feasible", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _ids("work_ids"),
        _ids("organisation_ids"),
        sa.Column("visibility", sa.Text(), nullable=False),
        _ids("own_organisation_ids", "{}"),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        *(_number(name) for name in NUMBERS),
        sa.Column("parameters", postgresql.JSONB(), server_default="{}", nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("title_nl", "title_en", "explanation_nl", "explanation_en")
        ),
        sa.Column("misfit", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("split_from", sa.UUID()),
        _ids("merged_from", "{}"),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        _moment("created_at"),
        _moment("updated_at"),
        _shape("geometry", storage),
        _shape("geometry_4326", 4326),
        sa.CheckConstraint(
            "state in ('proposed', 'accepted', 'rejected', 'dissolved')",
            name=op.f("ck_bundles_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        sa.UniqueConstraint("key", name=op.f("uq_bundles_key")),
        comment=BUNDLES,
    )
    op.create_index(
        "ix_bundles_geometry_period", "bundles", ["geometry", "period"], postgresql_using="gist"
    )
    op.create_index("ix_bundles_work_ids", "bundles", ["work_ids"], postgresql_using="gin")
    op.create_table(
        "bundle_works",
        sa.Column("bundle_id", sa.UUID(), nullable=False),
        sa.Column("work_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("work_version", sa.Integer(), nullable=False),
        sa.Column("run", postgresql.DATERANGE(), nullable=False),
        sa.Column("shift_days", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], name=op.f("fk_bundle_works_bundle_id")
        ),
        sa.PrimaryKeyConstraint("bundle_id", "work_id", name=op.f("pk_bundle_works")),
        comment=WORKS,
    )
    op.create_index(
        "uq_bundle_works_accepted",
        "bundle_works",
        ["work_id"],
        unique=True,
        postgresql_where=sa.text("accepted"),
    )
    op.create_table(
        "bundle_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("bundle_id", sa.UUID(), nullable=False),
        _moment("at"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("difference", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], name=op.f("fk_bundle_events_bundle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_events")),
    )
    op.create_index(op.f("ix_bundle_events_bundle_id"), "bundle_events", ["bundle_id"])


def downgrade() -> None:
    """Decisions about bundles are lost."""
    for name in ("bundle_events", "bundle_works", "bundles"):
        op.drop_table(name)
