"""Every table of the first release, in the storage CRS of the deployment.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def shape(kind: str, srid: int) -> Geometry:
    """A geometry column whose index, if any, is made by name below."""
    return Geometry(kind, srid=srid, spatial_index=False)


def upgrade() -> None:
    given = context.get_context().opts
    storage_crs = given["storage_crs"]
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table('areas',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.UUID(), nullable=True),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geometry', shape('MULTIPOLYGON', storage_crs), nullable=False),
    sa.Column('geometry_4326', shape('MULTIPOLYGON', 4326), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['areas.id'], name=op.f('fk_areas_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_areas')),
    sa.UniqueConstraint('key', name=op.f('uq_areas_key')),
    sa.UniqueConstraint('level', 'code', name=op.f('uq_areas_level_code'))
    )
    op.create_index('ix_areas_geometry', 'areas', ['geometry'], unique=False, postgresql_using='gist')
    op.create_table('deployment',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_deployment')),
    comment='Facts fixed when the database was made: storage_crs, time_zone.'
    )
    op.create_table('organisations',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('networks', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('reported_by', sa.UUID(), nullable=True),
    sa.Column('is_collective', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['reported_by'], ['organisations.id'], name=op.f('fk_organisations_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations')),
    sa.UniqueConstraint('key', name=op.f('uq_organisations_key')),
    sa.UniqueConstraint('slug', name=op.f('uq_organisations_slug')),
    comment="reported_by: made on first sight in a file of that organisation. is_collective: a name for many parties ('personne physique')."
    )
    op.create_table('api_keys',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_api_keys_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_keys_digest')),
    comment='digest: SHA-256 of the key, which itself is 256 random bits and shown once.'
    )
    op.create_index(op.f('ix_api_keys_organisation_id'), 'api_keys', ['organisation_id'], unique=False)
    op.create_table('datasets',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('name', sa.Text(), server_default='main', nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_datasets_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_datasets')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_datasets_organisation_id_name')),
    comment='A named list that one organisation delivers again and again.'
    )
    op.create_table('departments',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_departments_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    sa.UniqueConstraint('key', name=op.f('uq_departments_key')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_departments_organisation_id_name'))
    )
    op.create_table('mappings',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('mapping', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_mappings_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mappings')),
    sa.UniqueConstraint('organisation_id', 'fingerprint', name=op.f('uq_mappings_organisation_id_fingerprint')),
    comment='fingerprint: digest of the sorted column names the mapping was made for.'
    )
    op.create_table('organisation_spellings',
    sa.Column('normalised', sa.Text(), nullable=False),
    sa.Column('spelling', sa.Text(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_organisation_spellings_organisation_id')),
    sa.PrimaryKeyConstraint('normalised', name=op.f('pk_organisation_spellings'))
    )
    op.create_index(op.f('ix_organisation_spellings_organisation_id'), 'organisation_spellings', ['organisation_id'], unique=False)
    op.create_table('uploads',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('dataset_id', sa.UUID(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('options', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('progress', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('by', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('queued', 'running', 'done', 'unchanged', 'refused', 'undone', 'dry_run')", name=op.f('ck_uploads_state')),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_uploads_dataset_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_uploads_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads')),
    sa.UniqueConstraint('key', name=op.f('uq_uploads_key'))
    )
    op.create_index(op.f('ix_uploads_dataset_id'), 'uploads', ['dataset_id'], unique=False)
    op.create_table('constraint_zones',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('dataset_id', sa.UUID(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), server_default='', nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('period', postgresql.DATERANGE(), nullable=True),
    sa.Column('valid_periods', postgresql.DATEMULTIRANGE(), nullable=True),
    sa.Column('visibility', sa.Text(), server_default='partners', nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('before', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geometry', shape('MULTIPOLYGON', storage_crs), nullable=False),
    sa.Column('geometry_4326', shape('MULTIPOLYGON', 4326), nullable=False),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_constraint_zones_dataset_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_constraint_zones_organisation_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_constraint_zones_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_constraint_zones')),
    sa.UniqueConstraint('dataset_id', 'reference', name=op.f('uq_constraint_zones_dataset_id_reference')),
    sa.UniqueConstraint('key', name=op.f('uq_constraint_zones_key')),
    comment='before: the row as it was before upload_id changed it; null where it made the row.'
    )
    op.create_index('ix_constraint_zones_geometry_period', 'constraint_zones', ['geometry', 'period'], unique=False, postgresql_using='gist')
    op.create_index(op.f('ix_constraint_zones_upload_id'), 'constraint_zones', ['upload_id'], unique=False)
    op.create_table('projects',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('dataset_id', sa.UUID(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('department_id', sa.UUID(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('planning_status', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('commitment', sa.Text(), server_default='none', nullable=False),
    sa.Column('visibility', sa.Text(), server_default='partners', nullable=False),
    sa.Column('cost_eur', sa.Numeric(precision=14, scale=2), nullable=True),
    sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_projects_dataset_id')),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_projects_department_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_projects_organisation_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_projects_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_projects')),
    sa.UniqueConstraint('dataset_id', 'reference', name=op.f('uq_projects_dataset_id_reference')),
    sa.UniqueConstraint('key', name=op.f('uq_projects_key'))
    )
    op.create_index(op.f('ix_projects_organisation_id'), 'projects', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_projects_upload_id'), 'projects', ['upload_id'], unique=False)
    op.create_table('budgets',
    sa.Column('project_id', sa.UUID(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('amount_eur', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('state', sa.Text(), server_default='requested', nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_budgets_organisation_id')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_budgets_project_id')),
    sa.PrimaryKeyConstraint('project_id', 'year', 'organisation_id', name=op.f('pk_budgets'))
    )
    op.create_table('diversions',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('project_id', sa.UUID(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='proposed', nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=True),
    sa.Column('valid_periods', postgresql.DATEMULTIRANGE(), nullable=True),
    sa.Column('visibility', sa.Text(), server_default='partners', nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('before', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geometry', shape('GEOMETRY', storage_crs), nullable=True),
    sa.Column('geometry_4326', shape('GEOMETRY', 4326), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_diversions_organisation_id')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_diversions_project_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_diversions_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diversions')),
    sa.UniqueConstraint('key', name=op.f('uq_diversions_key')),
    sa.UniqueConstraint('project_id', 'reference', name=op.f('uq_diversions_project_id_reference')),
    comment='before: the row as it was before upload_id changed it; null where it made the row.'
    )
    op.create_index(op.f('ix_diversions_project_id'), 'diversions', ['project_id'], unique=False)
    op.create_index(op.f('ix_diversions_upload_id'), 'diversions', ['upload_id'], unique=False)
    op.create_table('project_versions',
    sa.Column('project_id', sa.UUID(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('by', sa.Text(), server_default='', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('difference', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('snapshot', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_versions_project_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_project_versions_upload_id')),
    sa.PrimaryKeyConstraint('project_id', 'version', name=op.f('pk_project_versions'))
    )
    op.create_index(op.f('ix_project_versions_upload_id'), 'project_versions', ['upload_id'], unique=False)
    op.create_table('works',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('project_id', sa.UUID(), nullable=False),
    sa.Column('organisation_id', sa.UUID(), nullable=False),
    sa.Column('part', sa.Text(), server_default='', nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('facility', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('activity', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('excavation', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('road_impact', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('planning_status', sa.Text(), server_default='unknown', nullable=False),
    sa.Column('commitment', sa.Text(), server_default='none', nullable=False),
    sa.Column('visibility', sa.Text(), server_default='partners', nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=True),
    sa.Column('valid_periods', postgresql.DATEMULTIRANGE(), nullable=True),
    sa.Column('precision', sa.Text(), server_default='day', nullable=False),
    sa.Column('flexibility_window', postgresql.DATERANGE(), nullable=True),
    sa.Column('duration_days', sa.Integer(), nullable=True),
    sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('counts', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geometry', shape('GEOMETRY', storage_crs), nullable=False),
    sa.Column('footprint', shape('MULTIPOLYGON', storage_crs), nullable=False),
    sa.Column('geometry_4326', shape('GEOMETRY', 4326), nullable=False),
    sa.Column('footprint_4326', shape('MULTIPOLYGON', 4326), nullable=False),
    sa.CheckConstraint('not isempty(period)', name=op.f('ck_works_period')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_works_organisation_id')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_works_project_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_works_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_works')),
    sa.UniqueConstraint('key', name=op.f('uq_works_key')),
    comment="planning_status, commitment, visibility and organisation_id repeat the project's, so that a read needs no join to decide. valid_periods is null where period says it all. counts is false for a likely double, which takes no part in detection."
    )
    op.create_index('ix_works_footprint_period', 'works', ['footprint', 'period'], unique=False, postgresql_using='gist', postgresql_where=sa.text('not withdrawn'))
    op.create_index(op.f('ix_works_project_id'), 'works', ['project_id'], unique=False)
    op.create_index(op.f('ix_works_upload_id'), 'works', ['upload_id'], unique=False)
    op.create_table('findings',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('rule_version', sa.SmallInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('first_work_id', sa.UUID(), nullable=False),
    sa.Column('second_work_id', sa.UUID(), nullable=False),
    sa.Column('first_work_version', sa.Integer(), nullable=False),
    sa.Column('second_work_version', sa.Integer(), nullable=False),
    sa.Column('basis', sa.LargeBinary(), nullable=False),
    sa.Column('organisation_ids', postgresql.ARRAY(sa.UUID()), nullable=False),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('own_organisation_ids', postgresql.ARRAY(sa.UUID()), server_default='{}', nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('title_nl', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('explanation_nl', sa.Text(), nullable=False),
    sa.Column('explanation_en', sa.Text(), nullable=False),
    sa.Column('distance_m', sa.Double(), nullable=True),
    sa.Column('shared_area_m2', sa.Double(), nullable=True),
    sa.Column('shared_length_m', sa.Double(), nullable=True),
    sa.Column('shared_days', sa.Double(), nullable=True),
    sa.Column('gap_days', sa.Double(), nullable=True),
    sa.Column('shift_days', sa.Double(), nullable=True),
    sa.Column('saving_eur', sa.Double(), nullable=True),
    sa.Column('measures', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('parameters', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('solves', postgresql.ARRAY(sa.UUID()), server_default='{}', nullable=False),
    sa.Column('solved_by', postgresql.ARRAY(sa.UUID()), server_default='{}', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geometry', shape('MULTIPOLYGON', storage_crs), nullable=False),
    sa.Column('geometry_4326', shape('MULTIPOLYGON', 4326), nullable=False),
    sa.ForeignKeyConstraint(['first_work_id'], ['works.id'], name=op.f('fk_findings_first_work_id')),
    sa.ForeignKeyConstraint(['second_work_id'], ['works.id'], name=op.f('fk_findings_second_work_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findings')),
    sa.UniqueConstraint('key', name=op.f('uq_findings_key')),
    comment="One row per finding for ever; one that no longer holds has state 'resolved'. basis: what the rules saw of both works (digest of attributes and days, box, area), so that a new title or price re-opens nothing."
    )
    # rows of some 5 kB stay whole: cutting them up costs 6 microseconds a finding
    op.execute('ALTER TABLE findings SET (toast_tuple_target = 8160)')
    op.create_index(op.f('ix_findings_first_work_id'), 'findings', ['first_work_id'], unique=False)
    op.create_index('ix_findings_geometry_period', 'findings', ['geometry', 'period'], unique=False, postgresql_using='gist')
    op.create_index(op.f('ix_findings_second_work_id'), 'findings', ['second_work_id'], unique=False)
    op.create_table('work_versions',
    sa.Column('work_id', sa.UUID(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.UUID(), nullable=True),
    sa.Column('by', sa.Text(), server_default='', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('difference', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('snapshot', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('geometry', shape('GEOMETRY', storage_crs), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_work_versions_upload_id')),
    sa.ForeignKeyConstraint(['work_id'], ['works.id'], name=op.f('fk_work_versions_work_id')),
    sa.PrimaryKeyConstraint('work_id', 'version', name=op.f('pk_work_versions')),
    comment='change: created, changed, withdrawn, restored. snapshot and geometry: as they were after the change.'
    )
    op.create_index(op.f('ix_work_versions_upload_id'), 'work_versions', ['upload_id'], unique=False)
    op.create_table('finding_events',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('finding_id', sa.UUID(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('difference', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['findings.id'], name=op.f('fk_finding_events_finding_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_events'))
    )
    op.create_index(op.f('ix_finding_events_finding_id'), 'finding_events', ['finding_id'], unique=False)
    deployment = sa.table("deployment", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(
        deployment,
        [
            {"name": "storage_crs", "value": str(storage_crs)},
            {"name": "time_zone", "value": given["time_zone"]},
        ],
    )


def downgrade() -> None:
    op.drop_index(op.f('ix_finding_events_finding_id'), table_name='finding_events')
    op.drop_table('finding_events')
    op.drop_index(op.f('ix_work_versions_upload_id'), table_name='work_versions')
    op.drop_table('work_versions')
    op.drop_index(op.f('ix_findings_second_work_id'), table_name='findings')
    op.drop_index('ix_findings_geometry_period', table_name='findings', postgresql_using='gist')
    op.drop_index(op.f('ix_findings_first_work_id'), table_name='findings')
    op.drop_table('findings')
    op.drop_index(op.f('ix_works_upload_id'), table_name='works')
    op.drop_index(op.f('ix_works_project_id'), table_name='works')
    op.drop_index('ix_works_footprint_period', table_name='works', postgresql_using='gist', postgresql_where=sa.text('not withdrawn'))
    op.drop_table('works')
    op.drop_index(op.f('ix_project_versions_upload_id'), table_name='project_versions')
    op.drop_table('project_versions')
    op.drop_index(op.f('ix_diversions_upload_id'), table_name='diversions')
    op.drop_index(op.f('ix_diversions_project_id'), table_name='diversions')
    op.drop_table('diversions')
    op.drop_table('budgets')
    op.drop_index(op.f('ix_projects_upload_id'), table_name='projects')
    op.drop_index(op.f('ix_projects_organisation_id'), table_name='projects')
    op.drop_table('projects')
    op.drop_index(op.f('ix_constraint_zones_upload_id'), table_name='constraint_zones')
    op.drop_index('ix_constraint_zones_geometry_period', table_name='constraint_zones', postgresql_using='gist')
    op.drop_table('constraint_zones')
    op.drop_index(op.f('ix_uploads_dataset_id'), table_name='uploads')
    op.drop_table('uploads')
    op.drop_index(op.f('ix_organisation_spellings_organisation_id'), table_name='organisation_spellings')
    op.drop_table('organisation_spellings')
    op.drop_table('mappings')
    op.drop_table('departments')
    op.drop_table('datasets')
    op.drop_index(op.f('ix_api_keys_organisation_id'), table_name='api_keys')
    op.drop_table('api_keys')
    op.drop_table('organisations')
    op.drop_table('deployment')
    op.drop_index('ix_areas_geometry', table_name='areas', postgresql_using='gist')
    op.drop_table('areas')
