"""Quotes, and a codebook whose themes have keys"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quote",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("story_id", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("located", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_quote")),
        sa.UniqueConstraint("id", name=op.f("uq_quote_id")),
    )
    op.create_index(op.f("ix_quote_story_id"), "quote", ["story_id"])
    op.create_index(op.f("ix_quote_account"), "quote", ["account"])
    op.create_table(
        "quote_theme",
        sa.Column("quote", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quote", "theme", name=op.f("pk_quote_theme")),
    )
    op.create_index(op.f("ix_quote_theme_theme"), "quote_theme", ["theme"])
    _codebook()


def _codebook() -> None:
    op.create_table(
        "theme",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.Column("use_when", sa.Text(), nullable=False),
        sa.Column("not_when", sa.Text(), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=True),
        sa.Column("example", sa.String(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("adopted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_theme")),
        sa.UniqueConstraint("slug", name=op.f("uq_theme_slug")),
    )
    op.create_index(op.f("ix_theme_parent"), "theme", ["parent"])
    op.create_index(op.f("ix_theme_merged_into"), "theme", ["merged_into"])
    op.create_table(
        "theme_alias",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("theme", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_theme_alias")),
    )
    op.create_index(op.f("ix_theme_alias_theme"), "theme_alias", ["theme"])
    op.execute(
        "INSERT INTO theme (slug, name, definition, before, written, use_when, not_when, example, adopted) "
        "SELECT slug, name, definition, before, written, '', '', '', written FROM codebook_theme ORDER BY slug"
    )
    op.drop_table("codebook_theme")


def downgrade() -> None:
    op.create_table(
        "codebook_theme",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("written", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_codebook_theme")),
    )
    op.execute(
        "INSERT INTO codebook_theme (slug, name, definition, before, written) "
        "SELECT slug, name, definition, before, written FROM theme"
    )
    for table in ("theme_alias", "theme", "quote_theme", "quote"):
        op.drop_table(table)
