"""What detection may know beside works: context objects and their loads.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def shape(srid: int) -> Geometry:
    return Geometry("GEOMETRY", srid=srid, spatial_index=False)


def upgrade() -> None:
    storage_crs = context.get_context().opts["storage_crs"]
    op.create_table(
        "context_loads",
        sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("key", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("report", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("state in ('loaded', 'removed')", name=op.f("ck_context_loads_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_context_loads_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_loads")),
        sa.UniqueConstraint("key", name=op.f("uq_context_loads_key")),
        comment="Every load and removal; the last one of a layer, organisation and dataset holds.",
    )
    op.create_index(
        "ix_context_loads_layer",
        "context_loads",
        ["layer", "organisation_id", "dataset", "key"],
    )
    op.create_table(
        "context_objects",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("period", postgresql.DATERANGE()),
        sa.Column("visibility", sa.Text(), server_default="partners", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("load_id", sa.UUID(), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("geometry", shape(storage_crs)),
        sa.Column("geometry_4326", shape(4326)),
        sa.CheckConstraint("not isempty(period)", name=op.f("ck_context_objects_period")),
        sa.ForeignKeyConstraint(
            ["load_id"], ["context_loads.id"], name=op.f("fk_context_objects_load_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_context_objects_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_objects")),
        sa.UniqueConstraint("key", name=op.f("uq_context_objects_key")),
        sa.UniqueConstraint(
            "layer",
            "organisation_id",
            "dataset",
            "reference",
            name=op.f("uq_context_objects_layer_organisation_id_dataset_reference"),
        ),
        comment="id: a digest of layer, organisation, dataset and reference, so that an object "
        "that returns is the same object. attributes: the fields of the layer that are given. "
        "load_id: the load that made or changed the row.",
    )
    op.create_index("ix_context_objects_layer_key", "context_objects", ["layer", "key"])
    op.create_index(
        "ix_context_objects_geometry",
        "context_objects",
        ["geometry"],
        postgresql_using="gist",
        postgresql_where=sa.text("geometry IS NOT NULL"),
    )
    op.execute(
        "CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
        " ON context_objects FOR EACH STATEMENT EXECUTE FUNCTION note_change()"
    )


def downgrade() -> None:
    op.drop_table("context_objects")
    op.drop_table("context_loads")
