"""The passages of earlier versions that the newest one has not, so that old quotations are found.

They are derived: the first reconcile writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_passage_before",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "version", "number", name=op.f("pk_catalogue_passage_before")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_passage_before")
