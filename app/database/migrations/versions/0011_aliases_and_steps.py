"""Themes under the names that files give them, and changes of the codebook that can be undone"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_theme_said",
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "slug", name=op.f("pk_catalogue_theme_said")),
    )
    op.create_index(op.f("ix_catalogue_theme_said_slug"), "catalogue_theme_said", ["slug"])
    op.create_table(
        "codebook_step",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_codebook_step")),
    )
    op.create_index(op.f("ix_codebook_step_about"), "codebook_step", ["about"])
    op.create_index("ix_quote_changed", "quote", ["changed"])
    op.create_index("ix_quote_removed", "quote", ["removed"])
    # of the catalogue: whether anyone may be told of an alias that no story says any more
    op.add_column("theme_alias", sa.Column("open", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for index in ("ix_quote_changed", "ix_quote_removed"):
        op.drop_index(index, "quote")
    with op.batch_alter_table("theme_alias") as batch_op:
        batch_op.drop_column("open")
    for table in ("codebook_step", "catalogue_theme_said"):
        op.drop_table(table)
