"""What storytellers said of themselves, who is counted together, and reference populations.

What they said is derived: the first reconcile writes it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_context",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "key", name=op.f("pk_catalogue_context")),
    )
    op.create_table(
        "counted_story",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("consent_class", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_counted_story")),
    )
    op.create_index(op.f("ix_counted_story_batch"), "counted_story", ["batch"])
    op.create_table(
        "reference_population",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("trait", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reference_population")),
    )
    op.create_index(op.f("ix_reference_population_trait"), "reference_population", ["trait"])


def downgrade() -> None:
    for table in ("reference_population", "counted_story", "catalogue_context"):
        op.drop_table(table)
