"""A persona's portrait, and what it shows in words."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("portrait", "portrait_words"):
        op.add_column("catalogue_persona", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index("ix_catalogue_persona_portrait", "catalogue_persona", ["portrait"])


def downgrade() -> None:
    op.drop_index("ix_catalogue_persona_portrait", "catalogue_persona")
    for name in ("portrait_words", "portrait"):
        op.drop_column("catalogue_persona", name)
