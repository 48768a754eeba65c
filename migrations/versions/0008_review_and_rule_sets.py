"""What people do with findings beside judging them, and the versions of how rules are set.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVENTS = (
    "action: what was done; of a comment the text is the reason. to_state: the state "
    "afterwards, which only the action 'state' changes."
)
SNOOZES = (
    "Until which day an organisation does not want to see a finding in its lists. "
    "Others still see it: nobody can hide a finding from another party."
)
RULE_SETS = (
    "Rows are only added; the highest version of a partnership is in force, and the "
    "empty name is the partnership of the deployment. parameters: values by rule code and "
    "threshold. switched_off: codes. only_in: ids of areas by the code of a rule that counts "
    "only there. confirmed: by rule code and threshold the value that a person confirmed, with "
    "by, at and note. undoes: the version whose change this one takes back."
)
MOVE_IN = """
INSERT INTO rule_sets (version, parameters, switched_off, by, reason)
SELECT 1,
    coalesce((SELECT value::jsonb FROM deployment WHERE name = 'rule_parameters'), '{}'),
    coalesce((
        SELECT array_agg(code) FROM deployment, jsonb_array_elements_text(value::jsonb) AS code
        WHERE name = 'rules_switched_off'
    ), '{}'),
    'system', 'As it was before versions were kept.'
WHERE EXISTS (
    SELECT FROM deployment WHERE name IN ('rule_parameters', 'rules_switched_off')
)
"""
MOVE_OUT = """
INSERT INTO deployment (name, value)
SELECT told.name, told.value
FROM (SELECT * FROM rule_sets WHERE partnership = '' ORDER BY version DESC LIMIT 1) AS last,
    LATERAL (VALUES
        ('rule_parameters', last.parameters::text),
        ('rules_switched_off', to_jsonb(last.switched_off)::text)
    ) AS told(name, value)
"""


def upgrade() -> None:
    """The parameters and switches of the deployment become version 1, if it has any."""
    op.add_column("findings", sa.Column("assigned_to", sa.Text()))
    op.add_column(
        "finding_events",
        sa.Column("action", sa.Text(), server_default="state", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_finding_events_action"),
        "finding_events",
        "action in ('state', 'assign', 'snooze', 'comment')",
    )
    op.create_table_comment("finding_events", EVENTS)
    op.create_table(
        "finding_snoozes",
        sa.Column("finding_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_snoozes_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_finding_snoozes_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("finding_id", "organisation_id", name=op.f("pk_finding_snoozes")),
        comment=SNOOZES,
    )
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("switched_off", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("only_in", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("confirmed", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_sets")),
        sa.UniqueConstraint(
            "partnership", "version", name=op.f("uq_rule_sets_partnership_version")
        ),
        comment=RULE_SETS,
    )
    op.execute(MOVE_IN)
    op.execute("DELETE FROM deployment WHERE name IN ('rule_parameters', 'rules_switched_off')")


def downgrade() -> None:
    """Only what is in force stays; earlier versions, snoozes and comments are gone."""
    op.execute(MOVE_OUT)
    op.drop_table("rule_sets")
    op.drop_table("finding_snoozes")
    op.execute("DELETE FROM finding_events WHERE action <> 'state'")
    op.drop_constraint(op.f("ck_finding_events_action"), "finding_events")
    op.drop_column("finding_events", "action")
    op.drop_table_comment("finding_events")
    op.drop_column("findings", "assigned_to")
