"""Since when a persona is no longer offered, and who took her in."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("retired", "merged_into"):
        op.add_column("catalogue_persona", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("retired", "merged_into"):
        op.drop_column("catalogue_persona", name)
