"""Which pictures a story shows"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_picture",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "digest", name=op.f("pk_catalogue_picture")),
    )
    op.create_index(op.f("ix_catalogue_picture_digest"), "catalogue_picture", ["digest"])


def downgrade() -> None:
    op.drop_table("catalogue_picture")
