"""Which stories were public once, since when they are as they are, and in which sets they stand."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "harvest_record",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.String(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_harvest_record")),
    )
    op.create_index("ix_harvest_record_stamp", "harvest_record", ["stamp", "story_id"])
    op.create_index(op.f("ix_harvest_record_ends"), "harvest_record", ["ends"])
    op.create_table(
        "harvest_set",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "digest", name=op.f("pk_harvest_set")),
    )
    op.create_index(op.f("ix_harvest_set_digest"), "harvest_set", ["digest"])


def downgrade() -> None:
    for table in ("harvest_set", "harvest_record"):
        op.drop_table(table)
