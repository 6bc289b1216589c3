"""Themes that people gave quotes by words of their own, while they could not know of the themes these name."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_theme",
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("quote", "theme", name=op.f("pk_own_theme")),
    )
    op.create_index(op.f("ix_own_theme_theme"), "own_theme", ["theme"])


def downgrade() -> None:
    op.drop_table("own_theme")
